"""The delivering side of the store: claims, receipts, parents, doubts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence

import orjson

from agent.decisions import Decision, Done, Park
from agent.errors import Damaged
from agent.queue import claims as claiming
from agent.queue import runs
from agent.queue.claims import Claim, Opened
from agent.queue.commit import latest
from agent.queue.database import Row
from agent.queue.holds import TARGET_ONLY, Holds, NewHold
from agent.queue.outcomes import Outcomes
from agent.queue.states import MOVING, State
from agent.queue.store import Store
from agent.queue.together import Together
from agent.queue.undoing import confirmed

_ALONE = 1 << 16
"""As depth of a record of which only the content is lost: nobody goes along with it."""


Keep = Callable[[sqlite3.Connection, Sequence[Claim]], None]
"""Writes what is to be remembered of these claims, in the transaction that begins their attempts."""


class Sending:
    """What the senders of all targets ask of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.together = Together(store, self._outcomes, self._opened)

    def claim(
        self,
        flow: int,
        limit: int,
        busy: set[bytes],
        *,
        shared: bool = False,
        upserts_only: bool = False,
    ) -> Opened:
        """The next entries of a flow that wait for nothing: one operation, one per lane."""
        with self._store.change() as (conn, moves):
            rows = claiming.ready(
                conn, flow, limit, busy, moves, self._store.make_id, upserts_only=upserts_only
            )
            if shared:
                rows = [r for r in rows if not claiming.older_elsewhere(conn, r[2], r[0], flow)]
        return self._opened(rows)

    def share(self, flows: Collection[int]) -> None:
        """These flows feed records that others feed too, from here on or as before.

        What they have queued by themselves keeps its place in the lanes that are shared now.
        """
        for flow in flows:
            more = True
            while more:
                with self._store.db.transaction() as conn:
                    more = claiming.share(conn, flow, self._store.make_id)

    def recovered(self, target: str) -> bool:
        """Whether this target's line has begun again since the last rollback (RULES 25)."""
        store = self._store
        return int(store.db.meta(f"recovered/{target}") or 1) >= store.epoch

    def recovering(self) -> bool:
        """Whether sources are still to be read again."""
        return self._store.recovering

    def begin_again(self, target: str) -> None:
        """Everything was read again and compared: this target's line goes on."""
        self._store.db.set_meta(f"recovered/{target}", self._store.epoch)

    def lanes_of_epoch(self) -> set[tuple[int, bytes]]:
        """(flow, lane) of every entry made since the last rollback."""
        db = self._store.db
        top = db.meta("top") or 0
        found = set(db.rows("select flow, lane from entry where seq > ?", (top,)))
        for flow, lanes in db.rows("select flow, lanes from run where first > ?", (top,)):
            found.update((flow, lanes[at : at + 16]) for at in range(0, len(lanes), 16))
        return found

    def in_order(self, flow: int) -> bool:
        """Whether the stream of a flow cannot be read again from its beginning."""
        found = self._store.db.one(
            "select in_order from stream where id = (select stream from flow where id = ?)", (flow,)
        )
        return found is not None and bool(found[0])

    def hold_strays(self, by_flow: Mapping[int, Sequence[str]], reason: str, total: int) -> None:
        """Keep external ids that only the target holds for a person, one hold per stream."""
        store = self._store
        streams: dict[int, int] = dict(store.db.rows("select id, stream from flow"))
        with store.db.transaction() as conn:
            for stream in {streams[flow] for flow in by_flow}:
                mine = {str(f): list(ids) for f, ids in by_flow.items() if streams[f] == stream}
                count = sum(map(len, mine.values()))
                hold = NewHold(
                    TARGET_ONLY, reason.format(count=count), orjson.dumps(mine), count, total
                )
                Holds(store).keep(conn, stream, -store.epoch, hold, store.now())

    def with_some(self) -> set[int]:
        """The flows that may have anything that waits for nothing. Asks only memory."""
        return self._store.tally.flows(State.WAITING)

    def rests(self, flows: Collection[int]) -> bool:
        """Whether none of these has anything that moves by itself. Asks only memory."""
        return self._store.tally.flows(*MOVING).isdisjoint(flows)

    def peek(self, flow: int) -> bool:
        """Whether a flow has anything that waits for nothing. Writes nothing."""
        found = self._store.db.one(
            "select 1 from entry where flow = ? and state = 0"
            " union all select 1 from run where flow = ? limit 1",
            (flow, flow),
        )
        return found is not None

    def waits(self, flow: int, least: int) -> bool:
        """Whether at least so many entries of a flow wait for nothing. Writes nothing."""
        return claiming.are_ready(self._store.db, flow, least)

    def is_open(self, seq: int) -> bool:
        """Whether an entry still has to be delivered."""
        with self._store.db.transaction() as conn:
            found = conn.execute(
                "select 1 from entry where seq = ? and state < 10", (latest(conn, seq),)
            ).fetchone()
            return found is not None or runs.holding(conn, seq) is not None

    def oldest(self, flows: Collection[int]) -> float | None:
        """When the oldest entry that could move was made, None if there is none."""
        marks = ",".join("?" * len(flows))
        found = self._store.db.one(
            "select min(made) from (select created as made from entry where seq in"
            f" (select min(seq) from entry where flow in ({marks}) and state = 0 group by flow)"
            f" union all select min(created) from run where flow in ({marks}))",
            [*flows, *flows],
        )
        return found[0] if found else None

    def deletes_open(self, flows: Sequence[int]) -> bool:
        """Whether one of these flows still has a delete on its way."""
        if not flows:
            return False
        return bool(self._store.db.rows(claiming.deletes_open(len(flows)), flows))

    def present(self, lanes: Collection[bytes]) -> set[bytes]:
        """Those of these records that are known to exist in their target."""
        with self._store.db.transaction() as conn:
            return claiming.present(conn, list(lanes))

    def confirmed(self, claims: Sequence[Claim]) -> dict[int, bool]:
        """Whether the last confirmed content of each lane was the same: entry -> yes."""
        same = {}
        for claim in claims:
            found = self._store.db.one(
                "select present, content from lane where lane = ? and flow = ?",
                (claim.lane, claim.flow),
            )
            if found is None:
                same[claim.seq] = bool(claim.op)
            elif claim.op:
                same[claim.seq] = not found[0]
            else:
                same[claim.seq] = bool(found[0]) and found[1] == claim.content
        return same

    def start(
        self,
        claims: Sequence[Claim],
        keep: Keep | None = None,
    ) -> list[Claim]:
        """Before an attempt: durable, then vouched for by the high-water mark.

        `keep` writes in the same transaction what is to be remembered of those that go. Returns
        those that still wait: what was superseded since it was claimed does not go.
        """
        store = self._store
        with store.change() as (conn, moves):
            going = self._outcomes(conn).sending(claims, store.now(), moves)
            if keep is not None:
                keep(conn, going)
        store.vouch()
        return going

    def apply(
        self, decided: Sequence[tuple[Claim, Decision]], before: State = State.SENDING
    ) -> list[tuple[int, bytes]]:
        """Write decisions. Returns (flow, lane) of records confirmed to be deleted."""
        if not decided:
            return []
        store = self._store
        with store.change() as (conn, moves):
            deleted = self._outcomes(conn).apply(decided, store.now(), moves, before)
            confirmed(conn, [claim.seq for claim, said in decided if isinstance(said, Done)])
            return deleted

    def exists(self, flow: int, lanes: Sequence[bytes]) -> None:
        """These records were found in the target: whoever waits for them may go."""
        if not lanes:
            return
        with self._store.change() as (conn, moves):
            conn.executemany(
                "insert into lane values (?, ?, 1, 0, null, null) on conflict do update"
                " set present = 1",
                [(lane, flow) for lane in lanes],
            )
            self._outcomes(conn).release(lanes, moves)

    def damaged(self, seqs: Sequence[int]) -> None:
        """Entries whose content does not open: parked by name, their row is unproven (RULES 8)."""
        store = self._store
        with store.change() as (conn, moves):
            outcomes = self._outcomes(conn)
            for seq in seqs:
                found = conn.execute(
                    "select state, flow, lane from entry where seq = ?", (seq,)
                ).fetchone()
                reason = self._sealed("The stored content does not open: it was damaged or moved.")
                outcomes.park(seq, State(found[0]), "DAMAGED", reason, store.now(), moves)
                conn.execute("update flow set behind = 1 where id = ?", (found[1],))
                conn.execute(  # what the row last said is forgotten, so that it is said again
                    "insert or replace into vanished (stream, lane, flow, seq, depth)"
                    " select stream, ?, id, ?, ? from flow where id = ?",
                    (found[2], seq, _ALONE, found[1]),
                )

    # --- time -------------------------------------------------------------------------------------

    def mind_clock(self) -> bool:
        """Notice a step of the wall clock (RULES 26)."""
        return self._store.mind_clock()

    def wake(self) -> float | None:
        """Entries whose time has come wait no longer. Returns seconds until the next, or None."""
        store, now = self._store, self._store.now()
        ((first,),) = store.db.rows_so_far("select min(due) from entry where state = 1")
        if first is None:
            return None
        if first > now:
            return float(first - now)
        with store.change() as (conn, moves):
            rows = conn.execute(
                "select seq, flow, size from entry where state = 1 and due <= ?", (now,)
            ).fetchall()
            self._outcomes(conn).to_waiting(rows, State.LATER, moves)
        return 0.0

    def late(self, flows: Collection[int], patience: float, limit: int = 200) -> list[int]:
        """Some entries whose parents did not come within `patience` seconds (RULES 21)."""
        late = self._store.db.rows(
            "select seq from entry where state between 1 and 5 and state = 3 and since < ?"
            f" and flow in ({','.join('?' * len(flows))}) order by seq limit ?",
            (self._store.now() - patience, *flows, limit),
        )
        return [seq for (seq,) in late]

    def give_up_waiting(self, parks: Mapping[int, Park]) -> None:
        """Entries that wait for parents are parked: entry -> why."""
        store = self._store
        with store.change() as (conn, moves):
            for seq, park in parks.items():
                state = conn.execute("select state from entry where seq = ?", (seq,)).fetchone()
                if state is not None and state[0] == State.PARENT:
                    self._outcomes(conn).park(
                        seq, State.PARENT, park.code, self._seal(park), store.now(), moves,
                        field=park.field,
                    )  # fmt: skip

    def speaks_of(self, lanes: Collection[bytes]) -> set[bytes]:
        """Those of these records that were delivered, or of which a tried or parked entry speaks.

        Entries that have never been looked at are not searched: see `settled`.
        """
        marks, given = ",".join("?" * len(lanes)), list(lanes)
        found = self._store.db.rows(
            f"select lane from entry where lane in ({marks}) and state between 1 and 5"
            f" union select lane from entry where lane in ({marks}) and state = 12"
            f" union select lane from lane where lane in ({marks}) and present = 1",
            given * 3,
        )
        return {lane for (lane,) in found}

    def settled(self, flows: Collection[int]) -> bool:
        """Whether these flows have read all that there is, and every entry has been looked at."""
        marks = ",".join("?" * len(flows))
        found = self._store.db.one(
            "select 1 from flow join stream on stream.id = flow.stream"
            f" where flow.id in ({marks}) and (flow.behind = 1 or stream.done != 1)",
            list(flows),
        )
        return found is None and not any(self.peek(flow) for flow in flows)

    # --- doubts and parents -----------------------------------------------------------------------

    def in_doubt(self, flows: Collection[int], flying: Collection[int], limit: int = 500) -> Opened:
        """Entries that are SENDING and not in flight: their outcome is unknown."""
        rows = [
            row
            for row in self._store.db.rows(
                f"select {claiming.COLUMNS} from entry where state between 1 and 5 and state = 4"
                " order by seq"
            )
            if row[1] in flows and row[0] not in flying
        ]
        return self._opened(rows[:limit])

    def sought(
        self, flows: Collection[int], state: State, after: bytes = b"", limit: int = 200
    ) -> list[tuple[int, bytes, str]]:
        """Parents that entries of these flows in this state wait for: (entry, lane, field).

        So many, by lane, of those after a lane.
        """
        marks = ",".join("?" * len(flows))
        found = self._store.db.rows(
            "select min(wait.seq), wait.lane, wait.field from wait join entry using (seq)"
            f" where wait.lane > ? and entry.flow in ({marks}) and entry.state = ?"
            " group by wait.lane order by wait.lane limit ?",
            [after, *flows, int(state), limit],
        )
        return [(seq, lane, name) for seq, lane, name in found]

    def on_its_way(self, lane: bytes) -> bool:
        """Whether the queue holds something that may still create this record."""
        found = self._store.db.one(
            "select 1 from entry where lane = ? and state between 1 and 5 and state < 5 limit 1",
            (lane,),
        )
        return found is not None

    def waits_for(self, lane: bytes) -> list[bytes]:
        """The parents that the entries of a lane wait for: to find circles."""
        return [
            row[0]
            for row in self._store.db.rows(
                "select wait.lane from wait join entry using (seq)"
                " where entry.lane = ? and entry.state between 1 and 5 and entry.state in (3, 5)",
                (lane,),
            )
        ]

    def opened(self, seqs: Sequence[int]) -> Opened:
        """The contents of these entries."""
        marks = ",".join("?" * len(seqs))
        return self._opened(
            self._store.db.rows(
                f"select {claiming.COLUMNS} from entry where seq in ({marks})",
                seqs,
            )
        )

    def remote_id(self, lane: bytes) -> str:
        """The target's own id of a record as it last told it; empty where it is not known."""
        store = self._store
        found = store.db.one(
            "select remote from lane where lane = ? and present = 1 and remote is not null", (lane,)
        )
        if found is None:
            return ""
        try:
            return store.cipher.open(b"remote|" + lane, found[0]).decode()
        except Damaged:
            return ""

    # --- inside -----------------------------------------------------------------------------------

    def _opened(self, rows: Sequence[Row]) -> Opened:
        store = self._store
        return claiming.open_entries(store.db, store.envelopes, rows, store.content_hash)

    def _outcomes(self, conn: sqlite3.Connection) -> Outcomes:
        return Outcomes(conn, self._store.shapes, self._seal, self._remote)

    def _seal(self, decision: Decision) -> bytes:
        if isinstance(decision, Park):
            return self._sealed(decision.reason, decision.field)
        reason = getattr(decision, "reason", "")
        return self._sealed(reason)

    def _remote(self, lane: bytes, remote_id: str) -> bytes | None:
        """Bound to its record, so that no id can be moved to another one."""
        if not remote_id:
            return None
        return self._store.cipher.seal(b"remote|" + lane, remote_id.encode())

    def _sealed(self, reason: str, field: str = "") -> bytes:
        body = orjson.dumps({"reason": reason, "field": field})
        return self._store.cipher.seal(b"reason", body)
