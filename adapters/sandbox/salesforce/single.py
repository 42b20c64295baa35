"""One record per call: create, read, upsert, update, delete, by id and by external id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.sandbox.salesforce.ids import to_18
from adapters.sandbox.salesforce.org import Org, Visit
from adapters.sandbox.salesforce.query import Shape
from adapters.sandbox.salesforce.records import SeveralFound
from adapters.sandbox.salesforce.schema import Field, SObject
from adapters.sandbox.salesforce.store import Row
from adapters.sandbox.salesforce.values import Refusal, WrongType, accept
from adapters.sandbox.wire import ApiError, Request, Response, answer, dumps

_STATUS = {"ENTITY_IS_DELETED": 404}


def create(visit: Visit, name: str) -> Response:
    """`POST /sobjects/{X}`."""
    org, request, _ = visit
    sobject = org.sobject(name)
    body = _body(request)
    try:
        row = org.records.create(sobject, body)
    except Refusal as refusal:
        return refused(refusal)
    return answer({"id": row.id, "success": True, "errors": []}, 201)


def upsert(visit: Visit, name: str, field_name: str, key: str) -> Response:
    """`PATCH /sobjects/{X}/{ExtField}/{value}`."""
    org, request, _ = visit
    sobject = org.sobject(name)
    field = _key_field(sobject, field_name)
    body = _body(request)
    if any(part.lower() == field.name.lower() for part in body):
        message = f"The {field.name} field should not be specified in the sobject data."
        raise ApiError(400, "INVALID_FIELD", message)
    try:
        if request.query.get("updateOnly", "").lower() == "true" and not _found(
            org, sobject, field, key
        ):
            raise _not_found()
        saved = org.records.upsert(sobject, field, key, body)
    except SeveralFound as several:
        return _several(several, request)
    except Refusal as refusal:
        return refused(refusal)
    body = {"id": saved.row.id, "success": True, "errors": [], "created": saved.created}
    return answer(body, 201 if saved.created else 200)


def update(visit: Visit, name: str, record_id: str) -> Response:
    """`PATCH /sobjects/{X}/{id}`."""
    org, request, _ = visit
    row = _by_id(org, org.sobject(name), record_id)
    try:
        org.records.update(row, _body(request))
    except Refusal as refusal:
        return refused(refusal)
    return Response(204)


def read(visit: Visit, name: str, record_id: str) -> Response:
    """`GET /sobjects/{X}/{id}`."""
    sobject = visit.org.sobject(name)
    return _shown(visit, _by_id(visit.org, sobject, record_id))


def read_by_key(visit: Visit, name: str, field_name: str, key: str) -> Response:
    """`GET /sobjects/{X}/{ExtField}/{value}`."""
    sobject = visit.org.sobject(name)
    try:
        row = _by_key(visit.org, sobject, field_name, key)
    except SeveralFound as several:
        return _several(several, visit.request)
    return _shown(visit, row)


def delete(visit: Visit, name: str, record_id: str) -> Response:
    """`DELETE /sobjects/{X}/{id}`."""
    org = visit.org
    return _deleted(org, _by_id(org, org.sobject(name), record_id))


def delete_by_key(visit: Visit, name: str, field_name: str, key: str) -> Response:
    """`DELETE /sobjects/{X}/{ExtField}/{value}`."""
    org, request, _ = visit
    try:
        row = _by_key(org, org.sobject(name), field_name, key)
    except SeveralFound as several:
        return _several(several, request)
    return _deleted(org, row)


def refused(refusal: Refusal) -> Response:
    """A refused record, as the answer of a single call. Raises ApiError for a wrong JSON type."""
    if isinstance(refusal, WrongType):
        raise ApiError(400, "JSON_PARSER_ERROR", refusal.single)
    error = {"message": refusal.message, "errorCode": refusal.code, "fields": refusal.fields}
    return Response(_STATUS.get(refusal.code, 400), dumps([error]))


def _body(request: Request) -> Mapping[str, Any]:
    body = request.json()
    if not isinstance(body, dict):
        raise ApiError(400, "JSON_PARSER_ERROR", "The HTTP body must be a JSON object.")
    return body


def _deleted(org: Org, row: Row) -> Response:
    try:
        org.records.delete(row)
    except Refusal as refusal:
        return refused(refusal)
    return Response(204)


def _shown(visit: Visit, row: Row) -> Response:
    org, request, version = visit
    asked = request.query.get("fields")
    paths = asked.split(",") if asked else list(row.kind.fields)
    return answer(Shape(org.store, row.kind, paths, version).of(row))


def _key_field(sobject: SObject, name: str) -> Field:
    field = sobject.external_id(name)
    if field is None:
        message = f"Provided external ID field does not exist or is not accessible: {name}"
        raise ApiError(404, "NOT_FOUND", message)
    return field


def _found(org: Org, sobject: SObject, field: Field, key: str) -> list[Row]:
    return org.store.table(sobject).find(field.name, accept(field, key))


def _by_key(org: Org, sobject: SObject, field_name: str, key: str) -> Row:
    field = _key_field(sobject, field_name)
    found = _found(org, sobject, field, key)
    if not found:
        raise _not_found()
    if len(found) > 1:
        raise SeveralFound(found)
    return found[0]


def _by_id(org: Org, sobject: SObject, record_id: str) -> Row:
    full = to_18(record_id) or ""
    row = org.store.table(sobject).rows.get(full)
    if row is not None:
        return row
    if org.store.is_deleted(full):
        raise ApiError(404, "ENTITY_IS_DELETED", "entity is deleted")
    raise _not_found()


def _several(several: SeveralFound, request: Request) -> Response:
    base = request.path.split("/sobjects/")[0]
    links = [f"{base}/sobjects/{row.kind.name}/{row.id}" for row in several.rows]
    return answer(links, 300)


def _not_found() -> ApiError:
    return ApiError(404, "NOT_FOUND", "The requested resource does not exist")
