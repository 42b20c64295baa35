"""Taking a publish back, record by record: what the target held before goes out as a new revision.

A way back is an entry like a person's edit: another number, id and content, linked to the entry that
the memory of its row names, so whatever the ERP says next supersedes it (`agent.queue.desk`). What
the restored mapping makes of the same row waits until the way back is decided (`UNDO_FIRST`): if it
says what was confirmed before the publish, the row has not changed, and nothing of it is needed;
otherwise the ERP has the last word, and the image is of no use.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent.memory import EntryKind
from agent.model import Scalar
from agent.queue.canary import AT_ONCE, UNDO_FIRST, let_go, set_held
from agent.queue.claims import Claim
from agent.queue.commit import count, end
from agent.queue.images import Images, Kept, seal
from agent.queue.publishes import NOT_ON_ITS_WAY_BACK, ORIGIN, Publish
from agent.queue.states import State
from agent.queue.store import Store
from agent.queue.tally import Moves

OVER = ("overtaken", "created", "deleted", "lost")
"""Outcomes of which the record's own entries go on; only fields that those do not carry go back."""


@dataclass(frozen=True, slots=True)
class Open:
    """An open entry of a record that is to go back."""

    seq: int
    state: int
    origin: int
    kind: int
    size: int


@dataclass(frozen=True, slots=True)
class Way:
    """A record that is to go back, and what stands in its way."""

    kept: Kept
    confirmed: int
    """The last message of the flow that the record's target confirmed."""
    opens: tuple[Open, ...]

    def news(self, made: int) -> tuple[Open, ...]:
        """What the restored mapping made of its row."""
        return tuple(each for each in self.opens if each.origin >= made)

    def waits(self, made: int) -> bool:
        """Whether something has to end first: an attempt, or what the row is read again for."""
        return any(
            each.state == State.SENDING
            or (each.origin < made and each.state < State.PARKED)
            for each in self.opens
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Back:
    """What is decided about one record."""

    way: Way
    outcome: str
    payload: bytes = b""
    fields: Mapping[str, Scalar] | None = None
    """To be sent; None: nothing is."""
    edited: Sequence[str] = ()


class Undoing:
    """Takes publishes back."""

    def __init__(self, store: Store, images: Images) -> None:
        self._store = store
        self._images = images

    def ways(self, publish: Publish, made: int, limit: int, after: int = 0) -> list[Way]:
        """Records of which nothing is decided yet, after a number.

        What the restored mapping made of them is held.
        """
        with self._store.change() as (conn, moves):
            _look_again(conn, publish)
            lanes = [
                row[0]
                for row in conn.execute(
                    "select lane from image where publish = ? and state = 0 and seq > ?"
                    " order by seq limit ?",
                    (publish.id, after, limit),
                )
            ]
            self._hold(conn, moves, publish, lanes, made)
            kept = self._images.of(publish, lanes)
            return [_way(conn, publish, kept[lane]) for lane in lanes if lane in kept]

    def look(self, publish: Publish, kept: Sequence[Kept]) -> list[Way]:
        """What stands in the way of these now. Changes nothing."""
        with self._store.db.transaction() as conn:
            return [_way(conn, publish, each) for each in kept]

    def unresolved(self, publish: Publish, made: int, claims: Sequence[Claim]) -> set[int]:
        """Those that the restored mapping made of records which are still to go back."""
        found = set()
        for claim in claims:
            row = self._store.db.one(
                f"select 1 from entry where seq = ? and {ORIGIN} >= ? and exists (select 1"
                " from image where publish = ? and image.lane = entry.lane"
                " and image.flow = entry.flow and image.state < 2 and image.entry != ?)",
                (claim.seq, made, publish.id, claim.seq),
            )
            if row is not None:
                found.add(claim.seq)
        return found

    def decide(self, publish: Publish, made: int, backs: Sequence[Back]) -> int:
        """Write what was decided, where nothing has changed since. Returns how many."""
        store, sending = self._store, [back for back in backs if back.fields is not None]
        first = store.reserve(len(sending))
        numbers = {back.way.kept.lane: first + at for at, back in enumerate(sending)}
        envelopes = {
            numbers[back.way.kept.lane]: store.envelopes.seal(
                numbers[back.way.kept.lane], [back.payload]
            )
            for back in sending
        }
        done = 0
        with store.change() as (conn, moves):
            self._hold(conn, moves, publish, [back.way.kept.lane for back in backs], made)
            for back in backs:
                if _way(conn, publish, back.way.kept) != back.way:
                    continue
                done += 1
                seq = numbers.get(back.way.kept.lane, 0)
                self._one(conn, moves, publish, made, back, (seq, envelopes.get(seq, b"")))
            if done and sending:
                store.edited(first + len(sending) - 1)
        return done

    def created(self, publishes: Sequence[int], claim: Claim) -> bool:
        """Whether a delete is about a record that an undone publish created; asked only once."""
        marks = ",".join("?" * len(publishes))
        with self._store.db.transaction() as conn:
            return bool(
                conn.execute(
                    f"update image set state = 3 where lane = ? and flow = ? and state = 2"
                    f" and publish in ({marks}) and outcome = 'created'",
                    (claim.lane, claim.flow, *publishes),
                ).rowcount
            )

    def end(self, publish: Publish) -> bool:
        """Whether nothing is left to be taken back; then it is undone. True: something moved."""
        with self._store.change() as (conn, moves):
            over = conn.execute(
                "select seq, size from entry indexed by entry_held_for where flow = ? and state = 1"
                " and due is null and code = ? and not exists (select 1 from publish, image"
                " where publish.flow = entry.flow and publish.state = 'undoing'"
                " and image.publish = publish.id and image.lane = entry.lane and image.state < 2)"
                " limit ?",
                (publish.flow, UNDO_FIRST, AT_ONCE),
            ).fetchall()
            let_go(conn, moves, publish.flow, over)
            if over:  # it was decided while they were being claimed
                return True
            return bool(
                conn.execute(
                    "update publish set state = 'undone' where id = ? and state = 'undoing'"
                    " and not exists (select 1 from image where publish = ? and state < 2)",
                    (publish.id, publish.id),
                ).rowcount
            )

    # --- inside -----------------------------------------------------------------------------------

    def _hold(
        self,
        conn: sqlite3.Connection,
        moves: Moves,
        publish: Publish,
        lanes: Sequence[bytes],
        made: int,
    ) -> None:
        """What the restored mapping made of these records waits until it is decided."""
        for at in range(0, len(lanes), 500):
            some = lanes[at : at + 500]
            marks = ",".join("?" * len(some))
            rows = conn.execute(
                f"select seq, size from entry where flow = ? and state = 0 and {ORIGIN} >= ?"
                f" and {NOT_ON_ITS_WAY_BACK} and lane in ({marks})",
                (publish.flow, made, *some),
            ).fetchall()
            set_held(conn, moves, publish.flow, rows, UNDO_FIRST, self._store.now())

    def _one(
        self,
        conn: sqlite3.Connection,
        moves: Moves,
        publish: Publish,
        made: int,
        back: Back,
        new: tuple[int, bytes],
    ) -> None:
        kept, news = back.way.kept, back.way.news(made)
        if back.outcome in OVER:
            held = conn.execute(
                "select seq, size from entry where lane = ? and flow = ? and state between 1 and 5"
                " and state = 1 and due is null and code = ?",
                (kept.lane, publish.flow, UNDO_FIRST),
            ).fetchall()
            let_go(conn, moves, publish.flow, held)
            if back.fields is not None:
                last = max((each.seq for each in news), default=0)
                self._send(conn, moves, publish, back, new, (last or kept.origin, last))
            self._settle(conn, publish, back, entry=new[0])
            return
        for each in news:
            end(conn, each.seq, State.SUPERSEDED, moves)
        if back.fields is None:
            _as_before(conn, publish.flow, kept)
            self._settle(conn, publish, back, entry=0)
            return
        origin = max((each.origin for each in news), default=kept.origin)
        self._send(conn, moves, publish, back, new, (origin, 0))
        self._settle(conn, publish, back, entry=new[0])

    def _send(
        self,
        conn: sqlite3.Connection,
        moves: Moves,
        publish: Publish,
        back: Back,
        new: tuple[int, bytes],
        after: tuple[int, int],
    ) -> None:
        """`after`: the entry that the memory of the row names, and one that is to go before."""
        store, kept, (seq, envelope) = self._store, back.way.kept, new
        shape = store.shapes.number(conn, tuple(back.fields or ()))
        size, now = len(back.payload), store.now()
        id_ = store.make_id(store.epoch, publish.flow, kept.lane, seq)
        conn.execute("insert into envelope values (?, 1, ?)", (seq, envelope))
        conn.execute(
            "insert into entry (seq, flow, lane, row, id, shape, envelope, read, size, created,"
            " since, shared, edits, prev) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (seq, publish.flow, kept.lane, kept.row, id_, shape, seq, kept.read, size, now, now,
             kept.shared, *after),
        )  # fmt: skip
        conn.execute("update reading set open = open + 1 where id = ?", (kept.read,))
        count(moves, publish.flow, State.WAITING, 1, size)

    def _settle(
        self, conn: sqlite3.Connection, publish: Publish, back: Back, *, entry: int
    ) -> None:
        kept = back.way.kept
        content = None
        if kept.picture is not None:
            picture = replace(kept.picture, edited=list(back.edited))
            content = seal(self._store, publish.id, kept.lane, picture)
        conn.execute(
            "update image set state = ?, outcome = ?, entry = ?, content = ?"
            " where publish = ? and lane = ?",
            (1 if entry else 2, back.outcome, entry, content, publish.id, kept.lane),
        )


