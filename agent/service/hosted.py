"""One run of the agent under Windows' service control manager, apart from the calls into it.

The rules of the manager (https://learn.microsoft.com/windows/win32/services/
service-status-transitions): whoever starts or stops shows progress, or is taken for hung; an end
with an error code is answered by a restart, so an end that somebody asked for never has one; and
while a service starts it cannot be told to stop, so a start that takes long goes on as "running".
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import IntEnum
from typing import Final, Protocol

from agent.events import Event
from agent.ports import Clock
from agent.service.failing import said
from agent.service.foreground import EXIT_STUCK, STOP_WITHIN_SECONDS, Work
from agent.wake import Signal

START_WITHIN_SECONDS: Final = 60.0
"""Windows waits as long as there is progress, and notes a hung service after 80 s."""
_PATIENCE_SECONDS: Final = 10.0
_PROGRESS_SECONDS: Final = 0.5
_ASK_SECONDS: Final = 0.2
_FAILED: Final = 1


class Phase(IntEnum):
    """The states of a service that this one is ever in, by Windows' numbers."""

    STOPPED = 1
    STARTING = 2
    STOPPING = 3
    RUNNING = 4


class Control(IntEnum):
    """What the manager says, by Windows' numbers."""

    STOP = 1
    INTERROGATE = 4
    SHUTDOWN = 5
    POWER = 13
    PRE_SHUTDOWN = 15


SUSPEND: Final = 4  # PBT_APMSUSPEND
RESUME: Final = 18  # PBT_APMRESUMEAUTOMATIC, which every resume begins with


class Teller(Protocol):
    """The way to the manager and to the log of the system. Neither ever raises."""

    def report(
        self, phase: Phase, *, checkpoint: int = 0, patience: float = 0.0, code: int = 0
    ) -> None:
        """How the service is; within `patience` seconds it will have more to say."""
        ...

    def note(self, event: Event, text: str) -> None:
        """An entry for people."""
        ...


class Hosted:
    """Runs `work` and keeps the manager informed. `control` is called by the manager's thread.

    is_ready: whether the service answers; may take its time.
    end: ends the process at once with a code; called when `work` does not end when told to.
    """

    def __init__(
        self,
        work: Work,
        is_ready: Callable[[], bool],
        teller: Teller,
        clock: Clock,
        *,
        end: Callable[[int], None],
        resumed: Callable[[], None] = lambda: None,
        start_within: float = START_WITHIN_SECONDS,
        stop_within: float = STOP_WITHIN_SECONDS,
    ) -> None:
        self._work = work
        self._is_ready = is_ready
        self._teller = teller
        self._clock = clock
        self._end = end
        self._resumed = resumed
        self._start_within = start_within
        self._stop_within = stop_within
        self._stop = Signal()
        self._ready = threading.Event()
        self._done = threading.Event()
        self._moved = threading.Event()
        """Any of the three was set: the one thing that `run` waits for."""
        self._outcome: int | BaseException = 0

    def control(self, code: int, event: int = 0) -> None:
        """Take a word of the manager; returns at once, since it waits for it."""
        if code in {Control.STOP, Control.SHUTDOWN, Control.PRE_SHUTDOWN}:
            if code != Control.STOP and not self._stop.is_set():
                self._teller.note(Event.SHUTDOWN, "The machine shuts down; Waybill stops.")
            self._stop.set()
            self._moved.set()
        elif code == Control.POWER and event == SUSPEND:
            self._teller.note(Event.SUSPENDED, "The machine goes to sleep; nothing is moved.")
        elif code == Control.POWER and event == RESUME:
            self._teller.note(Event.RESUMED, "The machine is awake again; Waybill looks for news.")
            threading.Thread(target=self._resumed, name="resumed", daemon=True).start()

    def run(self) -> None:
        """From the first word to the last: returns when the service has stopped."""
        threading.Thread(target=self._work_through, name="agent", daemon=True).start()
        threading.Thread(target=self._await_ready, name="ready", daemon=True).start()
        self._see_start()
        while not (self._stop.is_set() or self._done.is_set()):
            self._moved.wait()
            self._moved.clear()
        if self._see_stop():
            self._tell_outcome()
            return
        self._teller.note(
            Event.ENDED_BY_FORCE,
            f"Waybill did not stop within {self._stop_within:g} s and was ended. Nothing that was "
            "queued is lost; what was being sent is looked up in the CRM before it is sent again.",
        )
        self._teller.report(Phase.STOPPED)
        self._end(EXIT_STUCK)

    def _work_through(self) -> None:
        try:
            self._outcome = self._work(self._stop)
        except BaseException as error:  # noqa: BLE001 whatever it is, the manager has to be told
            self._outcome = error
        finally:
            self._done.set()
            self._moved.set()

    def _await_ready(self) -> None:
        while not (self._done.is_set() or self._stop.is_set()):
            if self._is_ready():
                self._ready.set()
                self._moved.set()
                return
            self._stop.wait(_ASK_SECONDS)

    def _see_start(self) -> None:
        """Until it answers, ends, is to stop, or has taken too long to be waited for."""
        last = self._clock.monotonic() + self._start_within
        step = 1
        self._teller.report(Phase.STARTING, checkpoint=step, patience=_PATIENCE_SECONDS)
        while not (self._ready.is_set() or self._done.is_set() or self._stop.is_set()):
            if self._clock.monotonic() >= last:
                self._teller.note(
                    Event.SLOW_START,
                    "Waybill runs and does not answer yet: it repairs its queue, or waits for a "
                    "disk. Nothing is lost; its log says how far it is.",
                )
                break
            if not self._moved.wait(_PROGRESS_SECONDS):
                step += 1
                self._teller.report(Phase.STARTING, checkpoint=step, patience=_PATIENCE_SECONDS)
            self._moved.clear()
        if not (self._done.is_set() or self._stop.is_set()):
            self._teller.report(Phase.RUNNING)
            self._teller.note(Event.STARTED, "Waybill runs.")

    def _see_stop(self) -> bool:
        """Whether it ended in time."""
        last = self._clock.monotonic() + self._stop_within
        step = 0
        while True:
            step += 1
            self._teller.report(Phase.STOPPING, checkpoint=step, patience=_PATIENCE_SECONDS)
            left = last - self._clock.monotonic()
            if self._done.wait(max(0.0, min(left, _PROGRESS_SECONDS))):
                return True
            if left <= 0:
                return False

    def _tell_outcome(self) -> None:
        found = self._outcome
        if found == 0:
            self._teller.note(Event.STOPPED, "Waybill stopped.")
        else:
            was_ready = self._ready.is_set()
            self._teller.note(Event.FAULT if was_ready else Event.NOT_STARTED, _why(found))
        code = found if isinstance(found, int) else _FAILED
        self._teller.report(Phase.STOPPED, code=0 if self._stop.is_set() else code)


def _why(found: int | BaseException) -> str:
    if isinstance(found, BaseException):
        return said(found)
    return (
        f"Waybill ended by itself (code {found}) and is started again; if its queue has to be "
        "repaired, the start does it. Nothing that was queued is lost."
    )
