"""`closed` of a target: when nothing is sent to it, as people write it.

"22:00-04:00"              every night, into the next day
"sat,sun 00:00-24:00"      whole days
"mon-fri 07:30-09:00"      on some days; they are the days on which it begins
"0 2 1 * * for 3h"         a cron text, and how long: from two on the first of each month
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Annotated

from cronsim import CronSim, CronSimError
from pydantic import BeforeValidator

from agent.config.units import duration

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(?:([a-z,\-]+)\s+)?(\d\d:\d\d)\s*-\s*(\d\d:\d\d)")
_CRON = re.compile(r"(.+?)\s+for\s+(.+)")
_LONGEST = timedelta(days=7)
_FOLLOWING = 16
"""So many that follow each other are looked at: what is closed always has an end to be told."""
_ANY_DAY = datetime(2024, 1, 1, tzinfo=UTC)
_HINT = (
    'write "22:00-04:00", "sat,sun 00:00-24:00", "mon-fri 07:30-09:00", or a cron text with how '
    'long it lasts: "0 2 * * sun for 3h"'
)


@dataclass(frozen=True, slots=True)
class Closed:
    """One time that comes again."""

    text: str
    days: frozenset[int] = frozenset()
    """On which it begins, Monday is 0; for a span of the day."""
    since: time = time()
    lasts: timedelta = timedelta(0)
    cron: str = ""

    def until(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When it is over, if it is now; UTC."""
        return self._by_cron(now, zone) if self.cron else self._by_span(now, zone)

    def _by_cron(self, now: datetime, zone: tzinfo) -> datetime | None:
        """The end of the latest that has begun, if that is not over."""
        found = None
        for begins in CronSim(self.cron, (now - self.lasts).astimezone(zone)):
            if begins > now:
                break
            found = begins.astimezone(UTC) + self.lasts
        return found

    def _by_span(self, now: datetime, zone: tzinfo) -> datetime | None:
        today = now.astimezone(zone).date()
        for day in (today, today - timedelta(days=1)):
            begins = datetime.combine(day, self.since, zone)
            ends = (begins + self.lasts).astimezone(UTC)  # by the clock on the wall, also in March
            if day.weekday() in self.days and begins.astimezone(UTC) <= now < ends:
                return ends
        return None


def closed(value: object) -> Closed:
    """One such time from its text. Raises ValueError with the reason for a person."""
    text = value.strip() if isinstance(value, str) else ""
    if span := _SPAN.fullmatch(text.lower()):
        since, end = _minutes(span[2]), _minutes(span[3])
        if since in (24 * 60, end):
            raise ValueError(_HINT)
        lasts = timedelta(minutes=(end - since) % (24 * 60) or 24 * 60)
        return Closed(text, _days(span[1]), time(since // 60, since % 60), lasts)
    if found := _CRON.fullmatch(text):
        lasts = duration(found[2])
        try:
            next(CronSim(found[1], _ANY_DAY))
        except (CronSimError, StopIteration):
            raise ValueError(_HINT) from None
        if not timedelta(minutes=1) <= lasts <= _LONGEST:
            raise ValueError("it lasts a minute at least and seven days at the most")
        return Closed(text, lasts=lasts, cron=found[1])
    raise ValueError(_HINT)


def _times(value: object) -> tuple[Closed, ...]:
    said = [value] if isinstance(value, str) else value
    if not isinstance(said, list):
        raise ValueError(_HINT)  # noqa: TRY004 - pydantic's way
    return tuple(closed(each) for each in said)


def _minutes(text: str) -> int:
    hour, minute = int(text[:2]), int(text[3:])
    if minute > 59 or 60 * hour + minute > 24 * 60:
        raise ValueError(_HINT)
    return 60 * hour + minute


def _days(text: str | None) -> frozenset[int]:
    """`mon-fri,sun`; every day where nothing is said."""
    if text is None:
        return frozenset(range(7))
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            raise ValueError(_HINT)
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        found.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return frozenset(found)


def closed_until(times: tuple[Closed, ...], now: datetime, zone: tzinfo) -> datetime | None:
    """When it opens again, UTC; None: it is open. Times that follow each other are one."""
    until = None
    for _ in range(_FOLLOWING):
        ends = [end for one in times if (end := one.until(until or now, zone)) is not None]
        if not ends:
            break
        until = max(ends)
    return until


Times = Annotated[tuple[Closed, ...], BeforeValidator(_times)]
