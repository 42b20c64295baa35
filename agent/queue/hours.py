"""What each hour brought, per flow: for the bar of the last day, and of the last month.

Kept as readings of the counters (`agent.queue.tally`), never as events: nobody who delivers or
parks knows of them. A reading is made now and then and overwrites the one of its hour, so an hour
costs a flow one row. What was delivered in an hour is the difference of two readings; one that a
crash cut short is made up for by the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from agent.queue.states import State
from agent.queue.store import Store

HOUR = 3600
KEPT_HOURS = 31 * 24
_WAITING = (State.WAITING, State.LATER, State.BEHIND, State.PARENT, State.SENDING)


class Hour(NamedTuple):
    """One hour of one flow."""

    at: int
    """When it began, in seconds since 1970."""
    delivered: int
    parked: int
    """The most that were parked at one time."""
    waiting: int
    """The most that waited at one time."""
    known: bool
    """Whether the agent ran in it."""


class _Reading(NamedTuple):
    delivered: int
    """Ever."""
    parked: int
    waiting: int


class Hours:
    """Makes readings, and tells hours."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: dict[int, tuple[int, _Reading]] = {}

    def read(self, flows: Sequence[int]) -> None:
        """A reading of these flows now; what did not change is not written."""
        at = int(self._store.now()) // HOUR * HOUR
        tally = self._store.tally
        new: dict[int, _Reading] = {}
        for flow in flows:
            now = _Reading(
                tally.entries(flow, State.DELIVERED),
                tally.entries(flow, State.PARKED),
                tally.entries(flow, *_WAITING),
            )
            if self._last.get(flow) != (at, now):
                new[flow] = now
        if not new:
            return
        with self._store.db.transaction() as conn:
            for flow, now in new.items():
                # Of a flow that nobody ever looked at, nothing that was before counts as now.
                conn.execute(
                    "insert into hour select ?, 0, ?, 0, 0"
                    " where not exists (select 1 from hour where flow = ?)",
                    (flow, now.delivered, flow),
                )
                conn.execute(
                    "insert into hour values (?, ?, ?, ?, ?) on conflict do update set"
                    " delivered = excluded.delivered, parked = max(parked, excluded.parked),"
                    " waiting = max(waiting, excluded.waiting)",
                    (flow, at, *now),
                )
            # The last one before what is kept stays: what came after is counted from there.
            conn.execute(
                "delete from hour where exists (select 1 from hour later"
                " where later.flow = hour.flow and later.at > hour.at and later.at < ?)",
                (at - KEPT_HOURS * HOUR,),
            )
        self._last |= {flow: (at, now) for flow, now in new.items()}

    def of(self, flows: Sequence[int], hours: int) -> Mapping[int, list[Hour]]:
        """The latest hours of these flows, oldest first; the present one is the last."""
        last = int(self._store.now()) // HOUR * HOUR
        first = last - (hours - 1) * HOUR
        return {flow: self._of(flow, first, last) for flow in flows}

    def _of(self, flow: int, first: int, last: int) -> list[Hour]:
        before = self._store.db.one(
            "select delivered, parked, waiting from hour where flow = ? and at < ?"
            " order by at desc limit 1",
            (flow, first),
        )
        rows = self._store.db.rows(
            "select at, delivered, parked, waiting from hour where flow = ? and at >= ?",
            (flow, first),
        )
        known = {at: _Reading(*reading) for at, *reading in rows}
        past = _Reading(*before) if before else None
        found = []
        for at in range(first, last + HOUR, HOUR):
            now = known.get(at)
            if now is None:  # nothing moves while nobody is there
                found.append(Hour(at, 0, past.parked if past else 0, past.waiting if past else 0,
                                  known=False))  # fmt: skip
                continue
            delivered = max(0, now.delivered - past.delivered) if past else 0
            found.append(Hour(at, delivered, now.parked, now.waiting, known=True))
            past = now
        return found
