"""What functions do with numbers. Sums and remainders are exact; only what says so rounds."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal

from agent.mapping.formula import limits
from agent.mapping.formula.tree import Worth
from agent.mapping.formula.worth import fitting, number, text
from agent.mapping.numbers import NumberStyle, digits
from agent.mapping.values import Refused

_MOST_PLACES = limits.DIGITS // 2


def places(value: Worth) -> int:
    """To how many places to round; with a minus, to tens, hundreds, ... Raises Refused."""
    found = number(value)
    if found != found.to_integral_value() or abs(found) > _MOST_PLACES:
        raise Refused("FORMULA_NUMBER", f"rounds to at most {_MOST_PLACES} places")
    return int(found)


def decimal_mark(value: Worth) -> str:
    """What stands before the places of a number. Raises Refused."""
    return _mark(value) or "."


def thousands_mark(value: Worth) -> str:
    """What stands between thousands of a number; blank for nothing. Raises Refused."""
    return _mark(value)


def _mark(value: Worth) -> str:
    found = text(value)
    if len(found) > 1 or found.isalnum() or found in set("+-()"):
        raise Refused("FORMULA_TYPE", "needs marks that are one character, as in 1.234,50")
    return found


def read(decimal: str = ".", thousands: str = "") -> Callable[[Worth], Worth]:
    """What reads a number that is written with these marks. Raises Refused."""
    _differ(decimal, thousands)
    parts_of = digits(NumberStyle(decimal=decimal, thousands=thousands, trailing_minus=True))

    def run(value: Worth) -> Worth:
        if isinstance(value, Decimal) or value is None:
            return value
        if not isinstance(value, str):
            raise Refused("NOT_A_NUMBER", "needs a number or text")
        parts = parts_of(value)
        if parts is None:
            return None
        negative, before, behind = parts
        before, behind = before.lstrip("0"), behind.rstrip("0")
        if len(before) > limits.DIGITS or len(behind) > limits.DIGITS:
            raise Refused("FORMULA_NUMBER", f"meets a number of more than {limits.DIGITS} digits")
        made = Decimal(f"{before or 0}.{behind}")
        return made.copy_negate() if negative and made else made

    return run


def _differ(decimal: str, thousands: str) -> None:
    if decimal == thousands:
        raise Refused("FORMULA_TYPE", "needs two different marks for decimals and thousands")


def writer(count: int, decimal: str, thousands: str) -> Callable[[Decimal], str]:
    """What writes a number with this many places and these marks. Raises Refused."""
    _differ(decimal, thousands)
    if count < 0:
        raise Refused("FORMULA_NUMBER", "writes no less than 0 places")

    def write(value: Decimal) -> str:
        made = rounded(value, count, ROUND_DOWN)
        if made != value:
            raise Refused("PRECISION", "has more places than TEXT is told to write: ROUND it first")
        before, _, behind = format(made, ",f").partition(".")
        whole = before.replace(",", thousands)
        return f"{whole}{decimal}{behind}" if behind else whole

    return write


def rounding(how: str) -> Callable[..., Worth]:
    """What rounds in this way."""
    return lambda value, count=0: rounded(value, count, how)


def rounded(value: Decimal, count: int, how: str) -> Decimal:
    """With this many places. Raises Refused."""
    return fitting(value.quantize(Decimal(1).scaleb(-count), rounding=how, context=limits.ROUNDING))


def divided(value: Decimal, by: Decimal) -> Decimal:
    """A quotient: exact where it ends, else cut far behind what anybody rounds to."""
    if not by:
        raise Refused("DIVISION_BY_ZERO", "divides by zero")
    made = limits.DIVISION.divide(value, by)
    if len(made.as_tuple().digits) < limits.DIVISION.prec:  # it ends
        return fitting(made)
    count = max(limits.QUOTIENT, limits.QUOTIENT - 1 - made.adjusted())
    return fitting(made.quantize(Decimal(1).scaleb(-count), context=limits.DIVISION))


def remainder(value: Decimal, by: Decimal) -> Worth:
    """What is left of whole divisions, with the sign of the divisor, as in a spreadsheet."""
    if not by:
        raise Refused("DIVISION_BY_ZERO", "divides by zero")
    left = limits.EXACT.remainder(value, by)
    if left and (left < 0) is not (by < 0):
        left = limits.EXACT.add(left, by)
    return fitting(left)


def total(*values: Decimal) -> Worth:
    """The sum."""
    made = Decimal(0)
    for value in values:
        made = fitting(limits.EXACT.add(made, value))
    return made
