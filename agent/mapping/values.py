"""What every converter stands on: refusing a value without naming it, and exact text of any value.

A float never passes unless the mapping says so (`from_float`), and then by its shortest exact
writing, never by arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from agent.canon import MOST_DIGITS
from agent.canon.check import text_flaw
from agent.model import Problem, Scalar, Value

Convert = Callable[[Value], Scalar]
"""Turns what was read into a wire value, None when blank. Raises Refused, and nothing else."""

_FEW_BITS = 2000
_FEW_ZEROS = 1000


class Refused(Exception):
    """A value that cannot become what its field must be. Never holds the value itself.

    `predicate` is the rest of a sentence that begins with the field's name.
    """

    def __init__(self, code: str, predicate: str) -> None:
        self.code = code
        self.predicate = predicate
        super().__init__(code)


class Altered(Refused):
    """A value that a rule of the mapping changed on purpose: it goes on, and is counted.

    `predicate` says what was done, as with a refusal; `value` is what came of it.
    """

    def __init__(self, code: str, predicate: str, value: Scalar) -> None:
        super().__init__(code, predicate)
        self.value = value

    def become(self, value: Scalar) -> Altered:
        """The same change, where the value was converted once more."""
        return Altered(self.code, self.predicate, value)


def together(problems: Sequence[Problem]) -> Problem:
    """What stands for a record: its first problem, which also says what the others are."""
    first, *others = problems
    if not others:
        return first
    count = f"{len(others)} more problem{'s' * (len(others) > 1)}"
    reason = " ".join([first.reason, f"The record has {count}:", *(each.reason for each in others)])
    return first._replace(reason=reason, every=tuple(problems))


def text_of(value: Value, *, from_float: bool = False) -> str | None:
    """The exact text of a value; None for null. Text comes back as it is."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case int() if value.bit_length() > _FEW_BITS:  # str() itself refuses very long ones
            raise Refused("TOO_LONG", "is a number of more than 600 digits")
        case int() | Decimal():
            return str(value) if isinstance(value, int) else _plain(value)
        case float():
            return _plain(decimal_of_float(value, allowed=from_float, code="TEXT_INVALID"))
        case date():  # a datetime is one
            return value.isoformat()
        case bytes():
            return value.hex().upper()
    raise Refused("TEXT_INVALID", "is of a type that has no text")


def decimal_of_float(value: float, *, allowed: bool, code: str) -> Decimal:
    """The decimal that a float is written as."""
    if not allowed:
        raise Refused(
            code,
            "is a binary floating-point number, which is not exact: read the column as text "
            "or decimal, or allow it with from_float = true",
        )
    if not math.isfinite(value):
        raise Refused(code, "is not a finite number")
    return Decimal(repr(value))


def key_text(value: Value) -> str | None:
    """The text of a key or a word: without white space around it; None when blank."""
    text = value if isinstance(value, str) else text_of(value)
    return (text.strip() or None) if text else None


def sound(text: str, max_length: int) -> str:
    """The same text, if it is short enough and nothing in it was lost."""
    if flaw := text_flaw(text, max_length):
        raise Refused(*flaw)
    return text


def as_it_is(max_length: int) -> Convert:
    """A column as it is: exact text; blank (empty, or only spaces) becomes null."""

    def convert(value: Value) -> Scalar:
        text = value if isinstance(value, str) else text_of(value)
        if text is None or not text.strip(" "):
            return None
        return sound(text, max_length)

    return convert


def _plain(value: Decimal) -> str:
    """Without exponent."""
    if not value.is_finite():
        raise Refused("TEXT_INVALID", "is not a finite number")
    exponent = int(value.as_tuple().exponent)
    if exponent > _FEW_ZEROS or exponent < -_FEW_ZEROS - MOST_DIGITS:
        raise Refused("TOO_LONG", "is a number of more than 1000 digits")
    return format(value, "f")
