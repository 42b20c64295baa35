"""What a tenant's key user makes before records can arrive: fields, objects, and step by step how.

Made of the profile alone. Sales Cloud takes no file of extension fields, so it is a page to work
through, and the same lists as a table (CSV) for whoever plans the work.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from adapters.targets.sap.profile import CUSTOM_KEY, EntityMap, FieldMap, Profile

_KEY_LENGTH = 40
_FREE = 60
"""Characters of a text field that names no length."""
_COLUMNS = ("object", "collection", "field", "type", "length or decimals", "holds")
_EXTENSION = "_KUT"

_FIRST = """# Setting up SAP Sales Cloud (Cloud for Customer) for Waybill

Nothing here was changed for you. Work through it once, in a test tenant first; then
`waybill test TARGET` names everything that is still missing.

## 1. The technical user

Administrator work center, General Settings, Integration:

1. *Communication Systems*: a new one for Waybill (ID, host name of the agent's machine), set active.
2. *Communication Arrangements*: a new one with the scenario *OData Services for Business Objects* for
   that system. Authentication: *User ID and Password*. Note the technical user that it makes, set its
   password. It needs no business role.
3. In the arrangement, add the OData service {service}{custom}.
4. `waybill secrets set NAME` with the password, and `sign_in = {{ flow = "basic", user = "...",
   password = "secret:NAME" }}` in `waybill.toml`.

"""
_FIELDS = """## 2. Extension fields

As key user: open a record, *Adapt*, *Edit Master Layout*, the section, *Add*, *New Field*. The name
that you type is what stands below without `_KUT`, which SAP adds. Afterwards, in the field's *Further
Usage*, tab *OData Services*: *Add Field* for the service. Publish.

The key of the ERP is the field `{key}`, on each of these objects: the standard `ExternalID` can be read
but not written through OData.

"""
_OBJECTS = """## 3. Custom business objects

Sales Cloud has no place of its own for these. Have them made in the SAP Cloud Applications Studio with
the elements below (names exactly so, `{key}` unique), then offer them in one OData service of your
own: *OData Service Explorer*, *New*, name `{service}`. Its path is `{path}`.
Deliver none of them? Then name in `entities` what you do deliver, and leave this out.

"""
_LAST = """## {number}. Check

`waybill test TARGET` signs in, reads `$metadata` and names each collection and field that is missing,
too short, not writable or not filterable. A field with another name: `[targets.X.profile.ENTITY]`,
`fields = {{ canonical = "Name_KUT" }}`; a field that you do not keep: `""`.
"""

Row = tuple[str, str, str, str, str, str]


def documents(
    profile: Profile, entities: Sequence[str], service: str, custom_service: str
) -> dict[str, bytes]:
    """File name -> content."""
    some = {entity: profile.entities[entity] for entity in entities}
    standard = {entity: mapped for entity, mapped in some.items() if not mapped.custom}
    custom = {entity: mapped for entity, mapped in some.items() if mapped.custom}
    name = custom_service.rpartition("/")[2]
    text = _FIRST.format(
        service=f"`{service.rpartition('/')[2]}`", custom=f" and `{name}`" if custom else ""
    )
    number = 2
    if standard:
        keys = ", ".join(dict.fromkeys(mapped.key for mapped in standard.values()))
        text += _FIELDS.format(key=keys) + tables(standard)
        number += 1
    if custom:
        text += _OBJECTS.format(key=CUSTOM_KEY, service=name, path=custom_service).replace(
            "## 3.", f"## {number}."
        )
        text += tables(custom)
        number += 1
    text += _LAST.format(number=number)
    return {"sap-setup.md": text.encode(), "sap-fields.csv": table(some)}


def tables(entities: Mapping[str, EntityMap]) -> str:
    """For each kind of record, what somebody has to make."""
    return "".join(
        f"### {mapped.type}: {entity}\n\n"
        "| Field | Type | Length or decimals | Holds |\n| --- | --- | --- | --- |\n"
        + "".join(
            f"| `{row[2]}` | {row[3]} | {row[4]} | {row[5]} |\n" for row in _rows(entity, mapped)
        )
        + "\n"
        for entity, mapped in entities.items()
    )


def table(entities: Mapping[str, EntityMap]) -> bytes:
    """The same as one table (CSV)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for entity, mapped in entities.items():
        writer.writerows(_rows(entity, mapped))
    return out.getvalue().encode()


def _rows(entity: str, mapped: EntityMap) -> Iterator[Row]:
    """The fields that somebody has to make: all of a custom object, the extensions of another."""
    about = (mapped.type, mapped.collection)
    yield (*about, mapped.key, "Text", str(_KEY_LENGTH), "the ERP's key")
    for name, field in mapped.fields.items():
        if field.name and (mapped.custom or field.name.endswith(_EXTENSION)):
            yield (*about, field.name, *_type(field), f"{entity}.{name}")


def _type(field: FieldMap) -> tuple[str, str]:
    if field.kind == "decimal":
        return "Decimal", str(field.places)
    if field.kind == "integer":
        return "Decimal", "0"
    if field.kind == "boolean":
        return "Indicator", ""
    if field.kind == "date":
        return "Date", ""
    if field.kind in {"day", "daytext"}:
        return "Date and time", ""
    if field.kind == "ref":
        return f"Text, {field.through} of the {field.parent}", "70"
    return "Text", str(field.length or _FREE)
