"""One parsed record against the memory of its row: which entries it causes. Pure.

Only a different message makes an entry (RULES 1). A row may feed no lane, or another one than
before; a lane no longer fed gets what the mapping states for leaving (RULES 6). A message that
could not be made is an entry too, parked from birth, so that nothing is silently skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import orjson

from agent.changes import rows
from agent.changes.fingerprint import Lanes
from agent.memory import (
    DELETED,
    NO_FLOW_MEMORY,
    NOTHING,
    EntryKind,
    FlowMemory,
    NewEntry,
    RowChange,
    RowMemory,
    RowText,
)
from agent.model import Draft, LeftOut, Op, Parent, Place, Problem, Scalar

About = Callable[[], tuple[str, tuple[Parent, ...]]]
"""The external id and parents that a flow remembers of a row; opened only when needed."""


class Fate(StrEnum):
    """What became of one row in one flow (RULES 13)."""

    UNCHANGED = "unchanged"
    QUEUED = "queued"
    PARKED = "parked"
    LEFT_OUT = "left out"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class FlowView:
    """What the judge must know of a flow."""

    index: int
    """Within its stream."""
    lanes: Lanes
    version: int
    """Of its mapping, the contract, and the target's profile together."""
    leaving: tuple[Op, Mapping[str, Scalar]] | None
    """What a lane no longer fed gets; None: it is left as it is."""
    trusted: bool = True
    """False: what it remembers of values is unproven, compare with the target (RULES 5)."""


@dataclass(slots=True)
class Verdict:
    """What one flow makes of one row."""

    memory: FlowMemory
    fate: Fate
    external_id: str = ""
    parents: tuple[Parent, ...] = ()
    entries: list[NewEntry] = field(default_factory=list)
    clears: int = 0
    """The flow's last entry, if it is a problem that this row no longer has."""


def payload(external_id: str, fields: Mapping[str, Scalar], parents: tuple[Parent, ...]) -> bytes:
    """A message's content as JSON.

    A mapping names its fields always in the same order, the contract's: equal content is equal
    bytes.
    """
    body: dict[str, object] = {"x": external_id, "f": fields}
    if parents:
        body["p"] = [list(parent) for parent in parents]
    return orjson.dumps(body)


def judge(
    flow: FlowView,
    memory: FlowMemory,
    text: About,
    made: Draft | LeftOut | Problem,
    place: Place,
) -> Verdict:
    """What `flow` makes of a record. `text` opens what its memory says in words."""
    if isinstance(made, Draft):
        return _message(flow, memory, text, made)
    if isinstance(made, LeftOut):
        left = FlowMemory(NOTHING, NOTHING, flow.version, memory.seq)
        entries = _leaving(flow, memory, text)
        return Verdict(left, Fate.LEFT_OUT, entries=entries, clears=0 if entries else memory.seq)
    return _problem(flow, memory, text, made, place)


def _message(flow: FlowView, memory: FlowMemory, text: About, made: Draft) -> Verdict:
    body = payload(made.external_id, made.fields, made.parents)
    message, lane = flow.lanes.message(body), flow.lanes.lane(made.external_id)
    now = FlowMemory(message, lane, flow.version, memory.seq)
    if flow.trusted and message == memory.message and lane == memory.lane:
        return Verdict(now, Fate.UNCHANGED, made.external_id, made.parents)
    verdict = Verdict(now, Fate.QUEUED, made.external_id, made.parents)
    if memory.lane not in (NOTHING, lane):
        verdict.entries += _leaving(flow, memory, text)
    verdict.entries.append(
        NewEntry(
            flow=flow.index,
            kind=EntryKind.MESSAGE,
            op=Op.UPSERT,
            lane=lane,
            payload=body,
            fields=tuple(made.fields),
            previous=memory.seq,
            is_plain=flow.trusted and not memory.seq and not verdict.entries,
            verify=not flow.trusted,
            unsure=_unsure(flow, memory),
        )
    )
    return verdict


def _problem(
    flow: FlowView,
    memory: FlowMemory,
    text: About,
    made: Problem,
    place: Place,
) -> Verdict:
    """The lane stays fed: what the target holds of the row stays as it is until the row is good."""
    said: dict[str, object] = {
        "x": made.external_id,
        "e": [made.code, made.reason, made.field],
    }
    if made.row:
        said["r"] = rows.written(made.row)
    message = flow.lanes.message(orjson.dumps(said))
    body = orjson.dumps(said | {"f": made.fields}) if made.fields else orjson.dumps(said)
    now = FlowMemory(message, memory.lane, flow.version, memory.seq)
    external_id, parents = text() if memory.lane != NOTHING else ("", ())
    if message == memory.message and flow.trusted:
        return Verdict(now, Fate.PARKED, external_id, parents)
    lane = flow.lanes.lane(made.external_id) if made.external_id else memory.lane
    return Verdict(
        now,
        Fate.PARKED,
        external_id,
        parents,
        [
            NewEntry(
                flow=flow.index,
                kind=EntryKind.PROBLEM,
                op=Op.UPSERT,
                lane=lane,
                payload=body,
                fields=(),
                previous=memory.seq,
                code=made.code,
                reason=made.reason,
                field=made.field,
                place=place,
            )
        ],
    )


def _leaving(flow: FlowView, memory: FlowMemory, text: About) -> list[NewEntry]:
    """The entry for a lane that the row no longer feeds."""
    if flow.leaving is None or memory.lane == NOTHING:
        return []
    op, fields = flow.leaving
    external_id, parents = text()
    return [
        NewEntry(
            flow=flow.index,
            kind=EntryKind.MESSAGE,
            op=op,
            lane=memory.lane,
            payload=payload(external_id, fields, parents if op is Op.DELETE else ()),
            fields=tuple(fields),
            previous=memory.seq,
            verify=not flow.trusted,
            unsure=_unsure(flow, memory),
        )
    ]


def _unsure(flow: FlowView, memory: FlowMemory) -> bool:
    """Whether what was last sent of the row is not believed to stand in the target."""
    return not flow.trusted or (memory.message == NOTHING and bool(memory.seq))


def gone(flows: Sequence[FlowView], row: RowMemory, text: RowText) -> RowChange:
    """A row that left its source: every lane that it feeds gets what leaving means."""
    entries: list[NewEntry] = []
    memories, clears = [], []
    for flow in flows:
        memory = row.flows[flow.index]
        about = (text.external_ids[flow.index], text.parents[flow.index])
        left = _leaving(flow, memory, _known(*about))
        entries += left
        if memory.seq and not left:
            clears.append(memory.seq)
        memories.append(FlowMemory(NOTHING, NOTHING, flow.version, memory.seq))
    kept = (row.block, row.slot)
    return RowChange(row.key, NOTHING, NOTHING, DELETED, text, kept, memories, entries, clears)


def _known(external_id: str, parents: tuple[Parent, ...]) -> About:
    return lambda: (external_id, parents)


def remembered(row: RowMemory | None, flow: int) -> FlowMemory:
    """What the flow remembers of the row."""
    return NO_FLOW_MEMORY if row is None else row.flows[flow]
