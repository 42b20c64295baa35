"""The small demo through the service: every act of it, judged at both ends."""

from __future__ import annotations

from agent.demo.acts import ACTS
from agent.demo.stage import ActFailedError
from tests.windows.run import Bench, StepFailedError, StepSkippedError
from tests.windows.story import Story

_ASK_DRIVERS = "import pyodbc; print('drivers:', *pyodbc.drivers(), sep='|')"


def step(bench: Bench) -> str:
    if bench.service_state() == "absent":
        raise StepSkippedError("nothing is installed")
    story = bench.story = Story(bench, _driver(bench))
    story.configure()
    for act in ACTS:
        try:
            act.play(story.stage)
        except ActFailedError as error:
            raise StepFailedError(f"act {act.name}: {error}") from None
    half = "files and tables" if story.stage.has_tables else "files only: no ODBC driver here"
    return f"{story.judged()}; {half}"


def _driver(bench: Bench) -> str:
    """The ODBC driver for SQLite that Wine passes on to; empty when there is none."""
    done = bench.wine.run(bench.lab.program, "-c", _ASK_DRIVERS)
    names = done.said.partition("drivers:|")[2].strip().split("|")
    return next((name for name in names if name.lower() == "sqlite3"), "")
