"""The columns of a read: their kinds, from what the catalogue and the driver say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from adapters.sources.odbc.dialect import Dialect


class Kind(StrEnum):
    """What a column holds, as our values know it."""

    TEXT = "text"
    CHAR = "char"
    """Text of fixed length, padded by the database."""
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    BOOLEAN = "boolean"
    BYTES = "bytes"
    DATE = "date"
    DATETIME = "datetime"
    INSTANT = "instant"


DATES = (Kind.DATE, Kind.DATETIME, Kind.INSTANT)
FIXED = frozenset({"char", "character", "bpchar", "nchar", "national character"})

_BY_PYTHON_TYPE: Mapping[str, Kind] = {
    "str": Kind.TEXT,
    "int": Kind.INTEGER,
    "Decimal": Kind.DECIMAL,
    "float": Kind.FLOAT,
    "bool": Kind.BOOLEAN,
    "bytearray": Kind.BYTES,
    "bytes": Kind.BYTES,
    "date": Kind.DATE,
    "datetime": Kind.DATETIME,
}
_BY_DECLARED_WORD = (
    ("bool", Kind.BOOLEAN),
    ("int", Kind.INTEGER),
    ("char", Kind.TEXT),
    ("clob", Kind.TEXT),
    ("text", Kind.TEXT),
    ("blob", Kind.BYTES),
    ("binary", Kind.BYTES),
    ("timestamp", Kind.DATETIME),
    ("datetime", Kind.DATETIME),
    ("date", Kind.DATE),
    ("dec", Kind.DECIMAL),
    ("num", Kind.DECIMAL),
    ("money", Kind.DECIMAL),
    ("real", Kind.FLOAT),
    ("floa", Kind.FLOAT),
    ("doub", Kind.FLOAT),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is read."""

    name: str
    kind: Kind
    as_text: bool = False
    """Fetched as text; a value that is not of its kind stays the text that it is."""
    nullable: bool = True


def column_of(
    name: str, dialect: Dialect, python_type: str, declared: str = "", *, nullable: bool = True
) -> Column:
    """The column, from the driver's Python type and the declared type where it is known."""
    word = declared.lower().strip()
    if dialect.loose_types:
        kind = _loose(word, python_type)
        return Column(name, kind, kind not in (Kind.TEXT, Kind.BYTES), nullable)
    kind = _BY_PYTHON_TYPE.get(python_type, Kind.TEXT)
    if kind is Kind.DATETIME and word in dialect.instants:
        kind = Kind.INSTANT
    if kind is Kind.TEXT and word.partition("(")[0].strip() in FIXED:
        kind = Kind.CHAR
    return Column(name, kind, nullable=nullable)


def _loose(word: str, python_type: str) -> Kind:
    if not word:
        # An expression: its numbers may be decimals that a float would bend.
        kind = _BY_PYTHON_TYPE.get(python_type, Kind.TEXT)
        return Kind.DECIMAL if kind in (Kind.FLOAT, Kind.TEXT) else kind
    return next((kind for part, kind in _BY_DECLARED_WORD if part in word), Kind.DECIMAL)
