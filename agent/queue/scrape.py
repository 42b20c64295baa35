"""Reading a damaged database row by row, around what cannot be read.

The file is opened read-only and stays as it is, as evidence. A damaged page takes a run of row
numbers with it: the reader leaps over the hole in growing steps and then finds its end by halving,
so one hole costs some dozens of look-ups whatever its size.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_LAST = (1 << 63) - 1
_TYPES: Mapping[str, tuple[type, ...]] = {
    "integer": (int,), "real": (int, float), "text": (str,), "blob": (bytes,), "": (object,),
}  # fmt: skip

Fields = dict[str, Any]
"""A row by column name."""


class Scraper:
    """What can still be read of the tables of a damaged database."""

    def __init__(self, path: Path, like: sqlite3.Connection) -> None:
        """`like` is a sound database with the same tables: it says what a row must look like."""
        name = f"{path.absolute().as_uri()}?mode=ro" if path.exists() else ":memory:"
        self._conn = sqlite3.connect(name, uri=True, isolation_level=None)
        self._conn.text_factory = lambda text: text.decode("utf-8", "replace")
        self._like = like
        self.holes: Counter[str] = Counter()
        """Places per table at which rows could not be read, or made no sense."""
        self._gaps: dict[str, list[tuple[int, int]]] = {}

    def rows(self, table: str) -> Iterator[Fields]:
        """Every row of a table that can be read and has the right form."""
        columns = self._columns(table)
        names = [name for name, _, _ in columns]
        for values in self._scan(table, self._asked(table)):
            if all(
                _fits(v, type_, needed)
                for v, (_, type_, needed) in zip(values, columns, strict=True)
            ):
                yield dict(zip(names, values, strict=True))
            else:
                self.holes[table] += 1

    def row(self, table: str, number: int) -> Fields | None:
        """The row with this rowid, None if it is not there or not readable."""
        columns = self._columns(table)
        names = [name for name, _, _ in columns]
        try:
            found = self._conn.execute(
                f"select {', '.join(self._asked(table))} from {table} where rowid = ?",
                (number,),
            ).fetchone()
        except sqlite3.DatabaseError:
            return None
        if found is None or not all(
            _fits(v, type_, needed) for v, (_, type_, needed) in zip(found, columns, strict=True)
        ):
            return None
        return dict(zip(names, found, strict=True))

    def in_gap(self, table: str, number: int) -> bool:
        """Whether this row may have stood where nothing could be read."""
        return any(before < number < beyond for before, beyond in self._gaps.get(table, ()))

    def has(self, table: str) -> bool:
        """Whether the database says that it has this table."""
        sql = "select 1 from sqlite_master where type = 'table' and name = ?"
        try:
            return self._conn.execute(sql, (table,)).fetchone() is not None
        except sqlite3.DatabaseError:
            return False

    def close(self) -> None:
        """Close the file, which is as it was."""
        self._conn.close()

    def _columns(self, table: str) -> list[tuple[str, str, bool]]:
        found = self._like.execute(f"pragma table_info({table})")
        return [(name, type_.lower(), bool(needed)) for _, name, type_, needed, *_ in found]

    def _asked(self, table: str) -> list[str]:
        """Its columns as a query names them; one that an older schema has not is its default."""
        try:
            there = {name for _, name, *_ in self._conn.execute(f"pragma table_info({table})")}
        except sqlite3.DatabaseError:
            there = set()
        return [
            name if name in there or not there else f"{default or 'null'} as {name}"
            for _, name, _, _, default, _ in self._like.execute(f"pragma table_info({table})")
        ]

    def _scan(self, table: str, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        sql = f"select rowid, {', '.join(names)} from {table} where rowid > ? order by rowid"
        last = -_LAST
        while True:
            before = last
            try:
                for number, *values in self._conn.execute(sql, (last,)):
                    if number > last:  # a damaged page may lead backwards, for ever
                        last = number
                        yield tuple(values)
            except sqlite3.DatabaseError:
                self.holes[table] += 1
                beyond = self._beyond(sql, max(last, 0))
                self._gaps.setdefault(table, []).append((last, beyond or _LAST))
                if beyond is None:
                    return
                last = max(beyond - 1, last + (last == before))
            else:
                return

    def _beyond(self, sql: str, last: int) -> int | None:
        """The first row number after `last` from which on reading works again, None if none."""
        step = 1
        while not self._reads(sql, last + step):
            step *= 2
            if last + step >= _LAST:
                return None
        low, high = last + step // 2, last + step
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._reads(sql, middle) else (middle, high)
        return high

    def _reads(self, sql: str, number: int) -> bool:
        """Whether the same question works from this row number on."""
        try:
            self._conn.execute(f"{sql} limit 1", (number - 1,)).fetchone()
        except sqlite3.DatabaseError:
            return False
        return True


def _fits(value: object, type_: str, needed: bool) -> bool:  # noqa: FBT001 - a row of `columns`
    return not needed if value is None else isinstance(value, _TYPES.get(type_, (object,)))
