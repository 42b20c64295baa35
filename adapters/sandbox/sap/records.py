"""Writing one record as SAP does: check everything, then change everything or nothing.

A change set is all or none. What was committed is noted in the write log: a record that goes out of
use and loses its key is noted as deleted, since SAP deletes no accounts, contacts and products. The
caller holds the core's lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

from adapters.sandbox.core import Core
from adapters.sandbox.sap.on_premise import ID as GUID
from adapters.sandbox.sap.options import SapOptions
from adapters.sandbox.sap.schema import ID, EntityType, Property, Schema
from adapters.sandbox.sap.values import Refusal, accept, etag, iso
from adapters.sandbox.store import Row, Store, Table, Value
from adapters.sandbox.writelog import Kind, digest

Record = Row[EntityType]
_SYSTEM = frozenset({ID, GUID, "CreatedOn", "EntityLastChangedOn", "ETag"})
_LOCKED = Refusal("The record is currently locked by user BATCH_USER; changes not possible")


class Records:
    """Creates, changes and deletes records."""

    def __init__(self, core: Core, schema: Schema, saved: Mapping[str, Any] | None) -> None:
        self.schema = schema
        self._core = core
        self._options = cast(SapOptions, core.options)
        tables = {
            name: Table(kind, dict.fromkeys(_indexed(kind, schema), _same))
            for name, kind in schema.types.items()
        }
        self.store = _Store(tables)
        self._pending: list[tuple[str, str, Kind, str]] | None = None
        if saved is not None:
            self.store.load(saved)

    def table(self, kind: EntityType) -> Table[EntityType]:
        """The records of one kind."""
        return self.store.table(kind)

    def row(self, kind: EntityType, object_id: str) -> Record:
        """One record. Raises Refusal."""
        row = self.table(kind).rows.get(object_id)
        if row is None:
            raise Refusal("Resource not found for the segment", 404)
        return row

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Everything inside happens, or nothing if a Refusal leaves the block."""
        self.store.begin()
        self._pending = []
        try:
            yield
        except BaseException:
            self.store.roll_back()
            self._pending = None
            raise
        self.store.commit()
        pending, self._pending = self._pending, None
        for note in pending:
            self._note_now(*note)

    def create(self, kind: EntityType, body: Mapping[str, Any]) -> Record:
        """Create a record. Raises Refusal."""
        self._meet_faults(kind, body)
        values = self._checked(kind, body, None)
        number = self.store.next_number(kind)
        values[kind.id] = _object_id(kind, list(self.schema.types).index(kind.name), number)
        if kind.number and kind.number not in values:
            values[kind.number] = str(1_000_000 + number)
        self._check_whole(kind, values, None)
        now = iso(self._core.clock.now())
        values["CreatedOn"] = now
        row = Row(str(values[kind.id]), kind, self._versioned(values))
        self.store.insert(row)
        self._note(kind, row.values, "create")
        return row

    def change(
        self, row: Record, body: Mapping[str, Any], if_match: str = "", *, whole: bool = False
    ) -> None:
        """Change a record; `whole`: what is not named becomes empty. Raises Refusal."""
        self.check_version(row, if_match)
        kind = row.kind
        self._meet_faults(kind, body)
        before = row.values
        left = {n: v for n, v in before.items() if not (whole and kind.properties[n].updatable)}
        values = {**left, **self._checked(kind, body, row)}
        values = {name: value for name, value in values.items() if value is not None}
        self._check_whole(kind, values, row)
        if all(_held(before, name) == _held(values, name) for name in {*before, *values} - _SYSTEM):
            self._note(kind, before, "repeat")
            return
        self.store.replace(row, self._versioned(values))
        field, _, code = kind.retired.partition("=")
        key = before.get(kind.key)
        if field and key and values.get(field) == code and not values.get(kind.key):
            self._note(kind, {**row.values, kind.key: key}, "delete")
        else:
            self._note(kind, row.values if row.values.get(kind.key) else before, "update")

    def check_version(self, row: Record, if_match: str) -> None:
        """Whether a change was made for the record as it is. Raises Refusal."""
        if not if_match and self._options.needs_version:
            raise Refusal("Precondition required: the change names no version", 428)
        if if_match not in {"", "*", etag(str(row.values["ETag"]))}:
            raise Refusal("Precondition failed: the record was changed meanwhile", 412)

    def delete(self, row: Record) -> None:
        """Delete a record and what lives in it. Raises Refusal."""
        if not row.kind.deletable:
            raise Refusal(f"Delete is not allowed for {row.kind.collection}", 405)
        self._meet_faults(row.kind, {})
        for kind in self.schema.types.values():
            place = kind.properties.get(kind.parent)
            if place is not None and place.refers == (row.kind.name, row.kind.id):
                for child in self.table(kind).find(kind.parent, row.id):
                    self.delete(child)
        self.store.remove(row)
        self._note(row.kind, row.values, "delete")

    # --- checks ---

    def _meet_faults(self, kind: EntityType, body: Mapping[str, Any]) -> None:
        faults = self._core.faults
        told = faults.partial(kind.collection, body)
        if told is not None:
            raise Refusal(told.message, told.status, told.code)
        if faults.take("lock_row", kind.collection) is not None:
            raise _LOCKED

    def _checked(
        self, kind: EntityType, body: Mapping[str, Any], row: Record | None
    ) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for name, raw in body.items():
            place = kind.properties.get(name)
            if place is None:
                raise Refusal(f"Property '{name}' not found")
            value = accept(place, raw)
            if not (place.creatable if row is None else place.updatable):
                if row is not None and row.values.get(name) == value:
                    continue
                if self._options.gateway or (row is None and name == kind.id):
                    continue  # SAP passes over keys that it makes itself, a gateway over all
                done = "creatable" if row is None else "updatable"
                raise Refusal(f"Property '{name}' is not {done}")
            self._check_reference(place, value)
            values[name] = value
        return values

    def _check_reference(self, place: Property, value: Value) -> None:
        if place.refers is None or value is None:
            return
        kind, name = place.refers
        table = self.store.tables[kind]
        found = (
            value in table.rows
            if name == self.schema.types[kind].id
            else bool(table.find(name, value))
        )
        if not found:
            label = self.schema.types[kind].label
            raise Refusal(f"{label} {value} does not exist")

    def _check_whole(self, kind: EntityType, values: dict[str, Value], row: Record | None) -> None:
        for place in kind.properties.values():
            if place.required and values.get(place.name) is None:
                raise Refusal(f"{place.name} is a mandatory field; enter a value")
        if kind.number and self._other(kind, kind.number, values, row):
            raise Refusal(f"{kind.label} with ID {values[kind.number]} already exists")
        if kind.name == "CorporateAccount" and not self._options.duplicate_names:
            every = self.table(kind).rows.values()
            if any(each is not row and each.values.get("Name") == values["Name"] for each in every):
                raise Refusal("Duplicate found: an account with the same data already exists")

    def _other(
        self, kind: EntityType, name: str, values: Mapping[str, Value], row: Record | None
    ) -> bool:
        found = self.table(kind).find(name, values.get(name))
        return any(each is not row for each in found)

    # --- what was done ---

    def _versioned(self, values: dict[str, Value]) -> dict[str, Value]:
        now = iso(self._core.clock.now())
        before = str(values.get("ETag", ""))
        version = int(before[20:27]) + 1 if before[:19] == now[:19] else 0
        return {**values, "EntityLastChangedOn": now, "ETag": f"{now[:19]}.{version:07d}Z"}

    def _note(self, kind: EntityType, values: Mapping[str, Value], done: Kind) -> None:
        key = values.get(kind.key)
        if key:
            plain = {name: value for name, value in values.items() if name not in _SYSTEM}
            note = (kind.collection, str(key), done, digest(plain))
            if self._pending is None:
                self._note_now(*note)
            else:
                self._pending.append(note)

    def _note_now(self, name: str, key: str, done: Kind, fingerprint: str) -> None:
        self._core.log.note(name, key, done, self._core.requests, fingerprint)


