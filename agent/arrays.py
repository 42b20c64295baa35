"""Sorted arrays of 16-byte hashes: the one narrow place that may use numpy.

The ledger asks three questions of a million rows: *which of these hashes do I know*, *which rows
did this read not touch*, and *which of these hashes stand here twice*. numpy answers them fast;
where it is missing (or `pure=True`) plain Python gives the same answers more slowly. numpy is loaded
by the first array of some size: an agent with small tables never needs its 12 MB.

A hash is 16 bytes; arrays of them travel as one bytes-like object of 16 x n bytes. Sorted means:
by the first eight bytes read as a little-endian number, then by the last eight.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any, Protocol

SIZE = 16
WORTH = 512
"""Items from which on numpy is worth loading; once loaded, it takes all."""

numpy: Any = None
_is_missing = False

Bytes = bytes | bytearray | memoryview


class HashIndex(Protocol):
    """An immutable sorted array of hashes, each with the number of its row."""

    def find(self, hashes: Bytes) -> Sequence[int]:
        """The row number of each hash, -1 where it is unknown."""
        ...

    def __len__(self) -> int: ...


class Seen(Protocol):
    """Which rows a read has met, and at which record last."""

    def mark(self, rows: Sequence[int], first: int) -> list[tuple[int, int]]:
        """Records `first`, `first`+1, ... met these rows (-1: none).

        Returns (row, earlier record) for every record that another one of the same row follows.
        """
        ...

    def touch(self, row: int, at: int) -> None:
        """Record `at` met this row; whoever met it before is not told."""
        ...

    def last(self, row: int) -> int:
        """The last record that met this row, 0 if none did."""
        ...

    def unseen(self) -> Iterator[int]:
        """Rows that no record met, in order."""
        ...

    def count(self) -> int:
        """How many rows were met."""
        ...


def index(hi: Bytes, lo: Bytes, rows: Bytes, *, pure: bool = False) -> HashIndex:
    """An index over sorted columns: hi and lo halves (8 bytes each) and row numbers (4 bytes)."""
    if not _is_worth(len(rows) // 4, pure=pure):
        return _PureIndex(hi, lo, rows)
    return _NumpyIndex(hi, lo, rows)


def seen(rows: int, *, pure: bool = False) -> Seen:
    """A fresh record of which of `rows` rows a read has met."""
    return _NumpySeen(rows) if _is_worth(rows, pure=pure) else _PureSeen(rows)


def sort(hashes: Bytes, rows: Bytes, *, pure: bool = False) -> tuple[bytes, bytes, bytes]:
    """Sort hashes with their row numbers into the columns that `index` takes."""
    if not _is_worth(len(hashes) // SIZE, pure=pure):
        return _pure_sort(hashes, rows)
    pairs = numpy.frombuffer(hashes, "<u8").reshape(-1, 2)
    by_hash = numpy.lexsort((pairs[:, 1], pairs[:, 0]))
    values = numpy.frombuffer(rows, "<u4")[by_hash]
    return pairs[by_hash, 0].tobytes(), pairs[by_hash, 1].tobytes(), values.tobytes()


def order(hashes: Bytes, *, pure: bool = False) -> Sequence[int]:
    """The positions of these hashes in sorted order; equal hashes keep their order."""
    if not _is_worth(len(hashes) // SIZE, pure=pure):
        values = [bytes(hashes[i : i + SIZE]) for i in range(0, len(hashes), SIZE)]
        return sorted(range(len(values)), key=lambda i: _halves(values[i]))
    pairs = numpy.frombuffer(hashes, "<u8").reshape(-1, 2)
    found: Sequence[int] = numpy.lexsort((pairs[:, 1], pairs[:, 0]))
    return found


def take(items: Bytes, size: int, positions: Sequence[int], *, pure: bool = False) -> bytes:
    """The `size`-byte items at these positions, joined."""
    if not _is_worth(len(positions), pure=pure):
        return b"".join(bytes(items[i * size : i * size + size]) for i in positions)
    table = numpy.frombuffer(items, f"V{size}")
    taken: bytes = table[numpy.asarray(positions, dtype="i8")].tobytes()
    return taken


def column(items: Bytes, size: int, at: int, width: int, *, pure: bool = False) -> bytes:
    """`width` bytes at offset `at` of each `size`-byte item, joined."""
    if not _is_worth(len(items) // size, pure=pure):
        return b"".join(bytes(items[i + at : i + at + width]) for i in range(0, len(items), size))
    table = numpy.frombuffer(items, "u1").reshape(-1, size)
    cut: bytes = table[:, at : at + width].tobytes()
    return cut


def counted(packed: Bytes, *, pure: bool = False) -> dict[int, int]:
    """How often each 4-byte number stands here."""
    if not _is_worth(len(packed) // 4, pure=pure):
        return dict(Counter(array("I", bytes(packed))))
    found, counts = numpy.unique(numpy.frombuffer(packed, "<u4"), return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


def numbered(hashes: Bytes, first: int, without: bytes, *, pure: bool = False) -> bytes:
    """Each hash followed by its 4-byte number, counted from `first`; `without` is left out."""
    if not _is_worth(len(hashes) // SIZE, pure=pure):
        return b"".join(
            bytes(hashes[i : i + SIZE]) + (first + i // SIZE).to_bytes(4, "little")
            for i in range(0, len(hashes), SIZE)
            if hashes[i : i + SIZE] != without
        )
    count = len(hashes) // SIZE
    table = numpy.empty((count, SIZE + 4), "u1")
    table[:, :SIZE] = numpy.frombuffer(hashes, "u1").reshape(-1, SIZE)
    rows = numpy.arange(first, first + count, dtype="<u4")
    table[:, SIZE:] = rows.view("u1").reshape(-1, 4)
    left_out = numpy.frombuffer(without, "u1")
    kept: bytes = table[(table[:, :SIZE] != left_out).any(axis=1)].tobytes()
    return kept


def last_of_each(hashes: Bytes, *, pure: bool = False) -> Sequence[int]:
    """The last position of each different hash, in sorted order of the hashes."""
    places = order(hashes, pure=pure)
    if not _is_worth(len(hashes) // SIZE, pure=pure):
        values = [bytes(hashes[i * SIZE : i * SIZE + SIZE]) for i in places]
        ends = [i for i in range(len(values)) if i + 1 == len(values) or values[i] != values[i + 1]]
        return [places[i] for i in ends]
    pairs = numpy.frombuffer(hashes, "<u8").reshape(-1, 2)[numpy.asarray(places)]
    last = numpy.ones(len(pairs), bool)
    last[:-1] = (pairs[1:] != pairs[:-1]).any(axis=1)
    kept: Sequence[int] = numpy.asarray(places)[last]
    return kept


def earlier_twins(hashes: Bytes, *, pure: bool = False) -> list[tuple[int, int]]:
    """For hashes that stand here more than once: (earlier position, next position of the same)."""
    if not _is_worth(len(hashes) // SIZE, pure=pure):
        last: dict[bytes, int] = {}
        twins = []
        for at in range(len(hashes) // SIZE):
            value = bytes(hashes[at * SIZE : at * SIZE + SIZE])
            if value in last:
                twins.append((last[value], at))
            last[value] = at
        return twins
    pairs = numpy.frombuffer(hashes, "<u8").reshape(-1, 2)
    places = numpy.lexsort((pairs[:, 1], pairs[:, 0]))  # stable: equal hashes stay in order
    same = (pairs[places][1:] == pairs[places][:-1]).all(axis=1)
    at = numpy.flatnonzero(same)
    return list(zip(places[at].tolist(), places[at + 1].tolist(), strict=True))


def unknown(found: Sequence[int]) -> list[int]:
    """The positions at which `HashIndex.find` knew nothing."""
    if isinstance(found, list):
        return [at for at, row in enumerate(found) if row < 0]
    places: list[int] = numpy.flatnonzero(numpy.asarray(found) < 0).tolist()
    return places


def numbers(found: Sequence[int]) -> list[int]:
    """What `HashIndex.find` answered as plain integers."""
    return found if isinstance(found, list) else [int(row) for row in found]


def _is_worth(items: int, *, pure: bool) -> bool:
    """Whether numpy is here and does this."""
    global numpy, _is_missing  # noqa: PLW0603 loaded once for the process
    if numpy is None and not pure and not _is_missing and items >= WORTH:
        try:
            numpy = import_module("numpy")
        except ImportError:  # the pure path is complete
            _is_missing = True
    return numpy is not None and not pure


def _halves(value: Bytes) -> tuple[int, int]:
    return int.from_bytes(value[:8], "little"), int.from_bytes(value[8:], "little")


class _NumpyIndex:
    def __init__(self, hi: Bytes, lo: Bytes, rows: Bytes) -> None:
        self._hi: Any = numpy.frombuffer(hi, "<u8")
        self._lo: Any = numpy.frombuffer(lo, "<u8")
        self._rows: Any = numpy.frombuffer(rows, "<u4")

    def __len__(self) -> int:
        return len(self._hi)

    def find(self, hashes: Bytes) -> Sequence[int]:
        wanted = numpy.frombuffer(hashes, "<u8").reshape(-1, 2)
        count = len(self._hi)
        if not count:
            nothing: Sequence[int] = numpy.full(len(wanted), -1, "i8")
            return nothing
        # Probing in sorted order keeps the probes of a page in neighbouring cache lines.
        by_hi = numpy.argsort(wanted[:, 0])
        at = numpy.empty(len(wanted), "i8")
        at[by_hi] = numpy.searchsorted(self._hi, wanted[by_hi, 0])
        at[at == count] = 0
        hit = self._hi[at] == wanted[:, 0]
        good = hit & (self._lo[at] == wanted[:, 1])
        rows: Any = numpy.where(good, self._rows[at].astype("i8"), -1)
        for i in numpy.flatnonzero(hit & ~good).tolist():  # the first halves agree by chance
            step = int(at[i]) + 1
            while step < count and self._hi[step] == wanted[i, 0]:
                if self._lo[step] == wanted[i, 1]:
                    rows[i] = self._rows[step]
                    break
                step += 1
        found: Sequence[int] = rows
        return found


class _PureIndex:
    def __init__(self, hi: Bytes, lo: Bytes, rows: Bytes) -> None:
        self._hi = memoryview(hi).cast("B").cast("Q")
        self._lo = memoryview(lo).cast("B").cast("Q")
        self._rows = memoryview(rows).cast("B").cast("I")

    def __len__(self) -> int:
        return len(self._hi)

    def find(self, hashes: Bytes) -> Sequence[int]:
        return [self._one(hashes[i : i + SIZE]) for i in range(0, len(hashes), SIZE)]

    def _one(self, value: Bytes) -> int:
        hi, lo = _halves(value)
        at = bisect_left(self._hi, hi)
        while at < len(self._hi) and self._hi[at] == hi:
            if self._lo[at] == lo:
                return self._rows[at]
            at += 1
        return -1


class _NumpySeen:
    def __init__(self, rows: int) -> None:
        self._last: Any = numpy.zeros(rows, "u4")

    def mark(self, rows: Sequence[int], first: int) -> list[tuple[int, int]]:
        every = numpy.asarray(rows, dtype="i8")
        at = numpy.flatnonzero(every >= 0)
        met = every[at]
        records = (at + first).astype("u4")
        before = self._last[met]
        self._last[met] = records  # of equal indices the last one stays
        twice = [(int(met[i]), int(before[i])) for i in numpy.flatnonzero(before).tolist()]
        overwritten = self._last[met] != records
        if overwritten.any():
            lost = numpy.flatnonzero(overwritten).tolist()
            twice += [(int(met[i]), int(records[i])) for i in lost]
        return _without_echo(twice) if twice else twice

    def touch(self, row: int, at: int) -> None:
        self._last[row] = at

    def last(self, row: int) -> int:
        return int(self._last[row])

    def unseen(self) -> Iterator[int]:
        return iter(numpy.flatnonzero(self._last == 0).tolist())

    def count(self) -> int:
        return int(numpy.count_nonzero(self._last))


def _without_echo(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Each (row, record) once: three records of one row in one page name the first one twice."""
    return sorted(set(pairs))


class _PureSeen:
    def __init__(self, rows: int) -> None:
        self._last = array("I", bytes(4 * rows))

    def mark(self, rows: Sequence[int], first: int) -> list[tuple[int, int]]:
        twice = []
        for at, row in enumerate(rows, first):
            if row >= 0:
                if self._last[row]:
                    twice.append((int(row), self._last[row]))
                self._last[row] = at
        return sorted(twice)

    def touch(self, row: int, at: int) -> None:
        self._last[row] = at

    def last(self, row: int) -> int:
        return self._last[row]

    def unseen(self) -> Iterator[int]:
        return (row for row, last in enumerate(self._last) if not last)

    def count(self) -> int:
        return sum(1 for last in self._last if last)


def _pure_sort(hashes: Bytes, rows: Bytes) -> tuple[bytes, bytes, bytes]:
    values = array("I", bytes(rows))
    places = order(hashes, pure=True)
    halves = [_halves(hashes[i * SIZE : i * SIZE + SIZE]) for i in places]
    return (
        array("Q", (hi for hi, _ in halves)).tobytes(),
        array("Q", (lo for _, lo in halves)).tobytes(),
        array("I", (values[i] for i in places)).tobytes(),
    )
