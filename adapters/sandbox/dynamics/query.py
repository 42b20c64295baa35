"""GET of records: `$select`, `$expand` of one step, `$filter`, `$orderby`, `$top`, pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from adapters.sandbox.dynamics.filters import Filter, bad
from adapters.sandbox.dynamics.schema import TableKind
from adapters.sandbox.dynamics.store import Row, Store
from adapters.sandbox.dynamics.values import folded
from adapters.sandbox.wire import ApiError

_EXPANDED = re.compile(r"(\w+)(?:\(\$select=([\w,]+)\))?(?:,|$)")
_MOST_EXPANDED = 15
_KNOWN = frozenset({"$select", "$expand", "$filter", "$orderby", "$top", "$count", "$skiptoken"})


class Queries:
    """Reads for one environment. The caller holds the core's lock."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def page(
        self, root: str, table: TableKind, query: Mapping[str, str], size: int
    ) -> dict[str, Any]:
        """One page of records; `root` is the API's address."""
        if unknown := [name for name in query if name.startswith("$") and name not in _KNOWN]:
            raise bad(f"The query parameter {unknown[0]} is not supported.")
        rows = list(self._store.table(table).rows.values())
        if "$filter" in query:
            test = Filter(query["$filter"], table, self._store).test
            rows = [row for row in rows if test(row)]
        self._order(table, rows, query.get("$orderby", ""))
        start = self._start(rows, query.get("$skiptoken", ""))
        most = int(query["$top"]) if query.get("$top", "").isdecimal() else len(rows)
        page = rows[start : start + min(size, most)]
        answer: dict[str, Any] = {
            "@odata.context": f"{root}/$metadata#{table.set}",
            "value": [self.shown(table, row, query) for row in page],
        }
        if "$top" not in query and start + len(page) < len(rows):
            following = {**query, "$skiptoken": f"<cookie after='{page[-1].id}'/>"}
            answer["@odata.nextLink"] = (
                f"{root}/{table.set}?{urlencode(following, quote_via=quote)}"
            )
        return answer

    def shown(self, table: TableKind, row: Row, query: Mapping[str, str]) -> dict[str, Any]:
        """One record with what was selected and expanded."""
        names = [name for name in query.get("$select", "").split(",") if name]
        for name in names:
            if not _has(table, name):
                raise _missing(table, name)
        record: dict[str, Any] = {"@odata.etag": etag(row)}
        for name in names or [*table.columns, *(f"_{c}_value" for c in table.lookups)]:
            record[name] = _value(row, name)
        record[table.id] = row.id
        for name, columns in self._expanded(table, query.get("$expand", "")):
            record[name] = self._other(table, row, name, columns)
        return record

    def _expanded(self, table: TableKind, text: str) -> list[tuple[str, list[str]]]:
        found = _EXPANDED.findall(text)
        if len(found) > _MOST_EXPANDED:
            raise bad(f"More than {_MOST_EXPANDED} $expand options.")
        for name, _ in found:
            if name not in table.navigation:
                raise _missing(table, name)
        return [(name, columns.split(",") if columns else []) for name, columns in found]

    def _other(
        self, table: TableKind, row: Row, name: str, columns: list[str]
    ) -> dict[str, Any] | None:
        leads = table.navigation[name]
        other = self._store.row(str(row.values.get(leads.column)))
        if other is None or other.kind.name != leads.table:
            return None
        for column in columns:
            if not _has(other.kind, column):
                raise _missing(other.kind, column)
        wanted = columns or list(other.kind.columns)
        return {column: _value(other, column) for column in wanted} | {other.kind.id: other.id}

    def _order(self, table: TableKind, rows: list[Row], text: str) -> None:
        rows.sort(key=lambda row: row.id)
        for item in reversed([part for part in text.split(",") if part.strip()]):
            name, _, way = item.strip().partition(" ")
            if not _has(table, name):
                raise _missing(table, name)
            rows.sort(key=lambda row: _sortable(row, name), reverse=way.strip() == "desc")

    def _start(self, rows: list[Row], token: str) -> int:
        found = re.search(r"after='([^']+)'", token)
        if found is None:
            return 0
        # Where the last one of the page before stood, also if it is not among them any more.
        return next((n for n, row in enumerate(rows) if row.id > found[1]), len(rows))


def etag(row: Row) -> str:
    """A record's version as clients compare it."""
    return f'W/"{row.values["versionnumber"]}"'


def _sortable(row: Row, name: str) -> tuple[bool, str]:
    value = _value(row, name)
    number = f"{value:040.10f}" if isinstance(value, int | Decimal) else ""
    return value is not None, number or ("" if value is None else str(folded(value)))


def _has(table: TableKind, name: str) -> bool:
    lookup = name.removeprefix("_").removesuffix("_value")
    return name in table.columns or name == table.id or (name[0] == "_" and lookup in table.lookups)


def _value(row: Row, name: str) -> Any:
    if name == row.kind.id:
        return row.id
    if name.startswith("_"):
        return row.values.get(name.removeprefix("_").removesuffix("_value"))
    return row.values.get(name)


def _missing(table: TableKind, name: str) -> ApiError:
    return ApiError(
        400,
        "0x0",
        f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table.name}'.",
    )
