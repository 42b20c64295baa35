"""The running agent: its workers and their threads, from start to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from agent.control.server import ControlServer
from agent.errors import StoreDamaged, WaybillError
from agent.health import Progress
from agent.log import get_logger
from agent.ports import Clock
from agent.queue.store import Store
from agent.runtime import alerting
from agent.runtime.alerting import Teller
from agent.runtime.link import LinkWorker
from agent.runtime.plan import StreamPlan, TargetPlan
from agent.runtime.quota import Disk
from agent.runtime.source_worker import SourceWorker
from agent.runtime.target_worker import TargetWorker
from agent.runtime.workers import STUCK_AFTER

_logger = get_logger(__name__)

STOP_WITHIN = 15.0
"""Seconds for all workers together; the service host gives up at 20."""
KEEP_HOUSE_EVERY = 60.0
WATCH_EVERY = 5.0
DAILY, SOON = 86400.0, 300.0
"""Seconds between two daily things, and before the first."""


@dataclass
class Agent:
    """Everything that runs. Stop order: sources, targets, control, store."""

    store: Store
    sources: Mapping[str, SourceWorker]
    targets: Mapping[str, Sequence[TargetWorker]]
    streams: Sequence[StreamPlan]
    destinations: Sequence[TargetPlan]
    control: ControlServer | None
    progress: Progress
    clock: Clock
    stop: threading.Event
    """The agent's own: set to stop it, also from inside."""
    disk: Disk
    keep_house: Callable[[], None]
    linkers: Sequence[LinkWorker] = ()
    watch: Callable[[], None] = lambda: None
    """Looks every few seconds for what waits too long."""
    daily: Callable[[], None] | None = None
    """What is done once a day, and never in a hurry."""
    tellers: Sequence[Teller] = ()
    """Who tells people; nobody waits for them, not even a stop."""
    failure: WaybillError | None = None
    helpers: dict[str, Callable[[], None]] = field(default_factory=dict)
    """Further threads, by name: each runs until the stop."""
    closing: list[Callable[[], None]] = field(default_factory=list)
    """What else has to be released before the store is closed."""
    held: bool = False
    """On trial: nothing is read and nothing is sent."""
    _threads: list[threading.Thread] = field(default_factory=list)

    def fail(self, error: WaybillError) -> None:
        """Something happened after which the process must stop, restart and verify."""
        if self.failure is None:
            self.failure = error
            _logger.error("the agent stops to be restarted", code=error.code, reason=error.title)
        self.stop.set()

    def poke(self, target: str) -> None:
        """Somebody decided something about this target: it is approached at once."""
        for worker in self.targets.get(target, ()):
            worker.delivery.poke()

    def start(self, *, held: bool = False) -> None:
        """Start every thread; `held`: it only answers, until `release`."""
        self.held = held
        self.disk.reserve.hold()
        if self.control is not None:
            self.control.start()
        if not held:
            self.release()

    def release(self) -> None:
        """Start whatever reads, sends, or tells people."""
        self.held = False
        for name, source in self.sources.items():
            self.progress.add(f"source {name}", STUCK_AFTER)
            self._thread(f"source {name}", source.run)
        for name, workers in self.targets.items():
            self.progress.add(f"target {name}", timedelta(minutes=30))
            for number, worker in enumerate(workers):
                self._thread(f"target {name} {number}", worker.run)
        for linker in self.linkers:
            self._thread(f"link {linker.name}", linker.run)
        self._thread(
            "house", lambda: self._every(KEEP_HOUSE_EVERY, self.keep_house, KEEP_HOUSE_EVERY)
        )
        for teller in self.tellers:
            alerting.thread(teller, self.stop, self._alert_trouble).start()
        for name, work in self.helpers.items():
            self._thread(name, work)
        if (daily := self.daily) is not None:
            self._thread("daily", lambda: self._every(DAILY, daily, SOON))
        self._thread("watch", lambda: self._every(WATCH_EVERY, self.watch, 0.0))

    def close(self) -> None:
        """Stop everything in order and release the home folder."""
        self.stop.set()
        until = self.clock.monotonic() + STOP_WITHIN
        for thread in self._threads:
            thread.join(max(0.1, until - self.clock.monotonic()))
        late = [thread.name for thread in self._threads if thread.is_alive()]
        if late:
            _logger.warning("workers did not stop in time", reason=", ".join(late))
        if self.control is not None:
            self.control.stop()
        self._release()
        if not late:
            for source in self.sources.values():
                source.capture.ledger.close()
            self.store.close()

    def _alert_trouble(self, error: WaybillError) -> None:
        if isinstance(error, StoreDamaged):
            self.fail(error)
        else:
            _logger.warning("an alert was not kept", code=error.code, reason=error.title)

    def _release(self) -> None:
        for stream in self.streams:
            _close(stream.name, stream.source.close)
        for destination in self.destinations:
            _close(destination.name, destination.target.close)
        for teller in self.tellers:
            _close(teller.name, teller.close)
        for close in self.closing:
            _close("lookup tables", close)

    def _thread(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _every(self, seconds: float, work: Callable[[], None], first: float) -> None:
        """Do something every so many seconds until the end, `first` after so many."""
        wait = first
        while not self.stop.wait(wait):
            wait = seconds
            try:
                work()
            except StoreDamaged as error:
                self.fail(error)
            except WaybillError as error:
                _logger.warning("housekeeping failed", code=error.code, reason=error.title)


def _close(name: str, close: Callable[[], None]) -> None:
    """What an adapter does at its end never keeps the store from being closed."""
    try:
        close()
    except Exception:
        _logger.exception("an adapter did not close", reason=name)
