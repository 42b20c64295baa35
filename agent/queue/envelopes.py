"""Envelopes: runs of messages compressed and sealed together.

An envelope holds the contents of consecutive entries, one line of JSON each, and its number is
the sequence of the first. That number is bound into the seal, so a content cannot be moved to
another entry. It is deleted when none of its entries is open any more.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import zstandard

from agent.errors import Damaged
from agent.ports import Cipher

SIZE = 128
"""Messages per envelope: nearly all of the gain of sealing together, and little to lose."""

_LEVEL = 1
_LIMIT = 256 * 1024 * 1024
_CACHED = 16


class _Presses(threading.local):
    """A compressor for each thread: several readers seal at the same time."""

    def __init__(self) -> None:
        self.one = zstandard.ZstdCompressor(level=_LEVEL)


class Envelopes:
    """Seals and opens envelopes, remembering the last opened ones."""

    def __init__(self, cipher: Cipher, installation: bytes) -> None:
        self._cipher = cipher
        self._installation = installation
        self._opened: OrderedDict[int, list[bytes]] = OrderedDict()
        self._lock = threading.Lock()
        self._presses = _Presses()

    def seal(self, first: int, payloads: Sequence[bytes]) -> bytes:
        """The sealed envelope of entries `first`, `first`+1, ..."""
        plain = self._presses.one.compress(b"\n".join(payloads))
        return self._cipher.seal(self._about(first), plain)

    def open(self, first: int, sealed: bytes) -> list[bytes]:
        """All contents of an envelope. Raises Damaged."""
        plain = self._cipher.open(self._about(first), sealed)
        try:
            press = zstandard.ZstdDecompressor()
            return press.decompress(plain, max_output_size=_LIMIT).split(b"\n")
        except zstandard.ZstdError as error:  # cannot happen to what was authenticated
            raise Damaged from error

    def content(self, first: int, seq: int, sealed: bytes | None) -> bytes:
        """The content of one entry; `sealed` may be None when the envelope is remembered."""
        with self._lock:
            lines = self._opened.get(first)
            if lines is None:
                if sealed is None:
                    raise Damaged
                lines = self._opened[first] = self.open(first, sealed)
                if len(self._opened) > _CACHED:
                    self._opened.popitem(last=False)
        if not 0 <= seq - first < len(lines):
            raise Damaged
        return lines[seq - first]

    def knows(self, first: int) -> bool:
        """Whether `content` needs no sealed bytes for this envelope."""
        return first in self._opened

    def forget(self, first: int) -> None:
        """Drop a remembered envelope."""
        with self._lock:
            self._opened.pop(first, None)

    def _about(self, first: int) -> bytes:
        return context(self._installation, first)


def context(installation: bytes, first: int) -> bytes:
    """What the envelope of this number is bound to."""
    return b"envelope|" + installation + first.to_bytes(8, "big")
