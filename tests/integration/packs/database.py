"""A SQLite database with the tables and columns of a pack's tables.toml, and rows in it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from string import Template
from typing import Any

from agent.packs import Table

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""By the table's name without schema, prefix and suffix: rows by column name."""

_NUMBERS = (
    "bigint", "bit", "curr", "dec", "float", "int", "money", "number", "numeric", "quan", "real",
    "smallint", "tinyint",
)  # fmt: skip


def build(path: Path, tables: Sequence[Table], settings: Mapping[str, str], rows: Rows) -> None:
    """Make the tables and fill them. A row names real columns only; the others get their blank."""
    by_name = {bare(table.name): table for table in tables}
    assert rows.keys() == by_name.keys(), rows.keys() ^ by_name.keys()
    with closing(sqlite3.connect(path)) as database, database:
        for name, table in by_name.items():
            place = _quoted(Template(table.name).substitute(settings))
            columns = ", ".join(f'"{c}" {_declared(col.type)}' for c, col in table.columns.items())
            key = ", ".join(f'"{column}"' for column in table.key)
            columns += f", PRIMARY KEY ({key})" if key else ""
            database.execute(f"CREATE TABLE {place} ({columns})")
            _insert(database, place, table, rows[name])


def bare(name: str) -> str:
    """The name of a table without what settings put around it."""
    return re.sub(r"\$\{\w+\}|\$\$", "", name).lstrip(".")


def _insert(
    database: sqlite3.Connection, place: str, table: Table, rows: Iterable[Mapping[str, Any]]
) -> None:
    blanks = {name: _blank(column.type) for name, column in table.columns.items()}
    marks = ", ".join("?" * len(blanks))
    for row in rows:
        assert row.keys() <= blanks.keys(), (place, row.keys() - blanks.keys())
        values = [_stored(value) for value in {**blanks, **row}.values()]
        database.execute(f"INSERT INTO {place} VALUES ({marks})", values)


def _declared(type_: str) -> str:
    """The type as SQLite should see it: what it does not know is text, or it bends "0010" to 10."""
    word = type_.lower()
    known = _is_number(word) or "char" in word or "date" in word or "time" in word
    return type_ if known else "TEXT"


def _is_number(word: str) -> bool:
    return word.startswith(_NUMBERS)


def _blank(type_: str) -> Any:
    word = type_.lower()
    if _is_number(word):
        return 0
    if word.startswith("dats"):
        return "00000000"
    return None if "date" in word or "time" in word else ""


def _stored(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _quoted(name: str) -> str:
    schema, dot, table = name.rpartition(".")
    if dot and schema == "main":  # the only schema that SQLite has by itself
        return f'main."{table}"'
    return f'"{name}"'
