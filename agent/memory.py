"""What Waybill remembers of a row, and what a page of a read adds to it. Pure.

Two memories (RULES 1): the *stream* remembers a row's raw fingerprint, only to skip work; each
*flow* remembers the last message it made of the row, which alone decides whether there is news.

A remembered row is a fixed number of bytes, so that a million of them can be searched in a file:

    key 16 | raw 16 | values 16 | flags 1 (+3) | block 4 | slot 4        of the stream
    message 16 | lane 16 | version 4 (+4) | seq 8                        of each of its flows

All hashes are keyed (`Cipher.keyed_hash`); the text of the key, the external ids and the parents
stand in the sealed block that `block` and `slot` point to.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain
from typing import Any, NamedTuple

from agent.model import Op, Parent, Place, Scalar

NOTHING = bytes(16)
"""The hash of nothing: no message was made, no lane is fed."""

DELETED = 1
"""Flag: the row is gone; kept while an entry about its going is open."""
UNPROVEN = 2
"""Flag: existence is believed, values are not (RULES 5)."""


class FlowMemory(NamedTuple):
    """What one flow remembers of one row."""

    message: bytes
    lane: bytes
    version: int
    seq: int
    """The newest entry that the flow made for the row; 0 if none."""


NO_FLOW_MEMORY = FlowMemory(NOTHING, NOTHING, 0, 0)


class RowMemory(NamedTuple):
    """What is remembered of one row of a stream."""

    key: bytes
    raw: bytes
    values: bytes
    flags: int
    block: int
    slot: int
    flows: tuple[FlowMemory, ...]


class RowText(NamedTuple):
    """The sealed part of a row's memory: what an inferred delete needs (RULES 4)."""

    key: tuple[str, ...]
    external_ids: tuple[str, ...]
    """Per flow; empty where the flow feeds no lane."""
    parents: tuple[tuple[Parent, ...], ...]
    states: tuple[tuple[Scalar, ...], ...] = ()
    """Per flow: the states that its last message said; empty where no flow has a code with a life."""

    @staticmethod
    def of(found: Any) -> RowText:
        """One text of an opened block, as JSON gives it back."""
        key, external_ids, parents, *states = found
        return RowText(
            tuple(key),
            tuple(external_ids),
            tuple(tuple(Parent(*parent) for parent in some) for some in parents),
            tuple(map(tuple, states[0])) if states else (),
        )

    def states_of(self, flow: int) -> tuple[Scalar, ...]:
        """The states that the last message of a flow said, as far as they were kept."""
        return self.states[flow] if flow < len(self.states) else ()


class Layout:
    """Packs and unpacks the remembered rows of a stream with this many flows."""

    def __init__(self, flows: int) -> None:
        self.flows = flows
        self._stream = struct.Struct("<16s16s16sBxxxII")
        self._flow = struct.Struct("<16s16sIxxxxQ")
        self._whole = struct.Struct(self._stream.format + self._flow.format[1:] * flows)
        self.size = self._whole.size
        self.pack_parts = self._whole.pack
        """One row as bytes, from its parts one after the other."""

    def pack(self, row: RowMemory) -> bytes:
        """One row as bytes."""
        return self._whole.pack(*row[:6], *chain.from_iterable(row.flows))

    def unpack(self, packed: bytes | memoryview) -> RowMemory:
        """Reverse `pack`."""
        at, size = self._stream.size, self._flow.size
        flows = tuple(
            FlowMemory(*self._flow.unpack_from(packed, at + i * size)) for i in range(self.flows)
        )
        key, raw, values, flags, block, slot = self._stream.unpack_from(packed, 0)
        return RowMemory(key, raw, values, flags, block, slot, flows)


class EntryKind(IntEnum):
    """What an entry of the queue stands for."""

    MESSAGE = 0
    """A message on its way."""
    PROBLEM = 1
    """A row of which no valid message could be made: parked from birth."""


@dataclass(slots=True)
class NewEntry:
    """An entry about to be queued."""

    flow: int
    """Index of the flow within its stream."""
    kind: EntryKind
    op: Op
    lane: bytes
    payload: bytes
    """Canonical JSON: `x` external id, `f` fields, `p` parents."""
    fields: tuple[str, ...]
    """Names of the fields it carries: its shape, which decides what it covers (RULES 17)."""
    previous: int
    """The flow's last entry for this row, 0 if none."""
    code: str = ""
    reason: str = ""
    field: str = ""
    place: Place | None = None
    is_plain: bool = False
    """A new row's first message: nothing to supersede, nothing to verify."""
    verify: bool = False
    """Compare with the target before sending: what it holds may already be this (RULES 5)."""
    unsure: bool = False
    """The target may hold something else than what was confirmed last."""
    remapped: bool = False
    """The row had not changed since it was last sent, only its mapping."""


@dataclass(slots=True)
class RowChange:
    """What a page has to remember of one row, and the entries that the row causes."""

    key: bytes
    raw: bytes
    values: bytes
    flags: int
    text: RowText | None
    """None: as before, see `kept`."""
    kept: tuple[int, int]
    """Block and slot of the text as it was before."""
    flows: list[FlowMemory]
    """`seq` of a flow with a new entry is filled in when the entry gets its number."""
    entries: list[NewEntry]
    clears: list[int]
    """Last entries of flows for which the row is no longer a problem: see `queue.commit`."""
