"""The thread that links the flows of one target: one step at a time, repeatable after a crash."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Event

from agent.errors import (
    StoreDamaged,
    StoreError,
    TargetAuthError,
    TargetError,
    TargetUnavailable,
    WaybillError,
)
from agent.health import Conditions, Severity
from agent.log import get_logger
from agent.model import Json
from agent.ports import Clock, Stop
from agent.queue.links import Links
from agent.runtime.link.asked import OnAct
from agent.runtime.link.compare import Comparer
from agent.runtime.link.stamps import Stamper
from agent.runtime.plan import FlowPlan

_logger = get_logger(__name__)

NEEDED = "FIRST_LINK_NEEDED"
BY_CONFIGURATION = "the configuration"
"""Who asks and says yes where `first_link.approve` is "certain"."""
CHECK_EVERY = 15.0
"""Seconds between two looks at what the whole target holds, for new records."""
_IDLE, _BUSY, _AFTER_TROUBLE, _AFTER_BUG = 5.0, 0.0, 10.0, 30.0
_TITLES: Mapping[str, tuple[str, str]] = {
    "needed": (
        "The records of {flow} are not linked yet with those that {target} has already.",
        "Compare them: waybill link propose {flow}",
    ),
    "undone": (
        "The first link of {flow} was undone.",
        "Compare them again: waybill link propose {flow}",
    ),
    "proposing": ("The records of {flow} are being compared with those of {target}.", ""),
    "proposed": (
        "The first link of {flow} waits for a yes.",
        "Look at it with `waybill link show {flow}`, then: waybill link approve {flow}",
    ),
}

Told = Callable[[str, TargetUnavailable | TargetAuthError | None], None]


class _Stopped(Exception):
    """The agent is to stop: what is not kept is computed anew."""


@dataclass
class LinkWorker:
    """Compares, stamps, takes back, and looks at new records."""

    name: str
    """Of the target."""
    flows: Sequence[FlowPlan]
    """Those with a first link."""
    siblings: Mapping[int, Sequence[int]]
    """By flow: every flow that writes the same records."""
    links: Links
    comparer: Comparer
    stamper: Stamper
    conditions: Conditions
    clock: Clock
    stop: Stop
    paused: Callable[[], bool]
    fatal: Callable[[WaybillError], None]
    told: Told
    still: Callable[[], AbstractContextManager[object]]
    """Holds back whoever is about to send: afterwards what is on its way is written down."""
    on_act: OnAct
    """Told of what is approved without a person."""
    _news: Event = field(default_factory=Event)
    _checked: dict[int, float] = field(default_factory=dict)

    def wake(self) -> None:
        """There is something to do."""
        self._news.set()

    def run(self) -> None:
        """The loop of the worker's thread."""
        while not self.stop.is_set():
            seconds = self.step()
            if seconds > 0 and not self._news.wait(min(seconds, 0.5)):
                left = seconds - 0.5
                while left > 0 and not self.stop.is_set() and not self._news.wait(0.5):
                    left -= 0.5
            self._news.clear()

    def step(self) -> float:
        """Do what is due. Returns seconds after which to look again."""
        try:
            for flow in self.flows:
                self._say(flow)
            if self.paused():
                return _IDLE
            waits = [self._flow(flow) for flow in self.flows]
        except _Stopped:
            return _IDLE
        except (TargetUnavailable, TargetAuthError) as error:
            self.told(self.name, error)
            return _AFTER_TROUBLE
        except (StoreError, TargetError) as error:
            if isinstance(error, StoreDamaged):
                self.fatal(error)
            _logger.warning("linking waits", target=self.name, code=error.code, reason=error.title)
            return _AFTER_TROUBLE
        except Exception:
            _logger.exception("link worker failed", target=self.name)
            self.conditions.raise_(
                "AGENT_BUG", f"link {self.name}", "Linking failed in a way that nobody foresaw.",
                "It is tried again; send the log to support if it stays.",
                Severity.ERROR, "Nothing is lost: nothing is sent before it is linked.",
            )  # fmt: skip
            return _AFTER_BUG
        self.conditions.clear("AGENT_BUG", f"link {self.name}")
        return min(waits, default=_IDLE)

    # --- inside -----------------------------------------------------------------------------------

    def _flow(self, flow: FlowPlan) -> float:
        state = self.links.state(flow.id)
        if flow.link is not None and flow.link.by_itself:
            state = self._by_itself(flow, state)
        if state == "proposing":
            return self._propose(flow)
        if state == "approved":
            return self._stamp(flow)
        if state == "undoing":
            return self._undo(flow)
        if state == "linked":
            return self._linked(flow)
        return _IDLE

    def _by_itself(self, flow: FlowPlan, state: str) -> str:
        """The yes that the configuration gives, once; what a person did about it stands."""
        link = self.links.link(flow.id)
        about: Mapping[str, Json] = link.about if link else {}
        if state == "needed" and self.links.was_read(flow.id):
            self.links.turn(flow.id, "proposing", {"who": BY_CONFIGURATION}, was=("needed",))
        elif state == "proposed" and about.get("who") == BY_CONFIGURATION:
            approved = {**about, "approved_by": BY_CONFIGURATION}
            if self.links.turn(flow.id, "approved", approved, was=("proposed",)):
                named = {"proposal": str(about.get("proposal"))}
                self.on_act("waybill", "link.approve", flow.name, named)
        return self.links.state(flow.id)

    def _tick(self) -> None:
        if self.stop.is_set():
            raise _Stopped

    def _propose(self, flow: FlowPlan) -> float:
        if flow.link is None:
            raise AssertionError("only flows with a first link are linked")
        link = self.links.link(flow.id)
        who = str(link.about.get("who", "")) if link else ""
        counts = self.comparer.propose(flow, flow.link, self._tick, who)
        _logger.info("link proposed", flow=flow.name, counts=str(counts))
        self.told(self.name, None)
        self._say(flow)
        return _BUSY

    def _stamp(self, flow: FlowPlan) -> float:
        settled, left = self.stamper.stamp(flow, certain=True)
        if left:
            return _BUSY if settled else _AFTER_TROUBLE
        link = self.links.link(flow.id)
        self.links.turn(flow.id, "linked", link.about if link else {}, was=("approved",))
        _logger.info("linked", flow=flow.name)
        self.told(self.name, None)
        self._say(flow)
        self.stamper.poke()
        return _BUSY

    def _linked(self, flow: FlowPlan) -> float:
        settled, left = self.stamper.stamp(flow, certain=False)
        if settled:
            self.links.wake()
            self.stamper.poke()
        self.stamper.follow(flow)
        if left:
            return _BUSY if settled else _AFTER_TROUBLE
        now = self.clock.monotonic()
        due = self._checked.get(flow.id, now - CHECK_EVERY) + CHECK_EVERY
        if flow.link is None or not self.links.is_checking(flow.id):
            return _IDLE
        if due > now:
            return due - now
        self._checked[flow.id] = now
        like = self.comparer.check(flow, flow.link, self._tick)
        if like:
            _logger.info("duplicates suspected", flow=flow.name, records=like)
        self.links.wake()
        self.stamper.poke()
        return CHECK_EVERY

    def _undo(self, flow: FlowPlan) -> float:
        with self.still():
            if self.links.in_flight(self.siblings[flow.id]):
                return 0.5
        settled, left = self.stamper.unstamp(flow)
        if left:
            return _BUSY if settled else _AFTER_TROUBLE
        self._free(flow)
        link = self.links.link(flow.id)
        self.links.turn(flow.id, "undone", link.about if link else {}, was=("undoing",))
        _logger.info("link undone", flow=flow.name)
        self._say(flow)
        return _IDLE

    def _free(self, flow: FlowPlan) -> None:
        """What waited for decisions about this link waits for the next one like everything else."""
        after = 0
        while items := self.links.items(flow.id, after=after, limit=500):
            after = items[-1].id
            aside = [item.lane for item in items if item.state == "left out"]
            self.stamper.take_back(aside, "waybill")
            asked = [item.lane for item in items if item.kind in ("ambiguous", "duplicate")]
            self.stamper.release(asked)

    def _say(self, flow: FlowPlan) -> None:
        """The condition that people see for as long as nothing of a flow may be sent."""
        state, subject = self.links.state(flow.id), f"flow {flow.name}"
        if state not in _TITLES:
            self.conditions.clear(NEEDED, subject)
            return
        if state == "needed" and flow.link is not None and flow.link.by_itself:
            state = "proposing"  # it begins by itself after the first complete reading
        title, hint = _TITLES[state]
        about = {"flow": flow.name, "target": self.name}
        self.conditions.raise_(
            NEEDED, subject, title.format(**about), hint.format(**about), Severity.WARNING,
            "What it reads is queued. Nothing of it is sent or created before that.",
            params={**about, "state": state},
        )  # fmt: skip
