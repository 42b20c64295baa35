"""An entry of the queue as people see it."""

from __future__ import annotations

from agent.model import Json
from agent.queue.canary import HELD_FOR
from agent.queue.items import Item
from agent.queue.states import State
from agent.runtime.moments import instant
from agent.runtime.plan import FlowPlan


def queue_item(item: Item, flow: FlowPlan | None) -> dict[str, Json]:
    """One entry of a list; `flow` None: its flow is not configured any more."""
    return {
        "seq": item.seq,
        "id": f"msg_{item.id}",
        "flow": flow.name if flow else str(item.flow),
        "entity": flow.entity if flow else "",
        "op": item.op,
        "state": item.state.label,
        "external_id": item.external_id,
        "created": instant(item.created),
        "attempts": item.attempts,
        "due": instant(item.due),
        "code": item.code or None,
        "waits_for": _waits_for(item),
    }


def _waits_for(item: Item) -> str | None:
    """For whom an entry waits, and since when (guarantee 4)."""
    if item.code in HELD_FOR:
        return HELD_FOR[item.code]
    if item.state is State.BEHIND:
        return "an older entry of the same record"
    if not item.waits_for:
        return None
    names = ", ".join(f"{p[1]} {p[2]}" for p in item.parents if isinstance(p, list))
    return f"{names} since {instant(item.since)}"
