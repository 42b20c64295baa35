"""What an administrator deploys so that an org has a place for everything of the profile. Pure.

A folder in the Metadata API's own form (`package.xml`, `objects/`, `permissionsets/`), which
`sf project deploy start --metadata-dir FOLDER` takes as it is, and instructions for people. The
types and their elements are those of the Metadata API Developer Guide, `CustomObject`,
`CustomField` and `PermissionSet`
(https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/customfield.htm). A
permission set may not name fields that are required or master-detail; those go with their object.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from adapters.targets.salesforce.profile import LONGEST_TEXT, EntityMap, FieldMap, Profile

PERMISSION_SET = "Waybill"
_NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
_LABEL = 40
"""Characters that a label and the name of a relationship may have."""
_UNDER: Mapping[str, str] = {
    "PricebookEntry": "Pricebook2",
    "QuoteLineItem": "Quote",
    "OrderItem": "Order",
}
"""Standard objects whose permissions are those of the object that they belong to."""
_NEEDS: Mapping[str, Sequence[str]] = {
    "Contact": ("Account",),
    "Opportunity": ("Account",),
    "Order": ("Account",),
    "Quote": ("Account", "Opportunity"),
    "Pricebook2": ("Product2",),
}
"""What must be readable before the permissions of an object can be given."""

_KEY = {"caseSensitive": "true", "externalId": "true", "unique": "true"}

_Tree = str | Sequence[tuple[str, "_Tree"]]


def files(profile: Profile, entities: Sequence[str], api_version: str) -> dict[str, bytes]:
    """File name -> content, for the objects of these entities (none named: all)."""
    maps = list(profile.of_org(entities).values())
    key = FieldMap(profile.external_id_field, length=255)
    found = {
        f"objects/{mapped.sobject}.object": _xml("CustomObject", _object(mapped, key, profile))
        for mapped in maps
    }
    found[f"permissionsets/{PERMISSION_SET}.permissionset"] = _xml(
        "PermissionSet", _permissions(maps, key)
    )
    found["package.xml"] = _xml("Package", _package(maps, key, api_version.removeprefix("v")))
    found["HOW-TO.md"] = _how_to(maps).encode()
    return found


def custom_fields(mapped: EntityMap, key: FieldMap) -> list[FieldMap]:
    """The fields of an object that are to be made, the external id first; each name once."""
    found = {field.name: field for field in (key, *mapped.fields.values()) if field.custom}
    return list(found.values())


# --- objects --------------------------------------------------------------------------------------


def _object(mapped: EntityMap, key: FieldMap, profile: Profile) -> Iterator[tuple[str, _Tree]]:
    fields = custom_fields(mapped, key)
    if mapped.custom:
        yield "deploymentStatus", "Deployed"
        yield "enableReports", "true"
    for field in fields:
        yield "fields", _field(mapped, field, profile, is_key=field is key)
    if mapped.custom:
        label = _label(mapped.sobject)
        master = any(field.form == "MasterDetail" for field in fields)
        yield "label", label
        yield "nameField", [("label", f"{label} Name"[:_LABEL]), ("type", "Text")]
        yield "pluralLabel", f"{label}s"
        yield "sharingModel", "ControlledByParent" if master else "ReadWrite"


def _field(
    mapped: EntityMap, field: FieldMap, profile: Profile, *, is_key: bool
) -> list[tuple[str, _Tree]]:
    said = {"label": _label(field.name), "type": field.form}
    if field.form not in {"Checkbox", "MasterDetail"}:
        said["required"] = "true" if field.required else "false"
    if field.kind == "ref":
        said |= {
            "referenceTo": profile.entities[field.parent].sobject,
            "relationshipLabel": f"{_label(mapped.sobject)}s"[:_LABEL],
            "relationshipName": _children(mapped, field),
        }
    said |= _KEY if is_key else {}
    said |= _of_form(field)
    return [("fullName", field.name), *sorted(said.items())]


def _of_form(field: FieldMap) -> dict[str, str]:
    """What the type of a field asks for beside what all have."""
    match field.form:
        case "Checkbox":
            return {"defaultValue": "false"}
        case "Lookup":
            return {"deleteConstraint": "Restrict" if field.required else "SetNull"}
        case "MasterDetail":
            return {
                "relationshipOrder": "0",
                "reparentableMasterDetail": "true",
                "writeRequiresMasterRead": "false",
            }
        case "Text":
            return {"length": str(field.length or LONGEST_TEXT)}
        case "LongTextArea":
            return {"length": str(field.length), "visibleLines": "5"}
        case "Currency" | "Number" | "Percent":
            return {"precision": "18", "scale": str(field.places)}
        case _:
            return {}


def _label(name: str) -> str:
    """`ERP_Credit_Limit__c` -> `ERP Credit Limit`."""
    return name.removesuffix("__c").replace("_", " ")[:_LABEL]


def _children(mapped: EntityMap, field: FieldMap) -> str:
    """How the parent calls its children: the same for no two fields of one parent."""
    child = mapped.sobject.removesuffix("__c").removeprefix("ERP_")
    parent = field.name.removesuffix("__c").removeprefix("ERP_")
    return f"ERP_{child}_{parent}"[:_LABEL]


# --- permissions and the package ------------------------------------------------------------------


def _permissions(maps: Sequence[EntityMap], key: FieldMap) -> Iterator[tuple[str, _Tree]]:
    yield "description", "What Waybill's integration user may do. Written by `waybill setup`."
    for mapped in sorted(maps, key=lambda mapped: mapped.sobject):
        for field in sorted(custom_fields(mapped, key), key=lambda field: field.name):
            if not field.required:
                name = f"{mapped.sobject}.{field.name}"
                yield (
                    "fieldPermissions",
                    [("editable", "true"), ("field", name), ("readable", "true")],
                )
    yield "hasActivationRequired", "false"
    yield "label", PERMISSION_SET
    written = {_UNDER.get(mapped.sobject, mapped.sobject) for mapped in maps}
    read = {needed for name in written for needed in _NEEDS.get(name, ())} - written
    for name in sorted({*written, *read}):
        may = "true" if name in written else "false"
        yield (
            "objectPermissions",
            [
                ("allowCreate", may),
                ("allowDelete", may),
                ("allowEdit", may),
                ("allowRead", "true"),
                ("modifyAllRecords", may),
                ("object", name),
                ("viewAllRecords", "true"),
            ],
        )
    yield "userPermissions", [("enabled", "true"), ("name", "ApiEnabled")]


def _package(maps: Sequence[EntityMap], key: FieldMap, version: str) -> Iterator[tuple[str, _Tree]]:
    named = {
        "CustomField": [
            f"{mapped.sobject}.{field.name}"
            for mapped in maps
            if not mapped.custom
            for field in custom_fields(mapped, key)
        ],
        "CustomObject": [mapped.sobject for mapped in maps if mapped.custom],
        "PermissionSet": [PERMISSION_SET],
    }
    for kind, members in named.items():
        if members:
            yield "types", [*(("members", member) for member in sorted(members)), ("name", kind)]
    yield "version", version


def _xml(root: str, tree: Iterable[tuple[str, _Tree]]) -> bytes:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_NAMESPACE}">']
    lines += [*_lines(tree, 1), f"</{root}>", ""]
    return "\n".join(lines).encode()


def _lines(tree: Iterable[tuple[str, _Tree]], depth: int) -> Iterator[str]:
    pad = "    " * depth
    for name, inner in tree:
        if isinstance(inner, str):
            yield f"{pad}<{name}>{escape(inner)}</{name}>"
        else:
            yield f"{pad}<{name}>"
            yield from _lines(inner, depth + 1)
            yield f"{pad}</{name}>"


# --- for people -----------------------------------------------------------------------------------


def _how_to(maps: Sequence[EntityMap]) -> str:
    standard = "\n".join(
        f"| {mapped.sobject} | {', '.join(names)} |"
        for mapped in maps
        if (names := sorted({field.name for field in mapped.fields.values() if not field.custom}))
    )
    objects = {mapped.sobject for mapped in maps}
    asides = [
        text
        for sobject, text in (
            ("Quote", "- Switch on *Quotes* and *Create Quotes Without a Related Opportunity*."),
            ("Order", "- Switch on *Orders*."),
        )
        if sobject in objects
    ]
    return f"""\
# What the org needs for Waybill

1. Try it in a sandbox first. Before deploying:
{chr(10).join(asides) or "- Nothing has to be switched on."}
2. Deploy this folder (it creates custom fields, custom objects and one permission set, and changes
   nothing that is there): `sf project deploy start --metadata-dir .` in this folder, or Workbench,
   *Migration, Deploy*, with this folder as a zip file.
3. Assign the permission set *{PERMISSION_SET}* to the integration user.
4. Let the integration user edit the standard fields below (profile or a permission set of your
   own): field-level security of standard fields differs by org and is left to you.
5. `waybill test TARGET` names whatever is still missing.

| object | standard fields |
| --- | --- |
{standard}

The external id fields are text of 255 characters, External ID, unique and case-sensitive: without
these an ERP record could be created twice. What was made here is never removed by Waybill.
"""
