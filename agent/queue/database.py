"""The one connection to the one database, and its lock.

`transaction()` is the only way to write: `begin immediate`, commit, or roll back. Whoever is in
it holds the lock, so transactions are short: a page, about 50 ms at most.

The interpreter's SQLite may be one of those with the WAL-reset bug (3.7.0 to 3.51.2), which needs
two connections; exclusive locking and this lock mean there is only ever one.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from agent.errors import StoreBusy, StoreDamaged, StoreError, StoreFull
from agent.queue.schema import missing_tables, prepare

Row = tuple[Any, ...]

SUSPECT = "queue.db.suspect"
"""Stands beside a database that was found damaged while in use: it is not opened again."""
_QUICK = 64 * 1024 * 1024
"""A database up to this size is always checked at start: a tenth of a second."""
_WANTED = {"journal_mode": "wal", "synchronous": 2, "locking_mode": "exclusive"}


class Connection:
    """The connection. `path` None keeps everything in memory (tests of the rooms above)."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._guard = None if path is None else _lock_home(path.parent)
        self._depth = 0
        self._so_far: dict[tuple[object, ...], list[Row]] = {}
        self._as_of = -1
        """Rows that were changed through this connection when that was asked."""
        self.suspect = False
        """A commit failed in a way after which nothing may be believed: stop, restart, verify."""
        self.keeps_files = False
        """A copy of the home is being made: no file that the database names is removed."""
        try:
            with _translated(self):
                self._open(path)
        except sqlite3.DatabaseError as error:  # it opens, but is not what it should be
            self._give_up()
            raise _damaged() from error
        except BaseException:
            self._give_up()
            raise

    def _open(self, path: Path | None) -> None:
        if path is not None and path.with_name(SUSPECT).exists():
            raise _damaged()
        conn = sqlite3.connect(
            ":memory:" if path is None else path,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        self.conn = conn
        for pragma in (
            "page_size = 8192",
            "locking_mode = exclusive",
            "journal_mode = wal",
            "synchronous = full",
            "cache_size = -65536",
            "temp_store = memory",
            "foreign_keys = off",
            "wal_autocheckpoint = 2000",
            "journal_size_limit = 67108864",
            "secure_delete = off",
        ):
            conn.execute(f"pragma {pragma}")
        if path is not None:
            path.chmod(0o600)
            self._verify()
        prepare(conn, path)
        if path is not None:
            self._examine(path)

    def _examine(self, path: Path) -> None:
        """Look before trusting: always when small, whatever its size when it was not closed well.

        What a good close left behind was whole, and whatever breaks later is found when touched.
        """
        if missing := missing_tables(self.conn):
            raise sqlite3.DatabaseError(f"tables are missing: {missing}")
        size = path.stat().st_size
        closed = self.conn.execute("delete from meta where name = 'closed'").rowcount
        if not closed or size <= _QUICK:
            self.check()

    def _verify(self) -> None:
        """What the promises rest on is measured, not assumed."""
        for name, wanted in _WANTED.items():
            found = self.conn.execute(f"pragma {name}").fetchone()[0]
            if found != wanted:
                raise StoreError(
                    f"SQLite runs with {name} = {found}; {wanted} is needed.",
                    code="STORE_MODE",
                    hint="Put the home folder on a local disk (no network share, no sync folder).",
                )

    @property
    def sqlite_version(self) -> str:
        """The SQLite that runs here, reported so that support need not guess."""
        return sqlite3.sqlite_version

    def check(self) -> None:
        """A quick structural check. Raises StoreDamaged."""
        with self._lock, _translated(self):
            answer = self.conn.execute("pragma quick_check(1)").fetchone()[0]
        if answer != "ok":
            self.suspect = True
            raise _damaged()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction, joined by the ones inside it.

        Raises StoreFull (rolled back, nothing happened) or StoreDamaged (unknown: stop).
        """
        with self._lock, _translated(self):
            if self._depth:
                yield self.conn
                return
            if self.suspect:
                raise StoreDamaged(
                    "The disk failed while the queue was written; nothing more is written to it.",
                    code="STORE_IO",
                    hint="Restart Waybill: it verifies what is there and goes on.",
                )
            self.conn.execute("begin immediate")
            self._depth = 1
            try:
                yield self.conn
                self.conn.execute("commit")
            except BaseException:
                if self.conn.in_transaction:
                    self.conn.execute("rollback")
                raise
            finally:
                self._depth = 0

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of a query."""
        with self._lock, _translated(self):
            return self.conn.execute(sql, values).fetchall()

    def rows_so_far(self, sql: str, values: Sequence[object] = ()) -> Sequence[Row]:
        """The same, from memory while nothing was written since: for what is asked all the time."""
        with self._lock:
            if self._as_of != self.conn.total_changes:
                self._so_far.clear()
                self._as_of = self.conn.total_changes
            asked = (sql, *values)
            found = self._so_far.get(asked)
            if found is None:
                found = self.rows(sql, values)
                if not self.conn.in_transaction:  # what is rolled back was never there
                    self._so_far[asked] = found
            return found

    def one(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first row of a query, or None."""
        with self._lock, _translated(self):
            found: Row | None = self.conn.execute(sql, values).fetchone()
            return found

    def meta(self, name: str) -> Any:
        """A value of the installation, None if it has none."""
        found = self.one("select value from meta where name = ?", (name,))
        return found[0] if found else None

    def set_meta(self, name: str, value: object) -> None:
        """Set a value of the installation, inside the caller's transaction if there is one."""
        with self.transaction() as conn:
            conn.execute(
                "insert into meta values (?, ?) on conflict (name) do update"
                " set value = excluded.value where value is not excluded.value",
                (name, value),
            )

    def copy_to(self, to: Path, between: Callable[[], None], pages: int = 64) -> None:
        """A copy as it is when this returns, made in short steps; others write meanwhile.

        SQLite carries over what this connection writes to pages that were copied already
        (sqlite.org/backup.html). `between` is called without the lock, and may raise to stop.
        """

        def step(*_: int) -> None:
            self._lock.release()
            try:
                between()
            finally:
                self._lock.acquire()

        with self._lock, _translated(self), closing(sqlite3.connect(to)) as copy:
            to.chmod(0o600)
            self.conn.backup(copy, pages=pages, progress=step)

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database."""
        with self._lock, _translated(self):
            self.conn.execute("pragma wal_checkpoint(truncate)")

    def close(self) -> None:
        """Close the connection and release the home folder."""
        with self._lock:
            if self._guard is not None and not self.suspect:
                with suppress(sqlite3.Error):  # then the next start looks more closely
                    self.conn.execute("insert or replace into meta values ('closed', 1)")
            self._give_up()

    def _give_up(self) -> None:
        conn = getattr(self, "conn", None)
        if conn is not None:
            conn.close()
        if self._guard is not None:
            with suppress(OSError):  # it is given back all the same
                os.close(self._guard)
            self._guard = None


@contextmanager
def _translated(connection: Connection) -> Iterator[None]:
    """SQLite's errors as ours, once."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise StoreFull(
                "The disk with the queue is full.",
                hint="Free some space; reading has stopped, delivery goes on, nothing is lost.",
            ) from error
        garbled = str(error).startswith("Could not decode")  # the interpreter's own, without code
        if garbled or code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            connection.suspect = True
            if connection.path is not None:
                with suppress(OSError):
                    connection.path.with_name(SUSPECT).touch(mode=0o600)
            raise _damaged() from error
        if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
            connection.suspect = True
            raise StoreDamaged(
                "The disk refused to read or write the queue database.",
                code="STORE_IO",
                hint="Check the disk and the permissions of the home folder, then restart Waybill.",
            ) from error
        if code == sqlite3.SQLITE_BUSY:
            raise StoreBusy("Another program has opened the queue database.") from error
        raise


def _damaged() -> StoreDamaged:
    return StoreDamaged(
        "The queue database is damaged.",
        hint="Restart Waybill: it sets the file aside and rebuilds it from the sources.",
    )


@contextmanager
def hold_home(home: Path) -> Iterator[None]:
    """Hold the home folder without opening its database. Raises StoreBusy."""
    guard = _lock_home(home)
    try:
        yield
    finally:
        os.close(guard)


def _lock_home(home: Path) -> int:
    """Hold the home folder for life: an OS lock, free again after a crash."""
    path = home / "lock"
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            # Far behind the holder's number, which others may then still read.
            os.lseek(fd, 1 << 20, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
            os.lseek(fd, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        holder = path.read_text(encoding="ascii", errors="replace").strip() or "unknown"
        raise StoreBusy(
            f"Another Waybill (process {holder}) is running with the home folder {home}.",
            hint="Stop it first, or give this one a --home of its own.",
        ) from error
    os.ftruncate(fd, 0)
    os.write(fd, str(os.getpid()).encode())
    return fd
