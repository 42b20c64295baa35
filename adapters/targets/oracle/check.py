"""Testing an environment against the profile: each missing resource, attribute and ability by name.

Asks `{resource}/describe`, which lists attributes (`name`, `updatable`, `queryable`, `precision`),
children, and the actions of the collection, `upsert` among them where the resource takes it
(Developing Fusion Web Applications, "Retrieving a Resource Describe").
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import orjson

from adapters.findings import clock, ready, shorter, unreached
from adapters.targets.oracle.client import Client
from adapters.targets.oracle.decode import bad_answer
from adapters.targets.oracle.profile import EntityMap, FieldMap, Profile
from adapters.targets.oracle.query import ROWS
from agent.errors import WaybillError
from agent.model import Finding, Findings, Level

_APART = "Switch on time synchronisation: sign-in with a key fails when they drift apart."
_USUAL = 80
"""Characters that a text field should take of which nobody said how long it is."""
_Described = Mapping[str, Any]


def examine(
    client: Client, profile: Profile, entities: Sequence[str], no_upsert: Collection[str]
) -> Findings:
    """Sign in, then describe each resource. Never raises for a finding."""
    findings: list[Finding] = []
    try:
        for place, entity in enumerate(entities):
            found = _resource(client, profile.entities[entity], entity, entity in no_upsert)
            if not place:
                findings.append(Finding(Level.OK, "SIGNED_IN", "Oracle is reachable; signed in."))
                findings += clock("Oracle", client.http.skew, _APART)
            findings += found
    except WaybillError as error:
        findings.append(unreached(error))
    return tuple(findings)


def _resource(client: Client, mapped: EntityMap, entity: str, creates: bool) -> list[Finding]:  # noqa: FBT001 - private, one caller
    answer = client.read(client.path(mapped, f"{mapped.resource}/describe"))
    if answer.status != 200:
        return [_missing(mapped, entity)]
    try:
        described = orjson.loads(answer.body)["Resources"][mapped.resource]
        children = described.get("children") or {}
        if mapped.child:
            described = children.get(mapped.child)
        if described is None:
            return [_missing(mapped, entity)]
        attributes = {str(item["name"]): item for item in described["attributes"]}
        rows = {
            str(item["name"]): item for item in (children.get(ROWS) or {}).get("attributes", ())
        }
        actions = {str(item.get("name")) for item in described["collection"]["actions"]}
        of_item = (described.get("item") or {}).get("actions") or ()
        changes = {str(item.get("name")) for item in of_item}
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise bad_answer() from None
    problems = [
        *_actions(mapped, entity, actions, changes),
        *_key(mapped, attributes),
        *_fields(mapped, attributes, rows),
    ]
    if actions and "upsert" not in actions and not creates:
        text = f"{mapped.shown} does not take Upsert-Mode."
        hint = f'Write no_upsert = ["{entity}"]: new records are then created after a look-up.'
        problems.append(
            Finding(
                Level.WARNING,
                "NO_UPSERT",
                text,
                hint,
                params={"name": mapped.shown, "entity": entity},
            )
        )
    return problems or [ready(mapped.shown)]


def _actions(
    mapped: EntityMap, entity: str, actions: Collection[str], changes: Collection[str]
) -> Iterator[Finding]:
    """What the user may not do, where a description names actions at all."""
    lacking = [
        word
        for offered, action, word in (
            (actions, "get", "read"),
            (actions, "create", "create"),
            (changes, "update", "change"),
        )
        if offered and action not in offered
    ]
    if lacking:
        text = f"{mapped.shown} (for {entity}) does not let the user {', '.join(lacking)} records."
        hint = "Give the integration user a role with these privileges on the object."
        yield Finding(Level.ERROR, "PERMISSION_DENIED", text, hint, params={"name": mapped.shown})
    if changes and "delete" not in changes:
        text = f"{mapped.shown} (for {entity}) does not let the user delete records."
        hint = "Give it, or let the flow say deactivate or leave for rows that left, not delete."
        yield Finding(Level.WARNING, "DELETE_FORBIDDEN", text, hint, params={"name": mapped.shown})


def _missing(mapped: EntityMap, entity: str) -> Finding:
    return Finding(
        Level.ERROR,
        "OBJECT_MISSING",
        f"{mapped.shown} (for {entity}) does not exist or is hidden from the user.",
        "Create and publish the object (waybill setup says how), or give the integration user "
        "access to it.",
        params={"name": mapped.shown},
    )


def _key(mapped: EntityMap, attributes: _Described) -> Iterator[Finding]:
    for name in filter(None, (mapped.id, mapped.key, mapped.system)):
        shown, found = f"{mapped.shown}.{name}", attributes.get(name)
        if found is None:
            hint = "Create it as waybill setup says, or name another one as key in the profile."
            yield Finding(
                Level.ERROR,
                "FIELD_MISSING",
                f"{shown} does not exist.",
                hint,
                params={"name": shown},
            )
        elif not found.get("queryable", True):
            hint = "Records are looked up by it; choose another attribute as key in the profile."
            yield Finding(
                Level.ERROR,
                "NOT_QUERYABLE",
                f"{shown} cannot be searched.",
                hint,
                params={"name": shown},
            )


def _fields(mapped: EntityMap, attributes: _Described, rows: _Described) -> Iterator[Finding]:
    for ours, field in mapped.fields.items():
        if not field.name:
            continue
        place = f"{mapped.shown}/{ROWS}" if field.row else mapped.shown
        name = f"{place}.{field.name}"
        described = (rows if field.row else attributes).get(field.name)
        if described is None:
            hint = f'Create it, or give "{ours}" another name in the target\'s profile.'
            yield Finding(
                Level.ERROR, "FIELD_MISSING", f"{name} does not exist.", hint, params={"name": name}
            )
        elif not described.get("updatable", True):
            hint = "Give the integration user write access, or name another attribute."
            yield Finding(
                Level.ERROR,
                "FIELD_READ_ONLY",
                f"{name} may not be written.",
                hint,
                params={"name": name},
            )
        elif most := _shorter(field, described):
            yield shorter(name, ours, most, field.length or _USUAL)


def _shorter(field: FieldMap, described: _Described) -> int:
    """How many characters it takes, where that is less than what is believed; 0: enough."""
    most = described.get("precision") or described.get("maxLength")
    if field.kind != "text" or not isinstance(most, int) or isinstance(most, bool):
        return 0
    return most if 0 < most < (field.length or _USUAL) else 0
