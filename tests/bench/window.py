"""A part of a long waiting list against reading as many rows by their keys.

500 rows from a rank anywhere in a list of 200,000, half of which are packed: finding the place may
cost next to nothing beside reading and opening what is shown there. The marks that it takes are made
within what is measured.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import mkdtemp

from agent.queue import many, runs
from agent.queue.states import State
from agent.queue.windows import QueueWindows
from tests.bench.contest import Goal, Report, Result, agree, judge
from tests.bench.data import exports
from tests.bench.environment import cache
from tests.bench.home import Home
from tests.bench.measure import Meter
from tests.bench.worker import ask

GOAL = Goal("window", floor=1.5, aim=1.1)
_LIST = 200_000
_SHOWN = 500
_LOOKS = 60
_WAITING = (State.WAITING, State.LATER, State.BEHIND, State.PARENT)


def run(rows: int, rounds: int) -> Result:
    """The result of this benchmark."""
    count = min(rows, _LIST)
    folder = Path(mkdtemp(prefix="window-", dir=cache()))
    reports: dict[str, list[Report]] = {"ours": [], "by_key": []}
    try:
        home = folder / "home"
        ask("load", "part", home=home, export=exports(rows).first, count=count)
        ask("window", "unpack_half", home=home)
        for number in range(rounds):
            for who in ("ours", "by_key")[:: -1 if number % 2 else 1]:
                found = ask("window", who, home=home, seed=number)
                agree(who, found, shown=_LOOKS * min(_SHOWN, count))
                reports[who].append(found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return judge(GOAL, reports["ours"], reports["by_key"])


def unpack_half(home: str) -> dict[str, object]:
    """Every second run becomes entries of their own, as whatever is tried does."""
    rooms = Home(Path(home))
    with rooms.store.db.transaction() as conn:
        for (first,) in conn.execute("select first from run order by first").fetchall()[::2]:
            runs.unpack(conn, first, rooms.store.make_id)
    rooms.close()
    return {}


def ours(home: str, seed: int) -> dict[str, object]:
    """By rank."""

    def look(rooms: Home, windows: QueueWindows, offset: int) -> int:
        found = windows.window(_WAITING, offset, _SHOWN)
        return len(many.items(rooms.store, found.seqs))

    return _looked(home, seed, look)


def by_key(home: str, seed: int) -> dict[str, object]:
    """The same rows by their numbers, known beforehand: of one load they are consecutive."""
    first = 0

    def look(rooms: Home, windows: QueueWindows, offset: int) -> int:
        nonlocal first
        first = first or windows.window(_WAITING, 0, 1).seqs[0]
        return len(many.items(rooms.store, range(first + offset, first + offset + _SHOWN)))

    return _looked(home, seed, look)


def _looked(
    home: str, seed: int, look: Callable[[Home, QueueWindows, int], int]
) -> dict[str, object]:
    rooms, random = Home(Path(home)), Random(seed)
    windows, shown, total = QueueWindows(rooms.store), 0, rooms.left()
    look(rooms, QueueWindows(rooms.store), 0)
    with Meter() as meter:
        for _ in range(_LOOKS):
            shown += look(rooms, windows, random.randrange(total - _SHOWN + 1))
    rooms.close()
    return meter.report(shown=shown)
