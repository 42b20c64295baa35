"""Testing an account against the profile: each missing object, property, scope and link by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import orjson

from adapters.findings import clock, ready, unreached
from adapters.http import Answer
from adapters.targets.hubspot import trouble
from adapters.targets.hubspot.associations import results
from adapters.targets.hubspot.client import Client
from adapters.targets.hubspot.profile import EntityMap, FieldMap, Profile
from adapters.targets.hubspot.setup import TYPES
from agent.errors import WaybillError
from agent.model import Finding, Findings, Level

_SKEW = timedelta(minutes=2)
_APPLY = "Make the calls that `waybill setup` writes."


def examine(client: Client, profile: Profile, entities: Sequence[str]) -> Findings:
    """Sign in, then look at each object. Never raises for a finding."""
    findings: list[Finding] = []
    try:
        client.read("GET", "/account-info/v3/details")
        findings.append(Finding(Level.OK, "SIGNED_IN", "HubSpot is reachable; signed in."))
        findings += clock("HubSpot", client.http.skew, most=_SKEW)
        for entity in entities:
            findings += _object(client, profile, entity)
    except WaybillError as error:
        findings.append(unreached(error))
    return tuple(findings)


def _object(client: Client, profile: Profile, entity: str) -> list[Finding]:
    mapped = profile.entities[entity]
    answer = client.read("GET", f"/crm/v3/properties/{quote(mapped.object, safe='')}")
    if answer.status != 200:
        return [_missing(mapped, entity, answer)]
    held = {str(item.get("name")): item for item in results(answer)}
    problems = [
        *_may_write(client, mapped, entity),
        *_key(mapped, profile, held),
        *_fields(mapped, held),
        *_links(client, profile, entity),
    ]
    return problems or [ready(mapped.object)]


def _may_write(client: Client, mapped: EntityMap, entity: str) -> Iterator[Finding]:
    """Upserts nothing: HubSpot refuses an empty batch, or says that a scope is missing."""
    path = f"/crm/v3/objects/{quote(mapped.object, safe='')}/batch/upsert"
    answer = client.read("POST", path, {"inputs": []})
    if trouble.errors_of(answer).get("category") == "MISSING_SCOPES":
        text = f"The app may not write {mapped.object} (for {entity})."
        hint = f"Give the app the scope crm.objects.{mapped.object}.write, then install it again."
        yield Finding(Level.ERROR, "SCOPE_MISSING", text, hint, params={"name": mapped.object})


def _missing(mapped: EntityMap, entity: str, answer: Answer) -> Finding:
    if answer.status == 423:
        text = f"{mapped.object} (for {entity}) is locked by another operation."
        return Finding(
            Level.WARNING, "LOCKED", text, "Test again in a moment.", params={"name": mapped.object}
        )
    leave_out = "If this kind is never sent, leave it out of the target's entities."
    if trouble.errors_of(answer).get("category") == "MISSING_SCOPES":
        return Finding(
            Level.ERROR,
            "SCOPE_MISSING",
            f"The app may not use {mapped.object} (for {entity}).",
            f"Give the app the scopes of this object. {leave_out}",
            params={"name": mapped.object},
        )
    hint = f"{_APPLY} Custom objects need an Enterprise subscription. {leave_out}"
    text = f"{mapped.object} (for {entity}) does not exist."
    return Finding(Level.ERROR, "OBJECT_MISSING", text, hint, params={"name": mapped.object})


def _key(mapped: EntityMap, profile: Profile, held: Mapping[str, Any]) -> Iterator[Finding]:
    name = f"{mapped.object}.{profile.key}"
    key = held.get(profile.key)
    if key is None:
        yield Finding(
            Level.ERROR, "FIELD_MISSING", f"{name} does not exist.", _APPLY, params={"name": name}
        )
    elif key.get("hasUniqueValue") is not True:
        hint = "It cannot be made unique later: delete the property and make it again."
        yield Finding(
            Level.ERROR,
            "NOT_UNIQUE",
            f"{name} does not hold unique values.",
            hint,
            params={"name": name},
        )


def _fields(mapped: EntityMap, held: Mapping[str, Any]) -> Iterator[Finding]:
    for ours, field in mapped.fields.items():
        if not field.name:
            continue
        name, found = f"{mapped.object}.{field.name}", held.get(field.name)
        if found is None:
            hint = f'{_APPLY} Or give "{ours}" another name in the target\'s profile.'
            yield Finding(
                Level.ERROR, "FIELD_MISSING", f"{name} does not exist.", hint, params={"name": name}
            )
        elif _is_computed(found):
            hint = f'Give "{ours}" another name in the target\'s profile, or "" to leave it out.'
            yield Finding(
                Level.ERROR,
                "FIELD_READ_ONLY",
                f"{name} is computed by HubSpot.",
                hint,
                params={"name": name},
            )
        elif not _fits(field, found):
            text = f"{name} is of the type {found.get('type')}, not {TYPES[field.kind][0]}."
            hint = f'Make it anew with that type, or give "{ours}" another name in the profile.'
            yield Finding(Level.ERROR, "TYPE_DIFFERS", text, hint, params={"name": name})


def _is_computed(found: Mapping[str, Any]) -> bool:
    told = found.get("modificationMetadata")
    read_only = isinstance(told, dict) and told.get("readOnlyValue") is True
    return read_only or found.get("calculated") is True


def _fits(field: FieldMap, found: Mapping[str, Any]) -> bool:
    expected = TYPES[field.kind][0]
    texts = ("string", "enumeration", "phone_number")
    return found.get("type") in (texts if expected == "string" else (expected,))


def _links(client: Client, profile: Profile, entity: str) -> Iterator[Finding]:
    one = profile.entities[entity].object
    for two in {
        profile.entities[field.parent].object: 0 for field in profile.entities[entity].refs.values()
    }:
        path = f"/crm/v4/associations/{quote(one, safe='')}/{quote(two, safe='')}/labels"
        answer = client.read("GET", path)
        try:
            there = answer.status == 200 and bool(orjson.loads(answer.body)["results"])
        except (orjson.JSONDecodeError, KeyError, TypeError):
            there = False
        if not there:
            text = f"Records of {one} cannot be linked with {two}."
            yield Finding(
                Level.ERROR,
                "LINK_MISSING",
                text,
                f"{_APPLY} Or link the two objects.",
                params={"one": one, "two": two},
            )
