"""The high-water mark: what the database must at least contain (RULES 25).

A small file beside the database, two slots of 128 bytes written in turn, each with a checksum, so
that a torn write leaves the other one. It is fsynced after the commit and before any effect of
those sequences leaves; a database that is older than its mark was rolled back or lost its log.
"""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path
from typing import NamedTuple

from agent.durable import sync_folder

_SLOT = 128
_FORM = struct.Struct("<4s16sIQQQ32s")
_MAGIC = b"WBM1"


class High(NamedTuple):
    """What the mark vouches for."""

    installation: bytes
    epoch: int
    tick: int
    """Counts the commits that an effect may follow."""
    top: int
    """The highest sequence number given out: numbers never run backwards."""
    audit_seq: int = 0
    audit_head: bytes = bytes(32)


class Mark:
    """The mark file of one home folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = 0
        self.high: High | None = self._read()

    def raise_to(self, high: High) -> None:
        """Vouch for `high`; returns only when it is on the disk."""
        if self.high is not None and high == self.high:
            return
        fresh = not self._path.exists()
        body = _FORM.pack(_MAGIC, *high)
        slot = body + struct.pack("<I", zlib.crc32(body))
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        fd = os.open(self._path, flags, 0o600)
        try:
            os.lseek(fd, self._turn * _SLOT, os.SEEK_SET)
            os.write(fd, slot.ljust(_SLOT, b"\0"))
            os.fsync(fd)
        finally:
            os.close(fd)
        if fresh:
            sync_folder(self._path.parent)
        self._turn ^= 1
        self.high = high

    def _read(self) -> High | None:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        best: High | None = None
        for turn in (0, 1):
            slot = data[turn * _SLOT : turn * _SLOT + _FORM.size + 4]
            if len(slot) < _FORM.size + 4:
                continue
            body, (checksum,) = slot[: _FORM.size], struct.unpack("<I", slot[_FORM.size :])
            if zlib.crc32(body) != checksum or not body.startswith(_MAGIC):
                continue
            high = High(*_FORM.unpack(body)[1:])
            if best is None or (high.epoch, high.tick) >= (best.epoch, best.tick):
                best, self._turn = high, turn ^ 1
        return best
