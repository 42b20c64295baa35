"""The reading side of the store: pages and ends of reads.

A page commits for all flows of its stream or for none (RULES 1). The first page of a read voids
the stream's mark of a complete last read, its last page sets it (RULES 9).
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from agent.memory import NewEntry, RowChange
from agent.model import Checkpoint, Unreadable
from agent.queue.commit import Sealed, Written, clear, seal_page, write_entries, write_rows
from agent.queue.holds import Hold, Holds, NewHold
from agent.queue.ledger import Ledger
from agent.queue.store import Store
from agent.queue.streams import Streams, prune

_logger = logging.getLogger(__name__)  # plain: at this place a line that nobody wants costs nothing


@dataclass(slots=True)
class Reading:
    """A read under way. `id` is 0 until its first page."""

    stream: int
    name: str
    id: int = 0
    pages: int = 0


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
    warned: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    """Per flow: the first records of each warning."""


class Reads(Streams):
    """Reads of all streams."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._holds = Holds(store)

    # --- pages ------------------------------------------------------------------------------------

    def page(
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
        sealed = self._seal_page(ledger, changes, many)
        reasons = {
            at: self._reason(entry) for at, (_, entry) in enumerate(sealed.entries) if entry.code
        }
        lost = [self._about_unreadable(row) for row in unreadable]
        with store.change() as (conn, moves):
            while many and store.is_overtaken(sealed.first):
                # A person edited meanwhile. What was read after that comes after it (RULES 7).
                sealed = self._seal_page(ledger, changes, many)
            read = self._begin(conn, reading)
            written = write_entries(
                conn, sealed, flow_ids=flows, read=read, now=store.now(), shapes=store.shapes,
                epoch=store.epoch, make_id=store.make_id, reasons=reasons, moves=moves, shared=shared,
            )  # fmt: skip
            for change in changes:
                for seq in change.clears:
                    clear(conn, seq, written)
            write_rows(conn, reading.stream, sealed)
            self._unreadable(conn, reading, unreadable, lost, full=bool(finish and finish.full))
            parked = sum(1 for _, entry in sealed.entries if entry.code) + len(unreadable)
            conn.execute(
                "update reading set open = open + ?, parked = parked + ? where id = ?",
                (many - (parked - len(unreadable)), parked, read),
            )
            if finish is not None:
                self._finish(conn, reading, finish)
        ledger.learn(sealed.rows)
        reading.pages += 1
        _logger.debug("a page of read %d was kept: rows=%d entries=%d", read, len(changes), many)
        return written

    def _seal_page(self, ledger: Ledger, changes: Sequence[RowChange], many: int) -> Sealed:
        store = self._store
        return seal_page(
            changes, first=store.reserve(many), block=store.reserve_block(),
            envelopes=store.envelopes, ledger=ledger,
        )  # fmt: skip

    def _begin(self, conn: sqlite3.Connection, reading: Reading) -> int:
        if not reading.id:
            about = self._sealed("reading", {"name": reading.name, "checkpoint": None})
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
        *,
        full: bool,
    ) -> None:
        """Keep what could not be read.

        A full read judges anew what the one before left here: what was wrong then is as old as it
        was.
        """
        now, stream = self._store.now(), reading.stream
        since = dict(
            conn.execute(
                "select code, min(since) from unreadable where stream = ? group by code",
                (stream,),
            ).fetchall()
            if full and rows
            else ()
        )
        conn.executemany(
            "insert into unreadable (stream, read, since, code, about) values (?, ?, ?, ?, ?)",
            [
                (stream, reading.id, since.get(row.code, now), row.code, sealed)
                for row, sealed in zip(rows, about, strict=True)
            ],
        )

    def _finish(self, conn: sqlite3.Connection, reading: Reading, finish: Finish) -> None:
        now, stream, read = self._store.now(), reading.stream, reading.id
        said = {"name": reading.name, "checkpoint": finish.checkpoint, "warned": finish.warned}
        about = self._sealed("reading", said)
        conn.execute(
            "update reading set about = ?, ended = ?, complete = ?, counts = ? where id = ?",
            (about, now, int(finish.complete), orjson.dumps(finish.counts).decode(), read),
        )
        checkpoint = self._sealed("checkpoint", dict(finish.checkpoint))
        conn.execute(
            "update stream set checkpoint = ?, done = ?, in_order = ? where id = ?",
            (checkpoint, 1 if finish.complete else 2, int(not finish.full), stream),
        )
        if finish.full:
            self._clear_unreadable(conn, stream, read)
        if finish.complete and finish.full:
            self._holds.void(conn, stream, read, finish.hold)
        elif finish.still_gone is not None:
            self._holds.shrink(conn, stream, finish.still_gone)
        if finish.hold is not None:
            self._holds.keep(conn, stream, read, finish.hold, now)
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
                (self._sealed("watch", finish.watch), stream),
            )
        prune(conn, stream)

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

    # --- holds ------------------------------------------------------------------------------------

    def standing_holds(self) -> list[tuple[int, str, int, int]]:
        """What is held or was rejected, unopened: number, state, entries, read."""
        return self._holds.standing()

    def holds(self, *, state: str = "held") -> list[Hold]:
        """Holds in this state."""
        return self._holds.listed(state)

    def holds_of(self, stream: int, *states: str) -> list[Hold]:
        """Holds of a stream in these states."""
        return self._holds.of_stream(stream, *states)

    def hold(self, number: int) -> Hold | None:
        """One hold."""
        return self._holds.one(number)

    def end_hold(self, number: int, state: str) -> bool:
        """Approve, reject or void a hold; False if it is not held any more."""
        return self._holds.end(number, state)

    # --- sealing ----------------------------------------------------------------------------------

    def _reason(self, entry: NewEntry) -> bytes:
        place = None if entry.place is None else list(entry.place)
        return self._sealed(
            "reason", {"reason": entry.reason, "field": entry.field, "place": place}
        )

    def _about_unreadable(self, row: Unreadable) -> bytes:
        about = {"reason": row.reason, "place": list(row.place), "key": row.key}
        return self._sealed("unreadable", about)
