"""The agent's side: forks one real agent per run, each with its fault, and tells how it ended.

One line of JSON in is one run; two lines out are its process id and how it ended. Everything is
imported before the fork, so a run costs milliseconds; what the agent does after it is the whole
of its work, from opening the store and its keys to settling the files, under the injector.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import threading
import traceback
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from agent import app, log
from agent.clock import SystemClock
from agent.config import load
from agent.errors import WaybillError
from agent.queue.states import State
from agent.queue.store import Store
from agent.runtime import assemble
from agent.runtime.agent import Agent

DONE, SUSPECT, REFUSED, WAITS, BUG = 0, app.EXIT_SUSPECT, 3, 97, 99
"""WAITS: the disk or the network fails for good, and the agent waits for it, as it should."""
PATIENCE = 30
"""Real seconds for one run; where everything fails for good, one second is enough."""
SPEED = 20.0
MOVING = (State.WAITING, State.LATER, State.BEHIND, State.PARENT, State.SENDING)


class FastClock:
    """Time that runs twenty times as fast, so that nobody waits for backoffs and settling."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._began = self._clock.now()
        self._first = self._clock.monotonic()

    def monotonic(self) -> float:
        return self._first + (self._clock.monotonic() - self._first) * SPEED

    def now(self) -> datetime:
        return self._began + timedelta(seconds=self.monotonic() - self._first)


def work(home: Path, settings: dict[str, int], *, for_ever: bool) -> int:
    """One agent, from its start until nothing is left to do."""
    log.configure(home / "logs")
    if "indexed" in settings:
        assemble.Store = partial(Store, indexed=settings["indexed"])
    try:
        config = load(app.config_path(home), app.kinds())
        agent, parts = app.build(home, config, FastClock(), threading.Event(), Random(7))
    except WaybillError as error:
        sys.stderr.write(f"{error.code}: {error}\n")
        return SUSPECT if error.code in {"STORE_IO", "STORE_DAMAGED", "DISK_FULL"} else REFUSED
    for source in agent.sources.values():
        source.capture._page_entries = settings.get("page", 8)
    code = _until_quiet(agent, parts, rounds=200 if for_ever else 1 << 30)
    if code == DONE:
        agent.close()
    return code


def _until_quiet(agent: Agent, parts: assemble.Parts, rounds: int) -> int:
    quiet = 0
    while quiet < 2:
        rounds -= 1
        if not rounds:
            return WAITS
        moved = _round(agent)
        told = parts.conditions.list()
        if any(item.code == "AGENT_BUG" for item in told):
            sys.stderr.write(
                "".join(f"{item.code} {item.subject}: {item.title}\n" for item in told)
            )
            return BUG
        if agent.failure is not None:
            sys.stderr.write(f"{agent.failure.code}: {agent.failure}\n")
            return SUSPECT
        quiet = 0 if moved else quiet + 1
        if moved:
            agent.stop.wait(0.002)
    return DONE


def _round(agent: Agent) -> bool:
    """Each worker does what is due once. True if there is more to do."""
    for source in agent.sources.values():
        source.step()
    for workers in agent.targets.values():
        for worker in workers:
            worker.delivery.poke()
            worker.step()
    states = [source.state for source in agent.sources.values()]
    busy = any(not state.idle or state.state == "error" for state in states)
    if agent.failure is not None:
        return busy
    left = agent.store.tally.total(*MOVING)
    return busy or bool(left)


def run(job: dict[str, object], library: ctypes.CDLL) -> int:
    """In the forked process: arm, work, report."""
    home = Path(str(job["home"]))
    error = os.open(str(job["errors"]), os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    os.dup2(error, 2)
    signal.alarm(PATIENCE)
    if bug := job.get("bug"):
        from tests.integration.killpoints import bugs

        bugs.SEEDED[str(bug)]()
    library.inject_arm(
        int(str(job.get("n", 0))), str(job.get("mode", "")).encode(), str(job["watch"]).encode(),
        int(bool(job.get("sockets", True))), str(job.get("call", "")).encode(),
    )  # fmt: skip
    try:
        for_ever = str(job.get("mode", "")).endswith("+")
        code = work(home, dict(job.get("settings") or {}), for_ever=for_ever)
    except BaseException:  # noqa: BLE001 - whatever it is, it comes to light
        library.inject_disarm()
        traceback.print_exc()
        code = BUG
    count = library.inject_disarm()
    Path(str(job["report"])).write_text(str(count), encoding="ascii")
    return code


def tell(**what: int) -> None:
    """One line to whoever runs us."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    library = ctypes.CDLL(None)  # the injector is preloaded into this process
    library.inject_arm.argtypes = [
        ctypes.c_long, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p,
    ]  # fmt: skip
    library.inject_disarm.restype = ctypes.c_long
    for line in sys.stdin:
        job = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os._exit(run(job, library))
        tell(pid=pid)
        _, status = os.waitpid(pid, 0)
        tell(exit=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
