"""The calls of `/crm/v4/associations`: batches of links between records of two objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.sandbox.hubspot.account import Account
from adapters.sandbox.wire import ApiError, Request, Response, answer

_MOST = 2000
_MOST_READ = 1000


def associate_default(account: Account, request: Request, kind: str, to: str) -> Response:
    """`POST .../batch/associate/default`: link pairs in the default way."""
    one, two = account.object(kind), account.object(to)
    if two.name not in one.links and one.name not in two.links:
        message = f"No default association type exists between {one.type_id} and {two.type_id}"
        raise ApiError(400, "VALIDATION_ERROR", message)
    results, errors = [], []
    for item in account.inputs(request, _MOST):
        first = account.store.table(one).rows.get(_id(item, "from"))
        second = account.store.table(two).rows.get(_id(item, "to"))
        if first is None or second is None:
            errors.append(_missing([_id(item, "from"), _id(item, "to")]))
            continue
        account.associations.add(first, second)
        spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}
        for here, there in ((first, second), (second, first)):
            pair = {"from": {"id": here.id}, "to": {"id": there.id}}
            results.append({**pair, "associationSpec": spec})
    return account.multi(results, errors)


def read(account: Account, request: Request, kind: str, to: str) -> Response:
    """`POST .../batch/read`: whom each record is linked with."""
    one, two = account.object(kind), account.object(to)
    results, errors = [], []
    for item in account.inputs(request, _MOST_READ):
        record_id = str(item.get("id", ""))
        linked = sorted(account.associations.of(one.name, record_id, two.name))
        if not linked:
            errors.append(_unlinked(record_id))
            continue
        types = [{"category": "HUBSPOT_DEFINED", "typeId": 1, "label": None}]
        shown = [{"toObjectId": int(each), "associationTypes": types} for each in linked]
        results.append({"from": {"id": record_id}, "to": shown})
    return account.multi(results, errors)


def archive(account: Account, request: Request, kind: str, to: str) -> Response:
    """`POST .../batch/archive`: unlink; what is not linked is none the worse for it."""
    one, two = account.object(kind), account.object(to)
    for item in account.inputs(request, _MOST):
        for each in item.get("to") or ():
            account.associations.remove(one.name, _id(item, "from"), two.name, str(each.get("id")))
    return Response(204)


def labels(account: Account, _request: Request, kind: str, to: str) -> Response:
    """`GET .../labels`: in which ways two objects may be linked."""
    one, two = account.object(kind), account.object(to)
    linked = two.name in one.links or one.name in two.links
    found = [{"category": "HUBSPOT_DEFINED", "typeId": 1, "label": None}] if linked else []
    return answer({"results": found})


def _id(item: Mapping[str, Any], side: str) -> str:
    end = item.get(side)
    return str(end.get("id", "")) if isinstance(end, dict) else ""


def _missing(ids: list[str]) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": "One or more objects do not exist",
        "context": {"ids": ids},
    }


def _unlinked(record_id: str) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No associations found for {record_id}",
        "context": {"fromObjectId": [record_id]},
    }
