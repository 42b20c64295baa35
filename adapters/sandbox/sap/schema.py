"""What the tenant looks like: services, entity types and their properties, read from a JSON file.

Standard types carry SAP's names, lengths and marks as in a tenant's `$metadata`; `..._KUT` properties
are extension fields that a key user adds, types of the service `erp` custom business objects. A
property is one line: type, length or decimals, what it may be (c created, u updated, f filtered),
`!` if it must be filled, `= A B` for its codes, `-> Type.Property` for what it refers to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from adapters.sandbox.sap.on_premise import on_premise

FILE = Path(__file__).resolve().parents[3] / "resources" / "sandbox" / "sap-schema.json"
ID = "ObjectID"


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an entity type."""

    name: str
    type: str
    """Without its `Edm.`: String, Decimal, Boolean, DateTime, DateTimeOffset."""
    size: int = 0
    """The most characters of a String, the decimals of a Decimal."""
    creatable: bool = True
    updatable: bool = True
    filterable: bool = True
    required: bool = False
    codes: frozenset[str] = frozenset()
    refers: tuple[str, str] | None = None
    """Type and property whose value it holds."""


@dataclass(frozen=True, slots=True)
class EntityType:
    """One kind of record."""

    name: str
    service: str
    label: str
    key: str
    """The property that holds a client's own key."""
    properties: Mapping[str, Property]
    number: str = ""
    """The property that SAP numbers where a client leaves it out; unique."""
    parent: str = ""
    """The property that names the record which this one lives in."""
    id: str = ID
    """The property by which records are addressed."""
    suffix: str = "Collection"
    creatable: bool = True
    updatable: bool = True
    deletable: bool = True
    retired: str = ""
    """`property=code` of a record that is out of use."""

    @property
    def collection(self) -> str:
        """Its name in addresses."""
        return f"{self.name}{self.suffix}"

    @property
    def guid(self) -> bool:
        """Whether the key is an Edm.Guid."""
        return self.properties[self.id].type == "Guid"


@dataclass(frozen=True, slots=True)
class Schema:
    """The whole tenant."""

    services: Mapping[str, str]
    """Path of each OData service, by name."""
    types: Mapping[str, EntityType]
    collections: Mapping[str, EntityType] = field(default_factory=dict)


def load(*overlays: Mapping[str, Any], gateway: bool = False) -> Schema:
    """The schema of the file, with more laid over: `{"types": {"Contact": {"properties": {}}}}`.

    A property laid over with null is taken away.
    """
    plain = orjson.loads(FILE.read_bytes())
    for overlay in overlays:
        plain = _laid_over(plain, overlay)
    if gateway:
        plain = on_premise(plain)
    types = {name: _type(name, each, plain["system"]) for name, each in plain["types"].items()}
    by_collection = {each.collection: each for each in types.values()}
    return Schema(plain["services"], types, by_collection)


def _laid_over(base: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in more.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping) and isinstance(merged.get(name), Mapping):
            merged[name] = _laid_over(merged[name], value)
        else:
            merged[name] = value
    return merged


def _type(name: str, plain: Mapping[str, Any], system: Mapping[str, str]) -> EntityType:
    lines = {**system, **plain["properties"]}
    rest = {key: value for key, value in plain.items() if key != "properties"}
    return EntityType(
        name, properties={key: _property(key, line) for key, line in lines.items()}, **rest
    )


def _property(name: str, line: str) -> Property:
    line, _, refers = line.partition(" -> ")
    line, _, codes = line.partition(" = ")
    kind, *words = line.split()
    required = "!" in words
    size = int(words[0]) if words[0].isdecimal() else 0
    marks = next(word for word in words if not word.isdecimal())
    target = refers.split(".") if refers else None
    return Property(
        name,
        kind,
        size,
        "c" in marks,
        "u" in marks,
        "f" in marks,
        required,
        frozenset(codes.split()),
        (target[0], target[1]) if target else None,
    )
