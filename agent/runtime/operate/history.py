"""`history`: what each hour brought, of one flow or of all together."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from agent.errors import StoreFull
from agent.model import Json
from agent.queue.hours import KEPT_HOURS, Hour, Hours
from agent.runtime.moments import instant
from agent.runtime.operate.desk import Answer, Caller, Params, chosen, number, word
from agent.runtime.plan import FlowPlan

_DAY = 24


@dataclass(frozen=True)
class History:
    """Reads the counters now and then, and tells what became of them."""

    hours: Hours
    flows: Sequence[FlowPlan]

    def methods(self) -> dict[str, Answer]:
        """By name."""
        return {"history": self._history}

    def read(self) -> None:
        """Remember how the counters stand."""
        self.hours.read([flow.id for flow in self.flows])

    def _history(self, params: Params, caller: Caller) -> Json:
        flows = chosen(self.flows, word(params, "flow"), caller)
        return self.told(max(1, number(params, "hours", _DAY, KEPT_HOURS)), flows)

    def told(self, many: int, flows: Sequence[FlowPlan] | None = None) -> Json:
        """So many hours of these flows, or of all."""
        flows = self.flows if flows is None else flows
        with suppress(StoreFull):  # then the present hour is told as it was read last
            self.read()
        found = self.hours.of([flow.id for flow in flows], many)
        together = [_sum(hours) for hours in zip(*found.values(), strict=True)]
        return {
            "hours": [_told(hour) for hour in together],
            "flows": {flow.name: [_told(hour) for hour in found[flow.id]] for flow in flows},
        }


def _sum(hours: Sequence[Hour]) -> Hour:
    """One hour of several flows."""
    return Hour(
        hours[0].at,
        sum(hour.delivered for hour in hours),
        sum(hour.parked for hour in hours),
        sum(hour.waiting for hour in hours),
        any(hour.known for hour in hours),
    )


def _told(hour: Hour) -> Json:
    return {
        "at": instant(hour.at),
        "delivered": hour.delivered,
        "parked": hour.parked,
        "waiting": hour.waiting,
        "known": hour.known,
    }
