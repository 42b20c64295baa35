"""The target profile: which resource and attribute of Oracle each canonical entity and field is.

`tables` holds the built-in one; an installation's own names are laid over it. The version counts as
part of the mapping version, as do the overrides. Pure.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from adapters.targets.oracle.order_tables import ORDERS
from adapters.targets.oracle.tables import TABLES, VERSION

Kind = Literal["text", "decimal", "integer", "boolean", "date", "moment", "instant", "ref", "owner"]
Orders = Literal["cx", "order_management"]
_ROW = re.compile(r"(\w+)\[(\w+)\]\.(\w+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class FieldMap:
    """One canonical field's place. An empty `name` is never sent or read."""

    name: str
    kind: Kind = "text"
    places: int = 0
    parent: str = ""
    """The canonical entity that a `ref` points at, or in whose path the record lives (`owner`)."""
    once: bool = False
    length: int = 0
    """The most characters of a text; 0 where only the environment knows."""
    row: str = ""
    """The purpose of the child row that holds it (`BILL_TO`); empty: the record itself does."""


@dataclass(frozen=True, slots=True)
class EntityMap:
    """One canonical entity's resource, its attributes, and what a new record must say beside them."""

    api: str
    """`crmRestApi` or `fscmRestApi`."""
    resource: str
    child: str
    """The child resource in which it lives; empty: the resource itself."""
    owner: str
    """The entity that owns it, for a child."""
    id: str
    """The attribute of Oracle's own number."""
    key: str
    """The attribute of our external id."""
    system: str
    """The attribute that says whose key that is; empty: the key is ours alone."""
    system_value: str
    fields: Mapping[str, FieldMap]
    constants: Mapping[str, str | bool | int] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """What an administrator calls it."""
        return f"{self.resource}/{self.child}" if self.child else self.resource

    @property
    def owning_field(self) -> str:
        """The canonical field that names the owner."""
        return next(name for name, each in self.fields.items() if each.kind == "owner")

    def rows(self) -> Mapping[str, Mapping[str, FieldMap]]:
        """The fields that live in child rows, by purpose."""
        found: dict[str, dict[str, FieldMap]] = {}
        for name, each in self.fields.items():
            if each.row and each.name:
                found.setdefault(each.row, {})[name] = each
        return found


@dataclass(frozen=True, slots=True)
class Profile:
    """Every entity's map and their version."""

    entities: Mapping[str, EntityMap]
    version: str


@dataclass(frozen=True, slots=True)
class Override:
    """An installation's own names for one entity."""

    resource: str | None = None
    key: str | None = None
    """With it, no attribute says any more whose key it is: `key` is ours alone."""
    fields: Mapping[str, str] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    constants: Mapping[str, str | bool | int] = field(default_factory=dict)

    def said(self) -> list[object]:
        """Everything that differs, as JSON values."""
        return [
            self.resource, self.key, dict(self.fields), dict(self.lengths), dict(self.constants),
        ]  # fmt: skip


def build(system: str, orders: Orders, overrides: Mapping[str, Override]) -> Profile:
    """The built-in tables with an installation's own names. Raises ValueError for unknown ones."""
    entities = {name: _parse(table, system) for name, table in {**TABLES, **ORDERS[orders]}.items()}
    if orders == "cx":  # beside quotes in one resource: each under a system of its own
        entities["order"] = replace(entities["order"], system_value=f"{system}_ORDER")
    for name, own in overrides.items():
        if name not in entities:
            raise ValueError(f'profile: no entity "{name}"; there are {", ".join(entities)}')
        spare = {} if name not in ORDERS[orders] else _parse(ORDERS["cx"][name], system).fields
        entities[name] = _overridden(name, entities[name], own, spare)
    for name, entity in entities.items():  # a child lives where its owner does
        if entity.owner:
            owner = entities[entity.owner]
            entities[name] = replace(entity, resource=owner.resource)
    version = VERSION
    if overrides or (system, orders) != ("ERP", "cx"):
        said = [system, orders, {name: own.said() for name, own in overrides.items()}]
        text = json.dumps(said, sort_keys=True).encode()
        version += "+" + hashlib.blake2b(text, digest_size=6).hexdigest()
    return Profile(entities, version)


def _overridden(
    name: str, base: EntityMap, own: Override, spare: Mapping[str, FieldMap]
) -> EntityMap:
    """`spare`: fields that get a place by being named."""
    fields = dict(base.fields)
    there = {**spare, **fields}
    for each in (*own.fields, *own.lengths):
        if each not in there:
            raise ValueError(f'profile.{name}: no field "{each}"; there are {", ".join(there)}')
    for ours, theirs in own.fields.items():
        before = there[ours]
        if before.kind == "owner":
            raise ValueError(f'profile.{name}: "{ours}" is where the record lives, not a field')
        row, name_there = _place(theirs)
        fields[ours] = replace(before, name=name_there, row=row, length=0)
    for ours, most in own.lengths.items():
        if ours not in fields or fields[ours].kind != "text":
            raise ValueError(f'profile.{name}: "{ours}" is no text; it has no length')
        fields[ours] = replace(fields[ours], length=most)
    return replace(
        base,
        resource=own.resource or base.resource,
        key=own.key or base.key,
        system="" if own.key else base.system,
        fields=fields,
        constants={**base.constants, **own.constants},
    )


def _parse(table: str, system: str) -> EntityMap:
    head, *lines = table.strip().splitlines()
    named, _, constants = head.partition("|")
    api, resource, *words = named.split()
    said = dict(word.split("=", 1) for word in words)
    resource, _, child = resource.partition("/")
    fields = {}
    for line in lines:
        ours, theirs, *kind = line.split()
        fields[ours] = _field(theirs, *kind)
    return EntityMap(
        f"{api}RestApi",
        resource,
        child,
        said.get("under", ""),
        said["id"],
        said["key"],
        said.get("system", ""),
        system,
        fields,
        dict(pair.split("=", 1) for pair in constants.split()),
    )


def _field(name: str, kind: str = "text", detail: str = "", once: str = "") -> FieldMap:
    row, attribute = _place("" if name == "-" else name)
    return FieldMap(
        attribute,
        cast(Kind, kind),
        places=int(detail) if kind == "decimal" else 0,
        parent=detail if kind in ("ref", "owner") else "",
        once=bool(once),
        length=int(detail) if kind == "text" and detail else 0,
        row=row,
    )


def _place(name: str) -> tuple[str, str]:
    """The purpose of the child row, if it is in one, and the attribute."""
    found = _ROW.fullmatch(name)
    return ("", name) if found is None else (found[2], found[3])
