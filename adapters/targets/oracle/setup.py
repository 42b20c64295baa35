"""What an administrator must make in Oracle for a profile: a page to follow, a table to type from.

Oracle has no public call that creates custom objects and fields, so these are instructions for
Application Composer. Pure.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from adapters.targets.oracle.profile import EntityMap, FieldMap, Profile

PAGE = "oracle-setup.md"
TABLE = "oracle-fields.csv"
_HEADER = ("Object", "Label", "Name in the REST API", "Type", "Length", "Decimals", "Unique")
_PREFIXES = ("OrganizationDEO_", "PersonDEO_")
_TYPES = {
    "text": "Text", "decimal": "Number", "integer": "Number", "boolean": "Check Box",
    "date": "Date", "moment": "Datetime", "instant": "Datetime", "ref": "Dynamic Choice List",
}  # fmt: skip
_START = """# Setting up Oracle CX Sales for Waybill

Work in a sandbox (Navigator > Configuration > Sandboxes) with Application Composer switched on, and
publish it at the end. Names must come out exactly as in the column "Name in the REST API": Oracle
appends `_c` itself, and puts the entity's name before custom fields of accounts and contacts.

## 1. The source system

Setup and Maintenance > Manage Trading Community Source Systems: create the code `{system}`, type
Purchased, enabled for Trading Community Members. Accounts and contacts then carry the ERP's key as
source system reference.

## 2. The integration user

One user of its own, without a person behind it, with privileges to view, create, update and delete
the objects below through REST, and access to all their records. Its password must not expire, or
the target is signed in with OAuth instead.
"""
_END = """
## Last. Look whether all is there

Publish the sandbox, wait until the describe of the resources shows the new fields, then run
`waybill test` for the target: it names whatever is missing.
"""


def documents(profile: Profile, entities: Sequence[str]) -> dict[str, bytes]:
    """File name -> content."""
    needed = {name: list(_needed(profile.entities[name])) for name in entities}
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(_HEADER)
    for rows in needed.values():
        writer.writerows(rows)
    systems = {profile.entities[name].system_value for name in entities}
    page = [_START.format(system=min(systems, key=len, default="ERP"))]
    for number, (name, rows) in enumerate(needed.items(), start=3):
        page += _chapter(number, name, profile.entities[name], rows)
    page.append(_END)
    return {PAGE: "\n".join(page).encode(), TABLE: table.getvalue().encode()}


def _chapter(
    number: int, name: str, entity: EntityMap, rows: Sequence[Sequence[str]]
) -> Iterator[str]:
    yield f"## {number}. {name}: {entity.shown}\n"
    if _is_custom(entity.resource):
        yield (
            "Create the custom object (Application Composer > Custom Objects), with a name that "
            "comes out as above, Record Name as "
            f"{'Text' if _names_record(entity) else 'Automatically Generated Sequence'}, and give "
            "the integration user's role access to it.\n"
        )
    if entity.constants:
        said = ", ".join(f"{key} = {value}" for key, value in entity.constants.items())
        yield f"New records are created with {said}; `constants` in the profile adds to that.\n"
    if not rows:
        yield "Nothing has to be made: all attributes are Oracle's own.\n"
        return
    yield "| Label | Name in the REST API | Type | Length | Decimals | Unique |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in rows:
        yield f"| {' | '.join(row[1:])} |"
    yield ""


def _needed(entity: EntityMap) -> Iterator[tuple[str, ...]]:
    if _is_custom(entity.key):
        yield _row(entity, entity.key, "Text", "255", "", "yes")
    for each in entity.fields.values():
        if each.name and not each.row and _is_custom(each.name):
            kind, length, places = _shape(each)
            yield _row(entity, each.name, kind, length, places, "")


def _shape(field: FieldMap) -> tuple[str, str, str]:
    kind = _TYPES[field.kind]
    if field.kind == "ref":
        return f"{kind} ({field.parent})", "", ""
    if field.kind == "text":
        return kind, str(field.length or 80), ""
    return kind, "", str(field.places) if field.kind == "decimal" else ""


def _row(entity: EntityMap, name: str, *rest: str) -> tuple[str, ...]:
    label = name.removesuffix("_c")
    for prefix in _PREFIXES:
        label = label.removeprefix(prefix)
    if rest[0].startswith("Dynamic"):  # such a list makes `X_c`, and `X_Id_c` for the number
        label = label.removesuffix("_Id")
    return (entity.shown, label.replace("_", " "), name, *rest)


def _is_custom(name: str) -> bool:
    return name.endswith("_c")


def _names_record(entity: EntityMap) -> bool:
    return any(each.name == "RecordName" for each in entity.fields.values())
