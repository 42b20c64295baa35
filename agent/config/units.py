"""Durations and sizes as people write them: `"10s"`, `"1h30m"`, `"64MB"`, `"4GiB"`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*")
_BYTES = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12,
          "KI": 2**10, "MI": 2**20, "GI": 2**30, "TI": 2**40}  # fmt: skip
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]I?)?B", re.IGNORECASE)
_RATE = re.compile(r"(\d{1,9})\s+per\s+(.+)")
_MOST = 1_000_000
_LONGEST = timedelta(days=3660)
_LARGEST = 2**60


def duration(value: object) -> timedelta:
    """A duration from its text. Raises ValueError with the reason for a person."""
    if isinstance(value, timedelta):
        return value
    text = value.strip() if isinstance(value, str) else ""
    if not text or _PART.sub("", text):
        raise ValueError('a duration is a number with a unit in quotes: "500ms", "10s", "5m", '
                         '"2h", "1d"')  # fmt: skip
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
    if seconds > _LONGEST.total_seconds():
        raise ValueError("this is longer than ten years")
    return timedelta(seconds=seconds)


def size(value: object) -> int:
    """A number of bytes from its text. Raises ValueError with the reason for a person."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError('a size is a number with a unit in quotes: "64MB", "4GiB"')
    number = float(match[1]) * _BYTES[(match[2] or "").upper()]
    if number > _LARGEST:
        raise ValueError("this is more than any disk holds")
    return round(number)


def rate(value: object) -> tuple[int, timedelta]:
    """A rate from its text, `"100 per 10s"`. Raises ValueError with the reason for a person."""
    match = _RATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not 0 < int(match[1]) <= _MOST:
        raise ValueError('a rate is a number of requests and a time in quotes: "100 per 10s"')
    window = duration(match[2])
    if not timedelta(seconds=1) <= window < timedelta(hours=1):
        raise ValueError("a rate is over one second to an hour; for a day there is daily")
    return int(match[1]), window


def rates(value: object) -> tuple[tuple[int, timedelta], ...]:
    """One rate, or a list of them that all hold."""
    said = [value] if isinstance(value, str) else value
    if not isinstance(said, list):
        raise ValueError('this is a rate, or a list of them: ["10 per 1s", "100 per 1m"]')  # noqa: TRY004 - pydantic's way
    return tuple(rate(each) for each in said)


Duration = Annotated[timedelta, BeforeValidator(duration)]
Size = Annotated[int, BeforeValidator(size)]
Rates = Annotated[tuple[tuple[int, timedelta], ...], BeforeValidator(rates)]
