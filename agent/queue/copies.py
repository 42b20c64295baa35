"""Copies of the queue's database as a file, for an upgrade and its return: no store is opened.

The caller holds the home folder, so nobody else has the database open. A copy is whole or not
there: it is made aside, forced to the disk, and then takes its name.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.durable import sync_folder, take_name
from agent.errors import StoreDamaged, StoreError
from agent.queue.mark import Mark
from agent.queue.states import State

_ASIDE: Final = ".making"
_BESIDE: Final = ("-wal", "-shm", "-journal", ".suspect")
"""What belongs to a database file and means nothing beside another one."""


@dataclass(frozen=True, slots=True)
class Between:
    """What happened to one flow's entries between two states of a queue."""

    flow: str
    delivered: int
    """Delivered since, and not yet delivered in the older one."""
    open: int
    """Waiting or parked in the newer one, and not in the older one at all."""


def schema_of(path: Path) -> int | None:
    """The schema of a database; None where there is none. Raises StoreDamaged."""
    if not path.is_file() or not path.stat().st_size:
        return None
    with _opened(path) as conn:
        return _version(conn)


def schema_seen(path: Path) -> int | None:
    """The schema in the file's header (SQLite's file format, 1.3.12), also while it is in use."""
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError:
        return None
    return int.from_bytes(head[60:64], "big") if len(head) == 64 else None


def copy(path: Path, to: Path) -> None:
    """A consistent copy, with what still stands in the log. Raises StoreDamaged, OSError."""
    with _opened(path) as conn:
        conn.execute("pragma wal_checkpoint(truncate)")
        copy_open(conn, to)


def copy_open(conn: sqlite3.Connection, to: Path) -> None:
    """The same of an open database."""
    aside = _fresh(to)
    with closing(sqlite3.connect(aside)) as made:
        conn.backup(made)
    _in_place(aside, to)


def put_back(kept: Path, path: Path) -> None:
    """Put a copy in the place of the database; repeatable at each step. Raises OSError."""
    aside = _fresh(path)
    shutil.copyfile(kept, aside)
    like(path if path.exists() else path.parent, aside)
    with suppress(StoreError), _opened(path) as conn:
        conn.execute("pragma wal_checkpoint(truncate)")
    for beside in _BESIDE:
        path.with_name(path.name + beside).unlink(missing_ok=True)
    _in_place(aside, path)


def step_back(path: Path, to: int, ways: Mapping[int, str]) -> None:
    """Bring the schema back to `to`, in one transaction. Raises StoreError where there is no way."""
    with _opened(path) as conn:
        found = _version(conn)
        missing = [number for number in range(found, to, -1) if number not in ways]
        if missing:
            raise StoreError(
                f"The queue's schema {missing[0]} has no way back to {missing[0] - 1}.",
                code="SCHEMA_NO_WAY_BACK",
            )
        if found <= to:
            return
        conn.execute("begin immediate")
        for number in range(found, to, -1):
            for statement in ways[number].split(";"):
                if statement.strip():
                    conn.execute(statement)
        conn.execute(f"pragma user_version = {to}")
        conn.execute("commit")


def vouched(home: Path) -> tuple[int, int]:
    """Epoch and tick of the mark: it grows before anything leaves (RULES 25)."""
    high = Mark(home / "mark").high
    return (0, 0) if high is None else (high.epoch, high.tick)


def between(older: Path, newer: Path) -> list[Between]:
    """What the newer queue has done and holds that the older one does not know of."""
    with _opened(newer) as conn:
        conn.execute("attach ? as older", (str(older),))
        try:
            rows = conn.execute(
                "select f.name,"
                " sum(e.state = ? and coalesce(o.state, -1) <> ?),"
                " sum(e.state < 10 and o.seq is null)"
                " from main.entry e join main.flow f on f.id = e.flow"
                " left join older.entry o on o.seq = e.seq"
                " group by f.name order by f.name",
                (int(State.DELIVERED), int(State.DELIVERED)),
            ).fetchall()
        finally:
            conn.execute("detach older")
    return [Between(str(name), int(done), int(left)) for name, done, left in rows if done or left]


def like(model: Path, path: Path) -> None:
    """Give `path` the owner of `model`: what root makes belongs to the service's account."""
    if sys.platform != "win32" and os.geteuid() == 0:
        owner = model.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _version(conn: sqlite3.Connection) -> int:
    return int(conn.execute("pragma user_version").fetchone()[0])


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=2)) as conn:
            conn.execute("pragma locking_mode = exclusive")  # then no file is shared beside it
            conn.execute("pragma synchronous = full")
            yield conn
    except sqlite3.Error as error:
        raise StoreDamaged(
            f"The queue database {path.name} cannot be read.",
            hint="Start the service: it rebuilds the queue from the sources.",
        ) from error


def _fresh(path: Path) -> Path:
    aside = path.with_name(path.name + _ASIDE)
    for beside in ("", *_BESIDE):
        aside.with_name(aside.name + beside).unlink(missing_ok=True)
    return aside


def _in_place(aside: Path, path: Path) -> None:
    handle = os.open(aside, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        if sys.platform != "win32":
            os.fchmod(handle, 0o600)
        os.fsync(handle)
    finally:
        os.close(handle)
    take_name(aside, path)
    sync_folder(path.parent)
