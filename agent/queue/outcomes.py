"""What became of entries that were claimed: decisions, written in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from agent.decisions import (
    CutLinks,
    Decision,
    Done,
    Doubt,
    Later,
    Park,
    Retry,
    SetAside,
    WaitForParents,
)
from agent.memory import EntryKind
from agent.model import Op
from agent.queue.claims import Claim, present
from agent.queue.commit import Shapes, count, covers, end
from agent.queue.states import FOR_PARENTS, MOVABLE, State
from agent.queue.tally import Moves

Remote = Callable[[bytes, str], bytes | None]
"""Seals the target's own id of a record for the id map (RULES 22)."""
Seal = Callable[[Decision], bytes]
"""Seals what a decision about an entry says."""

VANISHED = (
    "insert or replace into vanished (stream, flow, lane, seq, depth)"
    " select distinct stream, ?, ?, ?, ? from flow"
    " where target = (select target from flow where id = ?)"
)
"""Every stream that feeds the same target hears of a record that is gone there."""

_WAITS_ON = (Retry, Later, WaitForParents)
"""What leaves an entry waiting: unless a later one that covers it waits already."""
_OP = (Op.UPSERT, Op.DELETE)


class Outcomes:
    """Writes decisions inside the caller's transaction."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        shapes: Shapes,
        seal: Seal,
        remote: Remote = lambda _lane, _id: None,
    ) -> None:
        self._conn = conn
        self._remote = remote
        self._shapes = shapes
        self._seal = seal

    def sending(self, claims: Sequence[Claim], now: float, moves: Moves) -> list[Claim]:
        """Before an attempt: from here on its outcome is unknown until a receipt is written.

        Returns those that go: a page may have superseded others since they were claimed.
        """
        conn = self._conn
        still = self.still_waiting([claim.seq for claim in claims])
        claims = [claim for claim in claims if claim.seq in still]
        for claim in claims:
            count(moves, claim.flow, State.WAITING, -1, -claim.size)
            count(moves, claim.flow, State.SENDING, 1, claim.size)
        conn.executemany(
            "update entry set state = 4, attempts = attempts + 1, since = ? where seq = ?",
            [(now, claim.seq) for claim in claims],
        )
        return claims

    def still_waiting(self, seqs: Sequence[int]) -> set[int]:
        """Those of these entries that may be sent as far as their state says."""
        marks = ",".join("?" * len(seqs))
        sql = f"select seq from entry where seq in ({marks}) and state = 0"
        return {row[0] for row in self._conn.execute(sql, list(seqs))}

    def apply(
        self,
        decided: Sequence[tuple[Claim, Decision]],
        now: float,
        moves: Moves,
        before: State = State.SENDING,
    ) -> list[tuple[int, bytes]]:
        """Write decisions about entries that are SENDING, or in the state `before`.

        Returns (flow, lane) of records that are confirmed to be deleted.
        """
        if before is State.WAITING:  # superseded since it was claimed: nothing is left to decide
            still = self.still_waiting([claim.seq for claim, _ in decided])
            decided = [(c, d) for c, d in decided if c.seq in still]
        done = [(c, d) for c, d in decided if isinstance(d, Done)]
        rest = [(c, d) for c, d in decided if not isinstance(d, Done)]
        linked = [(c, d) for c, d in done if c.step == 1]
        if linked:
            self._first_step(linked, now, moves)
        deleted = self._done([(c, d) for c, d in done if c.step != 1], moves, before)
        for claim, decision in rest:
            if isinstance(decision, _WAITS_ON) and self._is_cured(claim.seq):
                end(self._conn, claim.seq, State.SUPERSEDED, moves)
            else:
                self._one(claim, decision, now, moves, before)
        return deleted

    # --- confirmed --------------------------------------------------------------------------------

    def _done(
        self, done: Sequence[tuple[Claim, Done]], moves: Moves, before: State
    ) -> list[tuple[int, bytes]]:
        if not done:
            return []
        conn, seqs = self._conn, [claim.seq for claim, _ in done]
        marks = ",".join("?" * len(seqs))
        for table, sql in (
            ("envelope", "update envelope set open = open - ? where id = ?"),
            ("read", "update reading set open = open - ? where id = ?"),
        ):
            groups = conn.execute(
                f"select count(*), {table} from entry where seq in ({marks}) group by {table}",
                seqs,
            ).fetchall()
            conn.executemany(sql, groups)
            if table == "envelope":
                conn.executemany(
                    "delete from envelope where id = ? and open <= 0", [(g[1],) for g in groups]
                )
        conn.execute(f"update entry set state = 10, reason = null where seq in ({marks})", seqs)
        conn.execute(f"delete from wait where seq in ({marks})", seqs)
        for claim, _ in done:
            count(moves, claim.flow, before, -1, -claim.size)
            count(moves, claim.flow, State.DELIVERED, 1, 0)
        self._lanes(done)
        self._free([claim.lane for claim, _ in done], seqs, moves)
        self.release([claim.lane for claim, _ in done if not claim.op], moves)
        deleted = [(claim.flow, claim.lane, claim.seq) for claim, _ in done if claim.op]
        conn.executemany(VANISHED, [(*each, 0, each[0]) for each in deleted])
        return [(flow, lane) for flow, lane, _ in deleted]

    def _lanes(self, done: Sequence[tuple[Claim, Done]]) -> None:
        conn = self._conn
        conn.executemany(
            "insert or replace into lane values (?, ?, ?, ?, ?, ?)",
            [
                (
                    claim.lane,
                    claim.flow,
                    int(not claim.op),
                    claim.seq,
                    claim.content,
                    self._remote(claim.lane, decision.remote_id),
                )
                for claim, decision in done
            ],
        )
        conn.executemany(
            "update lane set present = 0 where lane = ?",
            [(claim.lane,) for claim, _ in done if claim.op],
        )

    def _free(self, lanes: Sequence[bytes], seqs: Sequence[int], moves: Moves) -> None:
        of_lanes, of_rows = (",".join("?" * len(some)) for some in (lanes, seqs))
        behind = self._conn.execute(
            f"select seq, flow, size from entry indexed by entry_lane where lane in ({of_lanes})"
            " and state between 1 and 5 and state = 2"
            f" union select seq, flow, size from entry where prev in ({of_rows}) and prev > 0"
            " and state = 2",
            [*lanes, *seqs],
        ).fetchall()
        self.to_waiting(behind, State.BEHIND, moves)

    def release(self, lanes: Sequence[bytes], moves: Moves) -> None:
        """These records exist now: whoever waited for them may go."""
        if not lanes:
            return
        conn, marks = self._conn, ",".join("?" * len(lanes))
        waiting = [
            row[0]
            for row in conn.execute(
                f"select distinct seq from wait where lane in ({marks})",
                list(lanes),
            )
        ]
        if not waiting:
            return
        conn.execute(f"delete from wait where lane in ({marks})", list(lanes))
        for seq in waiting:
            if conn.execute("select 1 from wait where seq = ?", (seq,)).fetchone():
                continue
            flow, state, size, code = conn.execute(
                "select flow, state, size, code from entry where seq = ?", (seq,)
            ).fetchone()
            if state == State.PARENT:
                self.to_waiting([(seq, flow, size)], State.PARENT, moves)
            elif state == State.PARKED and code in FOR_PARENTS:
                self._unpark(seq, flow, size, moves)

    def _unpark(self, seq: int, flow: int, size: int, moves: Moves) -> None:
        self._conn.execute(
            "update reading set open = open + 1, parked = parked - 1"
            " where id = (select read from entry where seq = ?)",
            (seq,),
        )
        self.to_waiting([(seq, flow, size)], State.PARKED, moves)

    def to_waiting(self, rows: Sequence[tuple[int, int, int]], before: State, moves: Moves) -> None:
        """Move entries (seq, flow, size) from one state to WAITING."""
        self._conn.executemany(
            "update entry set state = 0, due = null, code = null, reason = null where seq = ?",
            [(seq,) for seq, _, _ in rows],
        )
        for _, flow, size in rows:
            count(moves, flow, before, -1, -size)
            count(moves, flow, State.WAITING, 1, size)

    # --- everything else --------------------------------------------------------------------------

    def _one(
        self, claim: Claim, decision: Decision, now: float, moves: Moves, before: State
    ) -> None:
        match decision:
            case Retry():
                self._move(claim, State.WAITING, moves, before)
            case Later(seconds, code, _):
                self._move(claim, State.LATER, moves, before)
                self._conn.execute(
                    "update entry set due = ?, code = ?, reason = ? where seq = ?",
                    (now + seconds, code, self._seal(decision), claim.seq),
                )
            case WaitForParents() | CutLinks():
                state = self._for_parents(claim.seq, decision, now)
                self._move(claim, state, moves, before)
            case Doubt():
                # What was lost may take effect from now on: the time that settles it begins now.
                self._conn.execute(
                    "update entry set reason = ?, since = ? where seq = ?",
                    (self._seal(decision), now, claim.seq),
                )
            case Park(code, _, field):
                self.park(claim.seq, before, code, self._seal(decision), now, moves, field=field)
            case SetAside():
                end(self._conn, claim.seq, State.SET_ASIDE, moves)
                self._conn.execute(
                    "update entry set reason = ?, since = ? where seq = ?",
                    (self._seal(decision), now, claim.seq),
                )
            case Done():
                raise AssertionError("confirmed entries are written together")

    def _for_parents(self, seq: int, decision: WaitForParents | CutLinks, now: float) -> State:
        """Note the parents that are missing; the state that follows."""
        # Another sender may have confirmed a parent since this was decided.
        here = present(self._conn, [lane for _, lane in decision.parents])
        missing = [(field, lane) for field, lane in decision.parents if lane not in here]
        self.wait(seq, missing)
        if not missing:
            return State.WAITING
        if isinstance(decision, CutLinks):
            self._conn.execute("update entry set step = 1 where seq = ?", (seq,))
            return State.WAITING
        self._conn.execute("update entry set since = ? where seq = ?", (now, seq))
        return State.PARENT

    def call(self, seqs: Sequence[int], moves: Moves) -> None:
        """Those of these entries that wait for a parent do so no longer: he comes with them."""
        marks = ",".join("?" * len(seqs))
        waiting = self._conn.execute(
            f"select seq, flow, size from entry where seq in ({marks}) and state = 3", list(seqs)
        ).fetchall()
        self._conn.executemany("delete from wait where seq = ?", [(row[0],) for row in waiting])
        self.to_waiting(waiting, State.PARENT, moves)

    def wait(self, seq: int, parents: Sequence[tuple[str, bytes]]) -> None:
        """Note whom an entry waits for."""
        self._conn.executemany(
            "insert or ignore into wait values (?, ?, ?)",
            [(lane, seq, field) for field, lane in parents],
        )

    def _first_step(self, linked: Sequence[tuple[Claim, Done]], now: float, moves: Moves) -> None:
        """The record exists, its links are still to be sent: it waits for its parents now."""
        self._lanes(linked)
        for claim, _ in linked:
            self._move(claim, State.PARENT, moves, State.SENDING)
            self._conn.execute(
                "update entry set step = 2, since = ? where seq = ?", (now, claim.seq)
            )
        self.release([claim.lane for claim, _ in linked], moves)
        for claim, _ in linked:
            still = self._conn.execute(
                "select 1 from wait where seq = ? limit 1", (claim.seq,)
            ).fetchone()
            state = self._conn.execute(
                "select state from entry where seq = ?", (claim.seq,)
            ).fetchone()[0]
            if still is None and state == State.PARENT:
                self.to_waiting([(claim.seq, claim.flow, claim.size)], State.PARENT, moves)

    def park(
        self,
        seq: int,
        before: State,
        code: str,
        reason: bytes,
        now: float,
        moves: Moves,
        *,
        field: str = "",
    ) -> None:
        """Park an entry, unless a later one that cures it is already here (RULES 17)."""
        conn = self._conn
        if self._is_cured(seq):
            end(conn, seq, State.SUPERSEDED, moves)
            return
        flow, size, lane, read, shape = conn.execute(
            "select flow, size, lane, read, shape from entry where seq = ?", (seq,)
        ).fetchone()
        # Whatever a target calls a field, only a name that is ours stands in the clear.
        known = field if field in self._shapes.names(shape) else None
        conn.execute(
            "update entry set state = 5, code = ?, field = ?, reason = ?, since = ? where seq = ?",
            (code, known, reason, now, seq),
        )
        conn.execute(
            "update reading set open = open - 1, parked = parked + 1 where id = ?", (read,)
        )
        count(moves, flow, before, -1, -size)
        count(moves, flow, State.PARKED, 1, size)
        # Others of its lane may go on; those of its own row are held by their `prev`.
        self._free([lane], [], moves)

    def _is_cured(self, seq: int) -> bool:
        """Whether a later entry of the same flow and row waits that covers this one."""
        kind, shape, lane = self._conn.execute(
            "select kind, shape, lane from entry where seq = ?", (seq,)
        ).fetchone()
        later = self._conn.execute(
            "select kind, op, shape, state, lane from entry where prev = ? and prev > 0", (seq,)
        ).fetchall()
        cured = any(
            state in MOVABLE
            and covers(
                (EntryKind(next_kind), _OP[next_op], next_shape),
                (kind, shape),
                self._shapes,
                same_lane=next_lane == lane,
            )
            for next_kind, next_op, next_shape, state, next_lane in later
        )
        if cured:
            self._conn.execute("update entry set unsure = 1 where prev = ? and prev > 0", (seq,))
        return cured

    def _move(self, claim: Claim, state: State, moves: Moves, before: State) -> None:
        self._conn.execute("update entry set state = ? where seq = ?", (int(state), claim.seq))
        count(moves, claim.flow, before, -1, -claim.size)
        count(moves, claim.flow, state, 1, claim.size)
