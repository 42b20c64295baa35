"""Values as JSON and back, type and all: what a group keeps between two looks at its rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from agent.model import Value

_LARGE = 1 << 53


def written(value: object) -> bytes:
    """JSON of what `marked` made, also of text that is no Unicode."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(value).encode()


def said(data: bytes) -> Any:
    """Reverse `written`."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data)


def marked(values: Sequence[Value]) -> list[object]:
    """Values of a row as JSON can say them."""
    return [
        value
        if isinstance(value, (str, bool)) or value is None
        else value
        if isinstance(value, int) and -_LARGE < value < _LARGE
        else _tagged(value)
        for value in values
    ]


def unmarked(values: Sequence[Any]) -> tuple[Value, ...]:
    """Reverse `marked`."""
    return tuple(_untagged(value) if isinstance(value, dict) else value for value in values)


def _tagged(value: Decimal | float | bytes | date) -> dict[str, str]:
    match value:
        case int():
            return {"n": str(value) if value.bit_length() < 10_000 else hex(value)}
        case Decimal():
            return {"d": str(value)}
        case float():
            return {"f": repr(value)}
        case bytes():
            return {"b": value.hex()}
        case datetime():
            return {"i": value.isoformat()}
        case date():
            return {"t": value.isoformat()}


def _untagged(said: dict[str, str]) -> Value:
    ((kind, text),) = said.items()
    match kind:
        case "n":
            return int(text, 0)
        case "d":
            return Decimal(text)
        case "f":
            return float(text)
        case "b":
            return bytes.fromhex(text)
        case "i":
            return datetime.fromisoformat(text)
        case _:
            return date.fromisoformat(text)
