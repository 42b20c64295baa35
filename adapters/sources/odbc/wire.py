"""What agent and reader agree on: how bound parameters cross the pipe, and one exit code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

NO_DRIVER_MANAGER = 78
"""The reader's exit code where pyodbc cannot load."""

Bound = datetime | date | Decimal | int | float | str


def packed(value: Bound) -> tuple[str, str]:
    """The value as the pipe carries it."""
    if isinstance(value, (date, datetime)):
        return type(value).__name__, value.isoformat()
    return type(value).__name__, str(value)


def parameter(pair: Sequence[str]) -> Bound:
    """The value to bind."""
    kind, text = pair
    if kind == "datetime":
        return datetime.fromisoformat(text)
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "Decimal":
        return Decimal(text)
    if kind == "int":
        return int(text)
    return float(text) if kind == "float" else text
