"""The delta of a stream's memory: what was committed since its base was written.

A table that the entries share their transaction with. In memory it is a dictionary, until it is
large enough to be merged. Each page carries a checksum: one that was damaged is not believed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from agent.memory import DELETED
from agent.queue.database import Connection


@dataclass
class Delta:
    """The rows changed since the base, newest memory of each."""

    by_key: dict[bytes, tuple[int, bytes]] = field(default_factory=dict)
    by_raw: dict[bytes, int] = field(default_factory=dict)
    by_lane: dict[tuple[int, bytes], bytes] = field(default_factory=dict)
    new_keys: list[bytes] = field(default_factory=list)
    overridden: set[int] = field(default_factory=set)
    count: int = 0

    def learn(self, row: bytes, in_base: int, base_rows: int, lanes: Sequence[int]) -> None:
        """A packed row that was committed; `in_base` is its number there, -1 if it has none."""
        key = row[:16]
        known = self.by_key.get(key)
        if known is not None:
            number = known[0]
            self.by_raw.pop(known[1][16:32], None)
        elif in_base < 0:
            number = base_rows + len(self.new_keys)
            self.new_keys.append(key)
        else:
            number = in_base
            self.overridden.add(number)
        self.by_key[key] = (number, row)
        if not row[48] & DELETED:
            self.by_raw[row[16:32]] = number
        for flow in lanes:
            at = 60 + 48 * flow + 16
            self.by_lane[flow, row[at : at + 16]] = key


class DeltaTable:
    """The pages of one stream's delta."""

    def __init__(self, connection: Connection, stream: int) -> None:
        self._db = connection
        self._stream = stream

    def pages(self, last: int | None = None) -> Iterator[tuple[int, bytes, bytes] | None]:
        """(number, packed rows, sealed texts), oldest first; None for a page that is damaged."""
        after = 0
        while True:
            found = self._db.rows(
                "select id, rows, block, sum from delta where stream = ? and id > ? and id <= ?"
                " order by id limit 16",
                (self._stream, after, last if last is not None else 1 << 62),
            )
            if not found:
                return
            for number, rows, block, total in found:
                yield (number, rows, block) if delta_sum(rows, block) == total else None
            after = found[-1][0]

    def bytes(self) -> int:
        """How many bytes of packed rows there are."""
        found = self._db.one(
            "select coalesce(sum(length(rows)), 0) from delta where stream = ?", (self._stream,)
        )
        return int(found[0]) if found else 0


def delta_sum(rows: bytes, block: bytes) -> int:
    """The checksum of a page of the delta."""
    return zlib.crc32(block, zlib.crc32(rows))
