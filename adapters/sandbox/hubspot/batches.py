"""Up to 100 records per call: upsert, create, update, read, archive.

With an `objectWriteTraceId` of its own in each input a write is judged record by record (207 when
some are refused); without, the first refusal undoes the whole batch. Results come in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.sandbox.hubspot.account import Account
from adapters.sandbox.hubspot.schema import Object
from adapters.sandbox.hubspot.store import Row
from adapters.sandbox.hubspot.values import Refusal, text_of
from adapters.sandbox.wire import ApiError, Request, Response

MOST = 100
_TRACE = "objectWriteTraceId"

Input = Mapping[str, Any]


def upsert(account: Account, request: Request, name: str) -> Response:
    """`POST .../batch/upsert`."""
    kind = account.object(name)
    inputs = account.inputs(request, MOST)
    for item in inputs:
        _check_key(account, kind, item)
    _check_once([str(item.get("id")) for item in inputs])

    def write(item: Input) -> dict[str, Any]:
        key, value = str(item["idProperty"]), text_of(item.get("id"))
        found = account.records.find(kind, key, value)
        properties = _properties(item)
        if found is not None:
            account.records.update(found, properties)
            return {**account.shown(found), "new": False}
        row = account.records.create(kind, {key: value, **properties})
        return {**account.shown(row), "new": True}

    return _written(account, inputs, write, 200)


def create(account: Account, request: Request, name: str) -> Response:
    """`POST .../batch/create`."""
    kind = account.object(name)

    def write(item: Input) -> dict[str, Any]:
        return account.shown(account.records.create(kind, _properties(item)))

    return _written(account, account.inputs(request, MOST), write, 201)


def update(account: Account, request: Request, name: str) -> Response:
    """`POST .../batch/update`: by record ids, unless a unique property is named."""
    kind = account.object(name)
    inputs = account.inputs(request, MOST)
    for item in inputs:
        if "idProperty" in item:
            _check_key(account, kind, item)
    _check_once([str(item.get("id")) for item in inputs])

    def write(item: Input) -> dict[str, Any]:
        row = _row(account, kind, item)
        account.records.update(row, _properties(item))
        return account.shown(row)

    return _written(account, inputs, write, 200)


def read(account: Account, request: Request, name: str) -> Response:
    """`POST .../batch/read`: what is not there is named in a 207."""
    kind = account.object(name)
    inputs = account.inputs(request, MOST)
    body = request.json()
    key = str(body.get("idProperty") or "hs_object_id")
    if key != "hs_object_id":
        _check_unique(account, kind, key)
    names = [str(each) for each in body.get("properties") or ()]
    rows, missing = [], []
    for value in dict.fromkeys(str(item.get("id")) for item in inputs):
        row = account.records.find(kind, key, value)
        rows += [row] if row is not None else []
        missing += [value] if row is None else []
    errors = [_lost(kind, missing)] if missing else []
    return account.multi(_any_order(account, [account.shown(row, names) for row in rows]), errors)


def archive(account: Account, request: Request, name: str) -> Response:
    """`POST .../batch/archive`: 204, also for what is not there."""
    kind = account.object(name)
    for item in account.inputs(request, MOST):
        row = account.store.table(kind).rows.get(str(item.get("id")))
        if row is not None:
            account.records.archive(row)
    return Response(204)


def _written(
    account: Account, inputs: Sequence[Input], write: Callable[[Input], dict[str, Any]], status: int
) -> Response:
    traces = [str(item.get(_TRACE) or "") for item in inputs]
    if not all(traces) or len(set(traces)) < len(traces):
        return _together(account, inputs, write, status)
    results, errors = [], []
    for trace, item in zip(traces, inputs, strict=True):
        try:
            results.append({**write(item), _TRACE: trace})
        except Refusal as refusal:
            errors.append(_refused(account, refusal, item, trace))
    return account.multi(_any_order(account, results), errors, status)


def _together(
    account: Account, inputs: Sequence[Input], write: Callable[[Input], dict[str, Any]], status: int
) -> Response:
    try:
        with account.records.all_or_none():
            results = [write(item) for item in inputs]
    except Refusal as refusal:
        raise ApiError(refusal.status, refusal.category, refusal.message) from None
    return account.multi(_any_order(account, results), [], status)


def _any_order(account: Account, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if account.options.shuffled:
        account.core.random.shuffle(results)
    return results


def _refused(account: Account, refusal: Refusal, item: Input, trace: str) -> dict[str, Any]:
    context = {_TRACE: [trace]} if account.options.names_trace_ids else {"ids": [str(item["id"])]}
    return {
        "status": "error",
        "category": refusal.category,
        "message": refusal.message,
        "context": context,
    }


def _lost(kind: Object, ids: list[str]) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": f"Could not get some {kind.singular.upper()} objects, they may be deleted or "
        "not exist. Check that ids are valid.",
        "context": {"ids": ids},
    }


def _row(account: Account, kind: Object, item: Input) -> Row:
    value = str(item.get("id"))
    row = account.records.find(kind, str(item.get("idProperty") or "hs_object_id"), value)
    if row is None:
        raise Refusal("OBJECT_NOT_FOUND", f"Object not found. objectId: {value}", 404)
    return row


def _properties(item: Input) -> dict[str, str]:
    properties = item.get("properties")
    if not isinstance(properties, dict):
        message = "Some required fields were not set: [properties]"
        raise ApiError(400, "VALIDATION_ERROR", message)
    return {name: text_of(value) for name, value in properties.items()}


def _check_key(account: Account, kind: Object, item: Input) -> None:
    key = item.get("idProperty")
    if not isinstance(key, str):
        raise ApiError(400, "VALIDATION_ERROR", "idProperty is required for upsert")
    _check_unique(account, kind, key)


def _check_unique(account: Account, kind: Object, key: str) -> None:
    found = kind.properties.get(key)
    is_email = kind.name == "contacts" and key == "email"
    if found is None or not (found.has_unique_value or is_email):
        portal = account.core.credentials["portal_id"]
        message = (
            f"Unable to perform update/upsert by non-unique {kind.type_id} property {key} "
            f"in portal ID {portal}"
        )
        raise ApiError(400, "VALIDATION_ERROR", message)


def _check_once(ids: Sequence[str]) -> None:
    twice = {each for each in ids if ids.count(each) > 1}
    if twice:
        message = f"Duplicate IDs found in batch input: {sorted(twice)}. IDs must be unique"
        raise ApiError(400, "VALIDATION_ERROR", message)
