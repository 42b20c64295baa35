"""The account's records in memory, found by unique values; ids are numbers of their own per object."""

from __future__ import annotations

from adapters.sandbox import store
from adapters.sandbox.hubspot.schema import Object, Schema

Row = store.Row[Object]
Table = store.Table[Object]
_LOOKED_UP = ("email",)


class Store(store.Store[Object]):
    """All objects of the account."""

    def __init__(self, schema: Schema) -> None:
        super().__init__({name: _table(item) for name, item in schema.objects.items()})

    def reindex(self, kind: Object) -> None:
        """After an object or a property was made."""
        fresh = _table(kind)
        before = self.tables.get(kind.name)
        if before is not None:
            fresh.deleted = before.deleted
            for row in before.rows.values():
                fresh.add(row)
        self.put(fresh)

    def new_id(self, kind: Object) -> str:
        """The id of the next record: no two objects share one, so that none is taken for another's."""
        place = list(self.tables).index(kind.name) + 1
        return f"{place}{self.next_number(kind):09d}"


def _table(kind: Object) -> Table:
    names = [item.name for item in kind.unique]
    names += [name for name in _LOOKED_UP if name in kind.properties]
    return Table(kind, dict.fromkeys(names, _folded))


def _folded(value: store.Value) -> str:
    return str(value).lower()