def confirmed(conn: sqlite3.Connection, seqs: Sequence[int]) -> None:
    """These arrived: those that took a record back leave it as it was before its publish."""
    if not seqs or not conn.execute("select 1 from publish where state = 'undoing'").fetchone():
        return
    marks = ",".join("?" * len(seqs))
    for lane, flow, was in conn.execute(
        "select lane, flow, was from image"
        f" where entry > 0 and entry in ({marks}) and outcome = 'restored'",
        list(seqs),
    ).fetchall():
        if was is not None:
            conn.execute(
                "update lane set content = ? where lane = ? and flow = ?", (was, lane, flow)
            )
    conn.execute(f"update image set state = 2 where entry > 0 and entry in ({marks})", list(seqs))


def _as_before(conn: sqlite3.Connection, flow: int, kept: Kept) -> None:
    if kept.was is not None:
        conn.execute(
            "update lane set content = ? where lane = ? and flow = ?", (kept.was, kept.lane, flow)
        )


def _look_again(conn: sqlite3.Connection, publish: Publish) -> None:
    """Ways back that something newer superseded are decided anew; who set one aside has decided."""
    conn.execute(
        "update image set state = 2, outcome = 'set aside' where publish = ? and state = 1"
        " and exists (select 1 from entry where seq = image.entry and state = 12)",
        (publish.id,),
    )
    conn.execute(
        "update image set state = 0, entry = 0 where publish = ? and state = 1 and not exists"
        " (select 1 from entry where seq = image.entry and state < 11)",
        (publish.id,),
    )


def _way(conn: sqlite3.Connection, publish: Publish, kept: Kept) -> Way:
    lane = conn.execute(
        "select seq from lane where lane = ? and flow = ?", (kept.lane, publish.flow)
    ).fetchone()
    rows = conn.execute(
        f"select seq, state, {ORIGIN}, kind, size from entry where lane = ? and flow = ?"
        f" and state between 1 and 5 and {NOT_ON_ITS_WAY_BACK} order by seq",
        (kept.lane, publish.flow),
    ).fetchall()
    opens = tuple(Open(*row) for row in rows)
    return Way(kept, int(lane[0]) if lane else 0, opens)


def is_problem(each: Open) -> bool:
    """Whether no message could be made of its row."""
    return each.kind == EntryKind.PROBLEM
