"""`reconcile.flows`: the rows of the last complete read of each flow, and where each is now.

It compares nothing with the target yet: it accounts for what the source held. Every row is counted
once, and what no state accounts for is told as unexplained, never hidden in another number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent.model import Json
from agent.queue.ends import Ends, ends_of
from agent.queue.reads import Reads
from agent.queue.states import State
from agent.queue.store import Store
from agent.queue.streams import PastRead
from agent.runtime.moments import instant
from agent.runtime.operate.desk import Answer, Caller, Params, chosen
from agent.runtime.plan import FlowPlan

OFFERED: Final = "rows of the last complete read and where each ended"
_LOOKED_AT: Final = 50
_OPEN: Final = (State.WAITING, State.LATER, State.BEHIND, State.PARENT, State.SENDING)


@dataclass
class Reconciled:
    """Answers `reconcile.flows`."""

    store: Store
    reads: Reads
    flows: Sequence[FlowPlan]
    stream_of: Mapping[str, str]
    streams: Mapping[str, int]
    _known: tuple[int, dict[int, tuple[Mapping[int, Ends], bool]]] = (-1, {})

    def methods(self) -> dict[str, Answer]:
        """By name."""
        return {"reconcile.flows": self._flows}

    def _flows(self, _: Params, caller: Caller) -> Json:
        if self._known[0] != self.store.tick:
            self._known = (self.store.tick, {})
        latest: dict[str, PastRead | None] = {}
        items: list[Json] = []
        for flow in chosen(self.flows, "", caller):
            source = self.stream_of[flow.name]
            if source not in latest:
                latest[source] = self._complete(self.streams[source])
            items.append(self._item(flow, latest[source]))
        return {"items": items, "offered": [OFFERED]}

    def _complete(self, stream: int) -> PastRead | None:
        """The last complete read of a stream that says what became of its rows."""
        return next(
            (
                read
                for read in self.reads.latest([stream], _LOOKED_AT)
                if read.ended and read.complete and isinstance(read.counts.get("flows"), dict)
            ),
            None,
        )

    def _item(self, flow: FlowPlan, read: PastRead | None) -> Json:
        about: dict[str, Json] = {
            "flow": flow.name, "entity": flow.entity, "target": flow.target,
            "waiting_now": self.store.tally.entries(flow.id, *_OPEN),
            "exceptions_now": self.store.tally.entries(flow.id, State.PARKED),
        }  # fmt: skip
        fates = read.counts.get("flows") if read else None
        mine = fates.get(flow.name) if isinstance(fates, dict) else None
        if read is None or not isinstance(mine, dict):
            return about | {"at": None, "read": None, "complete": False} | Account().as_json()
        made, whole = self._ends(read.id)
        counted = account(read.counts, mine, made.get(flow.id, Ends()), all_known=whole)
        named = {"at": instant(read.ended), "read": read.name, "complete": True}
        return about | named | counted.as_json()

    def _ends(self, read: int) -> tuple[Mapping[int, Ends], bool]:
        known = self._known[1]
        if read not in known:
            known[read] = ends_of(self.store, read)
        return known[read]


@dataclass(frozen=True, slots=True)
class Account:
    """Where the rows of one read are; they add up to `in_source`."""

    in_source: int = 0
    delivered: int = 0
    unchanged: int = 0
    waiting: int = 0
    exceptions: int = 0
    held: int = 0
    set_aside: int = 0
    left_out: int = 0
    other: int = 0
    """Later records of the same key, newer versions, and rows that are behind."""
    unexplained: int = 0

    def as_json(self) -> dict[str, Json]:
        """For the face."""
        return {name: getattr(self, name) for name in self.__slots__}


def account(
    counts: Mapping[str, Json], fates: Mapping[str, Json], made: Ends, *, all_known: bool
) -> Account:
    """One flow's account of one read. Pure.

    `fates`: what became of each row when it was read; `made`: where the entries are that it made;
    `all_known`: none of them was forgotten since.
    """
    in_source, states = _number(counts.get("records")), made.states
    unreadable, duplicate = _number(counts.get("unreadable")), _number(counts.get("duplicate"))
    fate = {name: _number(number) for name, number in fates.items()}
    left = fate.get("queued", 0) + fate.get("parked", 0)
    taken: dict[str, int] = {}
    for name, there in (
        ("waiting", sum(states[state] for state in _OPEN)),
        ("parked", states[State.PARKED]),
        ("set_aside", states[State.SET_ASIDE]),
        ("superseded", max(0, states[State.SUPERSEDED] - made.edited)),
        ("delivered", states[State.DELIVERED] if all_known else left),
    ):
        taken[name] = min(left, there)
        left -= taken[name]
    exceptions = taken["parked"] + unreadable
    other = duplicate + taken["superseded"] + fate.get("behind", 0)
    known = (
        taken["delivered"] + taken["waiting"] + exceptions + taken["set_aside"] + other
        + fate.get("unchanged", 0) + fate.get("held", 0) + fate.get("left out", 0)
    )  # fmt: skip
    return Account(
        in_source=in_source,
        delivered=taken["delivered"],
        unchanged=fate.get("unchanged", 0),
        waiting=taken["waiting"],
        exceptions=exceptions,
        held=fate.get("held", 0),
        set_aside=taken["set_aside"],
        left_out=fate.get("left out", 0),
        other=other,
        unexplained=max(0, in_source - known),
    )


def _number(value: Json) -> int:
    return value if isinstance(value, int) else 0
