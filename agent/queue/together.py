"""Families: new records and the entries of other flows that wait for nothing but them.

An entry that refers to a record which does not exist yet either was looked at already and waits for
it (PARENT), or is still among the waiting, where only its content says to whom it belongs. Both are
found here, and begin their attempt in the transaction in which their head begins his: without the
head none of its members goes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence

from agent.queue import claims as claiming
from agent.queue.claims import Claim, Opened
from agent.queue.database import Row
from agent.queue.outcomes import Outcomes
from agent.queue.store import Store

Family = list[Claim]
"""A head, then its members."""


class Together:
    """What the senders ask of the store about families."""

    def __init__(
        self,
        store: Store,
        outcomes: Callable[[sqlite3.Connection], Outcomes],
        opened: Callable[[Sequence[Row]], Opened],
    ) -> None:
        self._store = store
        self._outcomes = outcomes
        self._opened = opened

    def members(self, flow: int, heads: Collection[bytes], busy: set[bytes], limit: int) -> Opened:
        """Entries of a flow that may belong to these records, which do not exist yet.

        Those that wait for one of them, and the oldest that wait for nothing so far: so many of
        each, one per lane. Whom these refer to only their content says.
        """
        with self._store.change() as (conn, moves):
            rows = _waiting_for(conn, flow, list(heads), limit)
            lanes = busy | {row[2] for row in rows}
            rows += claiming.ready(
                conn, flow, limit, lanes, moves, self._store.make_id, upserts_only=True
            )
        return self._opened(rows)

    def start(self, families: Sequence[Family]) -> list[Family]:
        """Before an attempt, as `Sending.start`; returns those that go.

        A family whose head was superseded since it was claimed does not go, and of the others the
        members that were.
        """
        store, going = self._store, []
        with store.change() as (conn, moves):
            outcomes = self._outcomes(conn)
            still = outcomes.still_waiting([family[0].seq for family in families])
            for head, *members in families:
                if head.seq in still:
                    called = [claim.seq for claim in members]
                    outcomes.call(called, moves)
                    here = outcomes.still_waiting(called)
                    going.append([head, *(claim for claim in members if claim.seq in here)])
            outcomes.sending([claim for family in going for claim in family], store.now(), moves)
        store.vouch()
        return going


def _waiting_for(
    conn: sqlite3.Connection, flow: int, heads: Sequence[bytes], limit: int
) -> list[Row]:
    found: list[Row] = []
    for at in range(0, len(heads), 500):
        some = heads[at : at + 500]
        found += conn.execute(
            f"select {claiming.COLUMNS} from entry"
            f" where seq in (select seq from wait where lane in ({','.join('?' * len(some))}))"
            " and flow = ? and state = 3 and op = 0 and step = 0 order by seq limit ?",
            (*some, flow, limit),
        ).fetchall()
    return found[:limit]
