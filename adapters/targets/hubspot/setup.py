"""What an administrator must make in an account, as HubSpot's own API calls. Pure.

For each object one call per file, in the order in which they are to be made: custom objects first
(`POST /crm-object-schemas/v3/schemas`), then properties of standard objects (`POST
/crm/v3/properties/{object}/batch/create`). The unique property is among them; whether a property is
unique cannot be changed later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from adapters.targets.hubspot.profile import EntityMap, FieldMap, Kind, Profile

GROUPS: Mapping[str, str] = {
    "companies": "companyinformation",
    "contacts": "contactinformation",
    "products": "productinformation",
    "orders": "order_information",
    "line_items": "lineiteminformation",
    "deals": "dealinformation",
}
"""The property group of each standard object that every account has."""

TYPES: Mapping[Kind, tuple[str, str]] = {
    "text": ("string", "text"),
    "ref": ("string", "text"),
    "decimal": ("number", "number"),
    "integer": ("number", "number"),
    "boolean": ("bool", "booleancheckbox"),
    "date": ("date", "date"),
    "instant": ("datetime", "date"),
}
"""Kind -> a property's `type` and `fieldType`."""

_OBJECTS: Mapping[str, str] = {
    "companies": "COMPANY",
    "contacts": "CONTACT",
    "products": "PRODUCT",
    "orders": "ORDER",
    "line_items": "LINE_ITEM",
    "deals": "DEAL",
}
"""How `associatedObjects` names the standard ones."""


def files(profile: Profile, entities: Sequence[str]) -> dict[str, bytes]:
    """File name -> content: numbered calls, and a page that says how to make them."""
    calls = [*_objects(profile, entities), *_properties(profile, entities)]
    made = {
        f"{number:02}-{name}.json": orjson.dumps(
            {"method": "POST", "path": path, "body": body}, option=orjson.OPT_INDENT_2
        )
        for number, (name, path, body) in enumerate(calls, 1)
    }
    return {"README.md": _page(made).encode(), **made}


def _objects(
    profile: Profile, entities: Sequence[str]
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    made: set[str] = set()
    for entity in entities:
        where = profile.entities[entity]
        if not where.object.startswith("p_") or where.object in made:
            continue
        name = where.object.removeprefix("p_")
        body = {
            "name": name,
            "labels": {"singular": _label(name), "plural": f"{_label(name)}s"},
            "primaryDisplayProperty": profile.key,
            "requiredProperties": [profile.key],
            "searchableProperties": [profile.key],
            "properties": [_key(profile), *(_made(o, f) for o, f in _own(where, profile))],
            "associatedObjects": sorted(_linked(where, profile, made)),
        }
        made.add(where.object)
        yield name, "/crm-object-schemas/v3/schemas", body


def _linked(where: EntityMap, profile: Profile, made: set[str]) -> set[str]:
    """The objects that it is linked to, either way, and that are there by then."""
    parents = {profile.entities[field.parent].object for field in where.refs.values()}
    children = {
        other.object
        for other in profile.entities.values()
        for field in other.refs.values()
        if profile.entities[field.parent].object == where.object
    }
    return {_OBJECTS.get(name, name) for name in parents | children if name in {*_OBJECTS, *made}}


def _properties(
    profile: Profile, entities: Sequence[str]
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for name in dict.fromkeys(profile.entities[entity].object for entity in entities):
        if name not in GROUPS:
            continue
        group = {"groupName": GROUPS[name]}
        inputs = {profile.key: {**_key(profile), **group}}
        for entity in entities:
            where = profile.entities[entity]
            if where.object == name:
                found = ((ours, field) for ours, field in _own(where, profile))
                inputs |= {f.name: {**_made(o, f), **group} for o, f in found}
        yield name, f"/crm/v3/properties/{name}/batch/create", {"inputs": list(inputs.values())}


def _label(name: str) -> str:
    """`erp_price_list` -> `ERP price list`."""
    return f"ERP {name.removeprefix('erp_').replace('_', ' ')}"


def _own(where: EntityMap, profile: Profile) -> Iterator[tuple[str, FieldMap]]:
    """The fields whose properties no account has from the start."""
    for ours, field in where.fields.items():
        mine = field.name.startswith("erp_") or where.custom
        if field.name and field.name != profile.key and mine:
            yield ours, field


def _key(profile: Profile) -> dict[str, Any]:
    return {
        "name": profile.key,
        "label": "ERP key",
        "type": "string",
        "fieldType": "text",
        "hasUniqueValue": True,
    }


def _made(ours: str, field: FieldMap) -> dict[str, Any]:
    kind, form = TYPES[field.kind]
    made: dict[str, Any] = {
        "name": field.name,
        "label": f"ERP {ours.replace('_', ' ')}",
        "type": kind,
        "fieldType": form,
    }
    if field.kind == "boolean":
        made["options"] = [
            {"label": label, "value": value, "displayOrder": place, "hidden": False}
            for place, (label, value) in enumerate((("Yes", "true"), ("No", "false")))
        ]
    return made


def _page(files: Mapping[str, bytes]) -> str:
    steps = "\n".join(f"- {name}" for name in files)
    return f"""# Setting HubSpot up for Waybill

Each file is one call: `method`, `path` on https://api.hubapi.com, and `body`. Make them in order,
signed in with a private app that has the scopes `crm.schemas.*.write` of the objects (custom
objects: `crm.schemas.custom.write`, Enterprise). What exists already is refused, with a 409 or by
name in a 207: go on.

{steps}

With curl: `jq .body FILE | curl -X POST "https://api.hubapi.com$(jq -r .path FILE)" -H
"Authorization: Bearer TOKEN" -H "Content-Type: application/json" -d @-`

Then `waybill test` names what is still missing. The unique property cannot be made unique later:
if `waybill test` says NOT_UNIQUE, delete the property and make it again.
"""
