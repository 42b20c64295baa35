"""Where the streams stand: checkpoints, proof, what a person allowed, what may be settled.

`Streams` only asks and notes; the pages of a read and its end are in `reads`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from agent.errors import Damaged
from agent.memory import RowChange
from agent.model import Checkpoint, Json
from agent.queue.commit import seal_page, write_rows
from agent.queue.database import Row
from agent.queue.house import KEPT_READS
from agent.queue.ledger import Ledger
from agent.queue.outcomes import VANISHED
from agent.queue.store import Store


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
class PastRead:
    """A read as people see it."""

    id: int
    stream: int
    name: str
    ended: float | None
    complete: bool
    counts: dict[str, Json]
    warned: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Per flow: the first records of each warning, by code and field."""


class Streams:
    """What is known of each stream."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cipher = store.cipher
        self._states: dict[int, tuple[Sequence[Row], Sequence[Row], StreamState]] = {}
        """What was said of a stream, and made of it: those that rest are asked after all the time."""

    # --- state ------------------------------------------------------------------------------------

    def state(self, stream: int) -> StreamState:
        """Where a stream stands."""
        found = self._store.db.rows_so_far(
            "select checkpoint, done, proven, in_order from stream where id = ?", (stream,)
        )
        behind = self._store.db.rows_so_far(
            "select id from flow where stream = ? and behind = 1", (stream,)
        )
        before = self._states.get(stream)
        if before is None or before[0] is not found or before[1] is not behind:
            before = self._states[stream] = (found, behind, self._stands(found, behind))
        return before[2]

    def _stands(self, found: Sequence[Row], behind: Sequence[Row]) -> StreamState:
        sealed, done, proven, in_order = found[0] if found else (None, 0, 1, 0)
        try:
            checkpoint = self._opened("checkpoint", sealed) if sealed else None
        except Damaged:  # where it stood is lost: everything is read again
            checkpoint, done, proven = None, 0, 0
        return StreamState(
            checkpoint,
            bool(done),
            bool(proven),
            bool(in_order),
            tuple(row[0] for row in behind),
        )

    def set_behind(self, flow: int) -> None:
        """A flow passed rows over: it is caught up by re-reading (RULES 14)."""
        with self._store.db.transaction() as conn:
            conn.execute("update flow set behind = 1 where id = ?", (flow,))

    def looked_up(self, flow: int, source: str, content: bytes) -> bool:
        """Remember what a lookup table of a flow says. True: it is news (RULES 15).

        Then the flow is behind: its rows are mapped again when its stream is next read.
        """
        digest = self._cipher.keyed_hash(f"lookup/{flow}/{source}")(content)
        name = f"lookup/{flow}/{source}"
        with self._store.db.transaction() as conn:
            found = conn.execute("select value from meta where name = ?", (name,)).fetchone()
            if found is not None and found[0] == digest:
                return False
            conn.execute("insert or replace into meta values (?, ?)", (name, digest))
            conn.execute("update flow set behind = 1 where id = ?", (flow,))
            return True

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
        return self._opened("watch", found[0]) if found and found[0] else {}

    def set_watch(self, stream: int, watch: dict[str, object]) -> None:
        """Remember what a person allowed or refused."""
        with self._store.db.transaction() as conn:
            conn.execute(
                "update stream set watch = ?, done = 0 where id = ?",
                (self._sealed("watch", watch), stream),
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
        found = []
        for number, stream, sealed, ended, complete, counts in self._store.db.rows(
            "select id, stream, about, ended, complete, counts from reading"
            f" where stream in ({marks}) order by id desc limit ?",
            [*streams, limit],
        ):
            about = self._opened("reading", sealed)
            found.append(
                PastRead(
                    number, stream, str(about["name"]), ended, bool(complete),
                    orjson.loads(counts), about.get("warned") or {},
                )
            )  # fmt: skip
        return found

    # --- what a delete took along (RULES 21) ---

    def vanished(self, stream: int) -> dict[bytes, Vanished]:
        """Records confirmed to be deleted since this stream last asked, by lane."""
        return {
            lane: Vanished(flow, seq, depth)
            for lane, flow, seq, depth in self._store.db.rows_so_far(
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
            write_rows(conn, stream, sealed)
            if changes:
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
        ended = self._store.db.rows_so_far(
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
            (read, self._opened("reading", about)["checkpoint"], not parked and not kept)
            for read, about, parked in ended
        ]

    def settled(self, read: int) -> None:
        """The source needs to hear nothing more of this read."""
        with self._store.db.transaction() as conn:
            conn.execute("update reading set settled = 1 where id = ?", (read,))

    def _sealed(self, what: str, value: object) -> bytes:
        return self._cipher.seal(what.encode(), orjson.dumps(value))

    def _opened(self, what: str, sealed: bytes) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self._cipher.open(what.encode(), sealed))
        return found


def prune(conn: sqlite3.Connection, stream: int) -> None:
    """Forget old reads of which nothing is left to do."""
    conn.execute(
        "delete from reading where stream = ? and settled = 1 and open = 0 and parked = 0"
        " and id < (select max(id) from reading where stream = ?) - ?",
        (stream, stream, KEPT_READS),
    )
