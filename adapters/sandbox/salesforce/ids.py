"""Record ids: three characters of object, twelve of number, three that make case matter less."""

from __future__ import annotations

import re

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_INSTANCE = "WB0"
"""Stands where a real id names its instance."""


def make(prefix: str, number: int) -> str:
    """The 18-character id of the record `number` of an object."""
    digits = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return _with_check(f"{prefix}{_INSTANCE}{digits:0>9}")


def to_18(text: str) -> str | None:
    """An id of 15 or 18 characters as one of 18; None if it is no id."""
    return _with_check(text[:15]) if _ID.fullmatch(text) else None


def _with_check(short: str) -> str:
    check = ""
    for start in (0, 5, 10):
        capitals = (short[start + place].isupper() for place in range(5))
        check += _CHECK[sum(1 << place for place, is_capital in enumerate(capitals) if is_capital)]
    return short + check
