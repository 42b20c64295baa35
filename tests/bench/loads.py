"""The loads, round by round: ours, DuckDB and dlt take turns on the same two exports."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from tests.bench.contest import Goal, Report, Result, agree, judge
from tests.bench.data import Exports, exports
from tests.bench.environment import cache, peers_python
from tests.bench.home import fresh
from tests.bench.worker import ask

FIRST_DLT = Goal("first_load_vs_dlt", floor=None, aim=1.0)
SECOND_DLT = Goal("second_load_vs_dlt", floor=0.35, aim=0.2)
SECOND_DUCKDB = Goal("second_load_vs_duckdb", floor=1.5, aim=1.0, most_mb=300)
UNCHANGED = Goal("unchanged_file", floor=2.0, aim=1.2)
GOALS = (SECOND_DUCKDB, SECOND_DLT, FIRST_DLT, UNCHANGED)


def run(wanted: Collection[Goal], rows: int, rounds: int) -> Iterator[Result]:
    """The results of the goals that are wanted."""
    folder = Path(mkdtemp(prefix="loads-", dir=cache()))
    try:
        yield from _Loads(folder, exports(rows)).run(wanted, rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Loads:
    def __init__(self, folder: Path, exports_: Exports) -> None:
        self._folder = folder
        self._exports = exports_
        self._inbox = folder / "inbox"
        self._news = exports_.changed + exports_.inserted + exports_.deleted
        self._reports: dict[str, list[Report]] = {}

    def run(self, wanted: Collection[Goal], rounds: int) -> Iterator[Result]:
        python = peers_python() if set(wanted) - {UNCHANGED} else None
        self._seed()
        if SECOND_DUCKDB in wanted:
            ask("peer_duckdb", "remember", python=python, export=self._exports.first,
                state=self._folder / "before.duckdb")  # fmt: skip
        turns = self._turns(wanted, python)
        for number in range(rounds):
            for turn in turns[:: -1 if number % 2 else 1]:
                turn()
        pairs = {
            FIRST_DLT: ("first", "dlt first"),
            SECOND_DLT: ("second", "dlt second"),
            SECOND_DUCKDB: ("second", "duckdb"),
            UNCHANGED: ("unchanged", "hash"),
        }
        for goal, (ours, theirs) in pairs.items():
            if goal in wanted:
                yield judge(goal, self._reports[ours], self._reports[theirs])

    def _turns(self, wanted: Collection[Goal], python: Path | None) -> list[Callable[[], None]]:
        """What a round consists of."""
        both = SECOND_DLT in wanted
        turns = [
            (FIRST_DLT in wanted, self._first),
            (bool({SECOND_DUCKDB, SECOND_DLT} & set(wanted)), self._second),
            (SECOND_DUCKDB in wanted, partial(self._duckdb, python)),
            (bool({FIRST_DLT, SECOND_DLT} & set(wanted)), partial(self._dlt, python, both=both)),
            (UNCHANGED in wanted, self._unchanged),
        ]
        return [turn for asked, turn in turns if asked]

    def _note(self, who: str, report: Report) -> Report:
        self._reports.setdefault(who, []).append(report)
        return report

    def _seed(self) -> None:
        """A home that loaded the first export and delivered all of it."""
        seeded = self._folder / "seeded"
        found = ask("load", "first", home=seeded, export=self._exports.first, inbox=self._inbox)
        agree("Waybill", found, entries=self._exports.rows)
        ask("load", "deliver", home=seeded)

    def _first(self) -> None:
        home = fresh(self._folder / "home")
        found = ask("load", "first", home=home, export=self._exports.first, inbox=self._inbox)
        agree("Waybill", self._note("first", found), entries=self._exports.rows)
        shutil.rmtree(home)

    def _second(self) -> None:
        home = fresh(self._folder / "home", like=self._folder / "seeded")
        found = ask("load", "second", home=home, export=self._exports.second, inbox=self._inbox)
        expected = {"entries": self._news, "deleted": self._exports.deleted}
        agree("Waybill", self._note("second", found), **expected)
        shutil.rmtree(home)

    def _duckdb(self, python: Path | None) -> None:
        state = self._folder / "now.duckdb"
        shutil.copyfile(self._folder / "before.duckdb", state)
        found = ask(
            "peer_duckdb", "compare", python=python, export=self._exports.second, state=state
        )
        expected = {
            name: getattr(self._exports, name) for name in ("changed", "inserted", "deleted")
        }
        agree("DuckDB", self._note("duckdb", found), **expected)

    def _dlt(self, python: Path | None, *, both: bool) -> None:
        home, known = fresh(self._folder / "dlt"), self._exports
        home.mkdir()
        found = ask("peer_dlt", "load", python=python, export=known.first, home=home)
        agree("dlt", self._note("dlt first", found), rows=known.rows)
        if both:
            found = ask("peer_dlt", "load", python=python, export=known.second, home=home)
            left = known.rows + known.inserted - known.deleted
            agree("dlt", self._note("dlt second", found), rows=left)
        shutil.rmtree(home)

    def _unchanged(self) -> None:
        home = fresh(self._folder / "home", like=self._folder / "seeded")
        ask("load", "second", home=home, export=self._exports.second, inbox=self._inbox)
        found = ask("load", "unchanged", home=home, inbox=self._inbox)
        agree("Waybill", self._note("unchanged", found), read=False)
        self._note("hash", ask("load", "bare_hash", export=self._exports.second))
        shutil.rmtree(home)
