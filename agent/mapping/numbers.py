"""Decimals and integers: exact from any writing, by text alone.

A thousands separator must stand where thousands are: "1.5" with `thousands = "."` is refused, for
dropping the point would make it 15. Rounding happens only where the mapping says `round = true`,
half up (away from zero), in decimal digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from agent.canon import LARGEST_INTEGER, MOST_DIGITS
from agent.mapping.values import Altered, Convert, Refused, decimal_of_float
from agent.model import Scalar, Value

_ALIKE = {" ": "[ \u00a0\u202f]", "'": "['\u2019]"}
"""Separators of which exports write variants: spaces that do not break, the Swiss apostrophe."""


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a column writes numbers."""

    decimal: str = "."
    thousands: str = ""
    round: bool = False
    trailing_minus: bool = False
    parentheses: bool = False
    from_float: bool = False
    blank: frozenset[str] = frozenset()

    def pattern(self) -> re.Pattern[str]:
        """Sign, whole, fraction and sign behind, as four groups."""
        whole = "[0-9]+"
        if self.thousands:
            between = _ALIKE.get(self.thousands, re.escape(self.thousands))
            whole = f"[0-9]{{1,3}}(?:{between}[0-9]{{3}})+|[0-9]+"
        behind = "-?" if self.trailing_minus else ""
        return re.compile(f"([+-]?)({whole})?(?:{re.escape(self.decimal)}([0-9]*))?({behind})")


def decimal(style: NumberStyle, places: int) -> Convert:
    """Into plain decimal text with exactly these places."""
    read = _reader(style, places)

    def convert(value: Value) -> Scalar:
        if isinstance(value, str):
            return read(value)
        if value is None:
            return None
        text = _number_text(value, places, style)
        if text in style.blank:
            return None
        whole, _, fraction = text.lstrip("-").partition(".")
        negative = text.startswith("-")
        return _finish(whole, fraction, places, negative=negative, rounding=style.round)

    return convert


def _reader(style: NumberStyle, places: int) -> Callable[[str], str | None]:
    split, rounding = digits(style), style.round

    def read(text: str) -> str | None:
        parts = split(text)
        if parts is None:
            return None
        negative, whole, fraction = parts
        return _finish(whole, fraction, places, negative=negative, rounding=rounding)

    return read


Digits = tuple[bool, str, str]
"""Whether it is negative, the digits before the point, those behind."""


def digits(style: NumberStyle) -> Callable[[str], Digits | None]:
    """Takes a number written in this style apart; None for blank. Raises Refused."""
    match, blank = style.pattern().fullmatch, style.blank
    parentheses, thousands = style.parentheses, style.thousands
    no_digits = re.compile("[^0-9]").sub

    def split(text: str) -> Digits | None:
        text = text.strip()
        if not text or text in blank:
            return None
        inside = parentheses and text[0] == "(" and text[-1] == ")"
        found = match(text[1:-1] if inside else text)
        if not found:
            raise _no_number()
        sign, whole, fraction, behind = found.groups("")
        if not (whole or fraction) or inside + len(sign) + len(behind) > 1:
            raise _no_number()
        if thousands:
            whole = no_digits("", whole)
        return inside or sign == "-" or behind == "-", whole, fraction

    return split


def integer(style: NumberStyle) -> Convert:
    """Into an integer; a fraction of zeros is none."""
    whole = decimal(style, 0)

    def convert(value: Value) -> Scalar:
        try:
            text = whole(value)
        except Altered as altered:
            raise altered.become(_whole(altered.value)) from None
        return _whole(text)

    return convert


def _whole(text: Scalar) -> Scalar:
    if text is None:
        return None
    number = int(text)
    if abs(number) > LARGEST_INTEGER:
        raise Refused("TOO_LONG", f"is beyond ±{LARGEST_INTEGER}")
    return number


def _no_number() -> Refused:
    return Refused("NOT_A_NUMBER", "is not a number as its mapping writes them")


def _finish(whole: str, fraction: str, places: int, *, negative: bool, rounding: bool) -> str:
    """The canonical writing of these digits."""
    whole = whole.lstrip("0") or "0"
    if len(whole) + places > MOST_DIGITS + (whole == "0"):
        raise Refused(
            "TOO_LONG",
            f"has {len(whole)} digits before the point, {MOST_DIGITS - places} are allowed",
        )
    if len(fraction) > places:
        rest, fraction = fraction[places:], fraction[:places]
        if rest.strip("0"):
            if not rounding:
                raise Refused(
                    "PRECISION",
                    f"has {places + len(rest.rstrip('0'))} decimal places, {places} are allowed; "
                    "round = true in its mapping would round it",
                )
            if rest[0] >= "5":
                raised = str(int(whole + fraction) + 1).zfill(places + 1)
                cut = len(raised) - places
                whole, fraction = raised[:cut], raised[cut:]
            raise _rounded(
                places, _finish(whole, fraction, places, negative=negative, rounding=True)
            )
    elif len(fraction) < places:
        fraction = fraction.ljust(places, "0")
    text = f"{whole}.{fraction}" if places else whole
    return f"-{text}" if negative and (whole != "0" or fraction.strip("0")) else text


def _rounded(places: int, text: str) -> Altered:
    return Altered("ROUNDED", f"was rounded to {places} decimal places, as its mapping says", text)


def _number_text(value: Value, places: int, style: NumberStyle) -> str:
    """Plain text of a typed number, with a bound on its length."""
    match value:
        case int() if not isinstance(value, bool):
            if abs(value) < 10**MOST_DIGITS:
                return str(value)
            raise Refused("TOO_LONG", f"has more than {MOST_DIGITS} digits")
        case float():
            number = decimal_of_float(value, allowed=style.from_float, code="NOT_A_NUMBER")
            return _decimal_text(number, places, style)
        case Decimal() if value.is_finite():
            return _decimal_text(value, places, style)
    raise Refused("NOT_A_NUMBER", "is not a number")


def _decimal_text(value: Decimal, places: int, style: NumberStyle) -> str:
    if not value:
        return "0"
    if value.adjusted() >= MOST_DIGITS:
        raise Refused("TOO_LONG", f"has more than {MOST_DIGITS} digits")
    if value.adjusted() < -places - MOST_DIGITS:  # too small to matter, and long to write
        if style.round:
            raise _rounded(places, _finish("0", "", places, negative=False, rounding=False))
        raise Refused("PRECISION", f"has more than {places} decimal places")
    return format(value, "f")
