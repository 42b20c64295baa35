"""Holds: what the guard keeps back until a person, or a newer complete read, decides (RULES 11).

A hold belongs to one read. A newer complete read voids it, or takes it over where it finds the
same; rows that are seen again leave it. The keys of its rows are sealed.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import orjson

from agent.queue.database import Row
from agent.queue.store import Store

_HOLD = "select id, stream, read, kind, since, entries, total, about, state from hold"


TARGET_ONLY = "target_only"
"""The kind of a hold of records that only the target holds after a rollback (RULES 25)."""


@dataclass(frozen=True, slots=True)
class NewHold:
    """What the guard keeps back."""

    kind: str
    """`deletes` or `changes`."""
    reason: str
    rows: bytes
    """Keys of the rows, 16 bytes each; empty for changes; for strays external ids by flow."""
    entries: int
    total: int


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as stored."""

    id: int
    stream: int
    read: int
    kind: str
    since: float
    entries: int
    total: int
    reason: str
    rows: bytes
    state: str


class Holds:
    """The holds of all streams."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cipher = store.cipher

    def void(self, conn: sqlite3.Connection, stream: int, read: int, again: NewHold | None) -> None:
        """A newer complete read voids older holds; one that says the same takes them over."""
        for row in conn.execute(
            f"{_HOLD} where stream = ? and state in ('held', 'rejected') and kind != ?",
            (stream, TARGET_ONLY),
        ).fetchall():
            hold = self._as_hold(row)
            if again is not None and (hold.kind, hold.rows) == (again.kind, again.rows):
                conn.execute("update hold set read = ? where id = ?", (read, hold.id))
            else:
                conn.execute("update hold set state = 'void' where id = ?", (hold.id,))

    def keep(
        self, conn: sqlite3.Connection, stream: int, read: int, hold: NewHold, now: float
    ) -> None:
        """Keep this back, unless the read took over a hold that says the same."""
        taken_over = conn.execute(
            "select 1 from hold where stream = ? and read = ? and kind = ?",
            (stream, read, hold.kind),
        ).fetchone()
        if taken_over is not None:
            return
        conn.execute(
            "update hold set state = 'void' where stream = ? and kind = ?"
            " and state in ('held', 'rejected')",
            (stream, hold.kind),
        )
        head = orjson.dumps({"reason": hold.reason})
        about = self._cipher.seal(b"hold", head + b"\n" + hold.rows)
        conn.execute(
            "insert into hold (stream, read, kind, since, entries, total, about)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (stream, read, hold.kind, now, hold.entries, hold.total, about),
        )

    def standing(self) -> list[tuple[int, str, int, int]]:
        """What is held or was rejected, unopened: number, state, entries, read."""
        return [
            (int(number), str(state), int(entries), int(read))
            for number, state, entries, read in self._store.db.rows(
                "select id, state, entries, read from hold where state in ('held', 'rejected')"
                " order by id"
            )
        ]

    def listed(self, state: str) -> list[Hold]:
        """Holds in this state."""
        return [
            self._as_hold(row)
            for row in self._store.db.rows(
                f"{_HOLD} where state = ? order by id",
                (state,),
            )
        ]

    def of_stream(self, stream: int, *states: str) -> list[Hold]:
        """Holds of a stream in these states."""
        marks = ",".join("?" * len(states))
        return [
            self._as_hold(row)
            for row in self._store.db.rows_so_far(
                f"{_HOLD} where stream = ? and state in ({marks}) order by id", (stream, *states)
            )
        ]

    def one(self, number: int) -> Hold | None:
        """One hold."""
        row = self._store.db.one(
            f"{_HOLD} where id = ?",
            (number,),
        )
        return self._as_hold(row) if row else None

    def end(self, number: int, state: str) -> bool:
        """Approve, reject or void a hold; False if it is not held any more."""
        with self._store.db.transaction() as conn:
            cursor = conn.execute(
                "update hold set state = ? where id = ? and state in ('held', 'approving')",
                (state, number),
            )
            return cursor.rowcount == 1

    def shrink(self, conn: sqlite3.Connection, stream: int, still_gone: bytes) -> None:
        """Rows that were seen again leave the hold, also when that read was not complete."""
        for row in conn.execute(
            f"{_HOLD} where stream = ? and state = 'held' and kind = 'deletes'",
            (stream,),
        ).fetchall():
            hold = self._as_hold(row)
            gone = {still_gone[at : at + 16] for at in range(0, len(still_gone), 16)}
            keys = [hold.rows[at : at + 16] for at in range(0, len(hold.rows), 16)]
            left = [key for key in keys if key in gone]
            if len(left) != len(keys):
                head = orjson.dumps({"reason": hold.reason})
                conn.execute(
                    "update hold set about = ?, entries = ?, state = ? where id = ?",
                    (
                        self._cipher.seal(b"hold", head + b"\n" + b"".join(left)),
                        len(left),
                        "held" if left else "void",
                        hold.id,
                    ),
                )

    def _as_hold(self, row: Row) -> Hold:
        number, stream, read, kind, since, entries, total, about, state = row
        head, _, rows = self._cipher.open(b"hold", about).partition(b"\n")
        reason = orjson.loads(head)["reason"]
        return Hold(number, stream, read, kind, since, entries, total, reason, rows, state)
