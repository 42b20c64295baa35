"""Raw records that a survey set aside until the end of the read is known.

Few stay in memory. Many (a first load) go to a temporary file, sealed under a key that never
leaves memory: what a crash leaves behind is noise, and is removed at the next start.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple

from agent.ports import Cipher

IN_MEMORY = 24 * 1024 * 1024


class Chunk(NamedTuple):
    """Consecutive candidates: their ordinals, raw fingerprints (joined), and bytes."""

    numbers: list[int]
    raws: bytes
    records: list[bytes]


class Spool:
    """First in, first out; read once or more after everything was put in."""

    def __init__(self, cipher: Cipher, folder: Path, *, in_memory: int = IN_MEMORY) -> None:
        self._cipher = cipher
        self._folder = folder
        self._left = in_memory
        self._chunks: list[Chunk | tuple[int, int]] = []
        self._file: BinaryIO | None = None

    def put(self, numbers: list[int], raws: bytes, records: list[bytes]) -> None:
        """Set records aside."""
        self._left -= sum(map(len, records)) + 100 * len(records)
        if self._left > 0:
            self._chunks.append(Chunk(numbers, raws, records))
            return
        if self._file is None:
            self._file = TemporaryFile(dir=self._folder, prefix="spool-")  # noqa: SIM115, closed
        lengths = b"".join([len(record).to_bytes(4, "little") for record in records])
        ordinals = b"".join([number.to_bytes(8, "little") for number in numbers])
        head = len(records).to_bytes(4, "little")
        sealed = self._cipher.seal(b"spool", b"".join([head, lengths, ordinals, raws, *records]))
        at = self._file.seek(0, os.SEEK_END)
        self._file.write(sealed)
        self._chunks.append((at, len(sealed)))

    def __iter__(self) -> Iterator[Chunk]:
        for chunk in self._chunks:
            yield chunk if isinstance(chunk, Chunk) else self._load(*chunk)

    def close(self) -> None:
        """Forget everything."""
        self._chunks.clear()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _load(self, at: int, size: int) -> Chunk:
        if self._file is None:
            raise ValueError("the spool is closed")
        self._file.seek(at)
        plain = self._cipher.open(b"spool", self._file.read(size))
        count = int.from_bytes(plain[:4], "little")
        numbers_at, raws_at, records_at = 4 + 4 * count, 4 + 12 * count, 4 + 28 * count
        numbers = list(memoryview(plain[numbers_at:raws_at]).cast("Q"))
        records, start = [], records_at
        for length in memoryview(plain[4:numbers_at]).cast("I"):
            records.append(plain[start : start + length])
            start += length
        return Chunk(numbers, plain[raws_at:records_at], records)


def sweep(folder: Path) -> None:
    """Remove what a crash left (TemporaryFile leaves a name only where the OS has no other way)."""
    for path in folder.glob("spool-*"):
        path.unlink(missing_ok=True)
