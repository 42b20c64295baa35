"""The delta of a stream's memory: what was committed since its base was written.

A table that the entries share their transaction with. In memory it is a dictionary, until it is
large enough to be merged. Each page carries a checksum: one that was damaged is not believed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

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
