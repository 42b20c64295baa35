"""An object as an org describes it, against what the profile expects of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.findings import shorter
from adapters.targets.salesforce.profile import EntityMap, FieldMap, Profile
from agent.model import Finding, Level

_USUAL = 80
"""Characters that a text field should take of which nobody said how long it is."""
_DEPLOY = "deploy what `waybill setup` writes"
_NUMBERS = frozenset({"double", "currency", "percent", "int", "long"})
_TYPES: Mapping[str, frozenset[str]] = {
    "decimal": _NUMBERS,
    "integer": _NUMBERS,
    "boolean": frozenset({"boolean"}),
    "date": frozenset({"date"}),
    "instant": frozenset({"datetime"}),
    "ref": frozenset({"reference"}),
}
"""What the describe call may call a field of each kind; a text is whatever none of these is."""
_NO_TEXT = frozenset[str]().union(*_TYPES.values())


_RIGHTS: Mapping[str, str] = {
    "queryable": "read",
    "createable": "create",
    "updateable": "change",
}


def permitted(mapped: EntityMap, entity: str, described: Mapping[str, Any]) -> Iterator[Finding]:
    """What the user may not do with an object, as its describe answer says."""
    lacking = [word for mark, word in _RIGHTS.items() if described.get(mark) is False]
    if lacking:
        words = f"{mapped.sobject} (for {entity})"
        text = f"The user may not {' and not '.join(lacking)} records of {words}."
        hint = "Assign the permission set that `waybill setup` writes to the integration user."
        yield Finding(Level.ERROR, "PERMISSION_DENIED", text, hint, params={"name": mapped.sobject})
    if described.get("deletable") is False:
        text = f"The user may not delete records of {mapped.sobject} (for {entity})."
        hint = "Give it, or let the flow say deactivate or leave for rows that left, not delete."
        yield Finding(
            Level.WARNING, "DELETE_FORBIDDEN", text, hint, params={"name": mapped.sobject}
        )


def differences(
    mapped: EntityMap, profile: Profile, fields: Mapping[str, Any]
) -> Iterator[Finding]:
    """What is missing in an object or differs; `fields`: its describe answer, by name."""
    yield from _key(mapped, profile, fields)
    for ours, field in mapped.fields.items():
        if field.name:
            yield from _field(f"{mapped.sobject}.{field.name}", ours, field, fields, profile)


def _key(mapped: EntityMap, profile: Profile, fields: Mapping[str, Any]) -> Iterator[Finding]:
    name = f"{mapped.sobject}.{profile.external_id_field}"
    key = fields.get(profile.external_id_field)
    if key is None:
        hint = f"Create it (text, 255, External ID, unique, case-sensitive): {_DEPLOY}."
        yield Finding(
            Level.ERROR, "FIELD_MISSING", f"{name} does not exist.", hint, params={"name": name}
        )
        return
    if not key.get("externalId"):
        hint = "Tick External ID on the field."
        yield Finding(
            Level.ERROR,
            "NOT_EXTERNAL_ID",
            f"{name} is not an external id.",
            hint,
            params={"name": name},
        )
    if not key.get("unique"):
        hint = "Tick Unique: otherwise two records can hold the same ERP key."
        yield Finding(
            Level.WARNING, "NOT_UNIQUE", f"{name} is not unique.", hint, params={"name": name}
        )
    elif not key.get("caseSensitive", True):
        hint = "Choose case-sensitive: otherwise ERP keys that differ in case share a record."
        yield Finding(
            Level.WARNING, "CASE_IGNORED", f"{name} ignores case.", hint, params={"name": name}
        )


def _field(
    name: str, ours: str, field: FieldMap, fields: Mapping[str, Any], profile: Profile
) -> Iterator[Finding]:
    found = fields.get(field.name)
    if found is None:
        make = f"Create it ({_DEPLOY})" if field.custom else "Give the user access to it"
        hint = f'{make}, or give "{ours}" another name in the target\'s profile.'
        yield Finding(
            Level.ERROR, "FIELD_MISSING", f"{name} does not exist.", hint, params={"name": name}
        )
    elif not found.get("createable", True) or not (found.get("updateable", True) or field.once):
        hint = "Give the integration user write access to the field."
        yield Finding(
            Level.ERROR,
            "FIELD_READ_ONLY",
            f"{name} may not be written.",
            hint,
            params={"name": name},
        )
    elif wrong := _type(field, found):
        hint = "Make a field of the right type and name it in the target's profile."
        yield Finding(
            Level.ERROR, "FIELD_TYPE_DIFFERS", f"{name} {wrong}.", hint, params={"name": name}
        )
    elif wrong := _relationship(field, found, profile):
        yield Finding(
            Level.ERROR, "RELATIONSHIP_DIFFERS", f"{name} {wrong}.", params={"name": name}
        )
    elif most := _shorter(field, found):
        yield shorter(name, ours, most, field.length or _USUAL)
    elif field.custom and field.places > _scale(found):
        text = f"{name} keeps {_scale(found)} decimal places, fewer than {field.places}."
        hint = "Give it more decimal places: the org rounds what it takes, and it then differs."
        yield Finding(Level.WARNING, "FIELD_COARSER", text, hint, params={"name": name})
    elif words := _unknown_words(field, found):
        hint = f"Add them to its picklist, or say words = {{ {ours} = ... }} in the profile."
        yield Finding(
            Level.ERROR,
            "PICKLIST_VALUE_MISSING",
            f"{name} does not take: {words}.",
            hint,
            params={"name": name},
        )


def _type(field: FieldMap, found: Mapping[str, Any]) -> str:
    called = str(found.get("type") or "")
    if not called:
        return ""
    fits = called not in _NO_TEXT if field.kind == "text" else called in _TYPES[field.kind]
    return "" if fits else f"is a {called} and not a {field.form}"


def _relationship(field: FieldMap, found: Mapping[str, Any], profile: Profile) -> str:
    if field.kind != "ref":
        return ""
    called = found.get("relationshipName")
    if called != field.relationship:
        return f"is called {called}, not {field.relationship}"
    parent, points = profile.entities[field.parent].sobject, found.get("referenceTo")
    if isinstance(points, list) and points and parent not in points:
        return f"points at {points[0]}, not at {parent}"
    return ""


def _shorter(field: FieldMap, found: Mapping[str, Any]) -> int:
    """How many characters the org takes, where that is less than what is believed; 0: enough."""
    most = found.get("length")
    if field.kind != "text" or not isinstance(most, int) or isinstance(most, bool):
        return 0
    return most if 0 < most < (field.length or _USUAL) else 0


def _scale(found: Mapping[str, Any]) -> int:
    scale = found.get("scale")
    return scale if isinstance(scale, int) else 18


def _unknown_words(field: FieldMap, found: Mapping[str, Any]) -> str:
    """Words of the profile that a restricted picklist would refuse."""
    values = found.get("picklistValues")
    if not field.words or not found.get("restrictedPicklist") or not isinstance(values, list):
        return ""
    known = {item.get("value") for item in values if isinstance(item, dict)}
    return ", ".join(word for word in field.words.values() if word not in known)
