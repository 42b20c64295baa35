"""Rows that wait for a person because no message could be made of them, mapped by the mapping now.

A published mapping maps every row when its source is next read (RULES 15). What is parked does not
have to wait for that: it was kept, so the new mapping is tried on it at once. This also reaches
rows that cannot be read again, because their change file is over or their export was archived.
Whatever the ERP says of the row later comes after it, as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from agent.changes import rows
from agent.errors import SourceChanged
from agent.memory import DELETED, RowChange
from agent.model import Draft, LeftOut, Problem
from agent.queue.ledger import Ledger
from agent.queue.problems import KeptRow, Problems
from agent.runtime.emit import Emitter
from agent.runtime.plan import FlowPlan, Mapper

ROWS = 500
"""Opened at a time."""


class Remapper:
    """Maps the kept rows of some flows by their mappings of now."""

    def __init__(self, flows: Sequence[FlowPlan]) -> None:
        self._flows = {flow.id: flow for flow in flows}
        self._mappers: dict[tuple[int, tuple[str, ...]], Mapper | None] = {}

    def made(self, kept: KeptRow) -> Draft | LeftOut | Problem | None:
        """What the mapping makes of it; None if it wants a column that was not kept."""
        mapper = self._mapper(kept)
        if mapper is None:
            return None
        try:
            values = rows.read_back(kept.values)
        except (ValueError, KeyError):
            return None
        return mapper([values[name] for name in kept.values])

    def _mapper(self, kept: KeptRow) -> Mapper | None:
        flow, columns = self._flows[kept.flow], tuple(kept.values)
        if kept.said and flow.instead is not None:
            return _bound(flow.instead(kept.said), columns)
        known = (kept.flow, columns)
        if known not in self._mappers:
            self._mappers[known] = _bound(flow.bind, columns)
        return self._mappers[known]


def _bound(bind: Callable[[Sequence[str]], Mapper], columns: Sequence[str]) -> Mapper | None:
    if not columns:
        return None
    try:
        return bind(columns)
    except SourceChanged:
        return None


def remapped(
    flows: Sequence[FlowPlan], problems: Problems, ledger: Ledger, make: Callable[[], Emitter]
) -> Iterator[RowChange]:
    """What the mappings make now of rows that an older version of them could make nothing of.

    Also of those for which a person said what was missing.
    """
    listed = problems.of([flow.id for flow in flows])
    if not listed:
        return
    said = problems.edited([flow.id for flow in flows])
    emitter, remapper = make(), Remapper(flows)
    index = {flow.id: flow.index for flow in flows}
    versions = {flow.id: flow.version for flow in flows}
    due: list[tuple[int, int]] = []  # (row of the ledger, entry)
    for key, some in groupby(listed, key=lambda each: each[2]):
        row = int(ledger.find_key(key)[0])
        if row < 0 or ledger.memory(row).flags & DELETED:
            continue
        memory = ledger.memory(row)
        due += [
            (row, seq)
            for seq, flow, _ in some
            if memory.flows[index[flow]].seq == seq
            and (seq in said or memory.flows[index[flow]].version != versions[flow])
        ]
    for at in range(0, len(due), ROWS):
        part = due[at : at + ROWS]
        kept = {each.seq: each for each in problems.opened([seq for _, seq in part])}
        for row, group in groupby(part, key=lambda each: each[0]):
            made = {
                index[one.flow]: (result, one.place)
                for _, seq in group
                if (one := kept.get(seq)) is not None and (result := remapper.made(one)) is not None
            }
            change = emitter.again(row, made) if made else None
            if change is not None:
                yield change
