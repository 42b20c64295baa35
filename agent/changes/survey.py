"""A look at every record of a read before anything of it is committed. Pure.

A full export is surveyed to its end first: raw fingerprints tell the known records, only the
others are parsed for their keys. Then, for each key, the last record in the read wins
(RULES 3), and only after that are pages of winners committed, so that a loser never flaps back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from agent import arrays


class Ledger(Protocol):
    """What the survey asks of a stream's memory. Rows are numbered 0 to `rows`-1."""

    @property
    def rows(self) -> int:
        """How many row numbers there are."""
        ...

    def find_raw(self, hashes: bytes) -> Sequence[int]:
        """Row whose *current* raw fingerprint this is, -1 if none."""
        ...

    def find_key(self, hashes: bytes) -> Sequence[int]:
        """Row with this key, -1 if none."""
        ...

    def is_gone(self, row: int) -> bool:
        """Whether the row is only a memory of a delete."""
        ...


class Candidate(NamedTuple):
    """A record that must be looked at: new, changed, or only written differently."""

    number: int
    """Ordinal in the read."""
    key: bytes
    row: int
    """Row in the ledger, -1 for a new one."""


class Duplicate(NamedTuple):
    """A record that another one of the same key follows."""

    number: int
    row: int
    """Row in the ledger, -1 where only this read knows it."""


@dataclass
class Survey:
    """Collects a read page by page; `conclude` says what it amounts to."""

    ledger: Ledger
    everything: bool = False
    """Look at known records too: a mapping changed, a flow is behind, values are unproven."""
    records: int = 0
    unknown_keys: int = 0
    """Records whose key nobody could tell."""
    keys: bytearray = field(default_factory=bytearray)
    numbers: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._seen = arrays.seen(self.ledger.rows)
        self._unreadable: dict[bytes, int] = {}
        """The last unreadable record of each key: the row is seen, its values are not known."""
        self._unjudged: list[int] = []

    def page(self, hashes: bytes, first: int) -> list[int]:
        """Take a page of raw fingerprints; returns the indices of records to parse."""
        count = len(hashes) // arrays.SIZE
        self.records += count
        if self.everything:
            return list(range(count))
        found = self.ledger.find_raw(hashes)
        self.duplicates += [Duplicate(at, row) for row, at in self._seen.mark(found, first)]
        return arrays.unknown(found)

    def keyed(self, numbers: Sequence[int], keys: Sequence[bytes]) -> None:
        """The keys of parsed records, by ordinal."""
        joined = b"".join(keys)
        self.rows += arrays.numbers(self.ledger.find_key(joined))
        self.keys += joined
        self.numbers += numbers

    def unreadable(self, key: bytes | None, number: int) -> None:
        """A record that could not be parsed; where its key is known, the row was seen."""
        if key is None:
            self.unknown_keys += 1
        else:
            self._unreadable[key] = number

    def conclude(self) -> set[int]:
        """Decide the winners. Returns the ordinals of records that lost to a later one."""
        losers: set[int] = set()
        for earlier, _ in arrays.earlier_twins(bytes(self.keys)):
            losers.add(self.numbers[earlier])
            self.duplicates.append(Duplicate(self.numbers[earlier], self.rows[earlier]))
        for at, (number, row) in enumerate(zip(self.numbers, self.rows, strict=True)):
            if number not in losers and not self._wins(at, number, row):
                losers.add(number)
                self.duplicates.append(Duplicate(number, row))
        for key, number in self._unreadable.items():
            row = int(self.ledger.find_key(key)[0])
            if row >= 0 and self._seen.last(row) < number:
                self._meet(row, number)
                self._unjudged.append(row)
        return losers

    def _wins(self, at: int, number: int, row: int) -> bool:
        """Whether a record is the last one of its key, also counting unreadable ones."""
        if self._unreadable and self._unreadable.get(self._key(at), 0) > number:
            return False
        if row >= 0:
            if self._seen.last(row) > number:
                return False
            self._meet(row, number)
        return True

    def _meet(self, row: int, number: int) -> None:
        if known := self._seen.last(row):
            self.duplicates.append(Duplicate(known, row))
        self._seen.touch(row, number)

    def _key(self, at: int) -> bytes:
        return bytes(self.keys[at * arrays.SIZE : (at + 1) * arrays.SIZE])

    def unjudged(self) -> Iterator[int]:
        """Remembered rows of which this read says nothing readable. Only after `conclude`."""
        yield from (row for row in self._unjudged if not self.ledger.is_gone(row))
        yield from self.missing()

    def missing(self) -> Iterator[int]:
        """Rows that this read does not hold. Only after `conclude`."""
        return (row for row in self._seen.unseen() if not self.ledger.is_gone(row))

    def touched(self) -> int:
        """How many remembered rows this read holds. Only after `conclude`."""
        return self._seen.count()
