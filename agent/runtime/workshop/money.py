"""What two texts of a mapping make differently of money that the ERP owns. Pure.

Such a change needs a second person. What counts is what decides about the value: the field's rule,
the lookup tables that the rule names, their files, the rules of the contract that guard sums, and
what a leaving record is set to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any


@dataclass(frozen=True, slots=True)
class Written:
    """One text of a mapping, as a document, with the lookup files that it names."""

    document: Mapping[str, Any]
    files: Mapping[str, bytes]


def changed_money(old: Written, new: Written, names: Collection[str]) -> list[str]:
    """The financial fields (of `names`) of which the two make something else, in their order.

    `rules` and `checks` stand for what guards them.
    """
    found = [name for name in sorted(names) if _meaning(old, name) != _meaning(new, name)]
    touched = any(name in _table(new.document, "fields") for name in names)
    guards = ("rules", "checks") if touched else ()
    return found + [each for each in guards if old.document.get(each) != new.document.get(each)]


def _meaning(said: Written, name: str) -> object:
    """Everything that decides about one field."""
    rule = _table(said.document, "fields").get(name)
    left = _table(_table(said.document, "on_leave"), "set").get(name)
    return _plain(rule), [_content(said, each) for each in tables_of(said.document, name)], left


def tables_of(document: Mapping[str, Any], name: str) -> list[str]:
    """The lookup tables that the rule of a field names, sorted."""
    rule = _table(document, "fields").get(name)
    if not isinstance(rule, Mapping):
        return []
    formula = str(rule.get("formula", ""))
    return [
        each
        for each in sorted(_table(document, "lookups"))
        if rule.get("lookup") == each or each in formula
    ]


def named_files(document: Mapping[str, Any]) -> set[str]:
    """The lookup files that a mapping names."""
    return {
        str(table["csv"])
        for table in _table(document, "lookups").values()
        if isinstance(table, Mapping) and "csv" in table
    }


def _content(said: Written, table: str) -> object:
    found = _table(_table(said.document, "lookups"), table)
    content = said.files.get(str(found.get("csv", "")))
    return dict(found), None if content is None else blake2b(content).digest()


def _plain(rule: object) -> object:
    """A column's name alone is the same as a table that names it."""
    return {"column": rule} if isinstance(rule, str) else rule


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}
