"""What a column's samples look like, in one word for a person: number, date, text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from agent.model import Value

_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("date", re.compile(r"\d{4}-\d\d-\d\d|\d\d?[./-]\d\d?[./-]\d{2,4}|(19|20)\d\d[01]\d[0-3]\d")),
    ("time", re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")),
    ("code", re.compile(r"0\d+")),
    ("number", re.compile(r"[+-]?\d+|[+-]?\d+-")),
    ("amount", re.compile(r"[+-]?(\d{1,3}([.,' ]\d{3})+|\d+)?[.,]\d+-?")),
    ("e-mail", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")),
)


def looks_like(values: Sequence[Value]) -> str:
    """`blank`, `date`, `time`, `code`, `number`, `amount`, `e-mail`, `flag`, `binary` or `text`.

    What all values that are not blank have in common; `code` is a number with leading zeros.
    """
    shapes = {_shape(value) for value in values if value is not None and value != ""}
    if not shapes:
        return "blank"
    if len(shapes) == 1:
        return shapes.pop()
    if shapes <= {"number", "amount"}:
        return "amount"
    return "code" if shapes <= {"number", "code"} else "text"


def _shape(value: Value) -> str:
    if isinstance(value, str):
        text = value.strip()
        return next((name for name, form in _SHAPES if form.fullmatch(text)), "text")
    return next((name for kinds, name in _TYPES if isinstance(value, kinds)), "text")


_TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "flag"),
    (int, "number"),
    ((float, Decimal), "amount"),
    (datetime, "time"),
    (date, "date"),
    (bytes, "binary"),
)
