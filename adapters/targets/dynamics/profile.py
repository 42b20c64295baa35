"""The target profile: which Dataverse table and column each canonical kind and field is. Pure.

`VERSION` grows with every change of `tables`: it counts as part of the mapping version, as do an
installation's own overrides, its prefix and its key column.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from adapters.targets.dynamics.tables import TABLES

VERSION = "dynamics/2"
PREFIX = "erp"
KEY_COLUMN = "erp_id"

Kind = Literal[
    "text", "decimal", "money", "integer", "boolean", "date", "instant", "ref", "currency"
]


@dataclass(frozen=True, slots=True)
class FieldMap:
    """One canonical field's place in Dataverse. An empty `name` is never sent or read."""

    name: str
    """The column, or for a parent its navigation property."""
    kind: Kind = "text"
    places: int = 0
    parent: str = ""
    """The canonical entity that a `ref` points at."""
    length: int = 0
    """The most characters of a text; 0 where only the organisation knows."""
    also: str = ""
    """A second column that takes the value where nothing else does."""
    fill: bool = False
    """Whether the external id stands in for a value that the message does not have."""

    @property
    def is_link(self) -> bool:
        """Whether the value is another record, named in a URL."""
        return self.kind in ("ref", "currency")


@dataclass(frozen=True, slots=True)
class EntityMap:
    """One canonical entity's table, its fields, and what a new record must say beside them."""

    table: str
    """Logical name: `salesorder`."""
    set: str
    """The entity set in URLs: `salesorders`."""
    fields: Mapping[str, FieldMap]
    constants: Mapping[str, int | bool] = field(default_factory=dict)
    traits: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The primary key column."""
        return f"{self.table}id"


@dataclass(frozen=True, slots=True)
class Profile:
    """Every entity's map, the key column that all tables share, and their version."""

    entities: Mapping[str, EntityMap]
    key: str
    version: str
    prefix: str = PREFIX

    def is_custom(self, name: str) -> bool:
        """Whether a table or column is one of ours, which `setup` creates."""
        return name.startswith(f"{self.prefix}_") or name == self.key


@dataclass(frozen=True, slots=True)
class Override:
    """An installation's own names for one entity."""

    table: str | None = None
    set: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    """Canonical field -> the most characters that the organisation takes."""


def build(overrides: Mapping[str, Override], *, prefix: str = PREFIX, key: str = "") -> Profile:
    """The built-in tables with an installation's own names. Raises ValueError for unknown ones."""
    key = key or f"{prefix}_id"
    entities = {entity: _parse(text, prefix) for entity, text in TABLES.items()}
    for entity, own in overrides.items():
        if entity not in entities:
            raise ValueError(f'profile: no entity "{entity}"; there are {", ".join(entities)}')
        entities[entity] = _overridden(entity, entities[entity], own)
    version = VERSION
    if overrides or prefix != PREFIX or key != KEY_COLUMN:
        said = [
            prefix,
            key,
            {
                entity: [own.table, own.set, dict(own.fields), dict(own.lengths)]
                for entity, own in overrides.items()
            },
        ]
        text = json.dumps(said, sort_keys=True).encode()
        version += "+" + hashlib.blake2b(text, digest_size=6).hexdigest()
    return Profile(entities, key, version, prefix)


def _overridden(entity: str, base: EntityMap, own: Override) -> EntityMap:
    fields = dict(base.fields)
    for name in (*own.fields, *own.lengths):
        if name not in fields:
            there = ", ".join(fields)
            raise ValueError(f'profile.{entity}: no field "{name}"; there are {there}')
    for name, theirs in own.fields.items():  # another column: its length only the org knows
        fields[name] = replace(fields[name], name=theirs, length=0)
    for name, most in own.lengths.items():
        if fields[name].kind != "text":
            raise ValueError(f'profile.{entity}: "{name}" is no text; it has no length')
        fields[name] = replace(fields[name], length=most)
    return replace(base, table=own.table or base.table, set=own.set or base.set, fields=fields)


def _parse(text: str, prefix: str) -> EntityMap:
    head, *lines = text.replace(f" {PREFIX}_", f" {prefix}_").strip().splitlines()
    table, set_, *rest = head.replace(f"{PREFIX}_", f"{prefix}_").split()
    fields = {}
    for line in lines:
        if not line.strip():
            continue
        ours, theirs, *kind = line.split()
        fields[ours] = _field(theirs, kind)
    constants = dict(pair.split("=", 1) for pair in rest if "=" in pair)
    return EntityMap(
        table,
        set_,
        fields,
        {name: json.loads(value) for name, value in constants.items()},
        frozenset(item for item in rest if item.startswith("+")),
    )


def _field(name: str, said: list[str]) -> FieldMap:
    kind = said[0] if said else "text"
    detail = said[1] if len(said) > 1 else ""
    return FieldMap(
        name,
        cast(Kind, kind),
        places=int(detail) if kind in ("decimal", "money") else 0,
        parent=detail if kind == "ref" else "",
        length=int(detail) if kind == "text" and detail else 0,
        also=said[said.index("also") + 1] if "also" in said else "",
        fill="fill" in said,
    )
