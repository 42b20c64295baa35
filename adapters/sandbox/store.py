"""Records in memory: by id, by indexed values, with undo. For a dialect to build its own store on.

Every change goes through `insert`, `replace` or `remove`, so that indexes and the undo journal
cannot miss one. The caller holds the core's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar

Value = str | int | bool | Decimal | None
Index = Callable[[Value], Hashable]
"""What a value is found under: itself, or folded where case does not count."""


class Named(Protocol):
    """A kind of record, as a dialect's schema describes it."""

    @property
    def name(self) -> str:
        """Its name in the API."""
        ...


T = TypeVar("T", bound=Named)


@dataclass(slots=True)
class Row(Generic[T]):
    """One record. `values` hold what is not null; the system's own fields are among them."""

    id: str
    kind: T
    values: dict[str, Value]


class Table(Generic[T]):
    """The records of one kind."""

    def __init__(self, kind: T, indexes: Mapping[str, Index]) -> None:
        self.kind = kind
        self.rows: dict[str, Row[T]] = {}
        self.deleted: set[str] = set()
        self._keys = indexes
        self._found: dict[str, dict[Hashable, dict[str, Row[T]]]] = {name: {} for name in indexes}

    def add(self, row: Row[T]) -> None:
        """Put a row in."""
        self.rows[row.id] = row
        for name, key in self._places(row.values):
            self._found[name].setdefault(key, {})[row.id] = row

    def drop(self, row: Row[T]) -> None:
        """Take a row out."""
        del self.rows[row.id]
        self._forget(row)

    def delete(self, row: Row[T]) -> None:
        """Take a row out and remember that it was there."""
        self.drop(row)
        self.deleted.add(row.id)

    def bring_back(self, row: Row[T]) -> None:
        """Undo `delete`."""
        self.deleted.discard(row.id)
        self.add(row)

    def swap(self, row: Row[T], values: dict[str, Value]) -> None:
        """Give a row other values; its place among the rows stays."""
        before = row.values
        if all(before.get(name) == values.get(name) for name in self._keys):
            row.values = values
            return
        self._forget(row)
        row.values = values
        self.add(row)

    def find(self, name: str, value: Value) -> list[Row[T]]:
        """The rows that hold `value` in an indexed field."""
        return list(self._found[name].get(self._keys[name](value), {}).values())

    def _forget(self, row: Row[T]) -> None:
        for name, key in self._places(row.values):
            found = self._found[name]
            found[key].pop(row.id)
            if not found[key]:
                del found[key]

    def _places(self, values: Mapping[str, Value]) -> Iterator[tuple[str, Hashable]]:
        for name, key in self._keys.items():
            value = values.get(name)
            if value is not None:
                yield name, key(value)


class Store(Generic[T]):
    """All tables, the numbering of new records, and an undo journal while one is open."""

    def __init__(self, tables: Mapping[str, Table[T]]) -> None:
        self.tables = dict(tables)
        self._last = dict.fromkeys(tables, 0)
        self._undo: list[Callable[[], None]] | None = None

    def put(self, table: Table[T]) -> None:
        """One more table, or another one in the place of that of its kind."""
        self.tables[table.kind.name] = table
        self._last.setdefault(table.kind.name, 0)

    def table(self, kind: T) -> Table[T]:
        """The table of a kind."""
        return self.tables[kind.name]

    def next_number(self, kind: T) -> int:
        """The number of the next new record: never given twice, as auto numbers are."""
        self._last[kind.name] += 1
        return self._last[kind.name]

    def insert(self, row: Row[T]) -> None:
        """Add a record."""
        table = self.table(row.kind)
        table.add(row)
        self._note(lambda: table.drop(row))

    def replace(self, row: Row[T], values: dict[str, Value]) -> None:
        """Change a record."""
        table, before = self.table(row.kind), row.values
        table.swap(row, values)
        self._note(lambda: table.swap(row, before))

    def remove(self, row: Row[T]) -> None:
        """Delete a record."""
        table = self.table(row.kind)
        table.delete(row)
        self._note(lambda: table.bring_back(row))

    def begin(self) -> None:
        """From now on remember how to undo."""
        self._undo = []

    def commit(self) -> None:
        """What was done since `begin` stays."""
        self._undo = None

    def roll_back(self) -> None:
        """Undo everything since `begin`."""
        steps, self._undo = self._undo or [], None
        for step in reversed(steps):
            step()

    def dump(self) -> dict[str, Any]:
        """Everything, as JSON values and decimals."""
        return {
            name: {
                "last": self._last[name],
                "deleted": sorted(table.deleted),
                "rows": {row.id: row.values for row in table.rows.values()},
            }
            for name, table in self.tables.items()
        }

    def load(self, data: Mapping[str, Any]) -> None:
        """Put back what `dump` gave, as far as the schema still knows it."""
        for name, item in data.items():
            table = self.tables.get(name)
            if table is None:
                continue
            self._last[name] = item["last"]
            table.deleted = set(item["deleted"])
            for record_id, values in item["rows"].items():
                table.add(Row(record_id, table.kind, self.restored(table.kind, values)))

    def restored(self, kind: T, values: Mapping[str, Any]) -> dict[str, Value]:
        """Values that went through JSON, as they were. A dialect with more types extends it."""
        del kind
        return dict(values)

    def _note(self, step: Callable[[], None]) -> None:
        if self._undo is not None:
            self._undo.append(step)
