"""A window of what waits for a person: cause by cause, and of one cause the oldest first.

See `agent.queue.windows`; the index of causes gives the order, so a cause is a stretch of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

from agent.queue.database import Connection
from agent.queue.store import Store
from agent.queue.windows import LARGEST, STEP, Mark, Ruler, Rulers


class Stretch(NamedTuple):
    """Parked entries of one cause, or records of one code that a stream could not read."""

    of: int
    """The flow; of unreadable records the stream."""
    code: str | None
    field: str | None
    since: float
    """When the first of them that is still here was parked."""
    lost: bool
    """Records that could not be read."""


class Found(NamedTuple):
    """One of them."""

    number: int
    lost: bool


class CauseWindow(NamedTuple):
    """One window of them, and how many the whole list has."""

    total: int
    offset: int
    found: list[Found]


class _Place(NamedTuple):
    """In a stretch, right after this one of its entries."""

    stretches: Sequence[Stretch]
    """All of the list."""
    at: int
    since: float
    number: int


_Choose = Callable[[Sequence[Stretch]], Sequence[Stretch]]
_START = (-1.0, 0)


class CauseWindows:
    """Windows of parked entries and unreadable records."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rulers: Rulers[_Place] = Rulers(store)

    def window(self, name: object, choose: _Choose, offset: int, limit: int) -> CauseWindow:
        """`limit` of what a person chose. `choose`: which causes, in which order.

        `name` stands for that choice: the same choice has the same name.
        """
        ruler = self._rulers.of((name,), lambda: self._measured(choose))
        offset = min(max(0, offset), ruler.total)
        limit = min(max(1, limit), LARGEST, ruler.total - offset)
        if limit <= 0:
            return CauseWindow(ruler.total, offset, [])
        mark = ruler.before(offset)
        with self._store.db.transaction() as conn:
            found = _from(conn, mark, offset, limit)
        return CauseWindow(ruler.total, offset, found)

    def _measured(self, choose: _Choose) -> Ruler[_Place]:
        chosen = choose(_stretches(self._store.db))
        marks, rank = [Mark(0, _Place(chosen, 0, *_START))], 0
        for at, stretch in enumerate(chosen):
            since, number = _START
            marks.append(Mark(rank, _Place(chosen, at, since, number)))
            while True:
                found = self._store.db.rows(*_after(stretch, since, number, 1, STEP - 1))
                if not found:
                    break
                since, number = found[0]
                rank += STEP
                marks.append(Mark(rank, _Place(chosen, at, since, number)))
            rank = marks[-1].rank + len(
                self._store.db.rows(*_after(stretch, since, number, STEP, 0))
            )
        return Ruler(marks, rank)


def _from(conn: sqlite3.Connection, mark: Mark[_Place], offset: int, limit: int) -> list[Found]:
    skip, found = offset - mark.rank, list[Found]()
    stretches, at, since, number = mark.after
    while at < len(stretches) and len(found) < limit:
        wanted = skip + limit - len(found)
        some = conn.execute(*_after(stretches[at], since, number, wanted, 0)).fetchall()
        found += [Found(number, stretches[at].lost) for _, number in some[skip:]]
        skip = max(0, skip - len(some))
        at, (since, number) = at + 1, _START
    return found


def _stretches(db: Connection) -> list[Stretch]:
    """Everything that waits for a person, by cause; an index is read and nothing opened."""
    parked = db.rows(
        "select flow, code, field, min(since) from entry indexed by entry_cause"
        " where state = 5 group by flow, code, field"
    )
    lost = db.rows("select stream, code, null, min(since) from unreadable group by stream, code")
    return [
        Stretch(of, code, field, since or 0.0, is_lost)
        for rows, is_lost in ((parked, False), (lost, True))
        for of, code, field, since in rows
    ]


def _after(
    stretch: Stretch, since: float, number: int, limit: int, skip: int
) -> tuple[str, list[object]]:
    """Time and number of what comes after a place of a stretch."""
    if stretch.lost:
        sql = "select since, id from unreadable where id > ? and stream = ? and code is ?"
        return (
            f"{sql} order by id limit ? offset ?",
            [number, stretch.of, stretch.code, limit, skip],
        )
    # Two stretches of one index, each found at once: a page parks many at the same moment.
    one = (
        "select since, seq from entry indexed by entry_cause where state = 5"
        " and flow = ? and code is ? and field is ? and"
    )
    of = (stretch.of, stretch.code, stretch.field)
    both = f"{one} since = ? and seq > ? union all {one} since > ?"
    return (
        f"{both} order by since, seq limit ? offset ?",
        [*of, since, number, *of, since, limit, skip],
    )
