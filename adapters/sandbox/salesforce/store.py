"""The org's records in memory: ids that name their object, indexes over keys and references."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from adapters.sandbox import store
from adapters.sandbox.salesforce import ids
from adapters.sandbox.salesforce.schema import Schema, SObject
from adapters.sandbox.salesforce.values import index_key, restore
from adapters.sandbox.store import Value

Row = store.Row[SObject]
Table = store.Table[SObject]


class Store(store.Store[SObject]):
    """All objects of the org."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        super().__init__({name: _table(item) for name, item in schema.objects.items()})

    def row(self, record_id: str) -> Row | None:
        """The living record with this id of 18 characters."""
        sobject = self.schema.by_id(record_id)
        return None if sobject is None else self.table(sobject).rows.get(record_id)

    def is_deleted(self, record_id: str) -> bool:
        """Whether a record with this id existed and was deleted."""
        sobject = self.schema.by_id(record_id)
        return sobject is not None and record_id in self.table(sobject).deleted

    def new_id(self, sobject: SObject, number: int) -> str:
        """The id of the record with this number."""
        return ids.make(sobject.key_prefix, number)

    def restored(self, kind: SObject, values: Mapping[str, Any]) -> dict[str, Value]:
        """Values that went through JSON, as they were."""
        fields = kind.fields
        return {
            name: restore(fields[name], value) for name, value in values.items() if name in fields
        }


def _table(sobject: SObject) -> Table:
    fields = {name: field for name, field in sobject.fields.items() if field.indexed}
    return Table(sobject, {name: partial(index_key, field) for name, field in fields.items()})
