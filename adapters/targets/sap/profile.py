"""The target profile: which collection and property each canonical entity and field is. Pure.

Standard collections of SAP Sales Cloud (Cloud for Customer) where it has them; extension fields
(`..._KUT`, which the key user adds) for what has no standard place; custom business objects, served
by a custom OData service, for invoices, stock, shipments and price lists. `VERSION` grows with every
change of the tables: it counts as part of the mapping version, as do an installation's own overrides.

The standard `ExternalID` may be read and filtered but neither set nor changed: in the services'
`$metadata` it is `sap:creatable="false" sap:updatable="false"`. So the ERP's key has an extension
field of its own. Where a property stands here, name, length and whether it may be changed are those
of a tenant's `$metadata`; a tenant may differ, and `check` then names what does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from adapters.targets.sap.tables import TABLES

VERSION = "sap/1"
KEY = "ERPKey_KUT"
ID = "ObjectID"
_EXTENSION = "_KUT"
CUSTOM_KEY = "ERPKey"

Kind = Literal["text", "decimal", "integer", "boolean", "date", "day", "daytext", "instant", "ref"]
"""`date` is an Edm.DateTime, `day` and `instant` are Edm.DateTimeOffset, `daytext` is a text that holds
one."""


@dataclass(frozen=True, slots=True)
class FieldMap:
    """One canonical field's place. An empty `name` is never sent or read."""

    name: str
    kind: Kind = "text"
    places: int = 0
    parent: str = ""
    """The canonical entity that a `ref` points at."""
    through: str = ""
    """The property of the parent whose value a `ref` holds: `AccountID`, `ObjectID`."""
    once: bool = False
    """Taken when the record is created and never again."""
    length: int = 0
    """The most characters of a text; 0 where only the tenant knows."""


@dataclass(frozen=True, slots=True)
class Retire:
    """How a record that cannot be deleted is taken out of use."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class EntityMap:
    """One canonical entity's collection, its fields, and what a new record says beside them."""

    collection: str
    key: str
    fields: Mapping[str, FieldMap]
    constants: Mapping[str, str] = field(default_factory=dict)
    retire: Retire | None = None
    custom: bool = False
    """Whether the custom OData service serves it, not the standard one."""
    id: str = ID
    """The property by which SAP addresses a record."""
    guid: bool = False
    """Whether that property is an Edm.Guid, which has literals of its own."""
    service: str = ""
    """The path of the OData service that serves it, where it is neither of the two."""

    @property
    def type(self) -> str:
        """The name of the entity type behind the collection."""
        return self.collection.removesuffix("Collection").removesuffix("Set")


@dataclass(frozen=True, slots=True)
class Profile:
    """Every entity's map and their version."""

    entities: Mapping[str, EntityMap]
    version: str


@dataclass(frozen=True, slots=True)
class Override:
    """What an installation calls otherwise."""

    collection: str | None = None
    key: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    """Canonical field -> the most characters that the tenant takes."""
    id: str | None = None
    service: str = ""
    constants: Mapping[str, str] | None = None
    retire: Retire | None = None


@dataclass(frozen=True, slots=True)
class Gateway:
    """How an on-premise service addresses its records."""

    id: str
    guid: bool


def build(key: str, overrides: Mapping[str, Override], gateway: Gateway | None = None) -> Profile:
    """The built-in tables with an installation's own names. Raises ValueError for unknown ones."""
    entities = {entity: _parse(table, key) for entity, table in TABLES.items()}
    if gateway is not None:
        entities = {e: _on_premise(mapped, key, gateway) for e, mapped in entities.items()}
    for entity, own in overrides.items():
        if entity not in entities:
            raise ValueError(f'profile: no entity "{entity}"; there are {", ".join(entities)}')
        entities[entity] = _overridden(entity, entities[entity], own)
    if gateway is not None:
        entities = {entity: _linked(mapped, entities) for entity, mapped in entities.items()}
    version = VERSION
    if overrides or key != KEY or gateway is not None:
        said: list[object] = [key, {entity: _said(own) for entity, own in overrides.items()}]
        if gateway is not None:
            said.append([gateway.id, gateway.guid])
        text = json.dumps(said, sort_keys=True).encode()
        version += "+" + hashlib.blake2b(text, digest_size=6).hexdigest()
    return Profile(entities, version)


def _said(own: Override) -> list[object]:
    """What of an override counts as part of the mapping version."""
    said: list[object] = [own.collection, own.key, dict(own.fields), dict(own.lengths)]
    more: list[object] = [own.id, own.service, own.constants and dict(own.constants)]
    if own.retire is not None:
        more.append([own.retire.field, own.retire.value])
    return [*said, *more] if any(each is not None and each != "" for each in more) else said


def _on_premise(mapped: EntityMap, key: str, gateway: Gateway) -> EntityMap:
    """One service made for Waybill: sets, no marks of extension fields, links by SAP's own ids."""
    fields = {
        name: replace(
            place,
            name=place.name.removesuffix(_EXTENSION),
        )
        for name, place in mapped.fields.items()
    }
    collection = f"{mapped.type}Set"
    return EntityMap(collection, key, fields, id=gateway.id, guid=gateway.guid)


def _linked(mapped: EntityMap, entities: Mapping[str, EntityMap]) -> EntityMap:
    """A reference holds SAP's own id of the record that it is about, whatever that is called."""
    fields = {
        name: replace(place, through=entities[place.parent].id) if place.parent else place
        for name, place in mapped.fields.items()
    }
    return replace(mapped, fields=fields)


def _overridden(entity: str, base: EntityMap, own: Override) -> EntityMap:
    fields = dict(base.fields)
    for name in (*own.fields, *own.lengths):
        if name not in fields:
            raise ValueError(f'profile.{entity}: no field "{name}"; there are {", ".join(fields)}')
    for name, theirs in own.fields.items():  # another field: how long it is, only the tenant knows
        fields[name] = replace(fields[name], name=theirs, length=0)
    for name, most in own.lengths.items():
        if fields[name].kind != "text":
            raise ValueError(f'profile.{entity}: "{name}" is no text; it has no length')
        fields[name] = replace(fields[name], length=most)
    return replace(
        base,
        collection=own.collection or base.collection,
        key=own.key or base.key,
        fields=fields,
        constants=base.constants if own.constants is None else own.constants,
        retire=own.retire or base.retire,
        id=own.id or base.id,
        service=own.service,
    )


def _parse(table: str, key: str) -> EntityMap:
    head, *lines = table.strip().splitlines()
    collection, *words = head.split()
    custom = "custom" in words
    pairs = dict(word.split("=", 1) for word in words if "=" in word)
    retire = pairs.pop("retire", "")
    fields = {}
    for line in lines:
        ours, theirs, *kind = line.split()
        fields[ours] = _field(theirs, *kind)
    return EntityMap(
        collection,
        CUSTOM_KEY if custom else key,
        fields,
        pairs,
        Retire(*retire.split(":")) if retire else None,
        custom,
    )


def _field(name: str, kind: str = "text", detail: str = "", *more: str) -> FieldMap:
    return FieldMap(
        name,
        cast(Kind, kind),
        places=int(detail) if kind == "decimal" else 0,
        parent=detail if kind == "ref" else "",
        through=more[0] if kind == "ref" else "",
        once="once" in more,
        length=int(detail) if kind == "text" and detail else 0,
    )
