"""Opening a backup, and looking whether it is whole: every piece, every file, as its manifest says."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, Final, Protocol

from agent.backup.container import BackupError, Reader, damaged, header_of
from agent.backup.contents import MANIFEST
from agent.crypto import KeyVault, backup_key

_BLOCK: Final = 1 << 20

FileKey = Callable[[Mapping[str, Any]], bytes]
"""The key of a backup, by its header."""


class Readable(Protocol):
    """What is read from its beginning to its end."""

    def read(self, size: int = -1, /) -> bytes:
        """So many bytes, fewer at the end."""
        ...


Take = Callable[[str, Readable], None]
"""Takes a file of the backup: (name, content), read to its end."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a backup says about itself."""

    header: Mapping[str, Any]
    manifest: Mapping[str, Any]

    @property
    def files(self) -> Mapping[str, Mapping[str, Any]]:
        """Its files: bytes and hash, by name."""
        found: Mapping[str, Mapping[str, Any]] = self.manifest["files"]
        return found


def by_recovery_key(recovery_key: str) -> FileKey:
    """Opens by the recovery key that was in force when the backup was made."""
    return lambda header: backup_key(json.dumps(header["keys"]), recovery_key, str(header["id"]))


def by_vault(vault: KeyVault) -> FileKey:
    """Opens by the keys of the home that it was made of."""

    def key(header: Mapping[str, Any]) -> bytes:
        if header["installation"] != vault.installation:
            raise BackupError(
                "This backup was made of another agent than the one of this home.",
                code="BACKUP_FOREIGN",
                hint="Open it with its recovery key.",
            )
        return vault.backup_key(str(header["id"]))

    return key


def told(file: Path) -> dict[str, Any]:
    """The header of a backup: what it says without a key. Raises BackupError."""
    with _file(file) as source:
        return header_of(source)[0]


def verify(file: Path, key: FileKey) -> Opened:
    """Read all of a backup. Raises BackupError, KeyMismatch, KeyUnavailable."""
    return opened(file, key, lambda _name, content: _drained(content))


def opened(file: Path, key: FileKey, take: Take) -> Opened:
    """Hand out every file of a backup; what was handed out counts only once this returns."""
    with _file(file) as source:
        header, head = header_of(source)
        try:
            reader = Reader(source, key(header), head)
        except (KeyError, TypeError) as error:
            raise damaged("its header is not readable") from error
        seen, manifest = _read(reader, take)
        while reader.read(_BLOCK):
            pass
    files = manifest.get("files")
    if not isinstance(files, dict) or seen != files:
        raise damaged("its files are not those of its manifest")
    return Opened(header, manifest)


def _read(reader: Reader, take: Take) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    seen: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] = {}
    try:
        with tarfile.open(fileobj=reader, mode="r|", bufsize=_BLOCK) as tar:
            for member in tar:
                content = tar.extractfile(member)
                if content is None or not _is_inside(member.name):
                    raise damaged(f"it holds what no backup holds: {member.name[:80]!r}")
                if member.name == MANIFEST:
                    manifest = json.loads(content.read())
                    continue
                hashed = _Hashed(content)
                take(member.name, hashed)
                _drained(hashed)
                seen[member.name] = {"bytes": member.size, "sha256": hashed.said.hexdigest()}
    except (tarfile.TarError, ValueError) as error:
        raise damaged("what is in it is no archive") from error
    return seen, manifest


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self.said = sha256()

    def read(self, size: int = -1, /) -> bytes:
        """So many bytes."""
        block = self._file.read(size)
        self.said.update(block)
        return block


def _drained(content: Readable) -> None:
    while content.read(_BLOCK):
        pass


def _is_inside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts and "\\" not in name \
        and ":" not in name  # fmt: skip


@contextmanager
def _file(path: Path) -> Iterator[Any]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise BackupError(
            f"The backup {path} cannot be read: {error.strerror or error}.",
            code="BACKUP_UNREADABLE",
        ) from error
