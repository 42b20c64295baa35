"""What an administrator applies once: columns, lookups, tables and alternate keys. Pure.

Each step is one Web API call
(https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-metadata), in an
order in which nothing is missing. A step whose thing exists already is refused by Dataverse and may
be passed over, so that the whole can be applied again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import orjson

from adapters.targets.dynamics import keys
from adapters.targets.dynamics.profile import EntityMap, FieldMap, Profile
from agent.model import Json

_CRM = "Microsoft.Dynamics.CRM."
_ENGLISH = 1033
_LONGEST_TEXT = 4000
"""Characters of a text column; what is longer is a memo."""
_TYPES: Mapping[str, tuple[str, Mapping[str, Json]]] = {
    "text": ("String", {"FormatName": {"Value": "Text"}}),
    "decimal": ("Decimal", {"MinValue": -100_000_000_000, "MaxValue": 100_000_000_000}),
    "money": ("Money", {"PrecisionSource": 0}),
    "integer": ("Integer", {"Format": "None"}),
    "boolean": ("Boolean", {}),
    "date": ("DateTime", {"Format": "DateOnly", "DateTimeBehavior": {"Value": "DateOnly"}}),
    "instant": ("DateTime", {"Format": "DateAndTime", "DateTimeBehavior": {"Value": "UserLocal"}}),
}
_README = """# What Waybill needs in this Dynamics 365 environment

`calls.json` lists {count} Web API calls; each says what it is for. They add columns, lookups, tables
and one alternate key per table, all with the publisher prefix `{prefix}_`. Nothing that exists is
changed or removed.

1. In the Power Apps maker portal make a solution with a publisher whose prefix is `{prefix}`.
2. Sign in as a system administrator or system customizer, with a token for the environment:
   `$token = az account get-access-token --resource https://ORG.crm.dynamics.com --query accessToken -o tsv`
3. `./apply.ps1 -Url https://ORG.api.crm.dynamics.com -Token $token -Solution NAME`
   It goes on where something exists already, so it may be run again.
4. `waybill test TARGET`: it names what is still missing. The keys' indexes are made in the background:
   until they are `Active` nothing is delivered, and nothing is lost.

