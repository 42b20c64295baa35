"""Copies of the database: of a stopped agent, what a copy tells, and where a restored one begins."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random
from urllib.parse import quote

from agent.errors import StoreDamaged, StoreTooNew
from agent.model import Json
from agent.ports import Cipher
from agent.queue.database import hold_home
from agent.queue.mark import High, Mark
from agent.queue.schema import VERSION

_LEAP_BITS = 32
_LEAPS = 1 << 18


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Nobody else uses this home meanwhile. Raises StoreBusy."""
    with hold_home(home):
        yield


def of_stopped(path: Path, to: Path) -> None:
    """A copy of the database of an agent that is not running; nothing where there is none."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path)) as conn, closing(sqlite3.connect(to)) as copy:
            conn.backup(copy)
    except sqlite3.DatabaseError as error:
        raise StoreDamaged(
            "The queue database cannot be copied: it is damaged.",
            hint="Start the agent once: it rebuilds it. Then make the backup.",
        ) from error


def note(path: Path, name: str, value: str) -> None:
    """Let the database of a stopped agent know; one that does not take it stays as it is."""
    if not path.exists():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("insert or replace into meta values (?, ?)", (name, value))


def about(copy: Path) -> dict[str, Json]:
    """What a copy tells about itself: schema, epoch, tick; nothing where there is none."""
    if not copy.exists():
        return {}
    with _read(copy) as conn:
        meta = dict(conn.execute("select name, value from meta where name in ('epoch', 'tick')"))
        schema = conn.execute("pragma user_version").fetchone()[0]
        waiting = conn.execute(
            "select coalesce(sum(entries), 0) from tally where state < 10"
        ).fetchone()[0]
        return {"schema": schema, "waiting": waiting, **meta}


def bases(copy: Path) -> list[str]:
    """The folders of the ledger that a copy names."""
    with _read(copy) as conn:
        found = conn.execute("select id, base from stream where base > 0 order by id").fetchall()
        return [f"{stream}.{number}" for stream, number in found]


def examine(copy: Path) -> None:
    """Whether a copy is whole and of a schema that this program knows. Raises StoreError."""
    try:
        with _read(copy) as conn:
            schema = int(conn.execute("pragma user_version").fetchone()[0])
            answer = conn.execute("pragma quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise StoreDamaged("The database in the backup is damaged.") from error
    if answer != "ok":
        raise StoreDamaged("The database in the backup is damaged.")
    if schema > VERSION:
        raise StoreTooNew(
            f"The database in the backup has schema {schema}, this Waybill knows {VERSION}.",
            hint="Install the Waybill that made the backup, or a newer one.",
        )


def begin_anew(
    home: Path, cipher: Cipher, installation: str, audit: tuple[int, bytes], random: Random
) -> int:
    """Let a restored database begin a new epoch at its next start (RULES 25). Returns its number.

    Nobody remembers what was sent after the copy was made, nor by how many restores of it: numbers
    go on far above, at a random place, so that no id is ever made twice (RULES 7).
    """
    with _read(home / "queue.db") as conn:
        meta = dict(conn.execute("select name, value from meta"))
        top = conn.execute(
            "select max(coalesce((select max(seq) from entry), 0),"
            " coalesce((select max(first + entries) from run), 0))"
        ).fetchone()[0]
    epoch, tick = int(meta.get("epoch", 1)), int(meta.get("tick", 0))
    high = max(int(top), int(meta.get("top", 0))) + (random.randrange(1, _LEAPS) << _LEAP_BITS)
    identity = cipher.keyed_hash("installation", 16)(installation.encode())
    Mark(home / "mark").raise_to(High(identity, epoch, tick + 1, high, *audit))
    return epoch + 1


@contextmanager
def _read(path: Path) -> Iterator[sqlite3.Connection]:
    """A file that nobody else has open; it is not changed, and nothing is left beside it."""
    address = f"file:{quote(str(path))}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as conn:
        yield conn
