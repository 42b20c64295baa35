"""Testing an org against the profile: each missing object, field and flag by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import orjson

from adapters.targets.salesforce.client import Client
from adapters.targets.salesforce.decode import bad_answer
from adapters.targets.salesforce.profile import EntityMap, FieldMap, Profile
from adapters.targets.salesforce.trouble import retired
from agent.errors import TargetAuthError, TargetUnavailable, WaybillError
from agent.model import Finding, Findings, Level

_SKEW = timedelta(seconds=60)
_USUAL = 80
"""Characters that a text field should take of which nobody said how long it is."""


def examine(client: Client, profile: Profile, entities: Sequence[str]) -> Findings:
    """Sign in, then describe each object. Never raises for a finding."""
    findings: list[Finding] = []
    try:
        if not client.serves_version():
            raise retired()
        findings.append(Finding(Level.OK, "SIGNED_IN", "Salesforce is reachable; signed in."))
        findings += _clock(client)
        for entity in entities:
            findings += _object(client, profile, entity)
    except TargetAuthError as error:
        findings.append(Finding(Level.ERROR, error.code, f"Sign-in: {error.title}", error.hint))
    except TargetUnavailable as error:
        findings.append(Finding(Level.ERROR, error.code, f"Network: {error.title}", error.hint))
    except WaybillError as error:
        findings.append(Finding(Level.ERROR, error.code, error.title, error.hint))
    return tuple(findings)


def _clock(client: Client) -> Iterator[Finding]:
    skew = client.http.skew
    if skew is not None and abs(skew) > _SKEW:
        minutes = round(abs(skew).total_seconds() / 60)
        yield Finding(
            Level.WARNING,
            "CLOCK_SKEW",
            f"This machine's clock differs from Salesforce's by {minutes} minutes.",
            "Switch on time synchronisation: sign-in with a key fails when they drift apart.",
        )


def _object(client: Client, profile: Profile, entity: str) -> list[Finding]:
    mapped = profile.entities[entity]
    answer = client.read(f"{client.root}/sobjects/{quote(mapped.sobject, safe='')}/describe")
    if answer.status != 200:
        return [
            Finding(
                Level.ERROR,
                "OBJECT_MISSING",
                f"{mapped.sobject} (for {entity}) does not exist or is hidden from the user.",
                "Create the object, or give the integration user access to it.",
            )
        ]
    try:
        described = orjson.loads(answer.body)
        fields = {str(item["name"]): item for item in described["fields"]}
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise bad_answer() from None
    problems = [*_key(mapped, profile, fields), *_fields(mapped, fields)]
    return problems or [Finding(Level.OK, "OBJECT_READY", f"{mapped.sobject} is ready.")]


def _key(mapped: EntityMap, profile: Profile, fields: Mapping[str, Any]) -> Iterator[Finding]:
    name = f"{mapped.sobject}.{profile.external_id_field}"
    key = fields.get(profile.external_id_field)
    if key is None:
        hint = "Create it: text, 255, External ID, unique, case-sensitive."
        yield Finding(Level.ERROR, "FIELD_MISSING", f"{name} does not exist.", hint)
        return
    if not key.get("externalId"):
        hint = "Tick External ID on the field."
        yield Finding(Level.ERROR, "NOT_EXTERNAL_ID", f"{name} is not an external id.", hint)
    if not key.get("unique"):
        hint = "Tick Unique: otherwise two records can hold the same ERP key."
        yield Finding(Level.WARNING, "NOT_UNIQUE", f"{name} is not unique.", hint)
    elif not key.get("caseSensitive", True):
        hint = "Choose case-sensitive: otherwise ERP keys that differ in case share a record."
        yield Finding(Level.WARNING, "CASE_IGNORED", f"{name} ignores case.", hint)


def _fields(mapped: EntityMap, fields: Mapping[str, Any]) -> Iterator[Finding]:
    for ours, field in mapped.fields.items():
        if not field.name:
            continue
        name, described = f"{mapped.sobject}.{field.name}", fields.get(field.name)
        if described is None:
            hint = f'Create it, or give "{ours}" another name in the target\'s profile.'
            yield Finding(Level.ERROR, "FIELD_MISSING", f"{name} does not exist.", hint)
        elif not described.get("createable", True):
            hint = "Give the integration user write access to the field."
            yield Finding(Level.ERROR, "FIELD_READ_ONLY", f"{name} may not be written.", hint)
        elif wrong := _relationship(field, described):
            yield Finding(Level.ERROR, "RELATIONSHIP_DIFFERS", f"{name} {wrong}.")
        elif most := _shorter(field, described):
            text = f"{name} takes {most} characters, fewer than {field.length or _USUAL}."
            hint = f"Lengthen it, or say lengths = {{ {ours} = {most} }} in the target's profile:"
            yield Finding(
                Level.WARNING, "FIELD_SHORTER", text,
                f"{hint} then what is longer is found before it is queued.",
            )  # fmt: skip


def _shorter(field: FieldMap, described: Mapping[str, Any]) -> int:
    """How many characters the org takes, where that is less than what is believed; 0: enough."""
    most = described.get("length")
    if field.kind != "text" or not isinstance(most, int) or isinstance(most, bool):
        return 0
    return most if 0 < most < (field.length or _USUAL) else 0


def _relationship(field: FieldMap, described: Mapping[str, Any]) -> str:
    if field.kind != "ref":
        return ""
    found = described.get("relationshipName")
    return "" if found == field.relationship else f"is called {found}, not {field.relationship}"
