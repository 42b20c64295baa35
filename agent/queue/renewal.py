"""A base of the ledger written anew with the same rows, and what is done with folders of bases."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from agent.queue.base import finish
from agent.queue.blocks import PLACE, Block, Places


def renew(old: Path, fresh: Path, renewed: Callable[[int, bytes], bytes]) -> None:
    """The same base in another folder, its blocks as `renewed(number, sealed)` makes them."""
    header = json.loads((old / "header.json").read_text(encoding="ascii"))
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    for name in header["sums"]:
        if name not in ("blocks", "places"):
            shutil.copyfile(old / name, fresh / name)
    with (fresh / "blocks").open("wb") as blocks, (fresh / "places").open("wb") as places:
        at = 0
        for number, sealed, texts in _blocks_in(old):
            content = renewed(number, sealed)
            blocks.write(content)
            places.write(PLACE.pack(number, at, len(content), texts))
            at += len(content)
    finish(fresh, {name: said for name, said in header.items() if name != "sums"})


def blocks_of(folder: Path) -> Iterator[tuple[int, bytes]]:
    """(number, sealed) of each block of a base; nothing where it is not whole enough for that."""
    try:
        yield from ((number, sealed) for number, sealed, _ in _blocks_in(folder))
    except (OSError, ValueError, struct.error):
        return


def chosen(folder: Path, wanted: Callable[[bytes], bool], head: int) -> Iterator[tuple[int, bytes]]:
    """Those blocks whose first bytes are wanted; of the others nothing more is read."""
    try:
        places = Places((folder / "places").read_bytes())
        with (folder / "blocks").open("rb") as file:
            for number in places.numbers():
                start, end = places.find(number) or (0, 0)
                file.seek(start)
                first = file.read(min(head, end - start))
                if wanted(first):
                    yield number, first + file.read(end - start - len(first))
    except (OSError, ValueError, struct.error):
        return


def _blocks_in(folder: Path) -> Iterator[Block]:
    places = Places((folder / "places").read_bytes())
    with (folder / "blocks").open("rb") as file:
        for number in places.numbers():
            start, end = places.find(number) or (0, 0)
            file.seek(start)
            yield Block(number, file.read(end - start), places.texts(number))


def clean(ledger: Path, stream: int, number: int) -> None:
    """Remove bases of a stream that nothing points to; the one before this number stays."""
    for path in ledger.glob(f"{stream}.*"):
        if path.name not in (f"{stream}.{number}", f"{stream}.{number - 1}"):
            shutil.rmtree(path, ignore_errors=True)
