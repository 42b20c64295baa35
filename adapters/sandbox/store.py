"""The org's records in memory: by id, by external id, by reference, with undo.

Every change goes through `insert`, `replace` or `remove`, so that indexes and the undo journal
cannot miss one. The caller holds the org's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.sandbox import ids
from adapters.sandbox.schema import Field, Schema, SObject
from adapters.sandbox.values import Value, index_key, restore


@dataclass(slots=True)
class Row:
    """One record. `values` hold what is not null; system fields are among them."""

    id: str
    sobject: SObject
    values: dict[str, Value]


class Table:
    """The records of one object."""

    def __init__(self, sobject: SObject) -> None:
        self.sobject = sobject
        self.rows: dict[str, Row] = {}
        self.deleted: set[str] = set()
        self._indexes: dict[str, dict[Value, dict[str, Row]]] = {
            name: {} for name, field in sobject.fields.items() if field.indexed
        }
        self._indexed = [sobject.fields[name] for name in self._indexes]

    def add(self, row: Row) -> None:
        """Put a row in."""
        self.rows[row.id] = row
        for field, key in self._keys(row.values):
            self._indexes[field.name].setdefault(key, {})[row.id] = row

    def drop(self, row: Row) -> None:
        """Take a row out."""
        del self.rows[row.id]
        self._forget(row)

    def delete(self, row: Row) -> None:
        """Take a row out and remember that it was there."""
        self.drop(row)
        self.deleted.add(row.id)

    def bring_back(self, row: Row) -> None:
        """Undo `delete`."""
        self.deleted.discard(row.id)
        self.add(row)

    def swap(self, row: Row, values: dict[str, Value]) -> None:
        """Give a row other values; its place among the rows stays."""
        before = row.values
        if all(before.get(name) == values.get(name) for name in self._indexes):
            row.values = values
            return
        self._forget(row)
        row.values = values
        self.add(row)

    def find(self, field: Field, value: Value) -> list[Row]:
        """The rows that hold `value` in an indexed field."""
        return list(self._indexes[field.name].get(index_key(field, value), {}).values())

    def _forget(self, row: Row) -> None:
        for field, key in self._keys(row.values):
            index = self._indexes[field.name]
            index[key].pop(row.id)
            if not index[key]:
                del index[key]

    def _keys(self, values: Mapping[str, Value]) -> Iterator[tuple[Field, Value]]:
        for field in self._indexed:
            value = values.get(field.name)
            if value is not None:
                yield field, index_key(field, value)


class Store:
    """All tables, the numbering of new records, and an undo journal while one is open."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.tables = {name: Table(item) for name, item in schema.objects.items()}
        self._last = dict.fromkeys(self.tables, 0)
        self._undo: list[Callable[[], None]] | None = None

    def table(self, sobject: SObject) -> Table:
        """The table of an object."""
        return self.tables[sobject.name]

    def row(self, record_id: str) -> Row | None:
        """The living record with this id of 18 characters."""
        sobject = self.schema.by_id(record_id)
        return None if sobject is None else self.table(sobject).rows.get(record_id)

    def is_deleted(self, record_id: str) -> bool:
        """Whether a record with this id existed and was deleted."""
        sobject = self.schema.by_id(record_id)
        return sobject is not None and record_id in self.table(sobject).deleted

    def next_number(self, sobject: SObject) -> int:
        """The number of the next new record: never given twice, as auto numbers are."""
        self._last[sobject.name] += 1
        return self._last[sobject.name]

    def new_id(self, sobject: SObject, number: int) -> str:
        """The id of the record with this number."""
        return ids.make(sobject.key_prefix, number)

    def insert(self, row: Row) -> None:
        """Add a record."""
        table = self.table(row.sobject)
        table.add(row)
        self._note(lambda: table.drop(row))

    def replace(self, row: Row, values: dict[str, Value]) -> None:
        """Change a record."""
        table, before = self.table(row.sobject), row.values
        table.swap(row, values)
        self._note(lambda: table.swap(row, before))

    def remove(self, row: Row) -> None:
        """Delete a record."""
        table = self.table(row.sobject)
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
                "rows": [row.values for row in table.rows.values()],
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
            fields = table.sobject.fields
            for values in item["rows"]:
                known = {
                    key: restore(fields[key], value)
                    for key, value in values.items()
                    if key in fields
                }
                table.add(Row(values["Id"], table.sobject, known))

    def _note(self, step: Callable[[], None]) -> None:
        if self._undo is not None:
            self._undo.append(step)
