"""Writing one record as Dataverse does: check everything, then change everything or nothing.

A refused record leaves no trace; inside `transaction` the trace of the others goes too. What was
committed is noted in the write log. The caller holds the core's lock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from adapters.sandbox.core import Core
from adapters.sandbox.dynamics import pricing
from adapters.sandbox.dynamics.options import DynamicsOptions
from adapters.sandbox.dynamics.schema import SYSTEM, TableKind
from adapters.sandbox.dynamics.store import Row, Store
from adapters.sandbox.dynamics.values import accept, folded, is_guid, undeclared
from adapters.sandbox.store import Value
from adapters.sandbox.wire import ApiError
from adapters.sandbox.writelog import Kind, digest

_ADDRESS = re.compile(r"/?(\w+)\((.*)\)")
_PAIR = re.compile(r"(\w+)='((?:[^']|'')*)'")
_BROKEN = re.compile(r"[/<>*%&:\\?+]")


class Records:
    """Creates, updates, upserts and deletes records."""

    def __init__(self, store: Store, core: Core, options: DynamicsOptions) -> None:
        self.store = store
        self._core = core
        self._options = options
        self._pending: list[tuple[str, str, Kind, str]] | None = None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing if an ApiError leaves the block."""
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

    # --- who is meant ---

    def addressed(self, table: TableKind, inside: str) -> tuple[Row | None, dict[str, Value]]:
        """The record that `set(inside)` names, and the key values if it was named by them."""
        if is_guid(inside):
            return self.store.table(table).rows.get(inside.lower()), {}
        pairs = _PAIR.findall(inside)
        if not pairs or ",".join(f"{name}='{value}'" for name, value in pairs) != inside:
            raise ApiError(400, "0x80060888", "Bad Request - Error in query syntax.")
        values: dict[str, Value] = {name: value.replace("''", "'") for name, value in pairs}
        if any(isinstance(value, str) and _BROKEN.search(value) for value in values.values()):
            raise ApiError(400, "0x80060888", "Bad Request - Error in query syntax.")
        self._check_key(table, tuple(values))
        name, value = next(iter(values.items()))
        found = self.store.table(table).find(name, value)
        same = [
            row
            for row in found
            if all(folded(row.values.get(n)) == folded(v) for n, v in values.items())
        ]
        return (same[0] if same else None), values

    def bound(self, table: TableKind, name: str, url: str) -> Row:
        """The record that a navigation property is bound to. Raises ApiError."""
        leads = table.navigation[name]
        found = _ADDRESS.fullmatch(unquote(url.rpartition("/")[2] if "://" in url else url))
        other = self.store.schema.by_set(found[1]) if found else None
        if found is None or other is None or other.name != leads.table:
            raise undeclared(table, f"{name}@odata.bind")
        row, key = self.addressed(other, found[2])
        if row is not None:
            return row
        if key:
            raise ApiError(
                404,
                "0x80060891",
                f"A record with the specified key values does not exist in {other.name} entity",
            )
        raise ApiError(404, "0x80040217", f"{other.name} With Ids = {found[2]} Do Not Exist")

    def _check_key(self, table: TableKind, names: tuple[str, ...]) -> None:
        status = self._options.key_status.get(table.name, "Active")
        if set(names) not in [set(key) for key in table.keys.values()] or status != "Active":
            raise ApiError(
                400,
                "0x80060890",
                f"The specified key attributes are not a defined key for the {table.name} entity",
            )

    # --- writing ---

    def upsert(
        self, table: TableKind, inside: str, body: Mapping[str, Any], *, only: str = ""
    ) -> tuple[Row, bool]:
        """Create or update what `set(inside)` names; `only` is "create" or "update"."""
        row, key = self.addressed(table, inside)
        if row is None:
            if only == "update":
                raise ApiError(404, "0x80040217", f"{table.name} With Id = {inside} Does Not Exist")
            own = {} if key else {table.id: inside.lower()}
            return self.create(table, {**key, **own, **body}), True
        if only == "create":
            raise ApiError(412, "0x80060892", "A record with matching key values already exists.")
        self.update(row, body)
        return row, False

    def create(self, table: TableKind, body: Mapping[str, Any]) -> Row:
        """Create a record."""
        self._meet_faults(table, body)
        values = self._checked(table, body)
        record_id = str(body.get(table.id) or self.store.new_id())
        values.setdefault("statecode", self._first_state(table))
        values.setdefault("statuscode", 1)
        if "transactioncurrencyid" in table.lookups:
            values.setdefault("transactioncurrencyid", self._base_currency())
        for name in sorted(table.required):
            if values.get(name) is None:
                raise ApiError(400, "0x80040200", f"Required field '{name}' is missing.")
        self._check_unique(table, values, None)
        pricing.check(self.store, table, values, None)
        row = Row(record_id, table, self._stamped(values, created=True))
        self.store.insert(row)
        pricing.settle(self.store, row, reprices=self._options.reprices)
        self._note(row, "create")
        return row

    def update(self, row: Row, body: Mapping[str, Any]) -> None:
        """Change a record."""
        self._meet_faults(row.kind, {**body, row.kind.id: row.id})
        before = row.values
        changed = self._checked(row.kind, body)
        values = {**before, **changed}
        pricing.check(self.store, row.kind, values, row)
        self._check_unique(row.kind, values, row)
        is_same = all(before.get(name) == value for name, value in changed.items())
        self.store.replace(row, self._stamped(values, created=False))
        pricing.settle(self.store, row, reprices=self._options.reprices)
        self._note(row, "repeat" if is_same else "update")

    def delete(self, row: Row) -> None:
        """Delete a record and what lives in it; refuse while something depends on it."""
        self._meet_faults(row.kind, {row.kind.id: row.id})
        doomed: dict[str, Row] = {}
        self._doom(row, doomed)
        for item in doomed.values():
            for child, column in list(self._children(item)):
                if child.id not in doomed and column in child.kind.restrict:
                    raise ApiError(
                        405,
                        "0x80040227",
                        f"The object you tried to delete is associated with another object and "
                        f"cannot be deleted ({child.kind.name}).",
                    )
        for item in doomed.values():
            for child, column in list(self._children(item)):
                if child.id not in doomed:
                    self.store.replace(child, {**child.values, column: None})
        for item in doomed.values():
            self.store.remove(item)
            self._note(item, "delete")

    def _doom(self, row: Row, doomed: dict[str, Row]) -> None:
        doomed[row.id] = row
        for child, column in self._children(row):
            if column in child.kind.cascade and child.id not in doomed:
                self._doom(child, doomed)

    def _children(self, row: Row) -> Iterator[tuple[Row, str]]:
        for table in self.store.tables.values():
            for column, leads in table.kind.lookups.items():
                if row.kind.name in leads:
                    for child in table.find(column, row.id):
                        yield child, column

    def _checked(self, table: TableKind, body: Mapping[str, Any]) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for name, value in body.items():
            property_, at, annotation = name.partition("@")
            if at and annotation == "odata.bind":
                if property_ not in table.navigation:
                    raise undeclared(table, name)
                row = None if value is None else self.bound(table, property_, str(value))
                column = table.navigation[property_].column
                if row is not None or column not in values:
                    values[column] = row.id if row else None
            elif at or name == table.id:
                continue
            elif name not in table.columns or name in SYSTEM:
                raise undeclared(table, name)
            else:
                values[name] = accept(table, table.columns[name], value)
        return values

    def _check_unique(self, table: TableKind, values: Mapping[str, Value], me: Row | None) -> None:
        for name, columns in table.keys.items():
            if any(values.get(column) is None for column in columns):
                continue
            for row in self.store.table(table).find(columns[0], values[columns[0]]):
                if row is not me and all(
                    folded(row.values.get(c)) == folded(values[c]) for c in columns
                ):
                    raise ApiError(
                        412,
                        "0x80060892",
                        f"Entity Key {name} violated. A record with the same value for {name} "
                        "already exists. A duplicate record cannot be created. Select one or "
                        "more unique values and try again.",
                    )

    def _first_state(self, table: TableKind) -> int:
        if table.name == "product":
            return 0 if self._options.active_products else 2
        return table.states[0]

    def _base_currency(self) -> Value:
        return next(iter(self.store.tables["transactioncurrency"].rows), None)

    def _stamped(self, values: dict[str, Value], *, created: bool) -> dict[str, Value]:
        now = self._core.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        stamp: dict[str, Value] = {"modifiedon": now, "versionnumber": self.store.next_version()}
        return {**values, **stamp, **({"createdon": now} if created else {})}

    def _meet_faults(self, table: TableKind, body: Mapping[str, Any]) -> None:
        told = self._core.faults.partial(table.name, body)
        if told is not None:
            raise ApiError(told.status, told.code or "0x80040265", told.message)
        if self._core.faults.take("lock_row", table.name) is not None:
            raise ApiError(400, "0x80044151", "SQL timeout expired.")

    # --- the log ---

    def _note(self, row: Row, kind: Kind) -> None:
        key = row.values.get(self.store.schema.key)
        if key is None:
            return
        told = {name: value for name, value in row.values.items() if name not in SYSTEM}
        note = (row.kind.name, str(key), kind, "" if kind == "delete" else digest(told))
        if self._pending is None:
            self._note_now(*note)
        else:
            self._pending.append(note)

    def _note_now(self, name: str, key: str, kind: Kind, told: str) -> None:
        self._core.log.note(name, key, kind, self._core.requests, told)
