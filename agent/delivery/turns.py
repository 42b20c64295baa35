"""Whose turn it is: the urgent first, parents before their children, and nobody waits for ever. Pure.

Flows with something to send are tried in this order: those that had no turn for `PATIENCE` seconds,
the longest first; then by urgency, and within one urgency in the order of the plan, which has the
kinds that others refer to first. So whatever the others have to send, every flow has a turn each
`PATIENCE` seconds, and a stream of urgent changes never stops the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import IntEnum
from typing import NamedTuple

PATIENCE = 30.0
BARREN = 30.0
"""Seconds for which a flow whose turn only found missing parents goes behind those parents."""


class Urgency(IntEnum):
    """How soon a flow's changes are wanted."""

    URGENT = 0
    """Stock, credit, states of orders: somebody decides by them now."""
    NORMAL = 1
    BULK = 2
    """Large, and nobody waits for it."""


URGENT_KINDS = frozenset({"inventory", "order", "shipment"})
CREDIT = frozenset({"credit_limit", "credit_hold", "balance", "overdue_balance"})


def urgency_of(entity: str, fields: Collection[str]) -> Urgency:
    """What a flow has where nobody says: stock, orders, shipments, and credit brought alone."""
    credit = bool(fields) and CREDIT.issuperset(fields)
    return Urgency.URGENT if entity in URGENT_KINDS or credit else Urgency.NORMAL


class Waiting(NamedTuple):
    """A flow that may have something to send."""

    place: int
    """In the order of the plan."""
    urgency: int
    since: float
    """When it last had a turn or nothing to send, monotonic."""
    barren: float
    """When a turn of it last found nothing but missing parents."""


def in_turn(waiting: Sequence[Waiting], now: float) -> list[int]:
    """The places of the flows in the order in which they are tried."""

    def rank(flow: Waiting) -> tuple[float, ...]:
        late = now - flow.since
        if late >= PATIENCE:
            return (0, -late, flow.place)
        urgency = max(flow.urgency, Urgency.NORMAL) if now - flow.barren < BARREN else flow.urgency
        return (1, urgency, flow.place)

    return [flow.place for flow in sorted(waiting, key=rank)]
