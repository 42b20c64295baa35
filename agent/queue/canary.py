"""How far the entries of a published mapping may go: the first records, then none without a yes.

A record takes one of the publish's places when its first message is about to be sent, in the
transaction that says so: the place is its row in `image`. Who has a place goes on; everybody else
waits in state LATER without a time, superseded like any other, and is found by `entry_held`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from agent.queue.claims import Claim
from agent.queue.commit import count, end
from agent.queue.outcomes import Outcomes
from agent.queue.publishes import (
    MADE_BY_FORMER,
    NOT_ON_ITS_WAY_BACK,
    ORIGIN,
    Publish,
    Publishes,
    Step,
)
from agent.queue.runs import unpack
from agent.queue.states import State
from agent.queue.store import Store
from agent.queue.tally import Moves

WAITS = "PUBLISH_WAITS_FOR_YES"
CATCHES_UP = "PUBLISH_READS_AGAIN"
UNDO_FIRST = "UNDO_COMES_FIRST"
"""As code of an entry that is held: for what it waits."""
HELD_FOR = {
    WAITS: "a yes to the published mapping",
    CATCHES_UP: "its source to be read again, because another mapping came into force",
    UNDO_FIRST: "what was there before an undone mapping to come back first",
}
AT_ONCE = 2000
"""Entries moved in one transaction."""
_FORMER = "A mapping made it that is not in force any more, and its source cannot be read again."


@dataclass(frozen=True, slots=True)
class _Hold:
    """Which entries of a flow have to wait, and for what."""

    code: str
    which: str
    """SQL on `entry`."""
    values: tuple[object, ...]


class Canary:
    """Holds back and lets go."""

    def __init__(self, store: Store, publishes: Publishes) -> None:
        self._store = store
        self._publishes = publishes
        self._judged: dict[int, tuple[int, int]] = {}
        """By flow: publish and number down to which it is known what took whose place."""

    def mind(self, flow: int) -> bool:
        """Hold what has to wait, let go what need not, some at a time; True: something moved."""
        current, undoing = self._publishes.current(flow), self._publishes.undoing(flow)
        if current is None and not undoing:
            return False
        in_order, behind = self.reading(flow)
        former = current is not None and current.first < current.made
        if behind:
            self._judged.pop(flow, None)
        with self._store.change() as (conn, moves):
            if current is not None and former and in_order:
                return self._park_former(conn, moves, current)
            if (
                current is not None
                and former
                and not behind
                and self._replaced(conn, moves, current)
            ):
                return True
            holds = self._holds(flow, current, undoing, behind=behind)
            unseen = [hold for hold in holds if hold.code != WAITS]  # the others are claimed first
            if unseen:
                self._unpack(conn, flow, min(int(str(hold.values[0])) for hold in unseen))
            moved = self._hold(conn, moves, flow, unseen) + self._let_go(conn, moves, flow, holds)
            if current is not None and self._is_full(current):
                moved += self._with_a_place(conn, moves, current, unseen)
        if current is not None and not moved:
            self._end(current, in_order=in_order, behind=behind)
        return bool(moved)

    def hold(self, claims: Sequence[Claim], code: str) -> None:
        """These wait for what the code says, as far as they still stand as they were claimed."""
        with self._store.change() as (conn, moves):
            for claim in claims:
                rows = conn.execute(
                    "select seq, size from entry where seq = ? and state = 0", (claim.seq,)
                ).fetchall()
                set_held(conn, moves, claim.flow, rows, code, self._store.now())

    def free(self, publish: Publish) -> int | None:
        """Places that are left; None: there is no end of them."""
        if publish.step is not Step.WATCH:
            return None
        return max(0, publish.canary - self.taken(publish))

    def taken(self, publish: Publish) -> int:
        """Places that are taken."""
        found = self._store.db.one("select count(*) from image where publish = ?", (publish.id,))
        return int(found[0]) if found else 0

    def members(self, publish: Publish, claims: Sequence[Claim]) -> dict[int, bool]:
        """Those of these entries that the publish made: entry -> whether it has a place already."""
        marks = ",".join("?" * len(claims))
        last = publish.last if publish.last is not None else 1 << 62
        rows = self._store.db.rows(
            "select seq, exists (select 1 from image where publish = ? and lane = entry.lane)"
            f" from entry where seq in ({marks}) and {ORIGIN} between ? and ?"
            f" and {NOT_ON_ITS_WAY_BACK}",
            (publish.id, *(claim.seq for claim in claims), publish.first, last),
        )
        return {seq: bool(place) for seq, place in rows}

    def watched(self, publish: Publish, claims: Sequence[Claim]) -> set[int]:
        """Those that need a place: while a yes is waited for, also what was read later."""
        if publish.step is not Step.WATCH:
            return set()
        marks = ",".join("?" * len(claims))
        rows = self._store.db.rows(
            f"select seq from entry where seq in ({marks}) and {ORIGIN} >= ?"
            f" and {NOT_ON_ITS_WAY_BACK}"
            " and not exists (select 1 from image where publish = ? and lane = entry.lane)",
            (*(claim.seq for claim in claims), publish.first, publish.id),
        )
        return {seq for (seq,) in rows}

    def since(self, publish: Publish, claims: Sequence[Claim]) -> set[int]:
        """Those of these entries that were made under the publish or later."""
        marks = ",".join("?" * len(claims))
        rows = self._store.db.rows(
            f"select seq from entry where seq in ({marks}) and {ORIGIN} >= ?"
            f" and {NOT_ON_ITS_WAY_BACK}",
            (*(claim.seq for claim in claims), publish.first),
        )
        return {seq for (seq,) in rows}

    def needless(self, claims: Sequence[Claim]) -> set[int]:
        """Those whose record holds just this already, by the last confirmed message."""
        found = set()
        for claim in claims:
            row = self._store.db.one(
                "select lane.content from entry join lane using (lane, flow)"
                " where entry.seq = ? and unsure = 0 and verify = 0 and step = 0 and op = 0"
                " and present = 1",
                (claim.seq,),
            )
            if row is not None and row[0] == claim.content:
                found.add(claim.seq)
        return found

    def reading(self, flow: int) -> tuple[bool, bool]:
        """Whether a flow's rows cannot be read again, and whether they still have to be."""
        found = self._store.db.one(
            "select s.in_order, f.behind from flow f join stream s on s.id = f.stream"
            " where f.id = ?",
            (flow,),
        )
        return (bool(found[0]), bool(found[1])) if found else (False, False)

    # --- inside -----------------------------------------------------------------------------------

    def _is_full(self, publish: Publish) -> bool:
        return self.free(publish) == 0

    def _holds(
        self, flow: int, current: Publish | None, undoing: Sequence[Publish], *, behind: bool
    ) -> list[_Hold]:
        in_force = self._publishes.in_force(flow)
        holds = [
            _Hold(CATCHES_UP, f"{ORIGIN} >= ?", (publish.first,))
            for publish in undoing
            if publish.mapping == in_force
        ]
        if current is None:
            return holds
        if behind and current.first < current.made:
            holds.append(
                _Hold(CATCHES_UP, f"{ORIGIN} >= ? and {ORIGIN} < ?", (current.first, current.made))
            )
        if self._is_full(current):
            which = f"{ORIGIN} >= ? and lane not in (select lane from image where publish = ?)"
            holds.append(_Hold(WAITS, which, (current.first, current.id)))
        return holds

    def _unpack(self, conn: sqlite3.Connection, flow: int, first: int) -> None:
        packed = conn.execute(
            "select first from run where flow = ? and first + entries > ? order by first limit 2",
            (flow, first),
        ).fetchall()
        for (number,) in packed:
            unpack(conn, number, self._store.make_id)

    def _hold(
        self, conn: sqlite3.Connection, moves: Moves, flow: int, holds: Sequence[_Hold]
    ) -> int:
        moved = 0
        for hold in holds:
            rows = conn.execute(
                f"select seq, size from entry where flow = ? and state = 0 and {hold.which}"
                f" and {NOT_ON_ITS_WAY_BACK} order by seq limit ?",
                (flow, *hold.values, AT_ONCE),
            ).fetchall()
            set_held(conn, moves, flow, rows, hold.code, self._store.now())
            moved += len(rows)
        return moved

    def _let_go(
        self, conn: sqlite3.Connection, moves: Moves, flow: int, holds: Sequence[_Hold]
    ) -> int:
        """What is held for a reason that is over goes, or waits for another reason from here on."""
        moved = 0
        for code in {WAITS, CATCHES_UP} - {hold.code for hold in holds}:
            when = "".join(f" when {hold.which} then {at}" for at, hold in enumerate(holds))
            why = f"case{when} else -1 end" if holds else "-1"
            rows = conn.execute(
                f"select seq, size, {why} from entry indexed by entry_held_for"
                " where flow = ? and state = 1 and due is null and code = ? order by seq limit ?",
                (*(value for hold in holds for value in hold.values), flow, code, AT_ONCE),
            ).fetchall()
            let_go(conn, moves, flow, [(seq, size) for seq, size, at in rows if at < 0])
            conn.executemany(
                "update entry set code = ? where seq = ?",
                [(holds[at].code, seq) for seq, _, at in rows if at >= 0],
            )
            moved += len(rows)
        return moved

    def _with_a_place(
        self, conn: sqlite3.Connection, moves: Moves, current: Publish, holds: Sequence[_Hold]
    ) -> int:
        """Records that have a place already do not wait for a yes."""
        still = "".join(f" and not ({hold.which})" for hold in holds)
        rows = conn.execute(
            "select seq, size from entry indexed by entry_lane where lane in"
            " (select lane from image where publish = ?) and state between 1 and 5 and state = 1"
            f" and due is null and flow = ? and code = ?{still}",
            (current.id, current.flow, WAITS, *(v for hold in holds for v in hold.values)),
        ).fetchall()
        let_go(conn, moves, current.flow, rows)
        return len(rows)

    def _park_former(self, conn: sqlite3.Connection, moves: Moves, current: Publish) -> bool:
        """Their rows are never mapped again: a person decides about each, nothing is lost."""
        self._unpack(conn, current.flow, current.first)
        rows = conn.execute(
            f"select seq, state from entry where flow = ? and {ORIGIN} >= ? and {ORIGIN} < ?"
            f" and state in (0, 1, 2, 3) and {NOT_ON_ITS_WAY_BACK} order by seq limit ?",
            (current.flow, current.first, current.made, AT_ONCE),
        ).fetchall()
        body = orjson.dumps({"reason": _FORMER, "field": ""})
        outcomes = Outcomes(conn, self._store.shapes, lambda _: body)
        for seq, state in rows:
            reason = self._store.cipher.seal(b"reason", body)
            conn.execute("delete from wait where seq = ?", (seq,))
            conn.execute("update entry set due = null where seq = ?", (seq,))
            outcomes.park(seq, State(state), MADE_BY_FORMER, reason, self._store.now(), moves)
        if not rows:
            conn.execute("update publish set first = made where id = ?", (current.id,))
        return True

    def _replaced(self, conn: sqlite3.Connection, moves: Moves, current: Publish) -> bool:
        """What a former mapping made and never sent goes where this one made something else of it.

        Also what that does not cover: nobody is to have a field that no mapping in force names.
        The newest first, some at a time; False: every one was looked at.
        """
        id_, below = self._judged.get(current.flow, (current.id, 1 << 62))
        below = below if id_ == current.id else 1 << 62
        rows = conn.execute(
            f"select seq, attempts, prev, {ORIGIN} between ? and ? from entry indexed by entry_held"
            f" where flow = ? and state = 1 and due is null and seq < ? and {NOT_ON_ITS_WAY_BACK}"
            " order by seq desc limit ?",
            (current.first, current.made - 1, current.flow, below, AT_ONCE),
        ).fetchall()
        self._judged[current.flow] = (current.id, rows[-1][0] if rows else 0)
        for seq, attempts, before, former in rows:
            if former and self._is_replaced(conn, seq, current.made):
                end(conn, seq, State.SUPERSEDED, moves)
                # Whatever came after it comes after what was before it, until that is judged.
                conn.execute(
                    "update entry set unsure = max(unsure, ?), prev = ? where prev = ? and prev > 0",
                    (int(attempts > 0), before, seq),
                )
        return bool(rows)

    @staticmethod
    def _is_replaced(conn: sqlite3.Connection, seq: int, made: int) -> bool:
        found = conn.execute(
            "select 1 from entry where prev = ? and prev > 0 and seq >= ? and state < 5"
            " and lane = (select lane from entry where seq = ?) limit 1",
            (seq, made, seq),
        ).fetchone()
        return found is not None

    def _end(self, current: Publish, *, in_order: bool, behind: bool) -> None:
        """It is over once every row was mapped again and nothing that came of it is open.

        Of rows that cannot be read again, what was queued before the yes is all there is.
        """
        if behind or (in_order and current.step is Step.WATCH):
            return
        with self._store.db.transaction() as conn:
            last = current.last
            if last is None:
                last = self._store.reserve(0) - 1
                conn.execute("update publish set last = ? where id = ?", (last, current.id))
            # While a yes is waited for, what took the place of its entries needs it as well.
            top = (1 << 62) if current.step is Step.WATCH else last
            about = (current.flow, current.first, top)
            some = "select 1 from entry where flow = ? and seq between ? and ?"
            moving = [
                f"{some}{' and state between 1 and 5' if state else ''} and state = {int(state)}"
                for state in State
                if state < State.PARKED and self._store.tally.entries(current.flow, state)
            ]
            packed = "select 1 from run where flow = ? and first + entries > ? and first <= ?"
            for sql in (*moving, packed):
                if conn.execute(f"{sql} limit 1", about).fetchone():
                    return
            conn.execute("update publish set state = 'done' where id = ?", (current.id,))


def set_held(
    conn: sqlite3.Connection,
    moves: Moves,
    flow: int,
    rows: Sequence[tuple[int, int]],
    code: str,
    now: float,
) -> None:
    """Entries (seq, size) that were ready wait from here on, and `code` says for what."""
    conn.executemany(
        "update entry set state = 1, due = null, code = ?, since = ? where seq = ?",
        [(code, now, seq) for seq, _ in rows],
    )
    for _, size in rows:
        count(moves, flow, State.WAITING, -1, -size)
        count(moves, flow, State.LATER, 1, size)


def let_go(
    conn: sqlite3.Connection, moves: Moves, flow: int, rows: Sequence[tuple[int, int]]
) -> None:
    """Entries (seq, size) that were held are ready again."""
    conn.executemany(
        "update entry set state = 0, due = null, code = null where seq = ?",
        [(seq,) for seq, _ in rows],
    )
    for _, size in rows:
        count(moves, flow, State.LATER, -1, -size)
        count(moves, flow, State.WAITING, 1, size)
