"""SOQL against the store: which records, in which order, in which form, page by page."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from adapters.sandbox.salesforce.ids import make, to_18
from adapters.sandbox.salesforce.schema import NUMBER_TYPES, Field, SObject
from adapters.sandbox.salesforce.soql import Both, Condition, Literal, Negation, Query, Test, parse
from adapters.sandbox.salesforce.store import Row, Store
from adapters.sandbox.salesforce.values import index_key, parse_instant
from adapters.sandbox.store import Value
from adapters.sandbox.wire import ApiError

_MOST_CURSORS = 50
_LEAST_PAGE = 200

Getter = Callable[[Row], Value]
Predicate = Callable[[Row], bool]


class Queries:
    """Runs queries and keeps the rest of long answers. The caller holds the org's lock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cursors: OrderedDict[str, list[dict[str, Any]]] = OrderedDict()
        self._count = 0

    def first(self, text: str, version: str, page: int) -> dict[str, Any]:
        """The first page of an answer. Raises ApiError."""
        query = parse(text)
        sobject = self._store.schema.find(query.object)
        if sobject is None:
            raise ApiError(400, "INVALID_TYPE", f"sObject type '{query.object}' is not supported.")
        rows = self._rows(query, sobject)
        if not query.paths:
            return {"totalSize": len(rows), "done": True, "records": []}
        shape = Shape(self._store, sobject, query.paths, version)
        records = [shape.of(row) for row in rows]
        self._count += 1
        locator = make("01g", self._count)
        if len(records) > page:
            self._cursors[locator] = records
            while len(self._cursors) > _MOST_CURSORS:
                self._cursors.popitem(last=False)
        return _page(records, locator, 0, page, version)

    def more(self, locator: str, version: str, page: int) -> dict[str, Any]:
        """A later page, by what `nextRecordsUrl` ended with. Raises ApiError."""
        name, _, start = locator.partition("-")
        records = self._cursors.get(name)
        if records is None or not start.isdecimal() or int(start) >= len(records):
            raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return _page(records, name, int(start), page, version)

    def _rows(self, query: Query, sobject: SObject) -> list[Row]:
        rows = self._candidates(query.where, sobject)
        if query.where is not None:
            predicate = self._predicate(query.where, sobject)
            rows = [row for row in rows if predicate(row)]
        else:
            rows = list(rows)
        for order in reversed(query.order):
            field, getter = resolve(self._store, sobject, order.path)
            empty = [row for row in rows if getter(row) is None]
            filled = [row for row in rows if getter(row) is not None]
            filled.sort(key=_sort_key(field, getter), reverse=order.descending)
            rows = filled + empty if order.nulls_last else empty + filled
        return rows if query.limit is None else rows[: query.limit]

    def _candidates(self, where: Condition | None, sobject: SObject) -> Iterable[Row]:
        """A few rows from an index where one helps, else all."""
        table = self._store.table(sobject)
        tests = where.parts if isinstance(where, Both) and where.word == "AND" else (where,)
        for test in tests:
            if not isinstance(test, Test) or test.operator not in ("=", "IN"):
                continue
            field = sobject.field(test.path)
            keys = [item.value for item in test.values if item.kind == "string"]
            if field is None or len(keys) != len(test.values):
                continue
            if field.name == "Id":
                found = {key: table.rows.get(to_18(str(key)) or "") for key in keys}
                return [row for row in found.values() if row is not None]
            if field.external_id and field.is_text:
                rows = {row.id: row for key in keys for row in table.find(field.name, key)}
                return rows.values()
        return table.rows.values()

    def _predicate(self, where: Condition, sobject: SObject) -> Predicate:
        if isinstance(where, Negation):
            inside = self._predicate(where.part, sobject)
            return lambda row: not inside(row)
        if isinstance(where, Both):
            parts = [self._predicate(part, sobject) for part in where.parts]
            if where.word == "AND":
                return lambda row: all(part(row) for part in parts)
            return lambda row: any(part(row) for part in parts)
        return _test(where, *resolve(self._store, sobject, where.path))


class Shape:
    """Which fields of a record are shown, over which parents."""

    def __init__(self, store: Store, sobject: SObject, paths: Iterable[str], version: str) -> None:
        self._store = store
        self._url = f"/services/data/v{version}/sobjects/{sobject.name}"
        self._type = sobject.name
        self._fields: list[tuple[str, Field]] = []
        below: dict[str, tuple[Field, list[str]]] = {}
        for path in paths:
            head, _, rest = path.partition(".")
            if rest and head.lower() != sobject.name.lower():
                link = _relationship(sobject, head)
                below.setdefault(link.name, (link, []))[1].append(rest)
                continue
            field = _field(sobject, rest or head)
            self._fields.append((field.name, field))
        self._parents: list[tuple[str, Field, Shape]] = []
        for field, rests in below.values():
            parent = store.schema.objects[field.reference_to]
            shape = Shape(store, parent, rests, version)
            self._parents.append((field.relationship_name, field, shape))

    def of(self, row: Row) -> dict[str, Any]:
        """A record as an answer shows it."""
        shown: dict[str, Any] = {
            "attributes": {"type": self._type, "url": f"{self._url}/{row.id}"},
        }
        for name, field in self._fields:
            shown[name] = row.values.get(field.name)
        for name, field, shape in self._parents:
            parent = _parent(self._store, row, field)
            shown[name] = None if parent is None else shape.of(parent)
        return shown


