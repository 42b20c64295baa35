"""Rows to bytes, in the child: one JSON array a row, many rows in one go.

One call of orjson for a whole fetch is several times faster than one for each row. The break
between rows is a raw newline, which JSON text never contains: `SEPARATOR`. Whatever JSON has no
exact word for becomes text here, and its column's type says what it was: `decode` is the reverse.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import orjson

SEPARATOR = b",\n,"
UNDECODABLE = "undecodable"
"""Marks text whose bytes are not text in the column's encoding."""

_BREAK = orjson.Fragment(b"\n")
_WORDS = {math.inf: "Infinity", -math.inf: "-Infinity"}


def encode(rows: Sequence[Sequence[Any]], floats: Sequence[int] = ()) -> bytes:
    """The rows as `SEPARATOR`-joined JSON arrays. `floats` are the places of float columns."""
    tuples: list[Sequence[Any]] = [tuple(row) for row in rows]
    if floats:
        tuples = [_finite(row, floats) for row in tuples]
    woven: list[Any] = [_BREAK] * (2 * len(tuples) - 1)
    woven[::2] = tuples
    try:
        return orjson.dumps(woven, default=_exact)[1:-1]
    except TypeError:  # text that is no text, or an integer beyond 64 bits
        woven[::2] = [tuple(map(_careful, row)) for row in tuples]
        return orjson.dumps(woven, default=_exact)[1:-1]


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    return str(value)


def _careful(value: Any) -> Any:
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return str(value)
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raw = value.encode("utf-8", "surrogateescape" if _escaped(value) else "surrogatepass")
            return {UNDECODABLE: base64.b64encode(raw).decode()}
    return value


def _escaped(value: str) -> bool:
    return all(not 0xD800 <= ord(c) <= 0xDFFF or 0xDC80 <= ord(c) <= 0xDCFF for c in value)


def _finite(row: Sequence[Any], floats: Sequence[int]) -> Sequence[Any]:
    # JSON has no NaN, and orjson would write null, which means something else.
    for place in floats:
        value = row[place]
        if isinstance(value, float) and not math.isfinite(value):
            changed = list(row)
            changed[place] = _WORDS.get(value, "NaN")
            row = changed
    return row
