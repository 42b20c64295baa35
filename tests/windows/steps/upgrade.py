"""A newer setup program over the installed one, with a full queue and the CRM away."""

from __future__ import annotations

from agent.demo.stage import ActFailedError
from tests.windows.run import INSTALLED, Bench, StepFailedError, StepSkippedError
from tests.windows.story import Story

_WITHIN = 480.0


def step(bench: Bench) -> str:
    story = bench.story
    setup = bench.need("setup next")
    wanted = bench.need("frozen next").name
    if not isinstance(story, Story):
        raise StepSkippedError("the demo does not run")
    stage, former = story.stage, bench.version
    try:
        story.worker.start()
        refusing = stage.crm.fault("unavailable")
        # Not more than the guard lets pass: it would hold a change of half of the rows.
        for kind, field in (("account", "TEL"), ("contact", "PHONE")):
            for key in stage.erp.some(kind, 60):
                number = stage.erp.random.randint(10**6, 10**7)
                stage.erp.change(kind, key, **{field: f"+49 60 {number}"})
        stage.publish("account", "contact")
        stage.until(
            "the queue to fill",
            lambda: "" if stage.count("waiting", "sending") >= 100 else "it is not full",
        )
        waiting = stage.count("waiting", "sending")
        story.worker.let_go()
        code = bench.wine.install(setup, "/S", within=_WITHIN)
        if code or bench.version != wanted:
            log = bench.wine.path(rf"{INSTALLED}\install.log").read_text(encoding="utf-8")
            raise StepFailedError(f"exit code {code}, version {bench.version}; log: {log[-900:]}")
        path = bench.wine.reg(r"HKLM\System\CurrentControlSet\Services\Waybill", "ImagePath")
        if wanted not in path:
            raise StepFailedError(f"the service still runs {path}")
        story.worker.start()
        stage.crm.lift(refusing)
        stage.until("the queue of the former version to be delivered", stage.agreed, within=180)
    except ActFailedError as error:
        raise StepFailedError(str(error)) from None
    return f"{former} to {wanted} with {waiting} waiting: {story.judged()}"
