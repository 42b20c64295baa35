"""The sealed texts of a base: blocks carried over, and packed again when little of them is left.

Every changed row leaves a dead text in an older block. A block of which less than half is alive
is opened, reduced to its living texts and sealed again under its own number; a few per merge, the
emptiest first, so that a merge stays short and the base in proportion to its rows.
"""

from __future__ import annotations

import os
import struct
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from agent import arrays

PLACE = struct.Struct("<QQQQ")
"""Number, offset, size, and how many texts there are at the most."""
MOST = 256
"""Blocks packed again in one merge."""
_SMALL = 16

Repack = Callable[[int, bytes, Sequence[int]], bytes]
"""(number, sealed, slots) -> the texts of these slots, sealed again under that number."""


class Block(NamedTuple):
    """A sealed block and how many texts are in it at the most."""

    number: int
    sealed: bytes
    texts: int


class Places:
    """Where blocks stand in the file `blocks`."""

    def __init__(self, packed: bytes) -> None:
        self._places = {number: rest for number, *rest in PLACE.iter_unpack(packed)}

    def find(self, number: int) -> tuple[int, int] | None:
        """Start and end of a block, None if it is not here."""
        found = self._places.get(number)
        return None if found is None else (found[0], found[0] + found[1])

    def numbers(self) -> Iterator[int]:
        """All blocks, ascending."""
        return iter(self._places)

    def texts(self, number: int) -> int:
        """How many texts a block holds at the most."""
        texts: int = self._places[number][2]
        return texts


def write(
    folder: Path, blocks: Iterable[Block], live: Counter[int], sparse: dict[int, list[int]],
    repack: Repack,
) -> None:  # fmt: skip
    """Write those blocks of which something is alive; `sparse` ones only with these slots."""
    with (folder / "blocks").open("wb") as out, (folder / "places").open("wb") as places:
        at = 0
        for number, sealed, texts in blocks:
            if not live[number]:
                continue
            slots = sparse.get(number)
            kept = sealed if slots is None else repack(number, sealed, slots)
            out.write(kept)
            count = texts if slots is None else len(slots)
            places.write(PLACE.pack(number, at, len(kept), count))
            at += len(kept)


def sparse_blocks(live: Counter[int], texts: Iterable[tuple[int, int]]) -> list[int]:
    """The blocks to pack again: (number, texts) of all, those with the most dead texts first."""
    dead = [
        (count - live[number], number)
        for number, count in texts
        if live[number] and count >= _SMALL and live[number] * 2 < count
    ]
    return sorted(number for _, number in sorted(dead, reverse=True)[:MOST])


def renumber(path: Path, size: int, at: int, sparse: Sequence[int]) -> dict[int, list[int]]:
    """Give the rows of sparse blocks new slots, in the file of packed rows.

    `at` is where a row of `size` bytes says (block, slot). Returns the old slots in their new
    order, by block.
    """
    if not sparse:
        return {}
    slots: dict[int, list[int]] = {number: [] for number in sparse}
    wanted, step = set(sparse), 4096 * size
    with path.open("r+b") as file:
        while packed := file.read(step):
            numbers = array("I", arrays.column(packed, size, at, 4))
            hits = [row for row, number in enumerate(numbers) if number in wanted]
            if not hits:
                continue
            changed = bytearray(packed)
            for row in hits:
                place = row * size + at + 4
                mine = slots[numbers[row]]
                mine.append(int.from_bytes(changed[place : place + 4], "little"))
                changed[place : place + 4] = (len(mine) - 1).to_bytes(4, "little")
            file.seek(-len(packed), os.SEEK_CUR)
            file.write(changed)
    return slots
