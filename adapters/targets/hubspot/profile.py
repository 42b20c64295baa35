"""The target profile: what the tables say, with an installation's own names.

`VERSION` grows with every change of the tables: it counts as part of the mapping version, as do an
installation's own overrides. Pure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from adapters.targets.hubspot.tables import TABLES

VERSION = "hubspot/1"
KEY = "erp_id"
TEXT_LENGTH = 65_536
"""The most characters of a text property."""

Kind = Literal["text", "decimal", "integer", "boolean", "date", "instant", "ref"]


@dataclass(frozen=True, slots=True)
class FieldMap:
    """One canonical field's place in HubSpot. An empty `name` is never sent or read."""

    name: str
    kind: Kind = "text"
    places: int = 0
    parent: str = ""
    """The canonical entity that a `ref` points at."""
    id_name: str = ""
    """A property that takes the parent's record id, beside the link; for a `ref`."""


@dataclass(frozen=True, slots=True)
class EntityMap:
    """One canonical entity's object and its properties."""

    object: str
    fields: Mapping[str, FieldMap]

    @property
    def custom(self) -> bool:
        """Whether an administrator must make the object: `p_...` or `2-...`."""
        return self.object.startswith(("p_", "2-"))

    @property
    def refs(self) -> Mapping[str, FieldMap]:
        """The fields that are links to other records, and kept."""
        return {n: f for n, f in self.fields.items() if f.kind == "ref" and f.name}


@dataclass(frozen=True, slots=True)
class Profile:
    """Every entity's map, the unique property that all objects share, and their version."""

    entities: Mapping[str, EntityMap]
    key: str
    version: str


@dataclass(frozen=True, slots=True)
class Override:
    """An installation's own object or property names for one entity."""

    object: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


def build(key: str, overrides: Mapping[str, Override]) -> Profile:
    """The built-in tables with an installation's own names. Raises ValueError for unknown ones."""
    entities = {entity: _parse(table) for entity, table in TABLES.items()}
    for entity, own in overrides.items():
        if entity not in entities:
            raise ValueError(f'profile: no entity "{entity}"; there are {", ".join(entities)}')
        entities[entity] = _overridden(entity, entities[entity], own)
    version = VERSION
    if overrides or key != KEY:
        said = [key, {e: [o.object, dict(o.fields)] for e, o in overrides.items()}]
        text = json.dumps(said, sort_keys=True).encode()
        version += "+" + hashlib.blake2b(text, digest_size=6).hexdigest()
    return Profile(entities, key, version)


def _overridden(entity: str, base: EntityMap, own: Override) -> EntityMap:
    fields = dict(base.fields)
    for name, theirs in own.fields.items():
        if name not in fields:
            raise ValueError(f'profile.{entity}: no field "{name}"; there are {", ".join(fields)}')
        fields[name] = replace(fields[name], name=theirs)
    return EntityMap(own.object or base.object, fields)


def _parse(table: str) -> EntityMap:
    head, *lines = table.strip().splitlines()
    fields = {}
    for line in lines:
        ours, theirs, *kind = line.split()
        fields[ours] = _field(theirs, *kind)
    return EntityMap(head.strip(), fields)


def _field(name: str, kind: str = "text", detail: str = "", id_name: str = "") -> FieldMap:
    return FieldMap(
        name,
        cast(Kind, kind),
        places=int(detail) if kind == "decimal" else 0,
        parent=detail if kind == "ref" else "",
        id_name=id_name,
    )
