"""Answering GET: collections with `q`, `finder`, `fields`, `expand`, `orderBy`, pages; items; describe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from adapters.sandbox.core import Core
from adapters.sandbox.oracle import rowmatch
from adapters.sandbox.oracle.options import OracleOptions
from adapters.sandbox.oracle.records import Records, Row
from adapters.sandbox.oracle.schema import OWNER, Attribute, Resource
from adapters.sandbox.store import Value
from adapters.sandbox.wire import ApiError

_DEFAULT_LIMIT = 25
_TYPES = {"text": "string", "number": "number", "ref": "integer", "datetime": "string"}


class Asked(NamedTuple):
    """What the parameters of a question want to see of each record."""

    fields: Sequence[str] | None
    """None: all of them."""
    children: Mapping[str, Sequence[str] | None]
    links: Sequence[str] | None
    only_data: bool
    framework: int


class Collections:
    """Reads what `Records` holds. The caller holds the core's lock."""

    def __init__(self, core: Core, options: OracleOptions, records: Records, base: str) -> None:
        self._core = core
        self._options = options
        self._records = records
        self._base = base

    def page(
        self,
        resource: Resource,
        owner: Row | None,
        query: Mapping[str, str],
        framework: int,
    ) -> dict[str, Any]:
        """One page of a collection. Raises ApiError."""
        asked = self.asked(resource, query, framework)
        rows = list(self._found(resource, owner, query, framework))
        for name, _, way in reversed([p.partition(":") for p in _split(query.get("orderBy", ""))]):
            if name not in resource.attributes:
                raise _bad(f"orderBy: {name}")
            rows.sort(key=lambda row: _order(row.values.get(name)), reverse=way == "desc")
        offset, limit = _number(query, "offset", 0), _number(query, "limit", _DEFAULT_LIMIT)
        limit = min(limit, self._options.page_size)
        some = rows[offset : offset + limit]
        found: dict[str, Any] = {
            "items": [self.item(row, asked) for row in some],
            "count": len(some),
            "hasMore": self._options.has_more and offset + limit < len(rows),
            "limit": limit,
            "offset": offset,
        }
        if query.get("totalResults") == "true":
            found["totalResults"] = len(rows)
        return found

    def asked(self, resource: Resource, query: Mapping[str, str], framework: int) -> Asked:
        """What is to be shown. Raises ApiError."""
        links = _split(query["links"]) if "links" in query else None
        only_data = query.get("onlyData") == "true"
        if "fields" not in query:
            wanted = _split(query.get("expand", ""))
            names = list(resource.children) if wanted == ["all"] else wanted
            return Asked(None, dict.fromkeys(names), links, only_data, framework)
        own: list[str] = []
        children: dict[str, Sequence[str] | None] = {}
        for place, piece in enumerate(query["fields"].split(";")):
            child, colon, text = piece.rpartition(":")
            names = _split(text)
            of = resource.children.get(child) if colon else resource
            if of is None or (place and not colon) or set(names) - of.attributes.keys():
                raise _bad(f"fields: {piece}")
            if colon:
                children[child] = names
            else:
                own = names
        return Asked(own, children, links, only_data, framework)

    def item(self, row: Row, asked: Asked) -> dict[str, Any]:
        """One record as it is shown."""
        names = row.kind.attributes if asked.fields is None else asked.fields
        shown: dict[str, Any] = {name: row.values.get(name) for name in names}
        for name, fields in asked.children.items():
            child = row.kind.children.get(name)
            if child is None:
                raise _bad(f"expand: {name}")
            inner = asked._replace(fields=fields, children={})
            items = [self.item(each, inner) for each in self._records.inside(child, row)]
            whole = {"items": items, "count": len(items), "hasMore": False, "limit": _DEFAULT_LIMIT}
            shown[name] = whole if asked.framework >= 3 else items
        if not asked.only_data:
            shown["links"] = list(self._links(row, asked.links))
        return shown

    def describe(self, resource: Resource) -> dict[str, Any]:
        """`GET /{resource}/describe`."""
        return {"Resources": {resource.name: self._described(resource)}}

    def _described(self, resource: Resource) -> dict[str, Any]:
        actions = [{"name": "get", "method": "GET"}, {"name": "create", "method": "POST"}]
        if resource.name not in self._options.no_upsert:
            header = "Upsert-Mode=true"
            actions.append({"name": "upsert", "method": "POST", "header": header})
        of_item = [{"name": name} for name in ("get", "update", "delete")]
        return {
            "attributes": [_attribute(each) for each in resource.attributes.values()],
            "collection": {
                "rangeSize": _DEFAULT_LIMIT,
                "actions": self._offered(resource, actions),
            },
            "item": {"actions": self._offered(resource, of_item)},
            "children": {
                child.last: self._described(child) for child in resource.children.values()
            },
        }

    def _offered(
        self, resource: Resource, actions: Sequence[dict[str, str]]
    ) -> list[dict[str, str]]:
        hidden = self._options.not_offered
        return [each for each in actions if f"{resource.last} {each['name']}" not in hidden]

    def _links(self, row: Row, wanted: Sequence[str] | None) -> Iterator[dict[str, Any]]:
        path = self._records.path(row)
        address = f"{self._core.url}/{row.kind.api}{self._base}{path}"
        for rel in ("self", "canonical"):
            if wanted is None or rel in wanted:
                yield {"rel": rel, "href": address, "name": row.kind.last, "kind": "item"}
        for child in row.kind.children:
            if wanted is None or "child" in wanted:
                href = f"{address}/child/{child}"
                yield {"rel": "child", "href": href, "name": child, "kind": "collection"}

    def _found(
        self, resource: Resource, owner: Row | None, query: Mapping[str, str], framework: int
    ) -> Iterable[Row]:
        text = query.get("q") or _finder(resource, query.get("finder", ""))
        if not text:
            return self._records.inside(resource, owner)
        if framework < 2:
            raise _bad("q: this syntax needs REST-Framework-Version 2")
        try:
            condition = rowmatch.parse(text)
        except rowmatch.Unreadable as error:
            raise _bad(f"q: {error}") from None
        for name in rowmatch.names(condition):
            child, dot, attribute = name.rpartition(".")
            of = resource.children.get(child) if dot else resource
            if of is None or attribute not in of.attributes:
                raise _bad(f"q: {name}")
        rows = self._candidates(resource, owner, condition)
        return [row for row in rows if rowmatch.holds(condition, lambda t: self._test(row, t))]  # noqa: B023 - used at once

    def _candidates(
        self, resource: Resource, owner: Row | None, condition: rowmatch.Condition
    ) -> Iterable[Row]:
        table = self._records.store.table(resource)
        indexed = set(resource.indexed())
        best: list[Row] | None = None
        for name, values in rowmatch.needed(condition).items():
            if name in indexed:
                found = [row for value in values for row in table.find(name, _plain(value))]
                best = found if best is None or len(found) < len(best) else best
        if best is None:
            return self._records.inside(resource, owner)
        return [row for row in best if owner is None or row.values.get(OWNER) == owner.id]

    def _test(self, row: Row, test: rowmatch.Test) -> bool:
        child, dot, attribute = test.name.rpartition(".")
        if not dot:
            return test.holds(row.values.get(attribute))
        children = self._records.inside(row.kind.children[child], row)
        return any(test.holds(each.values.get(attribute)) for each in children)


