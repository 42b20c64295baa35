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
from agent.runtime.operate.desk import Answer, Caller, Params, chosen, number, word
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

    def _queue(self, params: Params, _: Caller) -> Json:
        states, order = _STATES.get(word(params, "state")), word(params, "order") or _ORDERS[0]
        if states is None:
            known = ", ".join(name for name in _STATES if name)
            raise WrongUse(f"There is no state {word(params, 'state')!r} here: use {known}.")
        if order not in _ORDERS:
            raise WrongUse(f"There is no order {order!r}: use {' or '.join(_ORDERS)}.")
        name = word(params, "flow")
        found = self.queue.window(
            states,
            number(params, "offset", 0, _MOST),
            number(params, "limit", 100, LARGEST),
            flows=[flow.id for flow in chosen(self.flows, name)] if name else None,
            code=word(params, "code"),
            newest=order == "newest",
        )
        by_id = {flow.id: flow for flow in self.flows}
        items = [
            self._entry(item, by_id.get(item.flow)) for item in many.items(self.store, found.seqs)
        ]
        return {"total": found.total, "offset": found.offset, "items": list[Json](items)}

    def _entry(self, item: Item, flow: FlowPlan | None) -> dict[str, Json]:
        shown = queue_item(item, flow) | self.view.impact(item).as_json()
        return shown | {"title": self.view.reasons(item.code).title if item.code else None}

    # --- what waits for a person ------------------------------------------------------------------

    def _exceptions(self, params: Params, _: Caller) -> Json:
        flow, code = word(params, "flow"), word(params, "code")
        severity, owner = word(params, "severity"), word(params, "owner")
        ids = {one.id for one in chosen(self.flows, flow)} if flow else None
        reasons = self.view.reasons

        def choose(found: Sequence[Stretch]) -> Sequence[Stretch]:
            kept: list[tuple[int, float, Stretch]] = []
            for one in found:
                known = (reasons.of_record if one.lost else reasons)(one.code or "")
                if (
                    (ids is None or (one.of in ids and not one.lost))
                    and code in ("", one.code)
                    and severity in ("", known.severity)
                    and owner in ("", known.owner)
                ):
                    kept.append((SEVERITIES.index(known.severity), one.since, one))
            return [one for *_, one in sorted(kept, key=lambda kept: kept[:2])]

        found = self.causes.window(
            (flow, code, severity, owner),
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
            "items": [one for one in shown if one is not None],
        }
