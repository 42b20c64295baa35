"""Up to 200 records per call: create, update, upsert, delete. Well formed means 200 and one result each.

Results come in the order of the request. With `allOrNone` one refused record rolls back all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.sandbox.salesforce.ids import to_18
from adapters.sandbox.salesforce.org import Org, Visit
from adapters.sandbox.salesforce.records import ROLLED_BACK, SeveralFound
from adapters.sandbox.salesforce.schema import Field, SObject
from adapters.sandbox.salesforce.store import Row
from adapters.sandbox.salesforce.values import Refusal
from adapters.sandbox.wire import ApiError, Request, Response, answer

MOST = 200
_ID_NAMES = frozenset({"Id", "id", "ID"})

Result = dict[str, Any]
Step = Callable[[], Result]


def upsert(visit: Visit, name: str, field_name: str) -> Response:
    """`PATCH /composite/sobjects/{X}/{ExtField}`."""
    org, request, _ = visit
    sobject = org.sobject(name)
    field = sobject.external_id(field_name)
    if field is None:
        message = f"Provided external ID field does not exist or is not accessible: {field_name}"
        raise ApiError(404, "NOT_FOUND", message)
    body = _body(request)
    records = _records(body)
    if any(_type(record).lower() != sobject.name.lower() for record in records):
        message = f"All records must be of the type in the URI: {sobject.name}"
        raise ApiError(400, "INVALID_INPUT", message)
    seen: set[str] = set()
    steps = [_upsert_step(org, sobject, field, record, seen) for record in records]
    return answer(_run(org, steps, all_or_none=body.get("allOrNone", False)))


def create(visit: Visit) -> Response:
    """`POST /composite/sobjects`."""
    org, request, _ = visit
    body = _body(request)
    steps = [_create_step(org, record) for record in _records(body)]
    return answer(_run(org, steps, all_or_none=body.get("allOrNone", False)))


def update(visit: Visit) -> Response:
    """`PATCH /composite/sobjects`: by the records' own ids."""
    org, request, _ = visit
    body = _body(request)
    steps = [_update_step(org, record) for record in _records(body)]
    return answer(_run(org, steps, all_or_none=body.get("allOrNone", False)))


def delete(visit: Visit) -> Response:
    """`DELETE /composite/sobjects?ids=...`."""
    org, request, _ = visit
    ids = [part for part in request.query.get("ids", "").split(",") if part]
    if not ids:
        raise ApiError(400, "MISSING_ARGUMENT", "The ids parameter is required")
    _check_count(ids)
    steps = [_delete_step(org, record_id) for record_id in ids]
    all_or_none = request.query.get("allOrNone", "false").lower() == "true"
    return answer(_run(org, steps, all_or_none=all_or_none))


def _upsert_step(
    org: Org, sobject: SObject, field: Field, record: Mapping[str, Any], seen: set[str]
) -> Step:
    def step() -> Result:
        rest = dict(record)
        if not _ID_NAMES.isdisjoint(rest):
            message = "The Id field should not be specified in the sobject data."
            raise Refusal("INVALID_FIELD", message, "Id")
        key = rest.pop(_named(rest, field.name), None)
        if key is None or key == "":
            message = f"{field.name} not specified"
            raise Refusal("MISSING_ARGUMENT", message, field.name)
        folded = str(key) if field.case_sensitive else str(key).lower()
        if folded in seen:
            message = f"Duplicate external id specified: {key}"
            raise Refusal("DUPLICATE_VALUE", message, field.name)
        seen.add(folded)
        try:
            saved = org.records.upsert(sobject, field, key, rest)
        except SeveralFound as several:
            found = ", ".join(row.id for row in several.rows)
            message = f"{field.name}: more than one record found for external id field: [{found}]"
            raise Refusal("DUPLICATE_EXTERNAL_ID", message, field.name) from None
        return {**_done(saved.row.id), "created": saved.created}

    return step


def _create_step(org: Org, record: Mapping[str, Any]) -> Step:
    def step() -> Result:
        sobject = org.schema.find(_type(record))
        if sobject is None:
            raise Refusal("INVALID_TYPE", f"sObject type '{_type(record)}' is not supported.")
        return _done(org.records.create(sobject, record).id)

    return step


def _update_step(org: Org, record: Mapping[str, Any]) -> Step:
    def step() -> Result:
        rest = dict(record)
        text = next((str(rest.pop(name)) for name in _ID_NAMES if name in rest), "")
        if not text:
            raise Refusal("MISSING_ARGUMENT", "Id not specified in an update call")
        row = _row(org, text)
        if row.kind.name.lower() != _type(record).lower():
            raise Refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        org.records.update(row, rest)
        return _done(row.id)

    return step


def _row(org: Org, text: str) -> Row:
    """The living record with this id. Raises Refusal."""
    record_id = to_18(text)
    if record_id is None:
        raise Refusal("MALFORMED_ID", f"malformed id {text}")
    row = org.store.row(record_id)
    if row is not None:
        return row
    if org.store.is_deleted(record_id):
        raise Refusal("ENTITY_IS_DELETED", "entity is deleted")
    raise Refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")


def _delete_step(org: Org, text: str) -> Step:
    def step() -> Result:
        row = _row(org, text)
        org.records.delete(row)
        return _done(row.id)

    return step


def _run(org: Org, steps: Sequence[Step], *, all_or_none: bool) -> list[Result]:
    if not all_or_none:
        return [_tried(step) for step in steps]
    results: list[Result] = []
    try:
        with org.records.all_or_none():
            results.extend(_tried(step) for step in steps)
            if not all(result["success"] for result in results):
                raise ROLLED_BACK
    except Refusal:
        return [result if not result["success"] else _failed(ROLLED_BACK) for result in results]
    return results


def _tried(step: Step) -> Result:
    try:
        return step()
    except Refusal as refusal:
        return _failed(refusal)


def _done(record_id: str) -> Result:
    return {"id": record_id, "success": True, "errors": []}


def _failed(refusal: Refusal) -> Result:
    error = {"statusCode": refusal.code, "message": refusal.message, "fields": refusal.fields}
    return {"success": False, "errors": [{**error, **refusal.more}]}


def _body(request: Request) -> Mapping[str, Any]:
    body = request.json()
    if not isinstance(body, dict) or not isinstance(body.get("allOrNone", False), bool):
        raise ApiError(400, "JSON_PARSER_ERROR", "The HTTP body must be a JSON object.")
    return body


def _records(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    records = body.get("records")
    if not isinstance(records, list) or not records:
        raise ApiError(400, "INVALID_INPUT", "The records parameter is required")
    _check_count(records)
    if not all(isinstance(record, dict) and _type(record) for record in records):
        message = "Include an entity type: attributes.type of each record"
        raise ApiError(400, "INVALID_INPUT", message)
    return records


def _check_count(items: Sequence[object]) -> None:
    if len(items) > MOST:
        message = f"record limit reached: cannot submit more than {MOST} records in this request"
        raise ApiError(400, "EXCEEDED_MAX_SIZE_REQUEST", message)


def _named(record: Mapping[str, Any], name: str) -> str:
    """How a record spells a field's name."""
    if name in record:
        return name
    return next((spelled for spelled in record if spelled.lower() == name.lower()), name)


def _type(record: Mapping[str, Any]) -> str:
    attributes = record.get("attributes")
    return str(attributes.get("type") or "") if isinstance(attributes, dict) else ""
