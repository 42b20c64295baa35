"""`queue.window` and `exceptions.window`: what fits a screen, of a list of any length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent.canon import SEVERITIES
from agent.errors import WrongUse
from agent.model import Json
from agent.queue import many
from agent.queue.cause_windows import CauseWindows, Stretch
from agent.queue.items import Item
from agent.queue.states import State
from agent.queue.store import Store
from agent.queue.windows import LARGEST, QueueWindows
from agent.runtime.desk.said import View
from agent.runtime.operate.desk import Answer, Caller, Params, chosen, fitting, number, word
from agent.runtime.plan import FlowPlan
from agent.runtime.queued import queue_item

ON_ITS_WAY: Final = (State.WAITING, State.LATER, State.BEHIND, State.PARENT, State.SENDING)
_STATES: Final[Mapping[str, tuple[State, ...]]] = {
    "": ON_ITS_WAY,
    "waiting": ON_ITS_WAY[:-1],
    "sending": (State.SENDING,),
    "parked": (State.PARKED,),
}
_ORDERS: Final = ("oldest", "newest")
_MOST: Final = 1 << 40


@dataclass(frozen=True)
class Windows:
    """Answers both methods."""

    store: Store
    flows: Sequence[FlowPlan]
    view: View
    queue: QueueWindows
    causes: CauseWindows

    def methods(self) -> dict[str, Answer]:
        """By name."""
        return {"queue.window": self._queue, "exceptions.window": self._exceptions}

    # --- what is on its way -----------------------------------------------------------------------

    def _queue(self, params: Params, caller: Caller) -> Json:
        states, order = _STATES.get(word(params, "state")), word(params, "order") or _ORDERS[0]
        if states is None:
            known = ", ".join(name for name in _STATES if name)
            raise WrongUse(f"There is no state {word(params, 'state')!r} here: use {known}.")
        if order not in _ORDERS:
            raise WrongUse(f"There is no order {order!r}: use {' or '.join(_ORDERS)}.")
        found = self.queue.window(
            states,
            number(params, "offset", 0, _MOST),
            number(params, "limit", 100, LARGEST),
            flows=self._narrowed(params, caller),
            code=word(params, "code"),
            newest=order == "newest",
        )
        by_id = {flow.id: flow for flow in self.flows}
        items = [
            self._entry(item, by_id.get(item.flow)) for item in many.items(self.store, found.seqs)
        ]
        return {"total": found.total, "offset": found.offset, "items": fitting(items)}

    def _narrowed(self, params: Params, caller: Caller) -> list[int] | None:
        """The flows that are asked for and may be seen; None: whatever there is."""
        name = word(params, "flow")
        if not name and caller.kinds is None:
            return None
        return [flow.id for flow in chosen(self.flows, name, caller)]

    def _entry(self, item: Item, flow: FlowPlan | None) -> dict[str, Json]:
        shown = queue_item(item, flow) | self.view.impact(item).as_json()
        return shown | {"title": self.view.reasons(item.code).title if item.code else None}

    # --- what waits for a person ------------------------------------------------------------------

    def _exceptions(self, params: Params, caller: Caller) -> Json:
        if params.get("aside"):
            return self._aside(params, caller)
        code, field = word(params, "code"), word(params, "field")
        severity, owner = word(params, "severity"), word(params, "owner")
        ids = self._narrowed(params, caller)
        reasons = self.view.reasons

        def choose(found: Sequence[Stretch]) -> Sequence[Stretch]:
            kept: list[tuple[int, float, Stretch]] = []
            for one in found:
                known = (reasons.of_record if one.lost else reasons)(one.code or "")
                if (
                    (ids is None or (one.of in ids and not one.lost))
                    and code in ("", one.code)
                    and field in ("", one.field)
                    and severity in ("", known.severity)
                    and owner in ("", known.owner)
                ):
                    kept.append((SEVERITIES.index(known.severity), one.since, one))
            return [one for *_, one in sorted(kept, key=lambda kept: kept[:2])]

        found = self.causes.window(
            (None if ids is None else tuple(ids), code, field, severity, owner),
            choose,
            number(params, "offset", 0, _MOST),
            number(params, "limit", 100, LARGEST),
        )
        items = {
            item.seq: item
            for item in many.items(self.store, [n for n, is_lost in found.found if not is_lost])
        }
        shown = [
            self.view.lost(one.number)
            if one.lost
            else self.view.entry(items[one.number])
            if one.number in items
            else None
            for one in found.found
        ]
        return {
            "total": found.total,
            "offset": found.offset,
            "items": fitting([one for one in shown if one is not None]),
        }

    def _aside(self, params: Params, caller: Caller) -> Json:
        """What was set aside, the latest first: it goes by itself after a while, and is never much."""
        ids = {flow.id for flow in chosen(self.flows, word(params, "flow"), caller)}
        code, field = word(params, "code"), word(params, "field")
        listed = sorted(
            (
                one
                for one in self.view.desk.standing(State.SET_ASIDE)
                if one.flow in ids and code in ("", one.code) and field in ("", one.field)
            ),
            key=lambda one: (-one.since, one.seq),
        )
        offset = min(number(params, "offset", 0, _MOST), len(listed))
        page = listed[offset : offset + number(params, "limit", 100, LARGEST)]
        items = many.items(self.store, [one.seq for one in page])
        return {
            "total": len(listed),
            "offset": offset,
            "items": fitting([self.view.entry(item) for item in items]),
        }
