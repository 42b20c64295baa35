"""Writing a backup: the database first, then what it names, then everything else.

The copy of the database is of one moment; files of the ledger never change, and those that it names
are kept until the backup is through. Keys are read last of all that is sealed: every key that the
copies need is still there, for a key is only destroyed once nothing needs it.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import chain, count
from pathlib import Path
from typing import Any, BinaryIO, Final

from agent import durable
from agent.backup import contents
from agent.backup.container import FORMAT, BackupError, Writer
from agent.backup.contents import Facts
from agent.crypto import KeyVault
from agent.ports import Clock
from agent.queue import copy as databases

WORK: Final = "backups"
"""In the home: where the copy of the database lies meanwhile, and backups that name no folder."""
SUFFIX: Final = ".waybill-backup"
LAST: Final = "backup"
"""In the database's `meta`: the last backup that was made of it, as `Copied.said` says it."""
_COPYING: Final = "copying"
_RESERVE: Final = 64 * 1024 * 1024
_BLOCK: Final = 1 << 20

Between = Callable[[], None]
"""Called between two steps: waits a little; raises where it is to stop."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A backup that was written."""

    file: Path
    bytes: int
    files: int
    at: str
    id: str

    def said(self) -> str:
        """As it is noted: where it lies, its size, when it was made. JSON."""
        return json.dumps(
            {"file": str(self.file), "bytes": self.bytes, "at": self.at, "id": self.id}
        )


@dataclass
class _Archive:
    """The tar in the container, and what went into it."""

    tar: tarfile.TarFile
    between: Between
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, name: str, path: Path, size: int | None = None) -> None:
        """A file as it is now, or its first `size` bytes."""
        with path.open("rb") as file:
            self._add(name, file, os.fstat(file.fileno()).st_size if size is None else size)

    def put(self, name: str, content: bytes) -> None:
        """A file with this content."""
        self._add(name, io.BytesIO(content), len(content))

    def _add(self, name: str, file: BinaryIO, size: int) -> None:
        told = tarfile.TarInfo(name)
        told.size, told.mode = size, 0o600
        hashed = _Hashed(file, self.between)
        self.tar.addfile(told, hashed)
        self.files[name] = {"bytes": size, "sha256": hashed.said.hexdigest()}


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: BinaryIO, between: Between) -> None:
        self._file, self._between = file, between
        self.said = sha256()

    def read(self, size: int = -1) -> bytes:
        """So many bytes."""
        self._between()
        block = self._file.read(size)
        self.said.update(block)
        return block


@dataclass(frozen=True, slots=True)
class Subject:
    """What a backup is made of."""

    home: Path
    config: Path
    """Its configuration, which may stand elsewhere."""
    elsewhere: Collection[Path]
    """Folders that hold others' data, and may lie in the home."""
    vault: KeyVault
    facts: Facts


def make(
    subject: Subject,
    out: Path,
    clock: Clock,
    copy_database: Callable[[Path], None],
    between: Between = lambda: None,
) -> Copied:
    """Write a backup of a home to a new file. Raises BackupError, StoreError.

    `copy_database` makes a consistent copy at a path; the caller sees to it that the files which
    that copy names stay until this returns.
    """
    try:
        if out.exists():
            raise BackupError(
                f"{out} is there already.",
                code="BACKUP_EXISTS",
                hint="Name another.",
                params={"file": str(out)},
            )
        with _room(subject.home, out) as copy:
            copy_database(copy)
            return _written(subject, out, clock, copy, between)
    except OSError as error:
        raise not_written(error) from error


def make_stopped(subject: Subject, out: Path, clock: Clock) -> Copied:
    """The same of an agent that is not running, which learns of it. Raises StoreBusy where one is."""
    database = subject.home / contents.DATABASE
    with databases.held(subject.home):
        made = make(subject, out, clock, lambda to: databases.of_stopped(database, to))
        databases.note(database, LAST, made.said())
        return made


