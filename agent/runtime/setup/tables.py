"""What was looked at, as a table: columns with samples and kinds of values, and the first rows. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from agent.model import Finding, Json, Level, Record, Unreadable

SAMPLES: Final = 3
_LONGEST: Final = 200
_INTEGER: Final = re.compile(r"[-+]?\d+")
_NUMBER: Final = re.compile(r"[-+]?\d{1,3}([.,' ]?\d{3})*([.,]\d+)?-?|[-+]?\d*[.,]\d+-?")
_DAY: Final = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([ T]\d{1,2}:\d{2}.*)?")


def as_table(
    columns: Sequence[str], found: Iterable[Record | Unreadable], show: int
) -> tuple[dict[str, Json], list[Finding]]:
    """Columns and rows for people, and what is wrong with records among them."""
    good: list[Sequence[object]] = []
    bad: Counter[str] = Counter()
    first: dict[str, Unreadable] = {}
    for each in found:
        if isinstance(each, Record):
            good.append(each.values)
        else:
            bad[each.code] += 1
            first.setdefault(each.code, each)
    rows: list[Json] = [[shown(value) for value in row] for row in good[:show]]
    described: list[Json] = [
        _column(name, [row[place] for row in good]) for place, name in enumerate(columns)
    ]
    findings = [
        Finding(Level.WARNING, code, f"{number} of the first {len(good) + sum(bad.values())} "
                f"records cannot be read, the first at line {first[code].place.line}: "
                f"{first[code].reason}", "Check delimiter, quote, encoding and key.",
                params={"number": str(number), "line": str(first[code].place.line)})
        for code, number in bad.items()
    ]  # fmt: skip
    return {"columns": described, "rows": rows}, findings


def shown(value: object) -> Json:
    """A value as text, cut where it is very long; None stays."""
    if value is None or isinstance(value, bool):
        return value
    text = str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def kind_of(values: Sequence[object]) -> str:
    """What the values of a column are: text, integer, number, date or flag."""
    given = [value for value in values if value not in (None, "")]
    kinds = {_kind(value) for value in given}
    if kinds == {"integer", "number"}:
        return "number"
    return kinds.pop() if len(kinds) == 1 else "text"


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float | Decimal):
        return "number"
    if isinstance(value, date | datetime):
        return "date"
    text = str(value).strip()
    if _INTEGER.fullmatch(text) and not (len(text) > 1 and text.startswith("0")):
        return "integer"
    if _DAY.fullmatch(text):
        return "date"
    return "number" if _NUMBER.fullmatch(text) and not text.startswith("0") else "text"


def _column(name: str, values: Sequence[object]) -> Json:
    samples = list(dict.fromkeys(_said(values)))[:SAMPLES]
    return {"name": name, "samples": list[Json](samples), "type": kind_of(values)}


def _said(values: Sequence[object]) -> Iterator[str]:
    for value in values:
        if value not in (None, ""):
            yield str(shown(value))
