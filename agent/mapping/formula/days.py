"""What functions do with dates. There is no today: the same row gives the same value for ever."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, date, timedelta
from decimal import Decimal

from agent.mapping.formula import limits
from agent.mapping.formula.tree import Worth
from agent.mapping.formula.worth import number
from agent.mapping.moments import ISO_DATE, MomentStyle, format_directives
from agent.mapping.moments import day as reader
from agent.mapping.values import Refused

_WRITTEN: dict[str, Callable[[date], str]] = {
    "d": lambda value: f"{value.day:02}",
    "m": lambda value: f"{value.month:02}",
    "Y": lambda value: f"{value.year:04}",
    "y": lambda value: f"{value.year % 100:02}",
    "%": lambda _value: "%",
}


def whole_number(value: Worth) -> int:
    """How many days or months, with a minus backwards. Raises Refused."""
    found = number(value)
    if found != found.to_integral_value() or abs(found) > limits.TEXT * 100:
        raise Refused("FORMULA_NUMBER", "adds a whole number of days or months")
    return int(found)


def made(year: int, month: int, day: int) -> Worth:
    """A date of its parts."""
    try:
        return date(year, month, day)
    except ValueError:
        raise _missing() from None


def read(form: str = ISO_DATE) -> Callable[[Worth], Worth]:
    """What reads a date that is written in this format. Raises Refused."""
    try:
        directives = format_directives(form)
    except ValueError as error:
        raise Refused("NOT_A_DATE", f"cannot use this format. {str(error).rstrip('.')}") from None
    if set(directives) & set("HMSfz"):
        raise Refused("NOT_A_DATE", "reads days only: LEFT takes them from text with a time")
    convert = reader(MomentStyle(form))

    def run(value: Worth) -> Worth:
        if value is None or isinstance(value, date):
            return value
        found = convert(value)
        return None if found is None else date.fromisoformat(str(found))

    return run


def writer(form: str) -> Callable[[date], str]:
    """What writes a date in this format. Raises Refused."""
    pieces = re.findall("%.?|[^%]+", form, re.DOTALL)
    if unknown := [piece for piece in pieces if piece[0] == "%" and piece[1:] not in _WRITTEN]:
        raise Refused("NOT_A_DATE", f"writes dates with %d %m %Y %y, and {unknown[0]} is unknown")
    parts = [_WRITTEN[piece[1:]] if piece[0] == "%" else piece for piece in pieces]
    return lambda value: "".join([part if isinstance(part, str) else part(value) for part in parts])


def add_days(value: date, count: int) -> Worth:
    """So many days later."""
    try:
        return value + timedelta(days=count)
    except OverflowError:
        raise _missing() from None


def add_months(value: date, count: int) -> Worth:
    """The same day of a later month, or its last day where that month is shorter."""
    year, month = divmod(value.year * 12 + value.month - 1 + count, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise _missing()
    return date(year, month + 1, min(value.day, monthrange(year, month + 1)[1]))


def between(one: date, two: date) -> Worth:
    """The days from one date to another."""
    return Decimal((two - one).days)


def _missing() -> Refused:
    return Refused("NOT_A_DATE", "makes a date that does not exist")
