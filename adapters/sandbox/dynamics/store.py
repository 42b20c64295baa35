"""An environment's records in memory, and what it has from the start: currencies, units."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from adapters.sandbox import store
from adapters.sandbox.dynamics.schema import Schema, TableKind
from adapters.sandbox.dynamics.values import folded
from adapters.sandbox.store import Value

Row = store.Row[TableKind]
Table = store.Table[TableKind]


class Store(store.Store[TableKind]):
    """Tables that can be added to, with ids as Dataverse makes them."""

    def __init__(self, schema: Schema, random: Random) -> None:
        self.schema = schema
        self._random = random
        super().__init__({})
        for kind in schema.tables.values():
            self.open(kind)
        self.version = 0

    def open(self, kind: TableKind) -> None:
        """Make a table, or make it anew with other indexes; its rows stay."""
        before = self.tables.get(kind.name)
        columns = {column for key in kind.keys.values() for column in key}
        table = Table(kind, dict.fromkeys([*columns, *kind.lookups], folded))
        self.put(table)
        for row in before.rows.values() if before is not None else ():
            table.add(row)

    def row(self, record_id: str) -> Row | None:
        """The living record with this id, of whatever table."""
        wanted = record_id.lower()
        found = (table.rows.get(wanted) for table in self.tables.values())
        return next((row for row in found if row is not None), None)

    def new_id(self) -> str:
        """An id that nobody has."""
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def next_version(self) -> int:
        """The version of the next write, for ETags."""
        self.version += 1
        return self.version

    def restored(self, kind: TableKind, values: Any) -> dict[str, Value]:
        """Decimals went through JSON as text."""
        return {
            name: Decimal(value)
            if name in kind.columns
            and kind.columns[name].kind in ("decimal", "money")
            and value is not None
            else value
            for name, value in values.items()
        }

    def load(self, data: Any) -> None:
        """Put back what `dump` gave; versions go on above the highest."""
        for table in self.tables.values():
            table.rows.clear()
        super().load(data)
        rows = (row for table in self.tables.values() for row in table.rows.values())
        self.version = max((int(row.values["versionnumber"] or 0) for row in rows), default=0)
