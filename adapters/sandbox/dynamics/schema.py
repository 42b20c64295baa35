"""Tables, columns, navigation properties and alternate keys of an environment, from a file.

The file is `resources/sandbox/dynamics-schema.json`; it says itself how it is read. Everything can
be added to while the sandbox runs, as an administrator does (see `metadata`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from agent.resources import text

_SHARED = {
    "createdon": "datetime",
    "modifiedon": "datetime",
    "versionnumber": "integer",
    "statecode": "choice",
    "statuscode": "choice",
}
SYSTEM = frozenset({"createdon", "modifiedon", "versionnumber"})


class Column(NamedTuple):
    """One column: its type, and how long, how exact, or which values."""

    name: str
    kind: str
    length: int = 0
    places: int = 0
    choices: tuple[int, ...] = ()


class Navigation(NamedTuple):
    """A single-valued navigation property: the lookup column behind it, and where it leads."""

    column: str
    table: str


@dataclass(slots=True)
class TableKind:
    """One table (a `store.Named`)."""

    name: str
    set: str
    primary: str
    columns: dict[str, Column]
    navigation: dict[str, Navigation]
    required: frozenset[str] = frozenset()
    states: tuple[int, ...] = (0, 1)
    cascade: frozenset[str] = frozenset()
    restrict: frozenset[str] = frozenset()
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Columns of each alternate key, by its name."""

    @property
    def id(self) -> str:
        """The primary key column."""
        return f"{self.name}id"

    @property
    def lookups(self) -> dict[str, list[str]]:
        """The tables to which each lookup column may lead."""
        found: dict[str, list[str]] = {}
        for leads in self.navigation.values():
            found.setdefault(leads.column, []).append(leads.table)
        return found


class Schema:
    """All tables, by logical name and by entity set."""

    def __init__(self, tables: Mapping[str, TableKind], key: str) -> None:
        self.tables = dict(tables)
        self.key = key
        """The column under which the admin page and the write log know records."""

    def by_set(self, name: str) -> TableKind | None:
        """The table behind an entity set; names are case-sensitive."""
        return next((table for table in self.tables.values() if table.set == name), None)


def column(name: str, said: str) -> Column:
    """A column from its short form: `text 160`, `money 2`, `choice 1,2`."""
    kind, _, detail = said.partition(" ")
    if kind == "choice":
        values = tuple(int(value) for value in detail.split(",") if value)
        return Column(name, kind, choices=values)
    if kind in ("decimal", "money"):
        return Column(name, kind, places=int(detail or 2))
    return Column(name, kind, length=int(detail or 0))


def load(overlays: Sequence[Mapping[str, Any]], *, bare: bool) -> Schema:
    """The standard tables, what was created for Waybill unless `bare`, and further layers."""
    document = json.loads(text("sandbox/dynamics-schema.json"))
    said = dict(document["tables"]) | ({} if bare else document["own_tables"])
    for overlay in overlays:
        said |= overlay.get("tables", {})
    tables = {name: _table(name, item, own=not bare) for name, item in said.items()}
    schema = Schema(tables, document["key"])
    if not bare:
        for name in document["keyed"]:
            tables[name].columns[schema.key] = column(schema.key, "text 450")
            tables[name].keys[schema.key] = (schema.key,)
    return schema


def _table(name: str, said: Mapping[str, Any], *, own: bool) -> TableKind:
    columns = {**said["columns"], **(said["own"]["columns"] if own else {})}
    leads = {**said["navigation"], **(said["own"]["navigation"] if own else {})}
    states = tuple(said["states"])
    made = {key: column(key, form) for key, form in {**_SHARED, **columns}.items()}
    made["statecode"] = Column("statecode", "choice", choices=states)
    made["statuscode"] = Column("statuscode", "choice")
    return TableKind(
        name,
        said["set"],
        said["primary"],
        made,
        {key: Navigation(*where) for key, where in leads.items()},
        frozenset(said["required"]),
        states,
        frozenset(said["cascade"]),
        frozenset(said["restrict"]),
    )
