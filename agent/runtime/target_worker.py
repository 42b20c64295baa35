"""A target's worker: it delivers to one target; several may share its line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.errors import CryptoError, Damaged, StoreDamaged, StoreError, StoreFull, WaybillError
from agent.health import Conditions, Progress, Severity
from agent.log import get_logger
from agent.ports import Stop
from agent.runtime import line_said
from agent.runtime.deliver import Delivery
from agent.runtime.plan import FlowPlan
from agent.runtime.quota import Disk
from agent.runtime.workers import AFTER_BUG, AFTER_TROUBLE, Fatal, on_disk
from agent.wake import Wake

_logger = get_logger(__name__)

LOOK_WITHIN = 15.0
"""Seconds after which a sender looks again, whatever it was told."""
GATHER = 0.5
"""Seconds from the first news to the next look: an order's lines come right after it."""
HELP_WITHIN, HELP_ALL_WITHIN = 5.0, 60.0
"""Seconds after which a second sender of a target joins the first, and all others do.

Who begins an attempt rings them: this is for a first one that is held up before it.
"""
_CLAIM_WITHIN = 2.0
"""Seconds that a pause waits for a claim, which asks the target first after a rollback only."""


@dataclass
class TargetWorker:
    """Delivers to one target."""

    name: str
    delivery: Delivery
    conditions: Conditions
    progress: Progress
    stop: Stop
    open_flow: Callable[[FlowPlan], bool]
    paused: Callable[[], bool]
    fatal: Fatal
    disk: Disk
    oldest: Callable[[], timedelta | None]
    """Age of the oldest entry that could move."""
    closed: Callable[[], datetime | None] = lambda: None
    """Until when it is closed by its own times; None: it is open."""
    number: int = 0
    """But for the first they help: while that one finds nothing to do, there is nothing to help."""
    waiting: bool = False

    def __post_init__(self) -> None:
        self._wake = Wake(self.stop)
        self.delivery.line.senders.append(self._wake.ring)
        if self.number:
            self.delivery.line.helpers.append(self._wake.ring)

    def ring(self) -> None:
        """There is more to send."""
        self._wake.ring()

    def pass_claim(self) -> None:
        """Wait until what is being claimed is claimed: whoever claims after this sees a pause."""
        if self.delivery.lock.acquire(timeout=_CLAIM_WITHIN):
            self.delivery.lock.release()

    def run(self) -> None:
        """The loop of the worker's thread."""
        while not self.stop.is_set():
            if self.number and not self.delivery.line.is_busy():
                self._wake.wait(HELP_WITHIN if self.number == 1 else HELP_ALL_WITHIN)
                continue
            seconds = self.step()
            longest = HELP_WITHIN if self.number else LOOK_WITHIN
            if seconds > 0 and self._wake.wait(min(seconds, longest)):
                self.stop.wait(GATHER)

    def step(self) -> float:
        """Do what is due. Returns seconds after which to look again."""
        try:
            if self.paused() or self.closed() is not None:
                self.progress.report(f"target {self.name}", None)
                return 1.0
            self.waiting = False
            seconds = self.delivery.step(self.open_flow)
            self.progress.report(f"target {self.name}", self.oldest() if seconds == 0 else None)
            self.waiting = seconds > 0
            line_said.say(self.conditions, self.name, self.delivery.line, self.delivery.flows)
        except (StoreError, CryptoError, OSError) as error:
            return self._trouble(error if isinstance(error, StoreError) else on_disk(error))
        except Exception:
            _logger.exception("target worker failed", target=self.name)
            self.conditions.raise_(
                "AGENT_BUG", self.name, "Delivering failed in a way that nobody foresaw.",
                "It is tried again; send the log to support if it stays.",
                Severity.ERROR, "Nothing is lost: outcomes that are unknown are looked up.",
                params={"target": self.name},
            )  # fmt: skip
            return AFTER_BUG
        self.conditions.clear("AGENT_BUG", self.name)
        return seconds

    def _trouble(self, error: WaybillError) -> float:
        if isinstance(error, StoreDamaged | Damaged):
            self.fatal(error)
            return AFTER_BUG
        self.conditions.raise_(
            error.code, self.name, error.title, error.hint, Severity.ERROR,
            "Nothing is lost.", params={"target": self.name, **error.params},
        )  # fmt: skip
        made_room = isinstance(error, StoreFull) and self.disk.fills()
        return 0.0 if made_room else AFTER_TROUBLE
