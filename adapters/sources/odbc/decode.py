"""Raw records of a table back to typed values: the reverse of `encode`. Pure, never raises."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from adapters.sources.odbc.columns import DATES, Column, Kind
from agent.model import Op, Raw, Record, Unreadable, Value

Converter = Callable[..., Value]

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([+-]\d\d(:\d\d)?)?)?")
_INTEGER = re.compile(r"0|-?[1-9]\d{0,3999}")
_PADDED = re.compile(r"-?0\d")
"""Zeros in front: no number is written so, hence it is text in a column of loose type."""
_BOOLEANS = {"0": False, "1": True}


class Decoder:
    """Decodes the records of one read."""

    def __init__(self, columns: Sequence[Column], key: Sequence[str]) -> None:
        self._columns = columns
        names = [column.name for column in columns]
        self._key = [(names.index(name), columns[names.index(name)].kind) for name in key]
        self._converters = [
            (place, converter)
            for place, column in enumerate(columns)
            if (converter := converter_of(column)) is not None
        ]

    def parse(self, raws: Sequence[Raw]) -> list[Record | Unreadable]:
        """One answer for each raw record."""
        return [self._record(raw) for raw in raws]

    def _record(self, raw: Raw) -> Record | Unreadable:
        try:
            values = orjson.loads(raw.data)
        except orjson.JSONDecodeError:
            values = None
        if not isinstance(values, list) or len(values) != len(self._columns):
            reason = "The record is not what the reader writes."
            return Unreadable(raw.place, "RECORD_UNREADABLE", reason)
        broken, wrong = self._undecodable(values), self._convert(values)
        key = self._key_of(values)
        if broken:
            reason = f"The text in column {broken} is broken in its encoding."
            return Unreadable(raw.place, "TEXT_UNDECODABLE", reason, key)
        if wrong:
            reason = f"The value in column {wrong} is not what the column's type promises."
            return Unreadable(raw.place, "VALUE_UNREADABLE", reason, key)
        if key is None:
            names = ", ".join(self._columns[place].name for place, _ in self._key)
            return Unreadable(raw.place, "KEY_MISSING", f"The key ({names}) is NULL.")
        return Record(key, tuple(values), Op.UPSERT, raw.place)

    def _undecodable(self, values: list[Any]) -> str:
        first = ""
        for place, value in enumerate(values):
            if isinstance(value, dict):  # `encode.UNDECODABLE`
                first = first or self._columns[place].name
                values[place] = None
        return first

    def _convert(self, values: list[Any]) -> str:
        first = ""
        for place, convert in self._converters:
            value = values[place]
            if value is not None:
                try:
                    values[place] = convert(value)
                except (ValueError, TypeError, ArithmeticError):
                    first = first or self._columns[place].name
                    values[place] = None
        return first

    def _key_of(self, values: Sequence[Value]) -> tuple[str, ...] | None:
        parts = []
        for place, kind in self._key:
            value = values[place]
            if value is None:
                return None
            parts.append(key_text(value, kind))
        return tuple(parts)


def key_text(value: Value, kind: Kind) -> str:
    """The exact text of one part of a key."""
    if isinstance(value, str):
        return value.rstrip(" ") if kind is Kind.CHAR else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def converter_of(column: Column) -> Converter | None:
    """What makes this column's value of its JSON; None where JSON says it exactly."""
    if column.as_text:
        return _loosely(column.kind)
    return _STRICT.get(column.kind)


def number_of(value: str | float) -> int:
    """An integer, also one beyond 64 bits."""
    return int(value)


def instant_of(text: str) -> datetime:
    """An instant; the session's time zone is UTC."""
    value = datetime.fromisoformat(text)
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


_STRICT: dict[Kind, Converter] = {
    Kind.INTEGER: number_of,
    Kind.DECIMAL: Decimal,
    Kind.FLOAT: float,
    Kind.BYTES: base64.b64decode,
    Kind.DATE: date.fromisoformat,
    Kind.DATETIME: datetime.fromisoformat,
    Kind.INSTANT: instant_of,
}


def _loosely(kind: Kind) -> Converter:
    def convert(text: str) -> Value:
        try:
            return _loose_value(text, kind)
        except (ValueError, InvalidOperation):
            return text

    return convert


def _loose_value(text: str, kind: Kind) -> Value:
    if kind in DATES:
        pattern = _DATE if kind is Kind.DATE else _DATETIME
        return _STRICT[kind](text) if pattern.fullmatch(text) else text
    if kind is Kind.INTEGER:
        return int(text) if _INTEGER.fullmatch(text) else text
    if kind is Kind.DECIMAL:
        value = Decimal(text)
        plain = value.is_finite() and text == text.strip() and not _PADDED.match(text)
        return value if plain else text
    if kind is Kind.FLOAT:
        return float(text) if text == text.strip() else text
    return _BOOLEANS.get(text, text) if kind is Kind.BOOLEAN else text
