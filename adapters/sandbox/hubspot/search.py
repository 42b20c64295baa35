"""`POST /crm/v3/objects/{type}/search`: an index behind the records, 200 a page, 10,000 at most."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.sandbox.hubspot.account import Account
from adapters.sandbox.hubspot.store import Row
from adapters.sandbox.store import Value
from adapters.sandbox.wire import ApiError, Request, Response, answer

_MOST = 200
_MOST_GROUPS = 6

Values = Mapping[str, Value]


class Search:
    """What a search sees: the records as they were `lag` seconds ago."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._seen: dict[str, dict[str, tuple[Row, Values]]] = {}
        for name, table in account.store.tables.items():  # of a former run, long since seen
            self._seen[name] = {row.id: (row, dict(row.values)) for row in table.rows.values()}

    def run(self, request: Request, name: str) -> Response:
        """Answer a search. Raises ApiError."""
        self._catch_up()
        account = self._account
        kind = account.object(name)
        body = request.json()
        if not isinstance(body, dict):
            raise ApiError(400, "VALIDATION_ERROR", "The body must be an object")
        limit, after = _whole(body.get("limit", 10)), _whole(body.get("after") or 0)
        if not 1 <= limit <= _MOST:
            raise ApiError(400, "VALIDATION_ERROR", f"limit must be between 1 and {_MOST}")
        if after + limit > account.options.search_ceiling:
            raise ApiError(400, "VALIDATION_ERROR", "paging past 10000 results is not supported")
        found = [pair for pair in self._seen.get(kind.name, {}).values() if _fits(pair[1], body)]
        for sort in reversed(body.get("sorts") or ()):
            _sort(found, sort)
        names = [str(each) for each in body.get("properties") or ()]
        page = [self._shown(row, values, names) for row, values in found[after : after + limit]]
        answered: dict[str, Any] = {"total": len(found), "results": page}
        if len(found) > after + limit:
            answered["paging"] = {"next": {"after": str(after + limit)}}
        return answer(answered)

    def _shown(self, row: Row, values: Values, names: list[str]) -> dict[str, Any]:
        shown = self._account.shown(row, names)
        asked = names or list(values)
        return {**shown, "properties": {name: values.get(name) for name in asked}}

    def _catch_up(self) -> None:
        journal = self._account.records.journal
        until = self._account.core.clock.monotonic() - self._account.options.lag
        while journal and journal[0][0] <= until:
            _, row, values = journal.popleft()
            seen = self._seen.setdefault(row.kind.name, {})
            if values is None:
                seen.pop(row.id, None)
            else:
                seen[row.id] = (row, values)


def _fits(values: Values, body: Mapping[str, Any]) -> bool:
    groups = body.get("filterGroups") or ()
    if len(groups) > _MOST_GROUPS:
        raise ApiError(400, "VALIDATION_ERROR", "too many filter groups")
    return not groups or any(
        all(_passes(values, test) for test in group.get("filters", ())) for group in groups
    )


def _passes(values: Values, test: Mapping[str, Any]) -> bool:
    held = values.get(str(test.get("propertyName")))
    operator = str(test.get("operator"))
    if operator == "HAS_PROPERTY":
        return held is not None
    if operator == "NOT_HAS_PROPERTY":
        return held is None
    if operator == "IN":
        wanted = {str(each).lower() for each in test.get("values", ())}
        return held is not None and str(held).lower() in wanted
    compare = _COMPARE.get(operator)
    if compare is None:
        raise ApiError(400, "VALIDATION_ERROR", f"operator {operator} is not supported")
    return held is not None and compare(*_comparable(str(held), str(test.get("value"))))


def _comparable(held: str, given: str) -> tuple[Any, Any]:
    try:
        return Decimal(held), Decimal(given)
    except InvalidOperation:
        return held.lower(), given.lower()


def _sort(found: list[tuple[Row, Values]], sort: Any) -> None:
    name = sort.get("propertyName") if isinstance(sort, dict) else sort
    down = isinstance(sort, dict) and sort.get("direction") == "DESCENDING"
    found.sort(key=lambda pair: _sorted_by(str(pair[1].get(str(name)) or "")), reverse=down)


def _sorted_by(text: str) -> tuple[Decimal, str]:
    return (Decimal(text), "") if text.isdecimal() else (Decimal(-1), text)


def _whole(value: Any) -> int:
    if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()):
        return int(value)
    raise ApiError(400, "VALIDATION_ERROR", "limit and after are numbers")


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "EQ": lambda held, given: held == given,
    "NEQ": lambda held, given: held != given,
    "GT": lambda held, given: held > given,
    "GTE": lambda held, given: held >= given,
    "LT": lambda held, given: held < given,
    "LTE": lambda held, given: held <= given,
}
