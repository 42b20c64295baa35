"""The ledger's base: immutable files of sorted keyed hashes, one folder per stream and number.

    rows      every remembered row, packed, sorted by key      key    index of keys
    raw       index of current raw fingerprints                lane-N index of the lanes of flow N
    blocks    sealed texts of keys, external ids, parents      header.json  counts and checksums

An index is three files: the hashes' halves and the row numbers (see `agent.arrays`). A new base is
the old one plus the delta; it is written beside the old one in buckets of bounded size, synced,
and then swapped by a number in the database. Nothing in it is plain text.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import struct
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import BinaryIO, NamedTuple
from weakref import finalize

from agent import arrays
from agent.durable import sync_folder
from agent.errors import StoreDamaged
from agent.memory import DELETED, NOTHING, Layout
from agent.queue.blocks import Block, Places, Repack, renumber, sparse_blocks
from agent.queue.blocks import write as write_blocks

_BUCKET_ROWS = 1 << 18
_RAW_AT = 16
_FLAGS_AT = 48
_BLOCK_AT = 52
_FLOW_AT = 60
_FLOW_SIZE = 48
_LANE_IN_FLOW = 16
_INDEX = ("hi", "lo", "row")

Alive = Callable[[Sequence[int]], set[int]]
"""Which of these entry numbers are still open: a delete's memory is kept as long as they are."""


class Header(NamedTuple):
    """Whose base it is, should the database have forgotten: labels are keyed hashes of names."""

    stream: int
    number: int
    label: str
    names: list[str]
    """Labels of its flows."""
    ids: list[int]
    """Of its flows."""
    block: int
    """The highest block number in it."""


def headers(ledger: Path) -> list[Header]:
    """Of every base in the ledger's folder that is whole enough to say what it is."""
    found = []
    for path in sorted(ledger.glob("*.*")):
        try:
            stream, number = map(int, path.name.split("."))
            said = json.loads((path / "header.json").read_text(encoding="ascii"))
            blocks = Places((path / "places").read_bytes()).numbers()
            found.append(
                Header(
                    stream, number, str(said["stream"]), list(map(str, said["names"])),
                    list(map(int, said["ids"])), max(blocks, default=0),
                )
            )  # fmt: skip
        except (OSError, ValueError, KeyError, TypeError, struct.error):
            continue
    return found


class Base:
    """An opened base."""

    def __init__(self, folder: Path, *, pure: bool = False) -> None:
        self.folder = folder
        header = json.loads((folder / "header.json").read_text(encoding="ascii"))
        self.rows: int = header["rows"]
        self.flows: int = header["flows"]
        self.lanes: list[int] = header["lanes"]
        self.ids: list[int] = header.get("ids", [])
        """Of its flows, in the order of each row's memory."""
        self._layout = Layout(self.flows)
        self._maps: list[mmap.mmap] = []
        self._open: list[_Parts] = []
        try:
            _verify(folder, header["sums"])
            self._rows = self._parts("rows")
            self.key = self._index("key", pure=pure)
            self.raw = self._index("raw", pure=pure)
            self.lane = {flow: self._index(f"lane-{flow}", pure=pure) for flow in self.lanes}
            self._blocks = self._parts("blocks")
            self._places = Places((folder / "places").read_bytes())
        except (FileNotFoundError, ValueError, struct.error) as error:
            raise StoreDamaged(f"The ledger {folder.name} is damaged.") from error

    def packed(self, row: int) -> bytes:
        """One packed row."""
        size = self._layout.size
        return self._rows.read(row * size, size)

    def span(self, start: int, end: int) -> bytes:
        """Packed rows `start` to `end`."""
        size = self._layout.size
        return self._rows.read(start * size, (end - start) * size)

    def block(self, number: int) -> bytes | None:
        """A sealed block, None if it is not here."""
        place = self._places.find(number)
        return None if place is None else self._blocks.read(place[0], place[1] - place[0])

    def blocks(self) -> Iterator[Block]:
        """All blocks, ascending."""
        for number in self._places.numbers():
            yield Block(number, self.block(number) or b"", self._places.texts(number))

    def texts(self) -> dict[int, int]:
        """How many texts each block holds at the most."""
        return {number: self._places.texts(number) for number in self._places.numbers()}

    def close(self) -> None:
        """Release the files."""
        for part in self._open:
            part.close()
        for each in self._maps:
            try:
                each.close()
            except BufferError:  # an array still looks at it; it goes with the array
                continue

    def _parts(self, name: str) -> _Parts:
        part = _Parts(self.folder / name)
        self._open.append(part)
        return part

    def _map(self, name: str) -> bytes | mmap.mmap:
        with (self.folder / name).open("rb") as file:
            if not os.fstat(file.fileno()).st_size:
                return b""
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._maps.append(mapped)
            return mapped

    def _index(self, name: str, *, pure: bool) -> arrays.HashIndex:
        hi, lo, row = (memoryview(self._map(f"{name}.{part}")) for part in _INDEX)
        return arrays.index(hi, lo, row, pure=pure)