def _finder(resource: Resource, text: str) -> str:
    """`PrimaryKey;PartyId=1` or `AltKey;A=x,B=y` as a condition. Raises ApiError."""
    if not text:
        return ""
    name, _, given = text.partition(";")
    pairs = dict(pair.partition("=")[::2] for pair in _split(given))
    wanted = {"PrimaryKey": {resource.id}, "AltKey": set(resource.alternate)}.get(name)
    if wanted is None or set(pairs) - wanted:
        raise _bad(f"finder: {name}")
    quoted = {key: value.replace("'", "''") for key, value in pairs.items()}
    is_number = name == "PrimaryKey"
    return " and ".join(f"{k} = {v}" if is_number else f"{k} = '{v}'" for k, v in quoted.items())


def _attribute(attribute: Attribute) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": attribute.name,
        "type": _TYPES.get(attribute.type, attribute.type),
        "updatable": not attribute.is_readonly,
        "mandatory": "required" in attribute.words,
        "queryable": True,
    }
    return {**shown, "precision": attribute.length} if attribute.length else shown


def _bad(what: str) -> ApiError:
    return ApiError(400, "", f"URL request parameter {what} cannot be used in this context.")


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _number(query: Mapping[str, str], name: str, usual: int) -> int:
    text = query.get(name, str(usual))
    if not text.isdecimal():
        raise _bad(f"{name}: {text}")
    return int(text)


def _plain(value: Value) -> Value:
    return int(value) if not isinstance(value, str | bool | None) and value == int(value) else value


def _order(value: Value) -> tuple[bool, Any]:
    return (value is None, "" if value is None else value)
