"""Tells the story: a moving line with live counts on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from agent.control.answers import Status
from agent.demo.compare import Verdict
from agent.ports import Clock

_PLAIN_PAUSE = 5.0
_HEADINGS = ("erp", "crm", "different", "missing", "extra", "doubled")
_TITLES = ("", "in the ERP", "in the CRM", "different", "missing", "extra", "sent twice")


class Teller:
    """Where the story goes. Use it as a context, so that a terminal is left tidy."""

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._console = Console(file=stream, highlight=False, soft_wrap=True)
        self._clock = clock
        self._began = self._told = clock.monotonic()
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._progress.add_task("", visible=False)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    @property
    def seconds(self) -> float:
        """Since the story began."""
        return self._clock.monotonic() - self._began

    def say(self, text: str) -> None:
        """One line."""
        self._told = self._clock.monotonic()
        self._console.print(escape(text))

    def act(self, number: int, text: str) -> None:
        """An act begins."""
        self.say(f"{number}. {text}")

    def done(self, text: str) -> None:
        """An act ended well."""
        self._progress.update(self._task, visible=False)
        self.say(f"   {self.seconds:5.1f} s  {text}")

    def live(self, status: Status | None, waiting_for: str, whole: int = 0) -> None:
        """What the agent is at; on a terminal at once, elsewhere now and then."""
        text = "the agent is not there" if status is None else counted(status)
        delivered = 0 if status is None else status["counts"]["delivered"]
        if self._console.is_terminal:
            self._progress.update(
                self._task, visible=True, description=escape(text),
                total=whole or None, completed=min(delivered, whole) if whole else 0,
            )  # fmt: skip
        elif self._clock.monotonic() - self._told >= _PLAIN_PAUSE:
            self.say(f"   {self.seconds:5.1f} s  ... {text} ({waiting_for})")

    def table(self, titles: Mapping[str, str], verdicts: Mapping[str, Verdict]) -> None:
        """The outcome per kind."""
        rows = [
            [titles[kind], *(f"{verdict.numbers()[name]:,}" for name in _HEADINGS)]
            for kind, verdict in verdicts.items()
        ]
        if self._console.is_terminal:
            self._draw(rows, [verdict.is_good for verdict in verdicts.values()])
            return
        widths = [max(len(row[i]) for row in [_TITLES, *rows]) for i in range(len(_TITLES))]
        for row in [list(_TITLES), *rows]:
            self.say(row[0].ljust(widths[0]) + "".join(_right(row[1:], widths[1:])))

    def _draw(self, rows: Sequence[Sequence[str]], good: Sequence[bool]) -> None:
        table = Table(box=None, pad_edge=False)
        for title in _TITLES:
            table.add_column(title, justify="right" if title else "left")
        for row, is_good in zip(rows, good, strict=True):
            table.add_row(*row, style=None if is_good else "bold red")
        self._console.print(table)


def counted(status: Status) -> str:
    """The live counts in words."""
    counts = status["counts"]
    waiting = counts["waiting"] + counts["sending"]
    text = (
        f"{counts['captured']:,} captured, {counts['delivered']:,} delivered, {waiting:,} waiting"
    )
    more = [(counts["parked"], "parked"), (counts["held"], "held")]
    return text + "".join(f", {number:,} {word}" for number, word in more if number)


def _right(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [f"  {cell.rjust(width)}" for cell, width in zip(cells, widths, strict=True)]
