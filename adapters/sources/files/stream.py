"""The bytes of one file, in blocks: opened safely, hashed beside the reading, checked at the end.

The hash is computed in a side thread (hashlib lets go of the interpreter), so that it costs no
wall time. `unchanged` compares what was opened with what is there at the end.
"""

from __future__ import annotations

import codecs
import os
import stat
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from adapters.sources.files.scan import Stamp, stamp_of

BLOCK = 256 * 1024
HEAD = 4096
_BEHIND = 16  # blocks that the hash may lag
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)  # a link that was put there since the scan
    | getattr(os, "O_NONBLOCK", 0)  # a pipe that was put there since the scan
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOINHERIT", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file for reading, unbuffered; OSError for anything else.

    In nobody's way: also on Windows it may be renamed and deleted meanwhile.
    """
    if os.name == "nt":
        from agent.machine import windows

        descriptor = windows.opened(str(path), _FLAGS)
    else:
        descriptor = os.open(path, _FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise FileNotFoundError(2, "not a plain file", str(path))
        return os.fdopen(descriptor, "rb", buffering=0)
    except BaseException:
        os.close(descriptor)
        raise


def digest_of(path: Path) -> tuple[str, Stamp]:
    """blake2b of a whole file, and its stamp after reading."""
    with open_plain(path) as file:
        digest = blake2b(digest_size=32)
        while block := file.read(BLOCK):
            digest.update(block)
        return digest.hexdigest(), stamp_of(os.fstat(file.fileno()))


def head_of(path: Path, size: int) -> str:
    """blake2b of the first `size` bytes."""
    with open_plain(path) as file:
        return blake2b(file.read(size), digest_size=32).hexdigest()


class SideHash:
    """blake2b in a thread of its own; bounded behind the reader."""

    def __init__(self) -> None:
        self._digest = blake2b(digest_size=32)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="file-hash")
        self._waiting: deque[Future[None]] = deque()

    def update(self, block: bytes) -> None:
        """Hash this block, some time soon."""
        self._waiting.append(self._pool.submit(self._digest.update, block))
        if len(self._waiting) > _BEHIND:
            self._waiting.popleft().result()

    def hexdigest(self) -> str:
        """Of everything so far."""
        while self._waiting:
            self._waiting.popleft().result()
        return self._digest.hexdigest()

    def close(self) -> None:
        """Let the thread go."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class FileStream:
    """One pass over one file from `offset` on, up to the size it had when it was opened."""

    def __init__(self, path: Path, *, offset: int = 0, hashed: bool = True) -> None:
        self._file = open_plain(path)
        self.stamp = stamp_of(os.fstat(self._file.fileno()))
        self._left = self.stamp.size - offset
        self._hash = SideHash() if hashed else None
        self._file.seek(offset)
        self._all_read = True

    def blocks(self) -> Iterator[bytes]:
        """The bytes, in order."""
        while self._left > 0:
            block = self._file.read(min(BLOCK, self._left))
            if not block:
                self._all_read = False  # it was cut shorter meanwhile
                return
            self._left -= len(block)
            if self._hash:
                self._hash.update(block)
            yield block

    def digest(self) -> str:
        """blake2b of everything that `blocks` has given."""
        return self._hash.hexdigest() if self._hash else ""

    def head(self) -> tuple[int, str]:
        """How many bytes its head had when it was opened, and their blake2b; after the blocks."""
        size = min(HEAD, self.stamp.size)
        self._file.seek(0)
        return size, blake2b(self._file.read(size), digest_size=32).hexdigest()

    def unchanged(self, *, may_grow: bool) -> bool:
        """Whether the open file still is what it was when it was opened."""
        now = stamp_of(os.fstat(self._file.fileno()))
        if may_grow:
            return self._all_read and now.size >= self.stamp.size
        return self._all_read and now[:2] == self.stamp[:2]

    def close(self) -> None:
        """Release the file and the thread; safe twice."""
        with suppress(OSError):  # it was only read: nothing can be lost
            self._file.close()
        if self._hash:
            self._hash.close()


def decoded(blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """UTF-16 blocks as UTF-8 blocks, in which records can be found.

    What is broken stays broken: a lone surrogate or an odd byte at the end becomes bytes that no
    strict UTF-8 decoder takes, so that exactly its record is refused.
    """
    first = next(blocks, b"")
    while len(first) < 2 and (more := next(blocks, b"")):
        first += more
    if encoding == "utf-16":
        encoding = "utf-16-be" if first.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    for block in chain([first], blocks):
        if text := decoder.decode(block):
            yield text.encode("utf-8", "surrogatepass")
    if decoder.getstate()[0]:
        yield b"\xff"
