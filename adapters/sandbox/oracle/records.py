"""Writing records as Fusion's business components do: check everything, then change it or nothing.

Every write happens in `all_or_none`: a refused one leaves no trace, in a batch of none of its parts.
Codes are those of ADF Business Components; a unique key is the database's to refuse (`ORA-00001`),
which is why no part is named then. The caller holds the core's lock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC
from decimal import Decimal
from hashlib import blake2b
from typing import Any, NamedTuple

from adapters.sandbox import store
from adapters.sandbox.core import Core
from adapters.sandbox.oracle.options import OracleOptions
from adapters.sandbox.oracle.schema import KEY, NUMBER, OWNER, Attribute, Resource
from adapters.sandbox.store import Value
from adapters.sandbox.wire import ApiError
from adapters.sandbox.writelog import Kind, digest

Row = store.Row[Resource]
_FIRST = 300_000_000_000_000
_ROOM = 1_000_000_000
_SYSTEM = frozenset({"CreationDate", "CreatedBy", "LastUpdateDate", "LastUpdatedBy"})
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_TOKEN = re.compile(r"\{(\w+)\}")
_UNIQUE = "ORA-00001: unique constraint (FUSION.{}_U1) violated"
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "text": str, "date": str, "datetime": str, "boolean": bool,
    "number": (int, Decimal), "integer": int, "ref": int,
}  # fmt: skip


class Saved(NamedTuple):
    """A record that was written."""

    row: Row
    created: bool


def refusal(code: str, text: str, attribute: str = "", status: int = 400) -> ApiError:
    """What a business component says."""
    return ApiError(status, code, text, details={"attribute": attribute})


def missing(what: str = "Not Found") -> ApiError:
    """There is no such resource or record."""
    return ApiError(404, "", what)


class Records:
    """Creates, updates, upserts and deletes."""

    def __init__(
        self, core: Core, options: OracleOptions, resources: Mapping[str, Resource]
    ) -> None:
        self.resources = resources
        tables = {
            name: store.Table(each, dict.fromkeys(each.indexed(), _itself))
            for name, each in resources.items()
        }
        self.store: store.Store[Resource] = store.Store(tables)
        self._bases = {name: _FIRST + n * _ROOM for n, name in enumerate(resources)}
        self._core = core
        self._options = options
        self._pending: list[tuple[str, str, Kind, str]] = []

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Everything inside happens, or nothing if a refusal leaves the block."""
        self.store.begin()
        self._pending = []
        try:
            yield
        except BaseException:
            self.store.roll_back()
            raise
        self.store.commit()
        for name, key, kind, told in self._pending:
            self._core.log.note(name, key, kind, self._core.requests, told)

    # --- where they are ---

    def row(self, resource: Resource, key: str, owner: Row | None = None) -> Row:
        """The record with this path key. Raises ApiError."""
        table = self.store.table(resource)
        by_id = table.rows.get(key)
        for row in [*([by_id] if by_id is not None else []), *table.find(KEY, key)]:
            if owner is None or row.values[OWNER] == owner.id:
                return row
        raise missing()

    def inside(self, resource: Resource, owner: Row | None) -> list[Row]:
        """All records of a resource, or the children of one record."""
        table = self.store.table(resource)
        return list(table.rows.values()) if owner is None else table.find(OWNER, owner.id)

    def key(self, row: Row) -> str:
        """The last part of a record's path."""
        return str(row.values[KEY])

    def path(self, row: Row) -> str:
        """Where a record is, below the version."""
        if OWNER not in row.values:
            return f"{row.kind.name}/{self.key(row)}"
        owner = self.owner(row)
        return f"{self.path(owner)}/child/{row.kind.last}/{self.key(row)}"

    def owner(self, row: Row) -> Row:
        """The record in which a child lives."""
        above = self.resources[row.kind.name.rpartition("/")[0]]
        return self.store.table(above).rows[str(row.values[OWNER])]

    # --- changing them ---

    def upsert(self, resource: Resource, body: Mapping[str, Any], owner: Row | None) -> Saved:
        """Update the record that holds the body's alternate key, or create one."""
        if resource.name in self._options.no_upsert:
            raise refusal("", "Invalid operation upsert for the specified resource.")
        found = self._with_key(resource, body, owner) if self._options.upsert_matches else None
        if found is not None:
            return Saved(self.update(found, body), created=False)
        return Saved(self.create(resource, body, owner), created=True)

    def create(self, resource: Resource, body: Mapping[str, Any], owner: Row | None) -> Row:
        """Create a record with the children in its body."""
        self._guard(resource, body)
        number = self.store.next_number(resource)
        values = self._checked(resource, body, None)
        record_id = self._bases[resource.name] + number
        values[resource.id] = record_id
        values[NUMBER] = number
        if owner is not None:
            values[OWNER] = owner.id
        now = self._now()
        values |= {"CreationDate": now, "CreatedBy": "integration"}
        row = Row(str(record_id), resource, values)
        values[KEY] = _made_key(row)
        if resource.numbered:
            values[resource.numbered] = values[KEY]
        self._whole(resource, values, None)
        self._stamp(values, now)
        self.store.insert(row)
        self._children(row, body)
        self._note(row, "create")
        return row

    def update(self, row: Row, body: Mapping[str, Any]) -> Row:
        """Change a record, and the children in the body."""
        self._guard(row.kind, body)
        changed = self._checked(row.kind, body, row)
        values: dict[str, Value] = {**row.values, **changed}
        values = {name: value for name, value in values.items() if value is not None}
        before = {name: v for name, v in row.values.items() if name not in _SYSTEM}
        same = before == {name: v for name, v in values.items() if name not in _SYSTEM}
        if not same:
            self._whole(row.kind, values, row)
            self._stamp(values, self._now())
            self.store.replace(row, values)
        self._children(row, body)
        self._note(row, "repeat" if same else "update")
        return row

    def delete(self, row: Row) -> None:
        """Delete a record with its children, unless others refer to it."""
        self._guard(row.kind, {})
        for name, resource in self.resources.items():
            for attribute in resource.attributes.values():
                if row.kind.name in attribute.targets and self.store.tables[name].find(
                    attribute.name, int(row.id)
                ):
                    text = f"JBO-26048: Constraint violated during post operation: {row.kind.name}"
                    raise refusal("26048", text)
        for child in row.kind.children.values():
            for each in self.inside(child, row):
                self._remove(each)
        self._remove(row)

    def _remove(self, row: Row) -> None:
        self.store.remove(row)
        self._note(row, "delete")

    def _children(self, row: Row, body: Mapping[str, Any]) -> None:
        for name, child in row.kind.children.items():
            for each in body.get(name) or ():
                there = self.inside(child, row)
                same = [
                    one
                    for one in there
                    if one.values.get(child.matched, 0) == each.get(child.matched)
                ]
                if same:
                    self.update(same[0], each)
                else:
                    self.create(child, each, row)

    # --- rules ---

    def _guard(self, resource: Resource, body: Mapping[str, Any]) -> None:
        fault = self._core.faults.partial(resource.name, body)
        if fault is not None:
            raise refusal(fault.code or "JBO-27024", fault.message, fault.field)
        if self._core.faults.take("lock_row", resource.name) is not None:
            raise refusal("26030", "JBO-26030: Failed to lock the record, another user holds it.")

    def _checked(
        self, resource: Resource, body: Mapping[str, Any], row: Row | None
    ) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for name, value in body.items():
            if name in resource.children and isinstance(value, list):
                continue
            attribute = resource.attributes.get(name)
            if attribute is None:
                text = f"JBO-25058: Definition {name} of type Attribute is not found in {resource.last}."
                raise refusal("25058", text, name)
            if attribute.is_readonly or (
                "once" in attribute.words and row is not None and row.values.get(name) != value
            ):
                text = f"JBO-27008: Attribute {name} in {resource.last} cannot be set."
                raise refusal("27008", text, name)
            self._fits(resource, attribute, value)
            values[name] = value
        if row is None:
            values = {name: value for name, value in values.items() if value is not None}
        return values

    def _fits(self, resource: Resource, attribute: Attribute, value: object) -> None:
        if value is None:
            return
        name, kind = attribute.name, attribute.type
        wrong = not isinstance(value, _TYPES[kind]) or isinstance(value, bool) != (
            kind == "boolean"
        )
        if wrong or (kind in {"date", "datetime"} and not _DATE.fullmatch(str(value))):
            text = f"JBO-27018: The class of the value for {name} in {resource.last} is invalid."
            raise refusal("27018", text, name)
        if kind == "text" and len(str(value)) > attribute.length:
            text = f"JBO-27010: Attribute {name} in {resource.last} has invalid precision/scale."
            raise refusal("27010", text, name)
        if kind == "ref" and self.referred(attribute, value) is None:
            text = f"JBO-27024: Enter a valid value for {name} in {resource.last}."
            raise refusal("27024", text, name)

    def referred(self, attribute: Attribute, value: object) -> Row | None:
        """The record whose number a reference holds."""
        tables = (self.store.tables[name] for name in attribute.targets)
        return next((row for t in tables if (row := t.rows.get(str(value)))), None)

    def _whole(self, resource: Resource, values: Mapping[str, Value], row: Row | None) -> None:
        for name, attribute in resource.attributes.items():
            if "required" in attribute.words and values.get(name) in {None, ""}:
                text = f"JBO-27014: Attribute {name} in {resource.last} is required."
                raise refusal("27014", text, name)
        found = self._with_key(resource, values, None)
        if found is not None and found is not row:
            raise refusal("ORA-00001", _UNIQUE.format(resource.last.upper()), status=500)

    def _with_key(
        self, resource: Resource, values: Mapping[str, Any], owner: Row | None
    ) -> Row | None:
        key = resource.alternate
        if not key or any(values.get(name) is None for name in key):
            return None
        for row in self.store.table(resource).find(key[-1], values[key[-1]]):
            same = all(row.values.get(name) == values[name] for name in key)
            if same and (owner is None or row.values.get(OWNER) == owner.id):
                return row
        return None

    # --- what is left behind ---

    def _stamp(self, values: dict[str, Value], now: str) -> None:
        values |= {"LastUpdateDate": now, "LastUpdatedBy": "integration"}

    def _now(self) -> str:
        return f"{self._core.clock.now().astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00"

    def _note(self, row: Row, kind: Kind) -> None:
        values = {name: v for name, v in row.values.items() if name not in _SYSTEM}
        told = digest(values) if kind != "repeat" else ""
        self._pending.append(
            (row.kind.name, row.kind.external_id(row.values) or row.id, kind, told)
        )


def _made_key(row: Row) -> str:
    if row.kind.path:
        said = {**row.values, "number": row.values[NUMBER]}
        return _TOKEN.sub(lambda found: str(said.get(found[1])), row.kind.path)
    if OWNER in row.values:
        return blake2b(row.id.encode(), digest_size=20).hexdigest().upper()
    return row.id


def _itself(value: Value) -> Value:
    return value
