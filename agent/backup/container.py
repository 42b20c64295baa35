r"""The file of a backup: sealed pieces in a row, each of which opens only in its place.

    "WAYBILL-BACKUP\n" | length 4 | header, JSON | piece | piece | …
    piece = length 4, highest bit: the last one | ciphertext and tag

AES-256-GCM under a key of this file alone, so that a counter is a safe nonce (the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015): nonce = 0 | number of the piece
8 bytes | last 1; authenticated beside it: the header. Pieces cannot be changed, exchanged, left out
or cut off, nor a header put before another file's pieces.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent.errors import WaybillError

MAGIC: Final = b"WAYBILL-BACKUP\n"
FORMAT: Final = 1
PIECE: Final = 1 << 20
_LENGTH: Final = struct.Struct(">I")
_LAST: Final = 1 << 31
_TAG: Final = 16
_MOST_HEADER: Final = 16 * 1024 * 1024


class BackupError(WaybillError):
    """A backup cannot be made, read or restored. Nothing that was there was changed."""

    code = "BACKUP"
    title = "The backup failed; nothing that was there was changed."


class Writer(io.RawIOBase):
    """Seals what is written to it. Closed by `finish`; a file without it is not whole."""

    def __init__(self, file: BinaryIO, key: bytes, header: Mapping[str, Any]) -> None:
        super().__init__()
        self._file, self._seal = file, AESGCM(key).encrypt
        self._head = json.dumps(header, sort_keys=True).encode()
        self._number = 0
        self._rest = bytearray()
        file.write(MAGIC + _LENGTH.pack(len(self._head)) + self._head)

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: Any, /) -> int:
        """Take bytes; whole pieces go to the file."""
        self._rest += data
        while len(self._rest) > PIECE:
            self._piece(bytes(self._rest[:PIECE]), last=False)
            del self._rest[:PIECE]
        return len(data)

    def finish(self) -> None:
        """Write the last piece."""
        self._piece(bytes(self._rest), last=True)
        self._rest.clear()

    def _piece(self, plain: bytes, *, last: bool) -> None:
        sealed = self._seal(_nonce(self._number, last=last), plain, self._head)
        self._file.write(_LENGTH.pack(len(sealed) | (_LAST if last else 0)) + sealed)
        self._number += 1


class Reader(io.RawIOBase):
    """Opens what `Writer` sealed. Raises BackupError where something is not as it was written."""

    def __init__(self, file: BinaryIO, key: bytes, head: bytes) -> None:
        """`file` stands behind the header."""
        super().__init__()
        self._file, self._open, self._head = file, AESGCM(key).decrypt, head
        self._number = 0
        self._rest = b""
        self.ended = False
        """Whether the last piece was read."""

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """So many bytes, fewer only at the end."""
        parts, wanted = [], size if size >= 0 else 1 << 62
        while wanted > 0:
            if not self._rest:
                if self.ended:
                    break
                self._rest = self._piece()
            part, self._rest = self._rest[:wanted], self._rest[wanted:]
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def _piece(self) -> bytes:
        said = self._file.read(_LENGTH.size)
        if len(said) < _LENGTH.size:
            raise damaged("it ends too early")
        length = _LENGTH.unpack(said)[0]
        last, length = bool(length & _LAST), length & ~_LAST
        if not _TAG <= length <= PIECE + _TAG:
            raise damaged("a piece of it has an impossible length")
        sealed = self._file.read(length)
        if len(sealed) < length:
            raise damaged("it ends too early")
        try:
            plain = self._open(_nonce(self._number, last=last), sealed, self._head)
        except InvalidTag as error:
            raise damaged(f"piece {self._number + 1} does not open") from error
        self._number += 1
        if last:
            self.ended = True
            if self._file.read(1):
                raise damaged("something follows its end")
        return plain


def header_of(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """The header of a backup, also as the bytes that its pieces are bound to."""
    if file.read(len(MAGIC)) != MAGIC:
        raise BackupError("This file is no backup of Waybill.", code="BACKUP_FOREIGN")
    said = file.read(_LENGTH.size)
    length = _LENGTH.unpack(said)[0] if len(said) == _LENGTH.size else _MOST_HEADER + 1
    head = file.read(length) if length <= _MOST_HEADER else b""
    try:
        found = json.loads(head)
        number = int(found["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise damaged("its header is not readable") from error
    if number > FORMAT:
        raise BackupError(
            "This backup was made by a newer Waybill.",
            code="BACKUP_TOO_NEW",
            hint="Install that version, or a newer one, and restore it there.",
        )
    return found, head


def damaged(why: str) -> BackupError:
    """The file is not as it was written."""
    return BackupError(
        f"The backup is damaged: {why}.",
        code="BACKUP_DAMAGED",
        hint="Copy it again from where it is kept, or take another one. Nothing was changed.",
    )


def _nonce(number: int, *, last: bool) -> bytes:
    return b"\0\0\0" + number.to_bytes(8, "big") + (b"\1" if last else b"\0")
