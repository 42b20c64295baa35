"""Objects and properties: told, and made, by calls of an administrator's."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from adapters.sandbox.hubspot.account import Account
from adapters.sandbox.hubspot.schema import Object, Property
from adapters.sandbox.hubspot.values import Refusal
from adapters.sandbox.wire import ApiError, Request, Response, answer

_MOST = 100


def properties(account: Account, _request: Request, name: str) -> Response:
    """`GET /crm/v3/properties/{type}`."""
    kind = account.object(name)
    return answer({"results": [_told(item) for item in kind.properties.values()]})


def one_property(account: Account, _request: Request, name: str, wanted: str) -> Response:
    """`GET /crm/v3/properties/{type}/{name}`."""
    item = account.object(name).properties.get(wanted)
    if item is None:
        raise ApiError(404, "OBJECT_NOT_FOUND", f"Property {wanted} does not exist")
    return answer(_told(item))


def make_property(account: Account, request: Request, name: str) -> Response:
    """`POST /crm/v3/properties/{type}`."""
    item = _property(request.json(), needs_group=True)
    try:
        account.define(account.object(name), item)
    except Refusal as refusal:
        raise ApiError(refusal.status, refusal.category, refusal.message) from None
    return answer(_told(item), 201)


def make_properties(account: Account, request: Request, name: str) -> Response:
    """`POST /crm/v3/properties/{type}/batch/create`: what is there already is named in a 207."""
    kind = account.object(name)
    made = [_property(item, needs_group=True) for item in account.inputs(request, _MOST)]
    results, errors = [], []
    for item in made:
        try:
            account.define(kind, item)
            results.append(_told(item))
        except Refusal as refusal:
            said = {"category": refusal.category, "message": refusal.message}
            errors.append({"status": "error", **said, "context": {"name": [item.name]}})
    return account.multi(results, errors, 201)


def schemas(account: Account, _request: Request) -> Response:
    """`GET /crm-object-schemas/v3/schemas`: custom objects only."""
    found = [_schema(account, kind) for kind in account.schema.objects.values() if kind.custom]
    return answer({"results": found})


def schema(account: Account, _request: Request, name: str) -> Response:
    """`GET /crm-object-schemas/v3/schemas/{type}`."""
    return answer(_schema(account, account.object(name)))


def make_schema(account: Account, request: Request) -> Response:
    """`POST /crm-object-schemas/v3/schemas`."""
    body = request.json()
    needed = ("name", "labels", "properties", "requiredProperties", "associatedObjects")
    missing = [key for key in needed if not isinstance(body, dict) or key not in body]
    if missing:
        message = f"Some required fields were not set: {missing}"
        raise ApiError(400, "VALIDATION_ERROR", message)
    if account.schema.find(f"p_{body['name']}") is not None:
        message = f"An object type named {body['name']} already exists."
        raise ApiError(409, "OBJECT_ALREADY_EXISTS", message)
    own = [_property(item, needs_group=False) for item in body["properties"]]
    linked = [_named(account, each).name for each in body["associatedObjects"]]
    kind = account.schema.add_custom(body["name"], body["labels"]["singular"], own)
    kind.links |= set(linked)
    account.store.reindex(kind)
    return answer(_schema(account, kind), 201)


def details(account: Account, _request: Request) -> Response:
    """`GET /account-info/v3/details`."""
    portal = int(account.core.credentials["portal_id"])
    zone = {"timeZone": "Europe/Berlin", "utcOffset": "+01:00"}
    return answer({"portalId": portal, "accountType": "DEVELOPER_TEST", **zone})


def _named(account: Account, text: Any) -> Object:
    found = account.schema.find(str(text))
    if found is None:
        raise ApiError(400, "VALIDATION_ERROR", f"Invalid associated object: {text}")
    return found


def _property(item: Any, *, needs_group: bool) -> Property:
    try:
        made = Property.model_validate(item)
    except ValidationError:
        raise ApiError(400, "VALIDATION_ERROR", "The property is not valid") from None
    if needs_group and not made.group_name:
        raise ApiError(400, "VALIDATION_ERROR", "groupName is required")
    if made.type in ("bool", "enumeration") and not made.options:
        raise ApiError(400, "VALIDATION_ERROR", f"{made.name} needs options")
    return made.model_copy(update={"read_only": False})


def _told(item: Property) -> dict[str, Any]:
    return {
        "name": item.name,
        "label": item.label,
        "type": item.type,
        "fieldType": item.field_type,
        "groupName": item.group_name,
        "hasUniqueValue": item.has_unique_value,
        "options": list(item.options),
        "calculated": item.read_only,
        "archived": False,
        "modificationMetadata": {"readOnlyValue": item.read_only, "archivable": True},
    }


def _schema(account: Account, kind: Object) -> dict[str, Any]:
    return {
        "id": kind.type_id.removeprefix("2-"),
        "objectTypeId": kind.type_id,
        "name": kind.name.removeprefix("p_"),
        "fullyQualifiedName": account.schema.full_name(kind),
        "labels": {"singular": kind.singular, "plural": kind.singular},
        "properties": [_told(item) for item in kind.properties.values()],
    }
