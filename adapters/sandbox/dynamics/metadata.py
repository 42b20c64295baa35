"""The tables themselves: what `EntityDefinitions` says of them, and what an administrator adds.

https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-metadata
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from adapters.sandbox.dynamics.schema import Column, Navigation, TableKind
from adapters.sandbox.dynamics.store import Store
from adapters.sandbox.wire import ApiError, Request, Response, answer

_PATH = re.compile(r"EntityDefinitions(?:\(LogicalName='(\w+)'\))?(?:/(\w+))?(?:/([\w.]+))?")
_TYPES = {
    "text": "String",
    "memo": "Memo",
    "decimal": "Decimal",
    "money": "Money",
    "integer": "Integer",
    "boolean": "Boolean",
    "date": "DateTime",
    "datetime": "DateTime",
    "choice": "Picklist",
}
_KINDS = {
    "String": "text",
    "Memo": "memo",
    "Decimal": "decimal",
    "Money": "money",
    "Integer": "integer",
    "Boolean": "boolean",
    "DateTime": "datetime",
}
_NAMESPACE = "Microsoft.Dynamics.CRM."
_ACCESS = ("Create", "Read", "Write", "Delete", "Assign", "Share", "Append", "AppendTo")
_NO_CONTENT = Response(204)


def privileges(table: TableKind) -> list[dict[str, Any]]:
    """What each kind of access to a table needs."""
    return [
        {
            "PrivilegeType": kind,
            "Name": f"prv{kind}{table.name}",
            "PrivilegeId": str(uuid5(NAMESPACE_OID, f"prv{kind}{table.name}")),
            "CanBeGlobal": True,
        }
        for kind in _ACCESS
    ]


class Metadata:
    """Describes tables, and lets columns, tables, keys and relationships be created."""

    def __init__(self, store: Store, status: Mapping[str, str]) -> None:
        self._store = store
        self._status = status

    def serve(self, path: str, request: Request) -> Response:
        """Answer a request below the API's root. Raises ApiError."""
        if path == "RelationshipDefinitions" and request.method == "POST":
            return self._relate(request.json())
        found = _PATH.fullmatch(path)
        if found is None:
            raise ApiError(404, "0x8006088a", f"Resource not found for the segment '{path}'.")
        name, part, cast = found.groups()
        if name is None:
            if request.method == "GET":
                return self._listed(request.query.get("$filter", ""))
            return self._create(request.json())
        table = self._store.schema.tables.get(name)
        if table is None:
            raise ApiError(404, "0x80060888", f"Could not find an entity with name {name}.")
        if request.method == "POST":
            return self._add(table, part or "", request.json())
        return self._told(table, part, cast)

    # --- telling ---

    def _listed(self, test: str) -> Response:
        """All tables, or the one that a filter on its logical name asks for."""
        tables = self._store.schema.tables
        if test:
            found = re.fullmatch(r"LogicalName eq '(\w+)'", test, re.IGNORECASE)
            if found is None:
                raise ApiError(400, "0x80060888", "The sandbox finds tables by logical name only.")
            tables = {name: table for name, table in tables.items() if name == found[1]}
        return answer({"value": [_named(table) for table in tables.values()]})

    def _told(self, table: TableKind, part: str | None, cast: str | None) -> Response:
        if part is None:
            return answer(
                {
                    **_named(table),
                    "Privileges": privileges(table),
                    "Attributes": self._attributes(table),
                    "Keys": self._keys(table),
                    "ManyToOneRelationships": self._relationships(table),
                }
            )
        if part == "Keys":
            return answer({"value": self._keys(table)})
        if part == "Attributes" and cast == f"{_NAMESPACE}PicklistAttributeMetadata":
            return answer({"value": self._choices(table)})
        kinds = {"StringAttributeMetadata": "text", "MemoAttributeMetadata": "memo"}
        kind = kinds.get((cast or "").removeprefix(_NAMESPACE), "")
        if part != "Attributes" or (cast and not kind):
            raise ApiError(404, "0x8006088a", f"Resource not found for the segment '{part}'.")
        attributes = self._attributes(table)
        if kind:
            attributes = [
                {"LogicalName": c.name, "MaxLength": c.length}
                for c in table.columns.values()
                if c.kind == kind
            ]
        return answer({"value": attributes})

    def _attributes(self, table: TableKind) -> list[dict[str, Any]]:
        plain = [
            {
                "LogicalName": column.name,
                "AttributeType": _TYPES[column.kind],
                "IsValidForCreate": column.name not in ("createdon", "modifiedon"),
                "IsValidForUpdate": column.name not in ("createdon", "modifiedon"),
            }
            for column in table.columns.values()
        ]
        lookups = [
            {
                "LogicalName": name,
                "AttributeType": "Customer" if len(leads) > 1 else "Lookup",
                "IsValidForCreate": True,
                "IsValidForUpdate": True,
            }
            for name, leads in table.lookups.items()
        ]
        return [*plain, *lookups]

    def _choices(self, table: TableKind) -> list[dict[str, Any]]:
        return [
            {
                "LogicalName": column.name,
                "OptionSet": {"Options": [{"Value": value} for value in column.choices]},
            }
            for column in table.columns.values()
            if column.choices
        ]

    def _keys(self, table: TableKind) -> list[dict[str, Any]]:
        status = self._status.get(table.name, "Active")
        return [
            {
                "SchemaName": name,
                "LogicalName": name.lower(),
                "KeyAttributes": list(columns),
                "EntityKeyIndexStatus": status,
            }
            for name, columns in table.keys.items()
        ]

    def _relationships(self, table: TableKind) -> list[dict[str, Any]]:
        return [
            {
                "ReferencingEntityNavigationPropertyName": name,
                "ReferencingAttribute": leads.column,
                "ReferencedEntity": leads.table,
            }
            for name, leads in table.navigation.items()
        ]

    # --- adding ---

    def _create(self, said: Mapping[str, Any]) -> Response:
        name = str(said.get("SchemaName", "")).lower()
        if not re.fullmatch(r"[a-z][a-z0-9]{1,7}_\w+", name):
            raise ApiError(400, "0x8004701e", "The entity name has no customization prefix.")
        if name in self._store.schema.tables:
            raise ApiError(400, "0x8004700b", "An entity with the specified name already exists.")
        table = TableKind(name, f"{name}s", "", {}, {})
        for shared in ("statecode", "statuscode"):
            table.columns[shared] = Column(shared, "choice")
        for shared in ("createdon", "modifiedon"):
            table.columns[shared] = Column(shared, "datetime")
        table.columns["versionnumber"] = Column("versionnumber", "integer")
        for attribute in said.get("Attributes", []):
            self._column(table, attribute)
        self._store.schema.tables[name] = table
        self._store.open(table)
        return _NO_CONTENT

    def _add(self, table: TableKind, part: str, said: Mapping[str, Any]) -> Response:
        if part == "Attributes":
            self._column(table, said)
        elif part == "Keys":
            name, columns = str(said["SchemaName"]), tuple(said["KeyAttributes"])
            if name in table.keys:
                raise ApiError(400, "0x80060893", f"An entity key with the name {name} exists.")
            if any(c not in table.columns and c not in table.lookups for c in columns):
                raise ApiError(400, "0x80041103", "The specified attribute does not exist.")
            table.keys[name] = columns
            self._store.open(table)
        else:
            raise ApiError(404, "0x8006088a", f"Resource not found for the segment '{part}'.")
        return _NO_CONTENT

    def _column(self, table: TableKind, said: Mapping[str, Any]) -> None:
        name = str(said.get("SchemaName", "")).lower()
        kind = str(said.get("@odata.type", "")).removeprefix(_NAMESPACE)
        kind = _KINDS.get(kind.removesuffix("AttributeMetadata"), "")
        if not name or not kind:
            raise ApiError(400, "0x80048d19", "The attribute has no name or an unknown type.")
        if name in table.columns:
            raise ApiError(400, "0x80047013", f"An attribute with the name {name} already exists.")
        if kind == "datetime" and said.get("Format") == "DateOnly":
            kind = "date"
        places = said.get("Precision", 2) if kind in ("decimal", "money") else 0
        table.columns[name] = Column(name, kind, int(said.get("MaxLength", 0)), int(places))
        if kind == "money" and "transactioncurrencyid" not in table.navigation:
            table.navigation["transactioncurrencyid"] = Navigation(
                "transactioncurrencyid", "transactioncurrency"
            )
            if table.name in self._store.tables:
                self._store.open(table)

    def _relate(self, said: Mapping[str, Any]) -> Response:
        table = self._store.schema.tables.get(str(said.get("ReferencingEntity")))
        other = str(said.get("ReferencedEntity"))
        name = str(said.get("Lookup", {}).get("SchemaName", "")).lower()
        if table is None or other not in self._store.schema.tables or not name:
            raise ApiError(400, "0x80047003", "The specified relationship cannot be created")
        if name in table.navigation:
            raise ApiError(400, "0x80047013", f"An attribute with the name {name} already exists.")
        # The navigation property is called like the lookup's schema name, capitals included.
        table.navigation[str(said["Lookup"]["SchemaName"])] = Navigation(name, other)
        self._store.open(table)
        return _NO_CONTENT


def _named(table: TableKind) -> dict[str, Any]:
    return {
        "MetadataId": str(uuid5(NAMESPACE_OID, table.name)),
        "LogicalName": table.name,
        "SchemaName": table.name,
        "EntitySetName": table.set,
        "PrimaryIdAttribute": table.id,
    }
