"""Writing one record as Salesforce does: check everything, then change everything or nothing.

A refused record leaves no trace. Inside `all_or_none` the trace of the others goes too. What was
committed is noted in the write log. The caller holds the org's lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from adapters.sandbox.core import Core
from adapters.sandbox.salesforce.options import SalesforceOptions
from adapters.sandbox.salesforce.rules import Rules
from adapters.sandbox.salesforce.schema import Field, Schema, SObject
from adapters.sandbox.salesforce.store import Row, Store
from adapters.sandbox.salesforce.values import Duplicates, Refusal, accept, instant
from adapters.sandbox.store import Value
from adapters.sandbox.writelog import Kind, digest

SYSTEM = frozenset(
    {
        *("Id", "IsDeleted", "CreatedDate", "CreatedById"),
        *("LastModifiedDate", "LastModifiedById", "SystemModstamp"),
    }
)
ROLLED_BACK = Refusal(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using "
    "AllOrNone header",
)


@dataclass(frozen=True, slots=True)
class Saved:
    """A record that was written."""

    row: Row
    created: bool


class SeveralFound(Exception):
    """More than one record holds the external id."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        super().__init__(str(len(rows)))


class Records:
    """Creates, updates, upserts and deletes records."""

    def __init__(self, store: Store, rules: Rules, core: Core, options: SalesforceOptions) -> None:
        self._store = store
        self._schema: Schema = store.schema
        self._rules = rules
        self._core = core
        self._options = options
        self._user_id = core.credentials["user_id"]
        self._pending: list[tuple[str, str, Kind, str]] | None = None
        self.allow_duplicates = True
        """Whether duplicate rules let a similar record through, as they do for a person who says so."""

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Everything inside happens, or nothing if a Refusal leaves the block."""
        self._store.begin()
        self._pending = []
        try:
            yield
        except BaseException:
            self._store.roll_back()
            self._pending = None
            raise
        self._store.commit()
        pending, self._pending = self._pending, None
        for note in pending:
            self._note_now(*note)

    def upsert(self, sobject: SObject, field: Field, key: str, body: Mapping[str, Any]) -> Saved:
        """Create or update the record whose external id is `key`."""
        value = accept(field, key)
        found = self._store.table(sobject).find(field.name, value)
        if len(found) > 1:
            raise SeveralFound(found)
        if found:
            self.update(found[0], body)
            return Saved(found[0], created=False)
        return Saved(self.create(sobject, {**body, field.name: key}), created=True)

    def create(self, sobject: SObject, body: Mapping[str, Any]) -> Row:
        """Create a record."""
        self._meet_faults(sobject, body, None)
        values = {**sobject.defaults, **self._checked(sobject, body, None)}
        number = self._store.next_number(sobject)
        values["Id"] = self._store.new_id(sobject, number)
        for name in sobject.auto_numbers:
            values[name] = f"{number:08d}"
        self._rules.complete(sobject, values, None)
        self._check_whole(sobject, values, None)
        self._check_duplicates(sobject, values)
        now = instant(self._core.clock.now())
        values |= {"IsDeleted": False, "CreatedDate": now, "CreatedById": self._user_id}
        row = Row(str(values["Id"]), sobject, self._stamped(values, now))
        self._store.insert(row)
        self._rules.settle(row)
        self._note(row, "create")
        return row

    def update(self, row: Row, body: Mapping[str, Any]) -> None:
        """Change a record."""
        self._meet_faults(row.kind, body, row)
        before = row.values
        values = {**before, **self._checked(row.kind, body, row)}
        self._rules.complete(row.kind, values, row)
        self._check_whole(row.kind, values, row)
        is_same = all(before.get(name) == value for name, value in values.items())
        self._store.replace(row, self._stamped(values, instant(self._core.clock.now())))
        self._rules.settle(row)
        self._note(row, "repeat" if is_same else "update")

    def delete(self, row: Row) -> None:
        """Delete a record and what lives in it; refuse while something depends on it."""
        self._meet_faults(row.kind, {}, row)
        doomed: dict[str, Row] = {}
        self._doom(row, doomed)
        for item in doomed.values():
            for child, field in self._referring(item):
                if child.id not in doomed and field.on_delete == "restrict":
                    raise _still_used(row, child)
        for item in doomed.values():
            self._clear_references(item, doomed)
        for item in doomed.values():
            self._store.remove(item)
            self._rules.settle(item)
            self._note(item, "delete")

    def _meet_faults(self, sobject: SObject, body: Mapping[str, Any], row: Row | None) -> None:
        faults = self._core.faults
        told = faults.partial(sobject.name, body)
        if told is not None:
            code = told.code or "FIELD_CUSTOM_VALIDATION_EXCEPTION"
            raise Refusal(code, told.message, told.field)
        if faults.take("lock_row", sobject.name) is not None:
            shown = row.id if row is not None else ""
            raise Refusal(
                "UNABLE_TO_LOCK_ROW",
                f"unable to obtain exclusive access to this record or 1 records: {shown}",
            )

    def _doom(self, row: Row, doomed: dict[str, Row]) -> None:
        doomed[row.id] = row
        for child, field in self._referring(row):
            if field.on_delete == "cascade" and child.id not in doomed:
                self._doom(child, doomed)

    def _clear_references(self, row: Row, doomed: Mapping[str, Row]) -> None:
        for child, field in self._referring(row):
            if child.id not in doomed:
                kept = {key: value for key, value in child.values.items() if key != field.name}
                self._store.replace(child, kept)

    def _referring(self, row: Row) -> Iterator[tuple[Row, Field]]:
        for sobject, field in self._schema.children(row.kind.name):
            for child in self._store.table(sobject).find(field.name, row.id):
                yield child, field

    def _checked(
        self, sobject: SObject, body: Mapping[str, Any], row: Row | None
    ) -> dict[str, Value]:
        changes: dict[str, Value] = {}
        forbidden: list[str] = []
        for name, raw in body.items():
            if name == "attributes":
                continue
            field = sobject.fields.get(name) or sobject.field(name)
            if field is None:
                field, value = self._parent(sobject, name, raw)
            else:
                value = accept(field, raw)
                if field.reference_to and isinstance(value, str):
                    self._check_reference(field, value)
            if field.createable if row is None else field.updateable:
                changes[field.name] = value
            elif not self._is_harmless(field, value, row):
                forbidden.append(field.name)
        if forbidden:
            raise Refusal(
                "INVALID_FIELD_FOR_INSERT_UPDATE",
                f"Unable to create/update fields: {', '.join(forbidden)}. Please check the "
                "security settings of this field and verify that it is read/write for your "
                "profile or permission set.",
                *forbidden,
            )
        return changes

    def _check_reference(self, field: Field, value: str) -> None:
        target = self._schema.by_id(value)
        if target is None or target.name != field.reference_to:
            raise Refusal(
                "FIELD_INTEGRITY_EXCEPTION",
                f"{field.label}: id value of incorrect type: {value}",
                field.name,
            )
        if self._store.is_deleted(value):
            raise Refusal("ENTITY_IS_DELETED", "entity is deleted", field.name)
        if self._store.row(value) is None:
            raise Refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", field.name)

    def _parent(self, sobject: SObject, name: str, raw: Any) -> tuple[Field, Value]:
        field = sobject.relationship(name)
        if field is None:
            raise Refusal("INVALID_FIELD", no_such_column(name, sobject.name))
        keys = dict(raw) if isinstance(raw, dict) else {}
        keys.pop("attributes", None)
        target = self._schema.objects[field.reference_to]
        if len(keys) != 1:
            raise Refusal("INVALID_FIELD", f"{name} must name one external id of {target.name}")
        (key_name, key), *_ = keys.items()
        key_field = target.external_id(key_name)
        if key_field is None:
            raise Refusal(
                "INVALID_FIELD",
                f"Field name provided, {key_name} is not an External ID or indexed field for "
                f"{target.name}",
            )
        found = self._store.table(target).find(key_field.name, accept(key_field, key))
        if len(found) != 1:
            problem = "not found" if not found else "matches more than one record"
            raise Refusal(
                "INVALID_FIELD",
                f"Foreign key external ID: {key} {problem} for field {key_field.name} "
                f"in entity {target.name}",
            )
        return field, found[0].id

    def _is_harmless(self, field: Field, value: Value, row: Row | None) -> bool:
        if row is None or not field.createable or self._options.strict_create_only:
            return False
        return row.values.get(field.name) == value

    def _check_whole(self, sobject: SObject, values: Mapping[str, Value], row: Row | None) -> None:
        missing = [name for name in sobject.required if values.get(name) is None]
        if missing:
            raise Refusal(
                "REQUIRED_FIELD_MISSING",
                f"Required fields are missing: [{', '.join(missing)}]",
                *missing,
            )
        table = self._store.table(sobject)
        for field in sobject.unique_fields:
            value = values.get(field.name)
            if value is None or (row is not None and row.values.get(field.name) == value):
                continue
            others = table.find(field.name, value)
            if any(row is None or other.id != row.id for other in others):
                raise Refusal(
                    "DUPLICATE_VALUE",
                    f"duplicate value found: {field.name} duplicates value on record with id: "
                    f"{others[0].id}",
                    field.name,
                )

    def _check_duplicates(self, sobject: SObject, values: Mapping[str, Value]) -> None:
        names = self._options.duplicate_rules.get(sobject.name, ())
        said = [str(values.get(name) or "").casefold() for name in names]
        if self.allow_duplicates or not any(said):
            return
        alike = [
            row.id
            for row in self._store.table(sobject).rows.values()
            if [str(row.values.get(name) or "").casefold() for name in names] == said
        ]
        if alike:
            raise Duplicates(f"Standard_{sobject.name}_Duplicate_Rule", alike)

    def _stamped(self, values: Mapping[str, Value], now: str) -> dict[str, Value]:
        stamp = {"LastModifiedDate": now, "LastModifiedById": self._user_id, "SystemModstamp": now}
        return {key: value for key, value in {**values, **stamp}.items() if value is not None}

    def _note(self, row: Row, kind: Kind) -> None:
        values = "" if kind == "repeat" else digest(business(row.values))
        note = (row.kind.name, log_key(row), kind, values)
        if self._pending is not None:
            self._pending.append(note)
        else:
            self._note_now(*note)

    def _note_now(self, name: str, key: str, kind: Kind, values: str) -> None:
        self._core.log.note(name, key, kind, self._core.requests, values)


def business(values: Mapping[str, Value]) -> dict[str, Value]:
    """A record's values without the system's own."""
    return {key: value for key, value in values.items() if key not in SYSTEM}


def log_key(row: Row) -> str:
    """By what the write log names a record: its external id, else `id:` and its id."""
    field = row.kind.key_field
    value = row.values.get(field.name) if field is not None else None
    return str(value) if value is not None else f"id:{row.id}"


def no_such_column(name: str, object_name: str) -> str:
    """Salesforce's sentence for a field that does not exist."""
    return f"No such column '{name}' on sobject of type {object_name}"


def _still_used(row: Row, child: Row) -> Refusal:
    name, children = row.values.get("Name") or row.id, child.kind.label
    shown = child.values.get("OrderNumber") or child.values.get("Name") or child.id
    return Refusal(
        "DELETE_FAILED",
        f"Your attempt to delete {name} could not be completed because it is associated with the "
        f"following {children.lower()}s.: {shown}",
    )
