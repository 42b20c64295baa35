"""One value of many. Pure: exact, nothing guessed, and Refused where there is no one answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Context, Decimal

from agent.mapping.numbers import NumberStyle, digits
from agent.mapping.values import Refused, key_text
from agent.model import Value
from agent.runtime.grouped.config import GroupColumn

Values = Sequence[Value]
Reduce = Callable[[Values], Value]
"""Makes one value of those of all rows of a record, in their order. Raises Refused."""

LONGEST = 32_767
"""Characters of joined values."""
_MOST_DIGITS = 60
_EXACT = Context(prec=200)
_DIGITS = re.compile("([0-9]+)")


def reducer(column: GroupColumn) -> Reduce:
    """How a column is made."""
    match column.way:
        case "same":
            return _same
        case "first":
            return lambda values: values[0]
        case "last":
            return lambda values: values[-1]
        case "sum":
            return _sum(_number(column))
        case "min" | "max":
            return _extreme(column)
        case "join":
            return _join(column.separator)
        case _:
            return len


def natural(key: Sequence[str]) -> tuple[tuple[tuple[int, int | str], ...], ...]:
    """What sorts keys as people do: 9 before 10."""
    return tuple(
        tuple(
            (0, int(part)) if part.isdecimal() and len(part) < 19 else (1, part)
            for part in _DIGITS.split(text)
            if part
        )
        for text in key
    )


def _same(values: Values) -> Value:
    first = key_text(values[0])
    if any(key_text(value) != first for value in values):
        raise Refused("GROUP_DIFFERS", "does not say the same in all rows of the record")
    return values[0]


def _sum(number: Callable[[Value], Decimal | None]) -> Reduce:
    def total(values: Values) -> Value:
        found = [part for value in values if (part := number(value)) is not None]
        if not found:
            return None
        made = Decimal(0)
        for part in found:
            made = _EXACT.add(made, part)
        return made

    return total


def _extreme(column: GroupColumn) -> Reduce:
    choose = min if column.way == "min" else max
    number = _number(column)

    def found(values: Values) -> Value:
        there = [value for value in values if key_text(value) is not None]
        if not there:
            return None
        if column.compare == "number" or isinstance(there[0], (int, Decimal)):
            ranked = [(number(value) or Decimal(0), at) for at, value in enumerate(there)]
            return there[choose(ranked)[1]]
        kinds = {type(value) for value in there}
        if len(kinds) > 1 or not issubclass(kinds.pop(), (str, date, datetime)):
            raise Refused("GROUP_DIFFERS", "holds values that cannot be compared")
        made: Value = choose(there)  # type: ignore[type-var]  # all of one type, as just seen
        return made

    return found


def _join(separator: str) -> Reduce:
    def joined(values: Values) -> Value:
        text = separator.join([found for value in values if (found := key_text(value))])
        if len(text) > LONGEST:
            raise Refused("TOO_LONG", f"makes a text of more than {LONGEST} characters")
        return text or None

    return joined


def _number(column: GroupColumn) -> Callable[[Value], Decimal | None]:
    style = NumberStyle(
        decimal=column.decimal, thousands=column.thousands, trailing_minus=column.trailing_minus
    )
    split = digits(style)

    def number(value: Value) -> Decimal | None:
        match value:
            case None:
                return None
            case str():
                return _of_text(split(value))
            case int() | Decimal() if not isinstance(value, bool):
                return _bounded(Decimal(value))
            case _:
                raise Refused("NOT_A_NUMBER", "holds a value that is no exact number")

    return number


def _of_text(parts: tuple[bool, str, str] | None) -> Decimal | None:
    if parts is None:
        return None
    negative, whole, fraction = parts
    if len(whole) + len(fraction) > _MOST_DIGITS:
        raise _too_long()
    return Decimal(f"{'-' * negative}{whole or '0'}{f'.{fraction}' if fraction else ''}")


def _bounded(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise Refused("NOT_A_NUMBER", "holds a value that is no finite number")
    exponent = int(value.as_tuple().exponent)
    if len(value.as_tuple().digits) > _MOST_DIGITS or not -_MOST_DIGITS <= exponent <= _MOST_DIGITS:
        raise _too_long()
    return value


def _too_long() -> Refused:
    return Refused("TOO_LONG", f"holds a number of more than {_MOST_DIGITS} digits")
