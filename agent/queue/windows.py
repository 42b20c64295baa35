"""A window of a long list: "the 500 from the 180,000th on", at the price of 500.

A list that a person scrolls is asked for by rank, and ranks are stored nowhere. So a list is
measured once, in small steps, and its marks are kept: every so many entries, where in the index
one stands. A window starts at the mark before it. Packed entries need no marks of their own: their
run says how many they are, and nothing is unpacked to be looked at.

While entries come and go, marks grow old. What a window shows is always read anew and true; only
the rank at which it begins is as old as the marks, which are made again a moment later (`Rulers`).
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

from agent.queue.canary import HELD_FOR
from agent.queue.states import State
from agent.queue.store import Store

STEP = 500
"""Entries between two marks: at most so many are passed over to reach a window."""
LARGEST = 500
"""Entries of one window."""
FRESH = 1.0
"""Seconds for which marks count although something changed since."""
DEAREST = 0.05
"""Share of the time that may go into marks while somebody scrolls through what changes."""
_KEPT = 16

Place = TypeVar("Place")


class Mark(NamedTuple, Generic[Place]):
    """Where the entry of this rank stands: right after this place of an index."""

    rank: int
    after: Place


@dataclass(slots=True)
class Ruler(Generic[Place]):
    """The marks of one list."""

    marks: list[Mark[Place]]
    total: int
    tick: int = 0
    made: float = 0.0
    cost: float = 0.0

    def before(self, rank: int) -> Mark[Place]:
        """The last mark at or before this rank."""
        return self.marks[max(0, bisect_right(self.marks, rank, key=lambda mark: mark.rank) - 1)]


class Rulers(Generic[Place]):
    """The rulers of the lists that somebody looked at lately."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._known: OrderedDict[Hashable, Ruler[Place]] = OrderedDict()

    def of(self, name: Hashable, measure: Callable[[], Ruler[Place]]) -> Ruler[Place]:
        """The ruler of a list, made anew when something changed and the old one is old."""
        with self._lock:
            known = self._known.get(name)
            if known is None or self._is_old(known):
                tick, begun = self._store.tick, self._store.clock.monotonic()
                known = measure()
                known.tick, known.made = tick, self._store.clock.monotonic()
                known.cost = known.made - begun
                self._known[name] = known
            self._known.move_to_end(name)
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
            return known

    def _is_old(self, known: Ruler[Place]) -> bool:
        if known.tick == self._store.tick:
            return False
        age = self._store.clock.monotonic() - known.made
        return age >= max(FRESH, known.cost / DEAREST)


class Window(NamedTuple):
    """Numbers of entries, in order, and how many the whole list has."""

    total: int
    offset: int
    seqs: list[int]


