"""Writing one record as HubSpot does: check everything, then change everything or nothing.

What was committed is noted in the write log. The caller holds the core's lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import orjson

from adapters.sandbox.core import Core
from adapters.sandbox.hubspot.associations import Associations
from adapters.sandbox.hubspot.schema import Object
from adapters.sandbox.hubspot.store import Row, Store
from adapters.sandbox.hubspot.values import Invalid, Refusal, accept, instant
from adapters.sandbox.store import Value
from adapters.sandbox.writelog import Kind, digest

KEY = "erp_id"
SYSTEM = frozenset({"hs_object_id", "createdate", "hs_createdate", "hs_lastmodifieddate"})

Values = dict[str, str | None]


class Records:
    """Creates, updates and archives records."""

    def __init__(self, core: Core, store: Store, associations: Associations) -> None:
        self.journal: deque[tuple[float, Row, dict[str, Value] | None]] = deque()
        """What a search does not see yet: when, which record, its values (None: archived)."""
        self._core = core
        self._store = store
        self._associations = associations
        self._pending: list[tuple[Row, Kind]] | None = None

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Everything inside happens, or nothing if an exception leaves the block."""
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
        for row, kind in pending:
            self._note(row, kind)

    def find(self, kind: Object, name: str, value: str) -> Row | None:
        """The record that holds a value in a unique property, or has it as its id."""
        table = self._store.table(kind)
        if name == "hs_object_id":
            return table.rows.get(value)
        return next(iter(table.find(name, value)), None)

    def create(self, kind: Object, properties: Mapping[str, str]) -> Row:
        """Create a record. Raises Refusal."""
        self._meet_faults(kind, properties)
        values = self._checked(kind, properties)
        self._check_unique(kind, values, None)
        record_id, now = self._store.new_id(kind), instant(self._core.clock.now())
        values |= {"hs_object_id": record_id, "createdate": now, "hs_lastmodifieddate": now}
        row = Row(record_id, kind, _filled(values))
        self._store.insert(row)
        self._note(row, "create")
        return row

    def update(self, row: Row, properties: Mapping[str, str]) -> None:
        """Change a record. Raises Refusal."""
        self._meet_faults(row.kind, properties)
        changes = self._checked(row.kind, properties)
        self._check_unique(row.kind, changes, row)
        is_same = all(row.values.get(name) == value for name, value in changes.items())
        now = instant(self._core.clock.now())
        self._store.replace(row, _filled({**row.values, **changes, "hs_lastmodifieddate": now}))
        self._note(row, "repeat" if is_same else "update")

    def archive(self, row: Row) -> None:
        """Archive a record: it is gone from everything, with its associations."""
        self._meet_faults(row.kind, {})
        self._store.remove(row)
        self._associations.forget(row)
        self._note(row, "delete")

    def _meet_faults(self, kind: Object, properties: Mapping[str, str]) -> None:
        faults = self._core.faults
        told = faults.partial(kind.name, properties)
        if told is not None:
            error = {
                "isValid": False,
                "message": told.message,
                "error": told.code or "INVALID_OPTION",
                "name": told.field,
            }
            raise _not_valid([error])
        if faults.take("lock_row", kind.name) is not None:
            raise Refusal("LOCKED", "The object is locked by another operation.", 423)

    def _checked(self, kind: Object, properties: Mapping[str, str]) -> dict[str, Value]:
        values: dict[str, Value] = {}
        wrong: list[dict[str, object]] = []
        for name, text in properties.items():
            item = kind.properties.get(name.lower())
            try:
                if item is None:
                    message = f'Property "{name}" does not exist'
                    raise Invalid("PROPERTY_DOESNT_EXIST", message)
                values[item.name] = accept(item, text)
            except Invalid as invalid:
                said = {"message": invalid.message, "error": invalid.error, "name": name}
                wrong.append({"isValid": False, **said})
        if wrong:
            raise _not_valid(wrong)
        return values

    def _check_unique(self, kind: Object, values: Mapping[str, Value], row: Row | None) -> None:
        names = [item.name for item in kind.unique] + ["email"] * (kind.name == "contacts")
        for name in names:
            value = values.get(name)
            if value is None:
                continue
            other = self.find(kind, name, str(value))
            if other is not None and (row is None or other.id != row.id):
                shown = kind.singular.capitalize()
                message = f"{shown} already exists. Existing ID: {other.id}"
                if name != "email":
                    message = f"{shown} with {name} already exists. Existing ID: {other.id}"
                raise Refusal("CONFLICT", message, 409)

    def _note(self, row: Row, kind: Kind) -> None:
        if self._pending is not None:
            self._pending.append((row, kind))
            return
        values = "" if kind == "repeat" else digest(business(row.values))
        self._core.log.note(row.kind.name, log_key(row), kind, self._core.requests, values)
        when = self._core.clock.monotonic()
        self.journal.append((when, row, None if kind == "delete" else dict(row.values)))


def business(values: Mapping[str, Value]) -> dict[str, Value]:
    """A record's values without the system's own."""
    return {key: value for key, value in values.items() if key not in SYSTEM}


def log_key(row: Row) -> str:
    """By what the write log names a record: its external id, else `id:` and its id."""
    value = row.values.get(KEY)
    return str(value) if value is not None else f"id:{row.id}"


def _filled(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value is not None}


def _not_valid(wrong: list[dict[str, object]]) -> Refusal:
    text = orjson.dumps(wrong).decode()
    return Refusal("VALIDATION_ERROR", f"Property values were not valid: {text}")
