"""The values of one record as JSON and back: what is kept of a row that no message could be made of.

Only the mapped columns are kept, sealed like any content, so that a corrected mapping can be tried
on exactly the rows that wait for it, also where their file cannot be read again. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from agent.model import Json, Value

_LARGEST = 2**63 - 1
_READ: Mapping[str, Callable[[str], Value]] = {
    "decimal": Decimal,
    "integer": lambda text: int(text, 16),
    "bytes": bytes.fromhex,
    "time": datetime.fromisoformat,
    "date": date.fromisoformat,
    "float": float.fromhex,
    "text": lambda text: bytes.fromhex(text).decode("utf-8", "surrogatepass"),
}


def written(row: Mapping[str, Value]) -> dict[str, Json]:
    """A row by column, in JSON that says the type where JSON has none."""
    return {name: _written(value) for name, value in row.items()}


def read_back(row: Mapping[str, Json]) -> dict[str, Value]:
    """Reverse `written`. Raises ValueError."""
    return {name: _read(value) for name, value in row.items()}


def _written(value: Value) -> Json:
    match value:
        case None | bool():
            return value
        case str():
            return (
                value if _is_plain(value) else _hex("text", value.encode("utf-8", "surrogatepass"))
            )
        case int():
            return value if abs(value) <= _LARGEST else {"integer": hex(value)}
        case bytes():
            return _hex("bytes", value)
        case float() | Decimal() | date():
            return _typed(value)


def _typed(value: float | Decimal | date) -> Json:
    if isinstance(value, float):  # hexadecimal is exact, also for what JSON does not know
        return {"float": value.hex()}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    return {"time" if isinstance(value, datetime) else "date": value.isoformat()}


def _hex(kind: str, data: bytes) -> Json:
    return {kind: data.hex()}


def _is_plain(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _read(value: Json) -> Value:
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        return _READ[kind](str(text))
    if isinstance(value, list):
        raise ValueError("a list is no value of a row")  # noqa: TRY004 - what was kept is wrong
    return value
