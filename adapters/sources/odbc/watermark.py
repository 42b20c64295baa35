"""Where a watermark read starts: lag, late clocks, restored databases. Pure.

Everything here errs towards reading a row twice: the core drops what it has already seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal

from cronsim import CronSim

from adapters.sources.odbc.columns import DATES, Column, Kind
from adapters.sources.odbc.decode import converter_of
from adapters.sources.odbc.wire import Bound
from agent.model import Checkpoint

Moving = datetime | date | Decimal | int | str


ASKING = timedelta(seconds=5)
"""Two clocks that are not asked at the same moment differ by less."""

NUMBERS = (Kind.INTEGER, Kind.DECIMAL)


@dataclass(frozen=True, slots=True)
class Marks:
    """What the database said when a read began."""

    newest: str | None
    """The last watermark not in the future, as text."""
    clock: str | None
    """The database's clock, as text."""
    at: datetime
    """Our clock at that moment."""

    def checkpoint(self, since: Checkpoint | None) -> dict[str, str]:
        """What the next read needs."""
        newest = self.newest if self.newest is not None else _text(since, "wm")
        words = {"wm": newest, "clock": self.clock, "at": self.at.isoformat()}
        return {word: value for word, value in words.items() if value is not None}


def usable(column: Column, lag: timedelta | int) -> str:
    """Why this column cannot be a watermark with this lag; empty if it can."""
    if column.kind in NUMBERS:
        return ""  # a lag in time says nothing about a counter: see `start_of`
    if column.kind in (*DATES, Kind.TEXT):
        timed = isinstance(lag, timedelta)
        return "" if timed else "its lag must be a duration, for it holds times"
    return f"a column of type {column.kind} does not grow"


def start_of(
    column: Column, since: Checkpoint, marks: Marks, lag: timedelta | int
) -> Moving | None:
    """The first watermark to read; None when the last one cannot be trusted: read everything."""
    text = _text(since, "wm")
    if text is None or marks.newest is None:
        return None
    last, newest = _value(column, text), _value(column, marks.newest)
    start = _before(last, lag, went_back(column, since, marks))
    if type(newest) is not type(start):
        return None
    # Nothing is as new as what was there: rows were deleted, or an older copy was restored.
    return None if _older(newest, start) else start


def bound(start: Moving, *, as_text: bool) -> Bound:
    """The start as it is compared in the database."""
    if isinstance(start, datetime):
        naive = start.astimezone(UTC).replace(tzinfo=None) if start.tzinfo else start
        return naive.isoformat(" ") if as_text else naive
    if isinstance(start, date) and as_text:
        return start.isoformat()
    return start


def went_back(column: Column, since: Checkpoint, marks: Marks) -> timedelta:
    """How far the database's local clock was set back since the last read (end of summer time)."""
    then, at = _text(since, "clock"), _text(since, "at")
    if column.kind is Kind.INSTANT or column.kind not in DATES:
        return timedelta(0)
    if then is None or at is None or marks.clock is None:
        return timedelta(0)
    try:
        theirs = datetime.fromisoformat(marks.clock) - datetime.fromisoformat(then)
        ours = marks.at - datetime.fromisoformat(at)
    except (ValueError, TypeError):
        return timedelta(0)
    return ours - theirs if ours - theirs > ASKING else timedelta(0)


def _before(last: Moving, lag: timedelta | int, back: timedelta) -> Moving:
    if isinstance(lag, int):
        return last - lag if isinstance(last, (int, Decimal)) else last
    if isinstance(last, datetime):
        return _earlier(last, lag + back)
    if isinstance(last, date):
        days = math.ceil((lag + back) / timedelta(days=1))
        return last - timedelta(days=min(days, (last - date.min).days))
    return last


def _earlier(last: datetime, by: timedelta) -> datetime:
    first = datetime.min.replace(tzinfo=last.tzinfo)
    return last - min(by, last - first)


def _older(newest: Moving, start: Moving) -> bool:
    if isinstance(newest, datetime) and isinstance(start, datetime):
        return newest < start
    if isinstance(newest, (int, Decimal)) and isinstance(start, (int, Decimal)):
        return newest < start
    if isinstance(newest, str) and isinstance(start, str):
        return newest < start
    return isinstance(newest, date) and isinstance(start, date) and newest < start


def _value(column: Column, text: str) -> Moving:
    convert = converter_of(column)
    value = convert(text) if convert is not None else text
    if isinstance(value, (datetime, date, Decimal, int, str)):
        return value
    return text


def _text(since: Checkpoint | None, word: str) -> str | None:
    value = since.get(word) if since is not None else None
    return value if isinstance(value, str) else None


def is_due(cron: str, counted: str, now: datetime, zone: tzinfo) -> bool:
    """Whether a recount that `cron` asks for, meant in `zone`, came due since `counted` (ISO)."""
    return bool(next(CronSim(cron, datetime.fromisoformat(counted).astimezone(zone))) <= now)