class _Parts:
    """A file that is read in small parts here and there.

    A mapping would do, but every page around each part would count as memory of the process.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._lock = Lock()
        self.close = finalize(self, os.close, self._file)
        """Release the file; it goes with this object at the latest."""

    def read(self, start: int, size: int) -> bytes:
        """`size` bytes from `start` on, fewer at the end of the file."""
        with self._lock:
            os.lseek(self._file, start, os.SEEK_SET)
            found = os.read(self._file, size)
            while len(found) < size and (more := os.read(self._file, size - len(found))):
                found += more
        return found


def _verify(folder: Path, sums: dict[str, int]) -> None:
    for name, wanted in sums.items():
        if _checksum(folder / name) != wanted:
            raise StoreDamaged(f"The ledger {folder.name} is damaged: {name}.")


def _checksum(path: Path) -> int:
    """Read in blocks: a mapping would count as memory."""
    found = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found = zlib.crc32(block, found)
    return found


class _Buckets:
    """Items scattered by the top bits of their hash, so that each bucket sorts in memory."""

    def __init__(self, folder: Path, name: str, bits: int) -> None:
        self._bits = bits
        self._paths = [folder / f"{name}.bucket-{i}" for i in range(1 << bits)]
        self._files: list[BinaryIO] = [path.open("wb", buffering=1 << 16) for path in self._paths]

    def add(self, packed: bytes, size: int) -> None:
        """Scatter items of `size` bytes that begin with their hash."""
        if not self._bits:
            self._files[0].write(packed)
            return
        shift = 8 - self._bits
        for at in range(0, len(packed), size):
            self._files[packed[at + 7] >> shift].write(packed[at : at + size])

    def close(self) -> None:
        """Let go of the files, also of a merge that failed."""
        for file in self._files:
            file.close()

    def drain(self) -> Iterator[bytes]:
        """The buckets' contents, lowest hashes first."""
        for file, path in zip(self._files, self._paths, strict=True):
            file.close()
            yield path.read_bytes()
            path.unlink()