Then give the application user a security role that may create, write, read and delete in these
tables, append, and append to: {tables}.
"""
_SCRIPT = """# Applies calls.json to an environment: see README.md.
param(
    [Parameter(Mandatory)] [string] $Url,
    [Parameter(Mandatory)] [string] $Token,
    [Parameter(Mandatory)] [string] $Solution
)
$ErrorActionPreference = 'Stop'
$there = '0x80047013', '0x80060304', '0x80044363', '0x8004432b', '0x8004700b', '0x80060893', '0x80060894'
$headers = @{
    'Authorization' = "Bearer $Token"
    'OData-Version' = '4.0'
    'MSCRM.SolutionUniqueName' = $Solution
}
$calls = Get-Content -Raw -Encoding utf8 (Join-Path $PSScriptRoot 'calls.json') | ConvertFrom-Json
$failed = 0
foreach ($call in $calls) {
    Write-Host $call.what
    $body = [Text.Encoding]::UTF8.GetBytes(($call.body | ConvertTo-Json -Depth 20 -Compress))
    try {
        Invoke-RestMethod -Method $call.method -Uri "$Url/api/data/v9.2/$($call.path)" `
            -Headers $headers -ContentType 'application/json; charset=utf-8' -Body $body | Out-Null
    } catch {
        $said = "$($_.ErrorDetails.Message)"
        if ($there | Where-Object { $said -match $_ }) { Write-Host '  is there already'; continue }
        $failed += 1
        Write-Warning "  $($_.Exception.Message) $said"
    }
}
if ($failed) { throw "$failed of $($calls.Count) calls failed; the others are done." }
"""


def files(profile: Profile, entities: Collection[str] = ()) -> Mapping[str, bytes]:
    """The calls, a script that makes them, and what to do: file name -> content.

    `entities`: the kinds that are used; all when left out.
    """
    used = _used(profile, entities)
    calls = list(steps(profile, used))
    tables = ", ".join(entity.table for entity in used)
    text = _README.format(count=len(calls), prefix=profile.prefix, tables=tables)
    return {
        "README.md": text.encode(),
        "apply.ps1": _SCRIPT.replace("\n", "\r\n").encode(),
        "calls.json": orjson.dumps(calls, option=orjson.OPT_INDENT_2),
    }


def _used(profile: Profile, entities: Collection[str]) -> list[EntityMap]:
    """The tables of these kinds, and of every kind of ours that they refer to."""
    wanted, todo = set(entities or profile.entities), list(entities)
    while todo:
        for item in profile.entities[todo.pop()].fields.values():
            if item.kind == "ref" and item.name and item.parent not in wanted:
                wanted.add(item.parent)
                todo.append(item.parent)
    return [mapped for entity, mapped in profile.entities.items() if entity in wanted]


def steps(profile: Profile, entities: Sequence[EntityMap]) -> Iterator[dict[str, Json]]:
    """Every call in order: tables, plain columns, lookups, keys."""
    for entity in entities:
        if profile.is_custom(entity.table):
            yield _call(f"Table {entity.table}", "EntityDefinitions", _table(entity, profile))
    for entity in entities:
        yield from _columns(entity, profile)
    for entity in entities:
        yield from _lookups(entity, profile)
    for entity in entities:
        yield _key(entity, profile)


def _columns(entity: EntityMap, profile: Profile) -> Iterator[dict[str, Json]]:
    key = FieldMap(profile.key, length=keys.LONGEST)
    for ours, item in {"ERP key": key, **entity.fields}.items():
        if profile.is_custom(item.name) and not item.is_link:
            place = f"EntityDefinitions(LogicalName='{entity.table}')/Attributes"
            yield _call(f"Column {entity.table}.{item.name} ({ours})", place, _column(ours, item))


def _lookups(entity: EntityMap, profile: Profile) -> Iterator[dict[str, Json]]:
    for ours, item in entity.fields.items():
        if profile.is_custom(item.name) and item.kind == "ref":
            what = f"Lookup {entity.table}.{item.name} ({ours})"
            yield _call(what, "RelationshipDefinitions", _lookup(ours, entity, item, profile))


def _key(entity: EntityMap, profile: Profile) -> dict[str, Json]:
    name = profile.key if profile.is_custom(profile.key) else f"{profile.prefix}_key"
    body: dict[str, Json] = {
        "SchemaName": name,
        "DisplayName": _label("ERP key"),
        "KeyAttributes": [profile.key],
    }
    place = f"EntityDefinitions(LogicalName='{entity.table}')/Keys"
    return _call(f"Alternate key of {entity.table}", place, body)


def _call(what: str, path: str, body: dict[str, Json]) -> dict[str, Json]:
    return {"what": what, "method": "POST", "path": path, "body": body}


def _table(entity: EntityMap, profile: Profile) -> dict[str, Json]:
    shown = entity.table.removeprefix(f"{profile.prefix}_")
    name: dict[str, Json] = {
        "@odata.type": f"{_CRM}StringAttributeMetadata",
        "SchemaName": f"{profile.prefix}_name",
        "IsPrimaryName": True,
        "MaxLength": 100,
        "FormatName": {"Value": "Text"},
        "RequiredLevel": {"Value": "None"},
        "DisplayName": _label("Name"),
    }
    return {
        "@odata.type": f"{_CRM}EntityMetadata",
        "SchemaName": entity.table,
        "DisplayName": _label(f"ERP {shown}"),
        "DisplayCollectionName": _label(f"ERP {shown}s"),
        "OwnershipType": "UserOwned",
        "HasActivities": False,
        "HasNotes": False,
        "Attributes": [name],
    }


def _column(ours: str, item: FieldMap) -> dict[str, Json]:
    kind, more = _TYPES[item.kind]
    if item.length > _LONGEST_TEXT:
        kind, more = "Memo", {"Format": "TextArea"}
    body: dict[str, Json] = {
        "@odata.type": f"{_CRM}{kind}AttributeMetadata",
        "SchemaName": item.name,
        "RequiredLevel": {"Value": "None"},
        "DisplayName": _label(ours.replace("_", " ")),
        **more,
    }
    if item.kind == "text":
        body["MaxLength"] = item.length or 255
    if item.kind in ("decimal", "money"):
        body["Precision"] = item.places
    if item.kind == "boolean":
        body["DefaultValue"] = False
        body["OptionSet"] = {
            "TrueOption": {"Value": 1, "Label": _label("Yes")},
            "FalseOption": {"Value": 0, "Label": _label("No")},
            "OptionSetType": "Boolean",
        }
    return body


def _lookup(ours: str, entity: EntityMap, item: FieldMap, profile: Profile) -> dict[str, Json]:
    parent = profile.entities[item.parent]
    never: dict[str, Json] = dict.fromkeys(
        ("Assign", "Merge", "Reparent", "Share", "Unshare"), "NoCascade"
    )
    return {
        "@odata.type": f"{_CRM}OneToManyRelationshipMetadata",
        "SchemaName": f"{profile.prefix}_{parent.table}_{entity.table}_{item.name}",
        "ReferencedEntity": parent.table,
        "ReferencedAttribute": parent.id,
        "ReferencingEntity": entity.table,
        "CascadeConfiguration": {**never, "Delete": "RemoveLink"},
        "Lookup": {
            "@odata.type": f"{_CRM}LookupAttributeMetadata",
            "SchemaName": item.name,
            "RequiredLevel": {"Value": "None"},
            "DisplayName": _label(ours.replace("_", " ")),
        },
    }


def _label(text: str) -> dict[str, Json]:
    said: dict[str, Json] = {
        "@odata.type": f"{_CRM}LocalizedLabel",
        "Label": text,
        "LanguageCode": _ENGLISH,
    }
    return {"@odata.type": f"{_CRM}Label", "LocalizedLabels": [said]}