def new_file(folder: Path, agent: str, installation: str, now: datetime) -> Path:
    """A file that is not there yet, by whose it is and when it is made. Raises BackupError."""
    plain = "".join(c if c.isalnum() or c in "-_" else "-" for c in agent)[:60]
    name = f"{plain}-{installation[:8]}-{now:%Y%m%dT%H%M%SZ}{SUFFIX}"
    names = chain([name], (f"{number}-{name}" for number in count(2)))
    try:
        return next(folder / each for each in names if not (folder / each).exists())
    except OSError as error:
        raise not_written(error) from error


def not_written(error: OSError) -> BackupError:
    """The place of a backup does not take it."""
    reason = error.strerror or str(error)
    return BackupError(
        f"The backup cannot be written: {reason}.",
        code="BACKUP_NOT_WRITTEN",
        hint="Look at the folder, its free space and the rights of the service's account.",
        params={"reason": reason},
    )


def _written(subject: Subject, out: Path, clock: Clock, copy: Path, between: Between) -> Copied:
    at, number = clock.now(), os.urandom(16).hex()
    vault, facts = subject.vault, subject.facts
    header = {
        "format": FORMAT, "id": number, "at": at.isoformat(), "agent": facts.name,
        "environment": facts.environment, "version": facts.version,
        "installation": vault.installation, "keys": json.loads(vault.carried()),
    }  # fmt: skip
    part = out.with_name(f".{out.name}.part")
    part.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(part, flags, 0o600), "wb") as file:
            sealed = Writer(file, vault.backup_key(number), header)
            with tarfile.open(
                fileobj=sealed, mode="w|", format=tarfile.PAX_FORMAT, bufsize=_BLOCK
            ) as tar:
                archive = _Archive(tar, between)
                _fill(archive, subject, copy)
                manifest = {"files": archive.files, **databases.about(copy)}
                archive.put(contents.MANIFEST, json.dumps(manifest, sort_keys=True).encode())
            sealed.finish()
            file.flush()
            os.fsync(file.fileno())
        part.replace(out)
        durable.sync_folder(out.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Copied(out, out.stat().st_size, len(archive.files), at.isoformat(), number)


def _fill(archive: _Archive, subject: Subject, copy: Path) -> None:
    home = subject.home
    if copy.exists():
        archive.add(contents.DATABASE, copy)
        for base in databases.bases(copy):
            for path in sorted((home / contents.LEDGER / base).iterdir()):
                archive.add(f"{contents.LEDGER}/{base}/{path.name}", path)
    audit = home / contents.AUDIT
    if audit.exists():
        archive.add(contents.AUDIT, audit, _whole_lines(audit))
    for name, path in contents.files(home, subject.config, subject.elsewhere):
        archive.add(name, path)


def _whole_lines(path: Path) -> int:
    """The size of a file up to its last line that is whole: one may be under way."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        while size:
            start = max(0, size - _BLOCK)
            file.seek(start)
            end = file.read(size - start).rfind(b"\n") + 1
            if end:
                return start + end
            size = start
    return 0


@contextmanager
def _room(home: Path, out: Path) -> Iterator[Path]:
    """A place for the copy of the database, if there is room for it and for the backup."""
    durable.private_folder(home / WORK)
    out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy = home / WORK / _COPYING
    _gone(copy)
    size = sum(path.stat().st_size for path in home.glob(f"{contents.DATABASE}*"))
    if min(shutil.disk_usage(each).free for each in (home, out.parent)) < 2 * size + _RESERVE:
        raise BackupError(
            "There is not enough free space for a backup.",
            code="BACKUP_NO_ROOM",
            hint=f"About {2 * size // 1024**2 + 64} MB are needed in the home and beside {out}.",
            params={"size": str(2 * size // 1024**2 + 64), "file": str(out)},
        )
    try:
        yield copy
    finally:
        _gone(copy)


def _gone(copy: Path) -> None:
    for path in copy.parent.glob(f"{copy.name}*"):
        path.unlink(missing_ok=True)
