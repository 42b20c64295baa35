"""The functions of formulas: what each takes, gives and does. Every one is bounded by its inputs.

Those that look at one part before another (IF, COALESCE, ...) are in `compiled`. There is none that
knows the time, draws by lot or remembers: the same record gives the same value for ever.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    InvalidOperation,
)
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from agent.mapping.formula import limits
from agent.mapping.formula.tree import Worth
from agent.mapping.formula.worth import Type, day, fitting, number, sized, text, truth, whole
from agent.mapping.moments import MomentStyle
from agent.mapping.moments import day as day_of
from agent.mapping.numbers import Digits, NumberStyle, digits
from agent.mapping.values import Refused

Take = Callable[[Worth], Any]
"""Turns a value into what a function works with. Raises Refused."""

_TYPES: Mapping[Take, Type] = {
    text: Type.ANY,
    number: Type.NUMBER,
    whole: Type.NUMBER,
    truth: Type.BOOLEAN,
    day: Type.DATE,
}


@dataclass(frozen=True, slots=True)
class Function:
    """One function. The last of `takes` repeats up to `most` parts."""

    takes: tuple[Take, ...]
    gives: Type
    run: Callable[..., Worth]
    least: int
    most: int

    def type_at(self, place: int) -> Type:
        """What stands at this place."""
        return _TYPES.get(self.take_at(place), Type.ANY)

    def take_at(self, place: int) -> Take:
        """How the part at this place is taken."""
        return self.takes[min(place, len(self.takes) - 1)]


def _any(value: Worth) -> Worth:
    return value


def _made(
    gives: Type, run: Callable[..., Worth], *takes: Take, least: int = -1, most: int = -1
) -> Function:
    count = len(takes)
    return Function(takes, gives, run, count if least < 0 else least, most if most > 0 else count)


# --- text ---------------------------------------------------------------------------------------


def _join(between: str, *parts: str) -> Worth:
    """The parts that are not blank."""
    return sized(between.join(part for part in parts if part.strip()))


def _mid(value: str, start: int, count: int) -> Worth:
    if start < 1:
        raise Refused("FORMULA_NUMBER", "counts characters from 1")
    return value[start - 1 : start - 1 + count]


def _find(part: str, value: str) -> Worth:
    return Decimal(value.find(part) + 1)


def _substitute(value: str, old: str, new: str) -> Worth:
    if not old:
        return value
    grown = len(value) + value.count(old) * (len(new) - len(old))
    if grown > limits.TEXT:
        sized(" " * (limits.TEXT + 1))
    return value.replace(old, new)


def _split(value: str, between: str, place: Decimal) -> Worth:
    """A part by its number: from 1 on, or from the end with a minus; blank where there is none."""
    if not between or not place or place != place.to_integral_value():
        raise Refused("FORMULA_NUMBER", "splits by a text, and counts parts from 1 or from -1")
    parts = value.split(between)
    at = int(place)
    if abs(at) > len(parts):
        return None
    return parts[at - 1 if at > 0 else at].strip()


def _pad(value: str, width: int, filler: str = "0") -> Worth:
    if len(filler) != 1:
        raise Refused("FORMULA_TYPE", "fills with exactly one character")
    return sized(value.rjust(width, filler)) if value else ""


def _number_of(value: Worth, decimal: str = ".", thousands: str = "") -> Worth:
    if isinstance(value, Decimal) or value is None:
        return value
    if not isinstance(value, str):
        raise Refused("NOT_A_NUMBER", "is no number")
    parts = _written(decimal, thousands)(value)
    if parts is None:
        return None
    negative, whole_part, fraction = parts
    if len(whole_part) + len(fraction) > limits.DIGITS:
        raise Refused("FORMULA_NUMBER", f"meets a number of more than {limits.DIGITS} digits")
    return fitting(Decimal(f"{'-' * negative}{whole_part or 0}.{fraction.rstrip('0')}"))


@lru_cache(maxsize=64)
def _written(decimal: str, thousands: str) -> Callable[[str], Digits | None]:
    """What takes numbers apart that are written with these marks. Raises Refused."""
    if len(decimal) != 1 or len(thousands) > 1 or decimal == thousands or decimal.isalnum():
        raise Refused("FORMULA_TYPE", "needs two different characters as marks of a number")
    return digits(NumberStyle(decimal=decimal, thousands=thousands, trailing_minus=True))


def _text_of(value: Worth, form: Worth = None) -> Worth:
    """A number with this many places, or a date in this format."""
    if value is None or form is None:
        return text(value)
    if isinstance(value, Decimal):
        places = whole(form)
        if places > limits.DIGITS // 2 or _rounded(value, Decimal(places), ROUND_DOWN) != value:
            raise Refused("PRECISION", "has more places than TEXT is told to write: ROUND it first")
        return format(_rounded(value, Decimal(places), ROUND_DOWN), "f")
    if isinstance(value, date) and isinstance(form, str):
        for letters, digits in (("%d", f"{value.day:02}"), ("%m", f"{value.month:02}"),
                                ("%Y", f"{value.year:04}"), ("%y", f"{value.year % 100:02}")):  # fmt: skip
            form = form.replace(letters, digits)
        return sized(form)
    raise Refused("FORMULA_TYPE", "writes numbers by their places and dates by a format")


# --- numbers ------------------------------------------------------------------------------------


def _rounded(value: Decimal, places: Decimal, how: str) -> Decimal:
    if places != places.to_integral_value() or abs(places) > limits.DIGITS // 2:
        raise Refused("FORMULA_NUMBER", f"rounds to at most {limits.DIGITS // 2} places")
    try:
        made = value.quantize(Decimal(1).scaleb(-int(places)), rounding=how, context=limits.EXACT)
    except InvalidOperation:
        raise Refused("FORMULA_NUMBER", "makes a number of too many digits") from None
    return fitting(made)


def _rounding(how: str) -> Callable[..., Worth]:
    return lambda value, places=Decimal(0): _rounded(value, places, how)


def _mod(value: Decimal, by: Decimal) -> Worth:
    if not by:
        raise Refused("DIVISION_BY_ZERO", "divides by zero")
    whole_part = _rounded(limits.DIVISION.divide(value, by), Decimal(0), ROUND_FLOOR)
    return fitting(limits.EXACT.subtract(value, limits.EXACT.multiply(whole_part, by)))


def _sum(*values: Decimal) -> Worth:
    total = Decimal(0)
    for value in values:
        total = fitting(limits.EXACT.add(total, value))
    return total


# --- dates --------------------------------------------------------------------------------------


def _date(year: int, month: int, day_: int) -> Worth:
    try:
        return date(year, month, day_)
    except ValueError:
        raise Refused("NOT_A_DATE", "makes a date that does not exist") from None


def _date_value(value: Worth, form: str = "%Y-%m-%d") -> Worth:
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise Refused("NOT_A_DATE", "is no date")
    try:
        found = day_of(MomentStyle(form))(value)
    except ValueError:
        raise Refused("NOT_A_DATE", "is no date of its format") from None
    return None if found is None else date.fromisoformat(str(found))


def _add_days(value: date, days: Decimal) -> Worth:
    if days != days.to_integral_value() or abs(days) > limits.TEXT * 100:
        raise Refused("FORMULA_NUMBER", "adds a whole number of days")
    try:
        return value + timedelta(days=int(days))
    except OverflowError:
        raise Refused("NOT_A_DATE", "makes a date that does not exist") from None


def _add_months(value: date, months: Decimal) -> Worth:
    """The same day of a later month, or its last day where that month is shorter."""
    if months != months.to_integral_value() or abs(months) > limits.TEXT:
        raise Refused("FORMULA_NUMBER", "adds a whole number of months")
    place = value.year * 12 + value.month - 1 + int(months)
    year, month = divmod(place, 12)
    if not 1 <= year <= 9999:
        raise Refused("NOT_A_DATE", "makes a date that does not exist")
    return date(year, month + 1, min(value.day, monthrange(year, month + 1)[1]))


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "TRIM": _made(Type.TEXT, lambda v: " ".join(v.split()), text),
        "UPPER": _made(Type.TEXT, lambda v: sized(v.upper()), text),
        "LOWER": _made(Type.TEXT, lambda v: sized(v.lower()), text),
        "PROPER": _made(Type.TEXT, lambda v: sized(v.title()), text),
        "LEFT": _made(Type.TEXT, lambda v, n: v[:n], text, whole),
        "RIGHT": _made(Type.TEXT, lambda v, n: v[-n:] if n else "", text, whole),
        "MID": _made(Type.TEXT, _mid, text, whole, whole),
        "LEN": _made(Type.NUMBER, lambda v: Decimal(len(v)), text),
        "FIND": _made(Type.NUMBER, _find, text, text),
        "CONTAINS": _made(Type.BOOLEAN, lambda v, part: part in v, text, text),
        "STARTSWITH": _made(Type.BOOLEAN, lambda v, part: v.startswith(part), text, text),
        "ENDSWITH": _made(Type.BOOLEAN, lambda v, part: v.endswith(part), text, text),
        "SUBSTITUTE": _made(Type.TEXT, _substitute, text, text, text),
        "CONCAT": _made(Type.TEXT, lambda *v: sized("".join(v)), text, least=1, most=50),
        "JOIN": _made(Type.TEXT, _join, text, text, least=2, most=50),
        "SPLIT": _made(Type.TEXT, _split, text, text, number),
        "PAD": _made(Type.TEXT, _pad, text, whole, text, least=2),
        "STRIPZEROS": _made(Type.TEXT, lambda v: v.lstrip("0") or v[:1], text),
        "NUMBER": _made(Type.NUMBER, _number_of, _any, text, text, least=1),
        "TEXT": _made(Type.TEXT, _text_of, _any, _any, least=1),
        "ROUND": _made(Type.NUMBER, _rounding(ROUND_HALF_UP), number, number, least=1),
        "ROUNDUP": _made(Type.NUMBER, _rounding(ROUND_UP), number, number, least=1),
        "ROUNDDOWN": _made(Type.NUMBER, _rounding(ROUND_DOWN), number, number, least=1),
        "CEILING": _made(Type.NUMBER, _rounding(ROUND_CEILING), number, number, least=1),
        "INT": _made(Type.NUMBER, lambda v: _rounded(v, Decimal(0), ROUND_FLOOR), number),
        "ABS": _made(Type.NUMBER, lambda v: v.copy_abs(), number),
        "MOD": _made(Type.NUMBER, _mod, number, number),
        "MIN": _made(Type.NUMBER, lambda *v: min(v), number, least=1, most=50),
        "MAX": _made(Type.NUMBER, lambda *v: max(v), number, least=1, most=50),
        "SUM": _made(Type.NUMBER, _sum, number, least=1, most=50),
        "DATE": _made(Type.DATE, _date, whole, whole, whole),
        "DATEVALUE": _made(Type.DATE, _date_value, _any, text, least=1),
        "YEAR": _made(Type.NUMBER, lambda v: Decimal(v.year), day),
        "MONTH": _made(Type.NUMBER, lambda v: Decimal(v.month), day),
        "DAY": _made(Type.NUMBER, lambda v: Decimal(v.day), day),
        "ADDDAYS": _made(Type.DATE, _add_days, day, number),
        "ADDMONTHS": _made(Type.DATE, _add_months, day, number),
        "DAYSBETWEEN": _made(Type.NUMBER, lambda a, b: Decimal((b - a).days), day, day),
    }
)