class QueueWindows:
    """Windows of what is on its way, by number: oldest or newest first."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rulers: Rulers[int] = Rulers(store)

    def window(
        self,
        states: Sequence[State],
        offset: int,
        limit: int,
        *,
        flows: Sequence[int] | None = None,
        code: str = "",
        newest: bool = False,
    ) -> Window:
        """`limit` entries from the one of rank `offset` on. `states`: open ones (`OPEN`)."""
        chosen = self._flows(flows)
        if not chosen:
            return Window(0, 0, [])
        arms = _arms(states, chosen, code, narrowed=flows is not None)
        packed = chosen if State.WAITING in states and not code else []
        name = (tuple(states), tuple(chosen), code)
        ruler = self._rulers.of(name, lambda: self._measured(arms, packed))
        offset = min(max(0, offset), ruler.total)
        limit = min(max(1, limit), LARGEST, ruler.total - offset)
        start = ruler.total - offset - limit if newest else offset
        if limit <= 0:
            return Window(ruler.total, offset, [])
        mark = ruler.before(start)
        with self._store.db.transaction() as conn:
            found = _from(conn, arms, packed, mark.after, start - mark.rank, limit)
        return Window(ruler.total, offset, found[::-1] if newest else found)

    def _flows(self, flows: Sequence[int] | None) -> list[int]:
        """These flows; all that ever were without a choice: the index of what is ready is theirs."""
        if flows is not None:
            return sorted(flows)
        return [number for (number,) in self._store.db.rows("select id from flow order by id")]

    def _measured(self, arms: _Arms, packed: Sequence[int]) -> Ruler[int]:
        """Walk through the whole list in steps, each of which is a short question of its own."""
        db, marks, rank, after = self._store.db, [Mark(0, 0)], 0, 0
        for first, entries in [*_runs(db.rows, packed), (1 << 62, 0)]:
            while arms.sql:
                sql = f"select count(*), max(seq) from ({arms.sql} order by seq limit {STEP})"
                count, last = db.rows(sql, arms.values(after, first))[0]
                if count:
                    rank, after = rank + count, last
                    marks.append(Mark(rank, after))
                if count < STEP:
                    break
            if entries:
                marks.append(Mark(rank, first - 1))
                rank, after = rank + entries, first + entries - 1
                marks.append(Mark(rank, after))
        return Ruler(marks, rank)


@dataclass(frozen=True, slots=True)
class _Arms:
    """One ordered question over several indexes: SQLite merges them without sorting."""

    sql: str
    """Empty: nothing can match."""
    known: tuple[tuple[object, ...], ...]

    def values(self, after: int, before: int) -> list[object]:
        """What the marks in `sql` stand for."""
        return [value for known in self.known for value in (*known, after, before)]


def _arms(states: Sequence[State], flows: Sequence[int], code: str, *, narrowed: bool) -> _Arms:
    between = "seq > ? and seq < ?"
    found: list[tuple[str, tuple[object, ...]]] = []
    only, values = "", list[object]()
    if narrowed:
        only, values = f" and flow in ({','.join('?' * len(flows))})", list(flows)
    if code:
        only, values = f"{only} and code = ?", [*values, code]
    for state in states:
        if state is State.WAITING:
            ready = f"select seq from entry indexed by entry_ready where flow = ? and state = 0 and {between}"
            found += [(ready, (flow,)) for flow in flows if not code]
        elif state is State.LATER and code in HELD_FOR:
            held = (
                "select seq from entry indexed by entry_held_for where flow = ? and code = ?"
                f" and state = 1 and due is null and {between}"
            )
            found += [(held, (flow, code)) for flow in flows]
        else:
            sql = (
                "select seq from entry indexed by entry_state where state between 1 and 5"
                f" and state = ?{only} and {between}"
            )
            found.append((sql, (int(state), *values)))
    return _Arms(" union all ".join(sql for sql, _ in found), tuple(known for _, known in found))


def _runs(
    rows: Callable[[str, Sequence[object]], list[tuple[int, ...]]],
    flows: Sequence[int],
    after: int = 0,
    limit: int = -1,
) -> list[tuple[int, ...]]:
    """First number and length of the packed runs that end after `after`."""
    marks = ",".join("?" * len(flows))
    before = rows("select first from run where first <= ? order by first desc limit 1", [after])
    start = before[0][0] if before else 0
    return rows(
        f"select first, entries from run where first >= ? and first + entries > ?"
        f" and flow in ({marks}) order by first limit ?",
        [start, after + 1, *flows, limit],
    )


def _from(
    conn: sqlite3.Connection,
    arms: _Arms,
    packed: Sequence[int],
    after: int,
    skip: int,
    limit: int,
) -> list[int]:
    """The numbers of `limit` entries, `skip` further on than what comes after `after`."""

    def rows(sql: str, values: Sequence[object]) -> list[tuple[int, ...]]:
        return conn.execute(sql, values).fetchall()

    wanted = skip + limit
    found: list[int] = []
    if arms.sql:
        sql = f"{arms.sql} order by seq limit ?"
        found = [seq for (seq,) in rows(sql, [*arms.values(after, 1 << 62), wanted])]
    bound = found[-1] if len(found) == wanted else 1 << 62
    left = wanted
    for first, entries in _runs(rows, packed, after, wanted) if packed else ():
        if first > bound or left <= 0:
            break
        some = range(max(first, after + 1), first + entries)[:left]
        found += some
        left -= len(some)
    return sorted(found)[skip:wanted]