def resolve(store: Store, sobject: SObject, path: str) -> tuple[Field, Getter]:
    """The field at the end of a path, and how to read it from a row. Raises ApiError."""
    head, _, rest = path.partition(".")
    if rest and head.lower() == sobject.name.lower():
        head, rest = rest, ""
    if not rest:
        field = _field(sobject, head)
        name = field.name
        return field, lambda row: row.values.get(name)
    link = _relationship(sobject, head)
    field, inner = resolve(store, store.schema.objects[link.reference_to], rest)

    def through(row: Row) -> Value:
        parent = _parent(store, row, link)
        return None if parent is None else inner(parent)

    return field, through


def _parent(store: Store, row: Row, field: Field) -> Row | None:
    record_id = row.values.get(field.name)
    return store.row(record_id) if isinstance(record_id, str) else None


def _field(sobject: SObject, name: str) -> Field:
    field = sobject.field(name)
    if field is None:
        raise ApiError(
            400,
            "INVALID_FIELD",
            f"No such column '{name}' on entity '{sobject.name}'. If you are attempting to use a "
            "custom field, be sure to append the '__c' after the custom field name. Please "
            "reference your WSDL or the describe call for the appropriate names.",
        )
    return field


def _relationship(sobject: SObject, name: str) -> Field:
    field = sobject.relationship(name)
    if field is None:
        raise ApiError(
            400, "INVALID_FIELD", f"Didn't understand relationship '{name}' in field path."
        )
    return field


def _test(test: Test, field: Field, getter: Getter) -> Predicate:
    if test.operator == "LIKE":
        pattern = _like(field, test.values[0])
        return lambda row: pattern.fullmatch(str(getter(row) or "")) is not None
    wanted = [_typed(field, literal) for literal in test.values]
    if test.operator in ("=", "IN", "!=", "NOT IN"):
        among = set(wanted)
        is_in = test.operator in ("=", "IN")
        return lambda row: (index_key(field, getter(row)) in among) is is_in
    compare, bound = _COMPARE[test.operator], wanted[0]
    if bound is None:
        raise _wrong_literal(field)

    def predicate(row: Row) -> bool:
        value = getter(row)
        return value is not None and compare(_sortable(field, value), bound)

    return predicate


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _typed(field: Field, literal: Literal) -> Value:
    """A literal as a comparable value of the field. Raises ApiError when it is of another type."""
    kind, value = literal
    if value is None:
        return None
    if field.type in NUMBER_TYPES and isinstance(value, Decimal):
        return value
    if field.type in ("date", "datetime", "boolean") and kind == field.type:
        return parse_instant(str(value)) if kind == "datetime" else value
    if kind == "string" and (field.is_text or field.type == "reference"):
        if field.type in ("id", "reference"):
            full = to_18(str(value))
            if full is None:
                raise ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value}")
            return index_key(field, full)
        return index_key(field, str(value) or None)
    raise _wrong_literal(field)


def _wrong_literal(field: Field) -> ApiError:
    quotes = "should not" if field.type in NUMBER_TYPES or not field.is_text else "should"
    return ApiError(
        400,
        "INVALID_FIELD",
        f"value of filter criterion for field '{field.name}' must be of type {field.type} and "
        f"{quotes} be enclosed in quotes",
    )


def _like(field: Field, literal: Literal) -> re.Pattern[str]:
    if literal.kind != "string" or not field.is_text:
        raise _wrong_literal(field)
    parts = (
        {"%": ".*", "_": "."}.get(character, re.escape(character))
        for character in str(literal.value)
    )
    return re.compile("".join(parts), re.DOTALL | re.IGNORECASE)


def _sort_key(field: Field, getter: Getter) -> Callable[[Row], Any]:
    return lambda row: _sortable(field, getter(row))


def _sortable(field: Field, value: Value) -> Any:
    return index_key(field, value)


def _page(
    records: list[dict[str, Any]], locator: str, start: int, page: int, version: str
) -> dict[str, Any]:
    end = start + max(page, 1)
    is_done = end >= len(records)
    answer: dict[str, Any] = {"totalSize": len(records), "done": is_done}
    if not is_done:
        answer["nextRecordsUrl"] = f"/services/data/v{version}/query/{locator}-{end}"
    return {**answer, "records": records[start:end]}


def page_size(header: str, usual: int) -> int:
    """The page size that `Sforce-Query-Options: batchSize=...` asks for, within its bounds."""
    found = re.search(r"batchSize\s*=\s*(\d+)", header)
    return min(max(int(found[1]), _LEAST_PAGE), 2000) if found else usual
