"""The reading side of the store: pages, ends of reads, checkpoints, holds.

A page commits for all flows of its stream or for none (RULES 1). The first page of a read voids
the stream's mark of a complete last read, its last page sets it (RULES 9).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from typing import Any

import orjson

from agent.memory import NewEntry, RowChange
from agent.model import Checkpoint, Json, Place, Unreadable
from agent.queue.commit import Written, clear, seal_page, write_entries
from agent.queue.database import Row
from agent.queue.ledger import Ledger
from agent.queue.outcomes import VANISHED
from agent.queue.store import Store


@dataclass(slots=True)
class Reading:
    """A read under way. `id` is 0 until its first page."""

    stream: int
    name: str
    id: int = 0
    pages: int = 0


@dataclass(frozen=True, slots=True)
class StreamState:
    """Where a stream stands."""

    checkpoint: Checkpoint | None
    ended: bool
    """The last read ended, and no page of another one came since (RULES 9)."""
    proven: bool
    in_order: bool
    """Its reads come in an order that cannot be gone back in (change files)."""
    behind: tuple[int, ...]
    """Flows that passed rows over, or have a new mapping: they are caught up by re-reading."""


class Vanished(NamedTuple):
    """A record that is gone from a target."""

    flow: int
    """The flow that deleted it, or fed it."""
    seq: int
    """The entry that deleted it; 0 if it went along with another record."""
    depth: int
    """How many records above it went before it."""


@dataclass(frozen=True, slots=True)
class NewHold:
    """What the guard keeps back."""

    kind: str
    """`deletes` or `changes`."""
    reason: str
    rows: bytes
    """Keys of the rows, 16 bytes each; empty for changes."""
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


@dataclass(frozen=True, slots=True)
class PastRead:
    """A read as people see it."""

    id: int
    stream: int
    name: str
    ended: float | None
    complete: bool
    counts: dict[str, Json]


@dataclass(slots=True)
class Finish:
    """How a read ended, for the transaction of its last page."""

    checkpoint: Checkpoint
    complete: bool
    full: bool
    counts: dict[str, object]
    hold: NewHold | None = None
    deleted: int = 0
    caught_up: Sequence[int] = ()
    proven: bool = False
    still_gone: bytes | None = None
    """For an incomplete full read: keys of held rows that it did not hold either."""
    watch: dict[str, object] | None = field(default=None)


class Reads:
    """Reads of all streams."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cipher = store.cipher

    # --- pages ------------------------------------------------------------------------------------

    def page(  # noqa: PLR0913, everything that shares the transaction
        self,
        reading: Reading,
        ledger: Ledger,
        flows: Sequence[int],
        changes: Sequence[RowChange],
        unreadable: Sequence[Unreadable] = (),
        *,
        shared: frozenset[int] = frozenset(),
        finish: Finish | None = None,
    ) -> Written:
        """Commit a page: entries, memories of rows, progress; with `finish`, the end of the read.

        Raises StoreFull; then nothing of it happened.
        """
        store = self._store
        many = sum(len(change.entries) for change in changes)
        sealed = seal_page(
            changes,
            first=store.reserve(many),
            block=store.reserve_block(),
            envelopes=store.envelopes,
            ledger=ledger,
        )
        reasons = [self._reason(entry) for _, entry in sealed.entries]
        ids = [
            store.message_id(flows[entry.flow], entry.lane, seq)
            for seq, (_, entry) in enumerate(sealed.entries, sealed.first)
        ]
        lost = [self._about_unreadable(row) for row in unreadable]
        with store.change() as (conn, moves):
            read = self._begin(conn, reading)
            written = write_entries(
                conn, sealed, flow_ids=flows, read=read, now=store.now(), shapes=store.shapes,
                ids=ids, reasons=reasons, moves=moves, shared=shared,
            )  # fmt: skip
            for change in changes:
                for seq in change.clears:
                    clear(conn, seq, written)
            if changes:
                conn.execute(
                    "insert into delta values (?, ?, ?, ?, ?)",
                    (sealed.block, reading.stream, sealed.first + many - 1,
                     b"".join(sealed.rows), sealed.texts),
                )  # fmt: skip
            self._unreadable(conn, reading, unreadable, lost)
            parked = sum(1 for _, entry in sealed.entries if entry.code) + len(unreadable)
            conn.execute(
                "update reading set open = open + ?, parked = parked + ? where id = ?",
                (many - (parked - len(unreadable)), parked, read),
            )
            if finish is not None:
                self._finish(conn, reading, finish)
        ledger.learn(sealed.rows)
        reading.pages += 1
        return written

    def _begin(self, conn: sqlite3.Connection, reading: Reading) -> int:
        if not reading.id:
            about = self._seal("reading", {"name": reading.name, "checkpoint": None})
            cursor = conn.execute(
                "insert into reading (stream, about, started) values (?, ?, ?)",
                (reading.stream, about, self._store.now()),
            )
            reading.id = int(cursor.lastrowid or 0)
            conn.execute("update stream set done = 0 where id = ?", (reading.stream,))
        return reading.id

    def _unreadable(
        self,
        conn: sqlite3.Connection,
        reading: Reading,
        rows: Sequence[Unreadable],
        about: Sequence[bytes],
    ) -> None:
        now = self._store.now()
        conn.executemany(
            "insert into unreadable (stream, read, since, code, about) values (?, ?, ?, ?, ?)",
            [
                (reading.stream, reading.id, now, row.code, sealed)
                for row, sealed in zip(rows, about, strict=True)
            ],
        )

    def _finish(self, conn: sqlite3.Connection, reading: Reading, finish: Finish) -> None:
        now, stream, read = self._store.now(), reading.stream, reading.id
        about = self._seal("reading", {"name": reading.name, "checkpoint": finish.checkpoint})
        conn.execute(
            "update reading set about = ?, ended = ?, complete = ?, counts = ? where id = ?",
            (about, now, int(finish.complete), orjson.dumps(finish.counts).decode(), read),
        )
        checkpoint = self._seal("checkpoint", dict(finish.checkpoint))
        conn.execute(
            "update stream set checkpoint = ?, done = ?, in_order = ? where id = ?",
            (checkpoint, 1 if finish.complete else 2, int(not finish.full), stream),
        )
        if finish.full:
            self._clear_unreadable(conn, stream, read)
        if finish.complete and finish.full:
            self._void_holds(conn, stream, read, finish.hold)
        elif finish.still_gone is not None:
            self._shrink_holds(conn, stream, finish.still_gone)
        if finish.hold is not None:
            self._hold(conn, reading, finish.hold, now)
        if finish.deleted:
            conn.execute("insert into deletion values (?, ?, ?)", (stream, now, finish.deleted))
        conn.execute("delete from deletion where at < ?", (now - 86400.0,))
        conn.executemany(
            "update flow set behind = 0 where id = ?", [(flow,) for flow in finish.caught_up]
        )
        if finish.proven:
            conn.execute("update stream set proven = 1 where id = ?", (stream,))
            self._store.recovered(conn)
        if finish.watch is not None:
            conn.execute(
                "update stream set watch = ? where id = ?",
                (self._seal("watch", finish.watch), stream),
            )
        self._prune(conn, stream)

    def _clear_unreadable(self, conn: sqlite3.Connection, stream: int, read: int) -> None:
        """RULES 12: what could not be read before is judged by this read alone."""
        gone = conn.execute(
            "select read, count(*) from unreadable where stream = ? and read < ? group by read",
            (stream, read),
        ).fetchall()
        conn.executemany(
            "update reading set parked = parked - ? where id = ?", [(n, old) for old, n in gone]
        )
        conn.execute("delete from unreadable where stream = ? and read < ?", (stream, read))

    def _prune(self, conn: sqlite3.Connection, stream: int) -> None:
        conn.execute(
            "delete from reading where stream = ? and settled = 1 and open = 0 and parked = 0"
            " and id < (select max(id) from reading where stream = ?) - 50",
            (stream, stream),
        )

    # --- state ------------------------------------------------------------------------------------

    def state(self, stream: int) -> StreamState:
        """Where a stream stands."""
        found = self._store.db.one(
            "select checkpoint, done, proven, in_order from stream where id = ?", (stream,)
        )
        sealed, done, proven, in_order = found or (None, 0, 1, 0)
        behind = self._store.db.rows(
            "select id from flow where stream = ? and behind = 1", (stream,)
        )
        return StreamState(
            self._open("checkpoint", sealed) if sealed else None,
            bool(done),
            bool(proven),
            bool(in_order),
            tuple(row[0] for row in behind),
        )

    def set_behind(self, flow: int) -> None:
        """A flow passed rows over: it is caught up by re-reading (RULES 14)."""
        with self._store.db.transaction() as conn:
            conn.execute("update flow set behind = 1 where id = ?", (flow,))

    def unproven(self, stream: int) -> None:
        """What is remembered of this stream was lost or damaged: read everything again."""
        with self._store.db.transaction() as conn:
            conn.execute("update stream set proven = 0, done = 0 where id = ?", (stream,))

    def caught_up(self, stream: int) -> None:
        """A stream that cannot be re-read (changes, append) has nothing more to give."""
        with self._store.db.transaction() as conn:
            conn.execute("update stream set proven = 1 where id = ?", (stream,))
            conn.execute("update flow set behind = 0 where stream = ?", (stream,))
            self._store.recovered(conn)

    def watch(self, stream: int) -> dict[str, object]:
        """What a person allowed or refused for one read of this stream."""
        found = self._store.db.one("select watch from stream where id = ?", (stream,))
        return self._open("watch", found[0]) if found and found[0] else {}

    def set_watch(self, stream: int, watch: dict[str, object]) -> None:
        """Remember what a person allowed or refused."""
        with self._store.db.transaction() as conn:
            conn.execute(
                "update stream set watch = ?, done = 0 where id = ?",
                (self._seal("watch", watch), stream),
            )

    def deleted_today(self, stream: int) -> int:
        """Rows deleted by inference in the last 24 hours."""
        found = self._store.db.one(
            "select coalesce(sum(rows), 0) from deletion where stream = ? and at > ?",
            (stream, self._store.now() - 86400.0),
        )
        return int(found[0]) if found else 0

    def latest(self, streams: Sequence[int], limit: int) -> list[PastRead]:
        """The latest reads of these streams, newest first."""
        marks = ",".join("?" * len(streams))
        return [
            PastRead(number, stream, str(self._open("reading", about)["name"]), ended,
                     bool(complete), orjson.loads(counts))
            for number, stream, about, ended, complete, counts in self._store.db.rows(
                "select id, stream, about, ended, complete, counts from reading"
                f" where stream in ({marks}) order by id desc limit ?",  # noqa: S608, marks
                [*streams, limit],
            )
        ]  # fmt: skip

    # --- what a delete took along (RULES 21) ---

    def vanished(self, stream: int) -> dict[bytes, Vanished]:
        """Records confirmed to be deleted since this stream last asked, by lane."""
        return {
            lane: Vanished(flow, seq, depth)
            for lane, flow, seq, depth in self._store.db.rows(
                "select lane, flow, seq, depth from vanished where stream = ?", (stream,)
            )
        }

    def look_again(
        self,
        stream: int,
        ledger: Ledger,
        changes: Sequence[RowChange],
        heard: Mapping[bytes, Vanished],
        went_along: Sequence[tuple[int, bytes, int]],
    ) -> None:
        """These rows are unproven: they are sent again when they are next read.

        `went_along`: (flow, lane, depth) of records that may be gone with the deleted ones.
        """
        store = self._store
        sealed = seal_page(
            changes, first=store.reserve(0), block=store.reserve_block(),
            envelopes=store.envelopes, ledger=ledger,
        )  # fmt: skip
        with store.db.transaction() as conn:
            if changes:
                conn.execute(
                    "insert into delta values (?, ?, ?, ?, ?)",
                    (sealed.block, stream, sealed.first - 1, b"".join(sealed.rows), sealed.texts),
                )
                conn.execute("update stream set done = 0 where id = ?", (stream,))
            conn.executemany(
                "delete from vanished where stream = ? and lane = ? and seq = ?",
                [(stream, lane, each.seq) for lane, each in heard.items()],
            )
            conn.executemany(VANISHED, [(f, lane, 0, depth, f) for f, lane, depth in went_along])
            conn.executemany(
                "update lane set content = null where lane = ?", [(x[1],) for x in went_along]
            )
        ledger.learn(sealed.rows)

    # --- settling ---------------------------------------------------------------------------------

    def to_settle(self, stream: int) -> list[tuple[int, Checkpoint, bool]]:
        """Ended reads of which nothing is on its way: (read, checkpoint, clean).

        The high-water mark vouches for them first: a file that goes away is an effect (RULES 25).
        """
        ended = self._store.db.rows(
            "select id, about, parked from reading where stream = ? and settled = 0"
            " and open = 0 and ended is not null order by id",
            (stream,),
        )
        if not ended:
            return []
        self._store.vouch()
        kept = self._store.db.one(
            "select 1 from hold where stream = ? and state = 'held'"
            " union all select 1 from flow where stream = ? and behind = 1 limit 1",
            (stream, stream),
        )
        return [
            (read, self._open("reading", about)["checkpoint"], not parked and not kept)
            for read, about, parked in ended
        ]

    def settled(self, read: int) -> None:
        """The source needs to hear nothing more of this read."""
        with self._store.db.transaction() as conn:
            conn.execute("update reading set settled = 1 where id = ?", (read,))

    # --- holds ------------------------------------------------------------------------------------

    def _void_holds(
        self, conn: sqlite3.Connection, stream: int, read: int, again: NewHold | None
    ) -> None:
        """A newer complete read voids older holds; one that says the same takes them over."""
        for row in conn.execute(
            "select id, stream, read, kind, since, entries, total, about, state from hold"
            " where stream = ? and state in ('held', 'rejected')",
            (stream,),
        ).fetchall():
            hold = self._as_hold(row)
            if again is not None and (hold.kind, hold.rows) == (again.kind, again.rows):
                conn.execute("update hold set read = ? where id = ?", (read, hold.id))
            else:
                conn.execute("update hold set state = 'void' where id = ?", (hold.id,))

    def _hold(self, conn: sqlite3.Connection, reading: Reading, hold: NewHold, now: float) -> None:
        taken_over = conn.execute(
            "select 1 from hold where stream = ? and read = ? and kind = ?",
            (reading.stream, reading.id, hold.kind),
        ).fetchone()
        if taken_over is not None:
            return
        head = orjson.dumps({"reason": hold.reason})
        about = self._cipher.seal(b"hold", head + b"\n" + hold.rows)
        conn.execute(
            "insert into hold (stream, read, kind, since, entries, total, about)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (reading.stream, reading.id, hold.kind, now, hold.entries, hold.total, about),
        )

    def holds(self, *, state: str = "held") -> list[Hold]:
        """Holds in this state."""
        return [
            self._as_hold(row)
            for row in self._store.db.rows(
                "select id, stream, read, kind, since, entries, total, about, state from hold"
                " where state = ? order by id",
                (state,),
            )
        ]

    def hold(self, number: int) -> Hold | None:
        """One hold."""
        row = self._store.db.one(
            "select id, stream, read, kind, since, entries, total, about, state from hold"
            " where id = ?",
            (number,),
        )
        return self._as_hold(row) if row else None

    def end_hold(self, number: int, state: str) -> bool:
        """Approve, reject or void a hold; False if it is not held any more."""
        with self._store.db.transaction() as conn:
            cursor = conn.execute(
                "update hold set state = ? where id = ? and state in ('held', 'approving')",
                (state, number),
            )
            return cursor.rowcount == 1

    def _shrink_holds(self, conn: sqlite3.Connection, stream: int, still_gone: bytes) -> None:
        """Rows that were seen again leave the hold, also when that read was not complete."""
        for row in conn.execute(
            "select id, stream, read, kind, since, entries, total, about, state from hold"
            " where stream = ? and state = 'held' and kind = 'deletes'",
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

    # --- sealing ----------------------------------------------------------------------------------

    def _seal(self, what: str, value: object) -> bytes:
        return self._cipher.seal(what.encode(), orjson.dumps(value))

    def _open(self, what: str, sealed: bytes) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self._cipher.open(what.encode(), sealed))
        return found

    def _reason(self, entry: NewEntry) -> bytes | None:
        if not entry.code:
            return None
        place = None if entry.place is None else list(entry.place)
        return self._seal("reason", {"reason": entry.reason, "field": entry.field, "place": place})

    def _about_unreadable(self, row: Unreadable) -> bytes:
        about = {"reason": row.reason, "place": list(row.place), "key": row.key}
        return self._seal("unreadable", about)


def place_of(about: dict[str, object]) -> Place | None:
    """The place in a sealed reason."""
    found = about.get("place")
    return Place(*found) if isinstance(found, list) else None
