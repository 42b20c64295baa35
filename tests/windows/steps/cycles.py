"""Started, stopped and killed again and again while records flow: nothing lost, nothing twice.

Wine's service manager does not notice that a service was killed, so a kill here is a power cut for
the whole machine, after which the service starts by itself. That is the harder half of the promise;
what the real service manager does after a kill is on the release checklist.
"""

from __future__ import annotations

from random import Random

from agent.demo.stage import ActFailedError
from tests.windows.run import Bench, StepFailedError, StepSkippedError, until
from tests.windows.story import Story

_FEW, _MANY = 5, 200
_SEED = 6


def step(bench: Bench) -> str:
    story = bench.story
    if not isinstance(story, Story):
        raise StepSkippedError("the demo does not run")
    number = _MANY if bench.is_long else _FEW
    random = Random(_SEED)
    kills = 0
    try:
        for cycle in range(number):
            is_kill = cycle % 2 == 0
            kills += is_kill
            _once(bench, story, random, is_kill=is_kill)
        story.stage.until("everything to arrive", story.stage.agreed, within=180)
    except ActFailedError as error:
        raise StepFailedError(str(error)) from None
    return f"{number} cycles, {kills} of them power cuts: {story.judged()}"


def _once(bench: Bench, story: Story, random: Random, *, is_kill: bool) -> None:
    """Edit, let it begin to deliver, take it away in the middle, start it again."""
    stage = story.stage
    slow = stage.crm.fault("slow", seconds=random.uniform(0.1, 0.6))
    before = stage.crm.writes()
    for key in stage.erp.some("account", 30):
        stage.erp.change("account", key, TEL=f"+49 50 {random.randint(10**6, 10**7)}")
    for key in stage.erp.some("contact", 30):
        stage.erp.change("contact", key, PHONE=f"+41 44 {random.randint(10**6, 10**7)}")
    stage.publish("account", "contact")
    stage.until(
        "it to be in the middle of delivering",
        lambda: "" if stage.count("sending") or stage.crm.writes() > before else "not yet",
    )
    if is_kill:
        stage.worker.kill()
    else:
        story.worker.let_go()
        bench.waybill("service", "stop", within=60).ok()
        until("the service to be stopped", lambda: bench.service_state() == "stopped", 30)
    stage.crm.lift(slow)
    stage.worker.start()
