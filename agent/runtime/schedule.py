"""When a flow may deliver: at once, at intervals, or by the clock (`when` of the configuration)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from threading import Lock
from zoneinfo import ZoneInfo

from agent.config import Config
from agent.ports import Clock
from agent.runtime.plan import FlowPlan

Next = Callable[[datetime], datetime]
"""The next time to deliver after this one; the same time where everything goes at once."""


class Schedule:
    """Opens flows at their times and keeps each open until it has nothing left to send."""

    def __init__(
        self, clock: Clock, nexts: Mapping[int, Next], busy: Callable[[int], bool]
    ) -> None:
        self._clock = clock
        self._nexts = dict(nexts)
        self._busy = busy
        self._lock = Lock()
        self._due: dict[int, datetime] = {}
        self._draining: set[int] = set()

    def open(self, flow: int) -> bool:
        """Whether the flow may deliver now."""
        next_time = self._nexts.get(flow)
        if next_time is None:
            return True
        with self._lock:
            now = self._clock.now()
            due = self._due.setdefault(flow, next_time(now))
            if flow in self._draining:
                if self._busy(flow):
                    return True
                self._draining.discard(flow)
                self._due[flow] = next_time(now)
                return False
            if now < due:
                return False
            self._draining.add(flow)
            return True


def schedule_of(
    config: Config, clock: Clock, flows: Iterable[FlowPlan], busy: Callable[[int], bool]
) -> Schedule:
    """What the configuration says of flows that do not deliver at once."""
    zone = ZoneInfo(config.agent.timezone)
    nexts = {
        flow.id: (lambda after, when=config.flows[flow.name].when: when.next(after, zone))
        for flow in flows
        if not config.flows[flow.name].when.is_realtime
    }
    return Schedule(clock, nexts, busy)
