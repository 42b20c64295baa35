"""A home made of a backup, in an empty folder.

Everything is opened beside its place first (`restoring`), and looked at; then it takes its names, the
configuration last: until it stands there, no agent starts. A restore that was cut off is begun anew.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from agent import durable
from agent import home as homes
from agent.audit import Audit
from agent.backup import contents
from agent.backup.container import BackupError
from agent.backup.read import FileKey, Opened, Readable, by_recovery_key, opened, told
from agent.crypto import KeyVault, Wrapper
from agent.ports import Clock
from agent.queue import copy as databases

_BESIDE: Final = "restoring"
_BLOCK: Final = 1 << 20
_UNDER_WAY: Final = "restore.json"
"""Beside the folder `restoring`: names what a restore that was cut off may have left."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A home that was made of a backup."""

    home: Path
    installation: str
    made: str
    files: int
    waiting: int
    """Entries that waited when the backup was made; they are looked up before they are sent."""
    epoch: int


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the new home is, and who makes it."""

    home: Path
    wrapper: Callable[[Path], Wrapper]
    """How this machine wraps the master key, for a folder of keys."""
    who: str
    clock: Clock
    random: Random


def restore(file: Path, recovery_key: str, to: Machine) -> Restored:
    """Make a home of a backup. Raises BackupError, KeyMismatch, StoreError; then nothing is left."""
    home, clock = to.home, to.clock
    said = told(file)
    _begin(home)
    beside = home / _BESIDE
    try:
        found = _unpacked(file, by_recovery_key(recovery_key), beside)
        folder = beside / contents.KEYS
        durable.private_folder(folder)
        durable.write(folder / "keys.json", json.dumps(said["keys"], indent=1).encode())
        vault = KeyVault.recover(folder, to.wrapper(folder), clock, recovery_key)
        audit = Audit(beside / contents.AUDIT, vault.ring.keyed_hash("audit", 32), clock)
        details = {"id": str(said["id"]), "made": str(said["at"])}
        head = audit.append(to.who, "restore", file.name, "ok", details)
        epoch = 0
        if (beside / contents.DATABASE).exists():
            databases.examine(beside / contents.DATABASE)
            epoch = databases.begin_anew(
                beside,
                vault.ring,
                vault.installation,
                (head.seq, bytes.fromhex(head.hash)),
                to.random,
            )
        _take_places(home, beside)
    except OSError as error:
        _undo(home)
        raise homes.cannot_make(home, error) from error
    except BaseException:
        _undo(home)
        raise
    waiting = found.manifest.get("waiting", 0)
    return Restored(
        home, vault.installation, str(said["at"]), len(found.files),
        waiting if isinstance(waiting, int) else 0, epoch,
    )  # fmt: skip


def _begin(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (home / _UNDER_WAY).exists():  # one that was cut off: nothing of it was ever in force
            _undo(home)
        if not homes.is_empty(home):
            raise BackupError(
                f"{home} is not empty.",
                code="HOME_EXISTS",
                hint="A backup is restored into an empty folder only: name another with --home. "
                "Nothing was changed.",
            )
        homes.shut(home)
        durable.write(home / _UNDER_WAY, b"{}")
        durable.private_folder(home / _BESIDE)
    except OSError as error:
        raise homes.cannot_make(home, error) from error


def _unpacked(file: Path, key: FileKey, beside: Path) -> Opened:
    def take(name: str, content: Readable) -> None:
        path = homes.place(beside, name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags, 0o600), "wb") as out:
            while block := content.read(_BLOCK):
                out.write(block)
            out.flush()
            os.fsync(out.fileno())

    return opened(file, key, take)


def _take_places(home: Path, beside: Path) -> None:
    """The configuration last: without it no agent starts on what is there."""
    names = sorted(path.name for path in beside.iterdir())
    durable.write(home / _UNDER_WAY, json.dumps(names).encode())
    for folder in (path for path in beside.rglob("*") if path.is_dir()):
        durable.sync_folder(folder)
    for name in sorted(names, key=lambda each: each == contents.CONFIG):
        (beside / name).replace(home / name)
    durable.sync_folder(home)
    beside.rmdir()
    (home / _UNDER_WAY).unlink()
    durable.sync_folder(home)
    homes.give_to_owner(home)


def _undo(home: Path) -> None:
    """Take away what a restore has put there, which is all that is there."""
    try:
        names = json.loads((home / _UNDER_WAY).read_bytes())
    except (OSError, ValueError):
        names = []
    for name in [*(names if isinstance(names, list) else []), _BESIDE]:
        path = home / str(name)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    (home / _UNDER_WAY).unlink(missing_ok=True)