class _Store(Store[EntityType]):
    def restored(self, kind: EntityType, values: Mapping[str, Any]) -> dict[str, Value]:
        """Decimals of Edm.Decimal stay decimals."""
        return {
            name: _restored(kind.properties[name], value)
            for name, value in values.items()
            if name in kind.properties
        }


def _restored(place: Property, value: Any) -> Value:
    return accept(place, str(value)) if place.type == "Decimal" else cast(Value, value)


def _indexed(kind: EntityType, schema: Schema) -> Sequence[str]:
    """Its key, its number, what it lives in, and what others refer to."""
    referred = {
        place.refers[1]
        for other in schema.types.values()
        for place in other.properties.values()
        if place.refers is not None and place.refers[0] == kind.name
    }
    names = {kind.key, kind.number, kind.parent, *referred} - {"", kind.id}
    return sorted(names)


def _held(values: Mapping[str, Value], name: str) -> Value:
    """An indicator that was never set is one that is off."""
    value = values.get(name)
    return None if value is False else value


def _same(value: Value) -> Value:
    return value


def _object_id(kind: EntityType, place: int, number: int) -> str:
    """32 hexadecimal digits, as SAP's: in the order in which records were made."""
    digits = f"00163E03A070{place:04X}{number:016X}"
    return str(UUID(digits)) if kind.guid else digits
