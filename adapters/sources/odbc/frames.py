"""The bytes on the pipe between agent and reader: length-prefixed frames, never pickle.

A frame is one kind byte, a big-endian 32-bit length, and that many bytes: `J` holds one JSON
object, `D` a run of raw records. Both sides share this module and nothing else that has state.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Protocol

import orjson

JSON = b"J"
DATA = b"D"
LONGEST = 1 << 30  # a longer frame is a broken peer, not data

_HEAD = struct.Struct(">cI")


class BrokenFrameError(Exception):
    """The other side does not speak this protocol."""


class CutFrameError(BrokenFrameError):
    """The other side stopped in the middle of a frame."""


class Readable(Protocol):
    """What frames are read from."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; fewer only at the end."""
        ...


def frame(kind: bytes, body: bytes) -> bytes:
    """The head of a frame and its body."""
    return _HEAD.pack(kind, len(body)) + body


def message(content: Mapping[str, object]) -> bytes:
    """A JSON frame."""
    return frame(JSON, orjson.dumps(content))


def receive(stream: Readable) -> tuple[bytes, bytes] | None:
    """The next frame as (kind, body); None at a clean end. Raises BrokenFrameError."""
    head = stream.read(_HEAD.size)
    if not head:
        return None
    if len(head) < _HEAD.size:
        raise CutFrameError("the stream ended inside the head of a frame")
    kind, size = _HEAD.unpack(head)
    if kind not in (JSON, DATA) or size > LONGEST:
        raise BrokenFrameError("what arrived is not a frame")
    body = stream.read(size)
    if len(body) < size:
        raise CutFrameError("the stream ended inside a frame")
    return kind, body