def write(
    folder: Path,
    *,
    flows: int,
    lanes: Sequence[int],
    old: Base | None,
    delta: Callable[[], Iterator[bytes]],
    rows: int,
    alive: Alive,
    blocks: Iterator[Block],
    repack: Repack,
    labels: Mapping[str, object],
    pure: bool = False,
) -> None:
    """Write a new base from the old one and the delta's pages of packed rows (oldest first).

    `rows` is an upper bound of how many there will be; `blocks` yields the delta's blocks;
    `labels` tell whose base this is, should the database forget it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    bits = min(8, max(0, (rows // _BUCKET_ROWS).bit_length()))
    size = Layout(flows).size
    live: Counter[int] = Counter()
    with ExitStack() as stack:

        def scattered(name: str) -> _Buckets:
            return stack.enter_context(closing(_Buckets(folder, name, bits)))

        incoming, raws = scattered("delta"), scattered("raw")
        by_lane = {flow: scattered(f"lane-{flow}") for flow in lanes}
        for page in delta():
            incoming.add(page, size)
        out = {
            name: stack.enter_context((folder / name).open("wb", buffering=1 << 18))
            for name in ("rows", "key.hi", "key.lo", "key.row")
        }
        count = 0
        ends = _bucket_ends(old, bits)
        for bucket, fresh in enumerate(incoming.drain()):
            start = ends[bucket - 1] if bucket else 0
            kept = old.span(start, ends[bucket]) if old else b""
            merged = _merge(kept + fresh, size, flows, alive, pure=pure)
            out["rows"].write(merged)
            many = len(merged) // size
            keys = arrays.column(merged, size, 0, 16, pure=pure)
            numbers = struct.pack(f"<{many}I", *range(count, count + many))
            out["key.hi"].write(arrays.column(keys, 16, 0, 8, pure=pure))
            out["key.lo"].write(arrays.column(keys, 16, 8, 8, pure=pure))
            out["key.row"].write(numbers)
            raws.add(_with_numbers(merged, size, _RAW_AT, count, pure=pure), 20)
            for flow, into in by_lane.items():
                at = _FLOW_AT + flow * _FLOW_SIZE + _LANE_IN_FLOW
                into.add(_with_numbers(merged, size, at, count, pure=pure), 20)
            blocks_of = arrays.column(merged, size, _BLOCK_AT, 4, pure=pure)
            live.update(arrays.counted(blocks_of, pure=pure))
            count += many
        _write_index(folder, "raw", raws, pure=pure)
        for flow, from_ in by_lane.items():
            _write_index(folder, f"lane-{flow}", from_, pure=pure)
    texts = old.texts().items() if old else ()
    sparse = renumber(folder / "rows", size, _BLOCK_AT, sparse_blocks(live, texts))
    carried = old.blocks() if old else iter(())
    write_blocks(folder, chain(carried, blocks), live, sparse, repack)
    finish(folder, {"rows": count, "flows": flows, "lanes": list(lanes), **labels})


def _bucket_ends(old: Base | None, bits: int) -> list[int]:
    """Where each bucket ends in the old rows, which are sorted by key."""
    if old is None:
        return [0] * (1 << bits)
    ends = []
    for bucket in range(1, (1 << bits) + 1):
        low, high = 0, old.rows
        while low < high:
            middle = (low + high) // 2
            if old.packed(middle)[7] >> (8 - bits) < bucket:
                low = middle + 1
            else:
                high = middle
        ends.append(low)
    return ends


def _merge(packed: bytes, size: int, flows: int, alive: Alive, *, pure: bool) -> bytes:
    """The last memory of each key, sorted; memories of deletes only while they are needed."""
    keys = arrays.column(packed, size, 0, 16, pure=pure)
    last = arrays.last_of_each(keys, pure=pure)
    merged = arrays.take(packed, size, last, pure=pure)
    gone = [
        at
        for at, flags in enumerate(arrays.column(merged, size, _FLAGS_AT, 1, pure=pure))
        if flags & DELETED
    ]
    if not gone:
        return merged
    layout = Layout(flows)
    seqs = {
        at: [memory.seq for memory in layout.unpack(merged[at * size : at * size + size]).flows]
        for at in gone
    }
    still = alive([seq for many in seqs.values() for seq in many if seq])
    drop = {at for at, many in seqs.items() if still.isdisjoint(many)}
    keep = [at for at in range(len(merged) // size) if at not in drop]
    return arrays.take(merged, size, keep, pure=pure)


def _with_numbers(packed: bytes, size: int, at: int, first: int, *, pure: bool) -> bytes:
    """(hash, row number) of each row whose hash at this offset is not empty."""
    hashes = arrays.column(packed, size, at, 16, pure=pure)
    return arrays.numbered(hashes, first, NOTHING, pure=pure)


def _write_index(folder: Path, name: str, buckets: _Buckets, *, pure: bool) -> None:
    with ExitStack() as stack:
        files = [
            stack.enter_context((folder / f"{name}.{part}").open("wb", buffering=1 << 18))
            for part in _INDEX
        ]
        for bucket in buckets.drain():
            hashes = arrays.column(bucket, 20, 0, 16, pure=pure)
            numbers = arrays.column(bucket, 20, 16, 4, pure=pure)
            for file, part in zip(files, arrays.sort(hashes, numbers, pure=pure), strict=True):
                file.write(part)


def finish(folder: Path, header: dict[str, object]) -> None:
    """Checksums, then the header, then everything on the disk before anyone is told."""
    names = sorted(path.name for path in folder.iterdir())
    sums = {}
    for name in names:
        fd = os.open(folder / name, os.O_RDWR)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
        sums[name] = _checksum(folder / name)
    with (folder / "header.json").open("w", encoding="ascii") as file:
        json.dump(header | {"sums": sums}, file)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)
    sync_folder(folder.parent)
