"""What is done when the queue database cannot be opened any more.

It is set aside with its log as `queue.db.damaged-<utc>`, never deleted. A fresh one is made beside
it and takes its place in one step; a crash in between starts the salvage again. What can be read
is carried over row by row, and believed only as far as something else vouches for it: a seal, a
checksum, an id that only this installation can compute. Everything else is read again from the
sources: it is a new epoch, no stream is proven, and what is sent is compared with the target first
(RULES 5, 7, 25).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

import orjson

from agent import durable
from agent.errors import StoreDamaged, StoreFull
from agent.model import Json
from agent.ports import Cipher, Clock
from agent.queue.database import SUSPECT, hold_home
from agent.queue.ledger import INDEXED
from agent.queue.mark import High, Mark
from agent.queue.rescue import Rescue
from agent.queue.schema import prepare
from agent.queue.scrape import Scraper
from agent.queue.store import Store

_PENDING = "queue.db.salvaging"
"""Names the file under way to be set aside, until the salvage is through."""
_LEAP = 1 << 32
"""Added to the highest number that is known when nobody remembers the highest that was used."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the configuration calls its streams, and which flows each of them feeds."""

    streams: Sequence[str]
    flows: Mapping[str, tuple[str, str]]
    """Name -> (stream, target)."""


@dataclass(frozen=True, slots=True)
class Home:
    """Whose home folder it is."""

    path: Path
    cipher: Cipher
    clock: Clock
    installation: str


def open_store(
    home: Home, names: Names, *, pure: bool = False, indexed: int = INDEXED
) -> tuple[Store, bool]:
    """The store of a home folder, and whether it had to be salvaged for that.

    Raises StoreDamaged only where a salvage cannot help: the disk refuses, the mark is foreign.
    """

    def opened() -> Store:
        return Store(
            home.path, home.cipher, home.clock, home.installation, pure=pure, indexed=indexed
        )

    path = home.path / "queue.db"
    unfinished = (home.path / _PENDING).exists()
    forgotten = not path.exists() and (home.path / "mark").exists()
    if not unfinished and not forgotten:
        try:
            return opened(), False
        except StoreDamaged as error:
            if error.code != StoreDamaged.code:
                raise
    salvage(home, names)
    return opened(), True


def salvage(home: Home, names: Names) -> None:
    """Set the database aside and make a fresh one of what can be read; repeatable at each step."""
    path, pending = home.path / "queue.db", home.path / _PENDING
    with hold_home(home.path):
        if not pending.exists():
            durable.write(pending, _unused(path, home).encode())
        damaged = path.with_name(pending.read_text(encoding="ascii"))
        if not damaged.exists():
            _set_aside(path, damaged)
            _rebuild(path, damaged, home, names)
        elif not path.exists():
            _rebuild(path, damaged, home, names)
        path.with_name(SUSPECT).unlink(missing_ok=True)
        pending.unlink()
        durable.sync_folder(home.path)


def _unused(path: Path, home: Home) -> str:
    """A name for the damaged database that nothing has yet."""
    name = f"{path.name}.damaged-{home.clock.now():%Y%m%dT%H%M%SZ}"
    names = chain([name], (f"{name}.{number}" for number in count(2)))
    return next(each for each in names if not path.with_name(each).exists())


def _set_aside(path: Path, to: Path) -> None:
    """The database last: where it is already there, its log is there too."""
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(to.with_name(to.name + suffix))
    durable.sync_folder(path.parent)


def _rebuild(path: Path, damaged: Path, home: Home, names: Names) -> None:
    fresh = path.with_name("queue.db.new")
    for leftover in (fresh, path.with_name("queue.db.new-journal")):
        leftover.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(fresh, isolation_level=None)) as conn:
            fresh.chmod(0o600)
            _fill(conn, damaged, home, names)
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_FULL:
            raise
        raise StoreFull(
            "The disk has no room to rebuild the damaged queue database.",
            hint="Free some space and start again; the damaged file is kept.",
        ) from error
    damaged.with_name(damaged.name + "-shm").unlink(missing_ok=True)  # of our own reading
    fresh.replace(path)
    durable.sync_folder(home.path)


def _fill(conn: sqlite3.Connection, damaged: Path, home: Home, names: Names) -> None:
    conn.execute("pragma page_size = 8192")
    conn.execute("pragma synchronous = full")
    prepare(conn, None)
    mark = Mark(home.path / "mark").high
    with closing(Scraper(damaged, conn)) as old:
        meta = {str(row["name"]): row["value"] for row in old.rows("meta")}
        epoch = max(_number(meta, "epoch"), mark.epoch if mark else 0) + 1
        rescue = Rescue(old, conn, home.cipher, home.installation.encode(), epoch)
        conn.execute("begin immediate")
        rescue.streams(names.streams, names.flows, home.path / "ledger")
        rescue.entries(home.clock.now().timestamp())
        rescue.ledgers(home.path / "ledger")
        rescue.readings()
        rescue.the_rest()
        rescue.count()
        _head(conn, rescue, meta, mark, home, damaged.name)
        conn.execute("commit")


def _head(
    conn: sqlite3.Connection, rescue: Rescue, meta: Mapping[str, object], mark: High | None,
    home: Home, damaged: str,
) -> None:  # fmt: skip
    """Numbers continue above everything that is known to have been used."""
    top = max(rescue.top, _number(meta, "top"), mark.top if mark else rescue.top + _LEAP)
    report: dict[str, Json] = {
        "file": damaged,
        "kept": dict(rescue.kept),
        "unreadable": dict(rescue.lost),
    }
    for name, value in (
        ("installation", home.installation),
        ("epoch", rescue.epoch),
        ("tick", max(_number(meta, "tick"), mark.tick if mark else 0)),
        ("top", top),
        ("block", max(rescue.block, _number(meta, "block"))),
        ("recovering", 1),
        ("salvaged", orjson.dumps(report).decode()),
    ):
        conn.execute("insert into meta values (?, ?)", (name, value))


def _number(meta: Mapping[str, object], name: str) -> int:
    found = meta.get(name)
    return found if isinstance(found, int) else 0
