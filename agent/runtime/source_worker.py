"""A source's worker: it reads, settles what is done, and applies what people approved."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agent import durable
from agent.errors import (
    CryptoError,
    SourceChanged,
    SourceError,
    SourceUnavailable,
    StoreDamaged,
    StoreFull,
    WaybillError,
)
from agent.health import Conditions, Progress, Severity
from agent.log import get_logger
from agent.ports import Clock, Stop
from agent.queue.holds import TARGET_ONLY
from agent.queue.problems import Problems
from agent.queue.reads import Reads
from agent.runtime import read_said
from agent.runtime.capture import Capture
from agent.runtime.captured import Captured
from agent.runtime.found import Stopped
from agent.runtime.plan import StreamPlan
from agent.runtime.quota import Disk
from agent.runtime.warned import CODE as DATA_WARNINGS
from agent.runtime.workers import AFTER_BUG, AFTER_TROUBLE, Fatal, on_disk
from agent.wake import Wake

_logger = get_logger(__name__)


@dataclass
class SourceState:
    """What people see of a source."""

    state: str = "starting"
    last_read: datetime | None = None
    last_name: str = ""
    reason: str = ""
    idle: bool = False


@dataclass
class SourceWorker:
    """Reads one stream, settles what is done, and applies what people approved."""

    plan: StreamPlan
    capture: Capture
    reads: Reads
    conditions: Conditions
    progress: Progress
    clock: Clock
    stop: Stop
    paused: Callable[[], bool]
    fatal: Fatal
    full: Callable[[], str]
    """Which share of the queue keeps this stream from reading; empty if none does."""
    disk: Disk
    problems: Problems
    state: SourceState = field(default_factory=SourceState)
    _remapped: bool = False
    _scan: threading.Event = field(default_factory=threading.Event)
    _renew: Callable[[int], bool] | None = None
    _wake: Wake = field(init=False)

    def __post_init__(self) -> None:
        self._wake = Wake(self.stop)

    def renew(self, work: Callable[[int], bool]) -> None:
        """Let the ledger's base be written anew before the next read."""
        self._renew = work

    def scan(self) -> None:
        """Look for news now."""
        self.state.idle = False
        self.capture.repeats.write_down()
        self._scan.set()
        self._wake.ring()

    def again(self) -> None:
        """What is parked of its rows was edited: map that now."""
        self._remapped = False
        self.scan()

    def run(self) -> None:
        """The loop of the worker's thread."""
        while not self.stop.is_set():
            self._wait(self.step())

    def step(self) -> float:
        """Do what is due. Returns seconds after which to look again."""
        try:
            return self._step()
        except Stopped:
            return 0.0
        except (StoreDamaged, StoreFull, SourceError) as error:
            return self._trouble(error)
        except (OSError, CryptoError) as error:
            return self._trouble(on_disk(error))
        except Exception as error:
            _logger.exception("source worker failed", source=self.plan.name)
            self._say("AGENT_BUG", "Reading failed in a way that nobody foresaw.", error)
            self.state.state = "error"
            return AFTER_BUG

    # --- inside -----------------------------------------------------------------------------------

    def _step(self) -> float:
        self._renewed()
        self._mind_holds()
        self._settle()
        if self.paused():
            self.state.state, self.state.idle = "paused", True
            return self.plan.every
        self.progress.report(f"source {self.plan.name}", timedelta(0))
        if not self._has_room():
            return AFTER_TROUBLE
        self.state.state = "reading"
        self._remap()
        found = self.capture.next(self.stop)
        self.progress.report(f"source {self.plan.name}", None)
        for code in ("AGENT_BUG", "DISK_FULL", "QUEUE_FULL"):
            self.conditions.clear(code, self.plan.name)
        self._clear_trouble()
        for finding in self.plan.source.conditions:
            self.conditions.raise_(
                finding.code, self.plan.name, finding.text, finding.hint, Severity.WARNING,
                params={"source": self.plan.name, **finding.params},
            )  # fmt: skip
        if found is None:
            if self._fixed_order():
                self.reads.caught_up(self.plan.id)
            self.state.state, self.state.idle = "watching", True
            return self.plan.every
        same = found.name == self.state.last_name
        self._tell(found, same=same)
        self._after(found)
        if found.passed_over:
            self._say_full("disk" if self.disk.is_full() else self.full() or "queue")
            return AFTER_TROUBLE
        # A table can always be read once more: what was read twice is left to the schedule.
        self.state.idle = same
        return self.plan.every if same else 0.0

    def _after(self, found: Captured) -> None:
        if not found.repeats:
            self._settle()
            self._mind_holds()

    def _renewed(self) -> None:
        if self._renew is not None:
            work, self._renew = self._renew, None
            with self.capture.lock:
                self.capture.ledger.renewed(work)

    def _remap(self) -> None:
        """Once, and when a person has edited one: nothing else could make more of them."""
        if self._remapped:
            return
        self._remapped = True  # said first: an edit that comes meanwhile asks for it once more
        try:
            rows = self.capture.remap(self.problems)
        except Exception:
            self._remapped = False
            raise
        if rows is None:
            self._remapped = False
        elif rows:
            _logger.info("parked rows mapped again", source=self.plan.name, records=rows)

    def _has_room(self) -> bool:
        """Whether what would be read has a place; if not, people are told."""
        if self.disk.is_full():
            self._trouble(durable.full())
            self.state.state, self.state.idle = "paused", False
            return False
        full = self._fixed_order() and self.full()
        if full:
            self._say_full(full)
            return False
        return True

    def _fixed_order(self) -> bool:
        """Whether what is passed over could not simply be read again."""
        return self.capture.in_order

    def _settle(self) -> None:
        for read, checkpoint, clean in self.reads.to_settle(self.plan.id):
            if self.plan.source.settle(checkpoint, clean=clean):
                self.reads.settled(read)

    def _mind_holds(self) -> None:
        """Do what people approved and show what waits for them, of the store: a crash forgets none."""
        name, held = self.plan.name, []
        for hold in self.reads.holds_of(self.plan.id, "held", "approving"):
            if hold.state == "held":
                held.append(hold)
                continue
            if hold.kind == "deletes":
                self.capture.approve(hold.rows, hold.id)
            elif hold.kind == TARGET_ONLY:
                self.capture.approve_strays(hold.rows, hold.id)
            self.reads.end_hold(hold.id, "approved")
        if not held:
            self.conditions.clear("HELD", name)
            return
        self.conditions.raise_(
            "HELD", name, f"The guard holds back part of a reading: {held[-1].reason}",
            f"Look at it with `waybill holds show {held[-1].id}`, then approve or reject it. "
            "A correct export voids it by itself.",
            Severity.WARNING, "Nothing of it was sent; everything else goes on.",
            params={
                "source": name, "hold": str(held[-1].id), "kind": held[-1].kind,
                "count": str(held[-1].entries), "total": str(held[-1].total),
            },
        )  # fmt: skip

    def _tell(self, found: Captured, *, same: bool) -> None:
        name = self.plan.name
        self.state.last_read, self.state.last_name = self.clock.now(), found.name
        self.state.state, self.state.reason = "watching", ""
        said = _logger.debug if same and not found.news else _logger.info
        said(
            "read", source=name, records=found.records, entries=found.entries,
            unreadable=found.unreadable, duplicates=found.duplicates, deleted=found.deleted,
        )  # fmt: skip
        read_said.say(self.conditions, name, found)

    def _trouble(self, error: WaybillError) -> float:
        self.state.state, self.state.reason = "error", error.title
        if isinstance(error, StoreDamaged):
            self.fatal(error)
            return AFTER_BUG
        if isinstance(error, StoreFull):
            self.disk.fills()
        self._say_trouble(error)
        self.progress.report(f"source {self.plan.name}", None)
        if isinstance(error, SourceUnavailable) and error.retry_after is not None:
            return error.retry_after.total_seconds()
        return min(AFTER_TROUBLE, self.plan.every)

    def _say_trouble(self, error: WaybillError) -> None:
        meaning = "Nothing is lost: it is read when this is over."
        severity = Severity.ERROR if isinstance(error, SourceChanged) else Severity.WARNING
        self._clear_trouble(keep=error.code)
        self.conditions.raise_(
            error.code, self.plan.name, error.title, error.hint, severity, meaning,
            params={"source": self.plan.name, **error.params},
        )  # fmt: skip

    def _clear_trouble(self, keep: str = "") -> None:
        # A flow may be called like its source.
        codes = {"READ_INCOMPLETE", "DUPLICATE_KEYS", "HELD", DATA_WARNINGS, keep}
        codes.update(finding.code for finding in self.plan.source.conditions)
        self.conditions.clear_subject(self.plan.name, keep=codes)

    def _say(self, code: str, title: str, error: Exception) -> None:
        self.conditions.raise_(
            code, self.plan.name, f"{title} ({type(error).__name__})",
            "It is tried again; send the log to support if it stays.",
            Severity.ERROR, "Nothing is lost: it is read again.",
            params={"source": self.plan.name},
        )  # fmt: skip

    def _say_full(self, share: str) -> None:
        self.state.state = "paused"
        if share == "disk":  # deliveries would not make room there: a person has to
            self.disk.give_back()
            self._say_trouble(durable.full())
            return
        self.conditions.clear("DISK_FULL", self.plan.name)
        self.conditions.raise_(
            "QUEUE_FULL", self.plan.name, f"The queue has no room left ({share}).",
            "It goes on by itself when deliveries make room; look at targets and exceptions.",
            Severity.WARNING, "Nothing is lost: what was passed over is read again.",
            params={"source": self.plan.name, "share": share},
        )  # fmt: skip

    def _wait(self, seconds: float) -> None:
        if seconds <= 0 or self._scan.is_set():
            self._scan.clear()
            self._wake.hear()
            return
        self.plan.source.wait(self._wake, seconds)
        self._scan.clear()
