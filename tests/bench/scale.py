"""Ten times the rows: whether the second load keeps its speed and its memory."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp

from tests.bench.contest import Goal, Report, Result, agree, judge
from tests.bench.data import exports
from tests.bench.environment import cache
from tests.bench.home import fresh
from tests.bench.worker import ask

GOAL = Goal("scale_10m", floor=0.5, aim=0.8, figure="rows_a_second", most_mb=600, only_by_name=True)
_TIMES = 10


def run(rows: int, rounds: int) -> Result:
    """Second loads of ten times `rows` (ours) and of `rows` (the yardstick)."""
    folder = Path(mkdtemp(prefix="scale-", dir=cache()))
    reports: dict[int, list[Report]] = {}
    try:
        sizes = (rows * _TIMES, rows)
        for size in sizes:
            seeded, inbox = folder / f"seeded-{size}", folder / "inbox"
            ask("load", "first", home=seeded, export=exports(size).first, inbox=inbox)
            ask("load", "deliver", home=seeded)
        for _ in range(rounds):
            for size in sizes:
                reports.setdefault(size, []).append(_second(folder, size))
        return judge(GOAL, reports[sizes[0]], reports[sizes[1]])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _second(folder: Path, size: int) -> Report:
    known = exports(size)
    home = fresh(folder / "home", like=folder / f"seeded-{size}")
    found = ask("load", "second", home=home, export=known.second, inbox=folder / "inbox")
    agree("Waybill", found, entries=known.changed + known.inserted + known.deleted)
    shutil.rmtree(home)
    seconds = found["seconds"]
    return {**found, "rows_a_second": size / float(str(seconds))}
