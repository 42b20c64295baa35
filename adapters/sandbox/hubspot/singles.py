"""One record per call, and listings page by page."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.hubspot.account import Account
from adapters.sandbox.hubspot.schema import Object
from adapters.sandbox.hubspot.store import Row
from adapters.sandbox.hubspot.values import Refusal, text_of
from adapters.sandbox.wire import ApiError, Request, Response, answer


def listing(account: Account, request: Request, name: str) -> Response:
    """`GET /crm/v3/objects/{type}`: in the order of record ids, at most 100 of them."""
    kind = account.object(name)
    limit = _limit(request.query.get("limit", "10"), account.options.page_size)
    after = request.query.get("after", "")
    if after and not after.isdecimal():
        raise ApiError(400, "VALIDATION_ERROR", "after is not a valid cursor")
    rows = account.store.table(kind).rows
    wanted = sorted((row for row in rows.values() if int(row.id) >= int(after or 0)), key=_number)
    page = [account.shown(row, _names(request)) for row in wanted[:limit]]
    body: dict[str, Any] = {"results": page}
    if len(wanted) > limit:
        body["paging"] = {"next": {"after": wanted[limit].id}}
    return answer(body)


def create(account: Account, request: Request, name: str) -> Response:
    """`POST /crm/v3/objects/{type}`."""
    try:
        row = account.records.create(account.object(name), _body(request))
    except Refusal as refusal:
        raise _told(refusal) from None
    return answer(account.shown(row), 201)


def read(account: Account, request: Request, name: str, value: str) -> Response:
    """`GET /crm/v3/objects/{type}/{id}`."""
    row = _row(account, account.object(name), request, value)
    return answer(account.shown(row, _names(request)))


def update(account: Account, request: Request, name: str, value: str) -> Response:
    """`PATCH /crm/v3/objects/{type}/{id}`: never creates."""
    row = _row(account, account.object(name), request, value)
    try:
        account.records.update(row, _body(request))
    except Refusal as refusal:
        raise _told(refusal) from None
    return answer(account.shown(row))


def archive(account: Account, _request: Request, name: str, value: str) -> Response:
    """`DELETE /crm/v3/objects/{type}/{id}`: 204, also a second time."""
    row = account.store.table(account.object(name)).rows.get(value)
    if row is not None:
        account.records.archive(row)
    return Response(204)


def _told(refusal: Refusal) -> ApiError:
    return ApiError(refusal.status, refusal.category, refusal.message)


def _row(account: Account, kind: Object, request: Request, value: str) -> Row:
    key = request.query.get("idProperty", "hs_object_id")
    found = account.records.find(kind, key, value) if key in kind.properties else None
    if found is None:
        message = f"Object not found. objectId are usually numeric. Given: {value}"
        raise ApiError(404, "OBJECT_NOT_FOUND", message)
    return found


def _body(request: Request) -> dict[str, str]:
    body = request.json()
    properties = body.get("properties") if isinstance(body, dict) else None
    if not isinstance(properties, dict):
        message = "Some required fields were not set: [properties]"
        raise ApiError(400, "VALIDATION_ERROR", message)
    return {name: text_of(value) for name, value in properties.items()}


def _names(request: Request) -> list[str]:
    return [name for name in request.query.get("properties", "").split(",") if name]


def _limit(text: str, most: int) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise ApiError(400, "VALIDATION_ERROR", f"limit must be between 1 and {most}")
    return int(text)


def _number(row: Row) -> int:
    return int(row.id)
