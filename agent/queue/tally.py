"""Counters per flow and state, kept in the transactions that change them.

Status comes from memory, so a face that asks every second costs nothing; the table beside it is
what memory starts from, and `check` compares it with the entries themselves.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping
from threading import Lock

from agent.queue.database import Connection
from agent.queue.states import OPEN, State

Moves = dict[tuple[int, State], list[int]]


class Tally:
    """How many entries and bytes each flow has in each state."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._lock = Lock()
        self._turns: dict[State, int] = defaultdict(int)
        self.rings: list[Callable[[], None]] = []
        """Called, from any thread, when there is more that waits for nothing."""
        self._counts: dict[tuple[int, State], list[int]] = {
            (flow, State(state)): [entries, size]
            for flow, state, entries, size in db.rows("select * from tally")
        }

    def entries(self, flow: int, *states: State) -> int:
        """Entries of a flow in these states."""
        with self._lock:
            return sum(self._counts.get((flow, state), (0, 0))[0] for state in states)

    def flows(self, *states: State) -> set[int]:
        """Flows with entries in these states."""
        with self._lock:
            return {flow for (flow, state), (n, _) in self._counts.items() if n and state in states}

    def total(self, *states: State) -> int:
        """Entries of all flows in these states."""
        with self._lock:
            return sum(n for (_, state), (n, _) in self._counts.items() if state in states)

    def size(self, flow: int | None, *states: State) -> int:
        """Bytes of one flow (None: all flows) in these states."""
        with self._lock:
            if flow is not None:
                return sum(self._counts.get((flow, state), (0, 0))[1] for state in states)
            return sum(n for (_, state), (_, n) in self._counts.items() if state in states)

    def turns(self, *states: State) -> int:
        """A number that grows with every transaction that moves an entry into or out of these."""
        with self._lock:
            return sum(self._turns[state] for state in states)

    def of_flow(self, flow: int) -> Mapping[State, int]:
        """Entries per state of one flow."""
        with self._lock:
            return {state: n for (of, state), (n, _) in self._counts.items() if of == flow}

    def move(self, conn: sqlite3.Connection, moves: Moves) -> None:
        """Add these differences, in the caller's transaction."""
        for (flow, state), (entries, size) in moves.items():
            conn.execute(
                "insert into tally values (?, ?, ?, ?) on conflict do update set"
                " entries = entries + excluded.entries, bytes = bytes + excluded.bytes",
                (flow, int(state), entries, size),
            )

    def moved(self, moves: Moves) -> None:
        """The transaction of `move` has committed."""
        with self._lock:
            for key, (entries, size) in moves.items():
                found = self._counts.setdefault(key, [0, 0])
                found[0] += entries
                found[1] += size
                self._turns[key[1]] += 1
        if any(state is State.WAITING and n > 0 for (_, state), (n, _) in moves.items()):
            for ring in self.rings:
                ring()

    def check(self) -> str:
        """What disagrees with the entries themselves; empty if nothing does."""
        marks = ",".join(str(int(state)) for state in OPEN)
        found = {
            (flow, State(state)): entries
            for flow, state, entries in self._db.rows(
                "select flow, state, count(*) from entry"
                f" where state in ({marks}) group by flow, state"
            )
        }
        for flow, entries in self._db.rows("select flow, sum(entries) from run group by flow"):
            key = (flow, State.WAITING)
            found[key] = found.get(key, 0) + entries
        with self._lock:
            kept = {k: n for k, (n, _) in self._counts.items() if k[1] in OPEN and n}
        wrong = sorted(set(found.items()) ^ set(kept.items()))
        return "; ".join(f"flow {k[0]} {k[1].label}: {n}" for k, n in wrong)


def new_moves() -> Moves:
    """An empty collection of differences."""
    return defaultdict(lambda: [0, 0])
