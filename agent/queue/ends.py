"""Where the entries of one read are now, per flow.

Entries are numbered in about the order in which they were made, so those of a read stand together
at and after the time of its beginning. They are counted some thousands at a time, each of which is a short
question of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.queue.states import State
from agent.queue.store import KEPT_SECONDS, Store

_AT_ONCE = 20_000
_PAGE_SECONDS = 3600.0
"""More than a page is under way: sources read side by side, and an entry of a page that began before
another may get a later number than that other's."""


@dataclass(slots=True)
class Ends:
    """What became of the entries of one read in one flow. Deletes are not among them."""

    states: Counter[State] = field(default_factory=Counter)
    edited: int = 0
    """Those that a person's edit made: each took the place of one that is superseded now."""


def ends_of(store: Store, read: int) -> tuple[Mapping[int, Ends], bool]:
    """By flow, and whether all of them are still known: what is over is kept for a week."""
    found: dict[int, Ends] = {}
    about = store.db.one("select started from reading where id = ?", (read,))
    if about is None:
        return found, False
    started = float(about[0])
    at, last = _first_since(store, started - _PAGE_SECONDS), store.reserve(0)
    while at < last:
        for flow, state, edited, entries in store.db.rows(
            "select flow, state, edits > 0, count(*) from entry where seq >= ? and seq < ?"
            " and read = ? and op = 0 group by flow, state, edits > 0",
            (at, at + _AT_ONCE, read),
        ):
            ends = found.setdefault(flow, Ends())
            ends.states[State(state)] += entries
            ends.edited += entries if edited else 0
        at += _AT_ONCE
    for flow, entries in store.db.rows(
        "select flow, sum(entries) from run where read = ? group by flow", (read,)
    ):
        found.setdefault(flow, Ends()).states[State.WAITING] += entries
    return found, store.now() - started < KEPT_SECONDS


def _first_since(store: Store, started: float) -> int:
    """The number of the first entry made at or after a time, or one before it."""
    low, high = 1, store.reserve(0)
    while low < high:
        middle = (low + high) // 2
        row = store.db.one(
            "select created from entry where seq >= ? order by seq limit 1", (middle,)
        )
        if row is None or row[0] >= started:
            high = middle
        else:
            low = middle + 1
    return low
