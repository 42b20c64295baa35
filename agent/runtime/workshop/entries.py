"""One more word that a mapping knows: written into its text or its lookup file, comments kept. Pure.

What a person decides once for a whole group of rows ("D means DE") stands in the mapping as a rule
from then on. Where it goes follows from the rule of the field:

- `codes` of the field, where it has them or where its converter takes them beside a standard,
- the lookup table that it names, in the document or in its CSV file,
- otherwise a new lookup table of the field's name, that keeps every word that it does not list.
"""

from __future__ import annotations

import copy
import csv
import tomllib
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

import tomlkit
from tomlkit.items import Item

from agent.errors import WrongUse

WORDS = frozenset(
    {
        "CODE_UNKNOWN", "COUNTRY_UNKNOWN", "CURRENCY_UNKNOWN", "LOOKUP_MISSING", "NOT_A_BOOLEAN",
        "UNIT_UNKNOWN",
    }
)  # fmt: skip
"""Troubles that one more word can end."""
_STANDARDS = ("country", "currency")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an entry goes."""

    place: str
    """As the diff names it: `fields.billing_country.codes`, `lookups.units.table`."""
    field: str = ""
    table: str = ""
    csv: str = ""
    """The file of the table."""
    fresh: bool = False
    """The table is made for it."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft with one more entry, and the lookup file that changed with it."""

    text: str
    files: Mapping[str, bytes]
    spot: Spot


def column_of(document: Mapping[str, Any], field: str) -> str:
    """The column whose word decides about a field. Raises WrongUse."""
    rule = _table(document, "fields").get(field)
    if isinstance(rule, str):
        return rule
    column = rule.get("column") if isinstance(rule, Mapping) else None
    if not isinstance(column, str):
        raise WrongUse(
            f"What {field} becomes does not follow from one word of the ERP.",
            hint="Correct its rule in the mapping: waybill mapping show, preview, publish.",
        )
    return column


def spot_of_field(document: Mapping[str, Any], field: str) -> Spot:
    """Where an entry about a field goes. Raises WrongUse."""
    column_of(document, field)
    rule = _table(document, "fields")[field]
    if isinstance(rule, Mapping):
        if "lookup" in rule:
            return spot_of_table(document, str(rule["lookup"]))
        if "codes" in rule or rule.get("convert") in _STANDARDS:
            return Spot(f"fields.{field}.codes", field)
        if rule.get("convert") == "phone":
            raise WrongUse(f"{field} is a phone number: no entry of a table makes one.")
    name, taken = field, _table(document, "lookups")
    while name in taken:
        name += "_words"
    return Spot(f"lookups.{name}.table", field, name, fresh=True)


def spot_of_table(document: Mapping[str, Any], name: str) -> Spot:
    """Where an entry of a lookup table goes. Raises WrongUse."""
    table = _table(document, "lookups").get(name)
    if not isinstance(table, Mapping):
        known = ", ".join(sorted(_table(document, "lookups"))) or "none"
        raise WrongUse(f"The mapping has no lookup table {name!r}.", hint=f"It has: {known}.")
    if "table" not in table and "csv" not in table:
        raise WrongUse(
            f"The lookup table {name} is read from the source {table.get('source', '')}.",
            hint="Put the word in there: it counts from the next reading on.",
        )
    if "csv" in table:
        return Spot(f"lookups.{name}", table=name, csv=str(table["csv"]))
    return Spot(f"lookups.{name}.table", table=name)


def with_entry(text: str, files: Mapping[str, bytes], spot: Spot, key: str, value: str) -> Drafted:
    """The mapping with one more entry. Raises WrongUse where the word has a meaning already."""
    key, value = key.strip(), value.strip()
    if not value:
        raise WrongUse("Say what it means: the value must not be blank.")
    before = tomllib.loads(text)
    if spot.csv:
        table = before["lookups"][spot.table]
        content = files.get(spot.csv, b"")
        return Drafted(text, {spot.csv: _appended(content, table, key, value)}, spot)

    def change(root: MutableMapping[str, Any]) -> None:
        _add(root, spot, key, value)

    document, wanted = tomlkit.parse(text), copy.deepcopy(before)
    change(wanted)
    change(document)
    after = tomlkit.dumps(document)
    if tomllib.loads(after) != wanted:
        raise WrongUse(
            "The mapping is written in a way that cannot be changed by program.",
            hint="Write the entry into the file by hand.",
        )
    return Drafted(after, {}, spot)


# --- in the document ------------------------------------------------------------------------------


def _add(root: MutableMapping[str, Any], spot: Spot, key: str, value: str) -> None:
    if spot.fresh:
        lookups = root.setdefault("lookups", _like(root))
        lookups[spot.table] = _inline({"table": {key: value}}, root)
        fields = root["fields"]
        old = fields[spot.field]
        rule = {"column": str(old)} if isinstance(old, str) else old
        if isinstance(old, str):
            fields[spot.field] = _beside(_inline(rule, root), old)
        fields[spot.field]["lookup"] = spot.table
        fields[spot.field]["otherwise"] = "keep"
        return
    if spot.table:
        table = root["lookups"][spot.table]
        _put(table["table"], key, value, fold=table.get("fold") is True)
        return
    rule = root["fields"][spot.field]
    if "codes" not in rule:
        rule["codes"] = _inline({}, root)
    _put(rule["codes"], key, value, fold=False)


def _put(table: MutableMapping[str, Any], key: str, value: str, *, fold: bool) -> None:
    for known in table:
        same = known.strip() == key or (fold and known.strip().casefold() == key.casefold())
        if same:
            raise WrongUse(
                f"The table says already what this word means: {table[known]}.",
                hint="Change it in the mapping: waybill mapping show, preview, publish.",
            )
    table[key] = value


def _like(root: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return tomlkit.table(is_super_table=True) if isinstance(root, tomlkit.TOMLDocument) else {}


def _inline(said: Mapping[str, Any], root: MutableMapping[str, Any]) -> Any:
    """A table on one line, in a document; a plain one elsewhere."""
    if not isinstance(root, tomlkit.TOMLDocument):
        return {n: dict(v) if isinstance(v, Mapping) else v for n, v in said.items()}
    made = tomlkit.inline_table()
    for name, value in said.items():
        made[name] = _inline(value, root) if isinstance(value, Mapping) else value
    return made


def _beside(made: Any, old: Any) -> Any:
    """What takes the place of an item keeps the comment beside it."""
    if isinstance(made, Item) and isinstance(old, Item):
        made.trivia.comment_ws, made.trivia.comment = old.trivia.comment_ws, old.trivia.comment
    return made


# --- in a file ------------------------------------------------------------------------------------


def _appended(content: bytes, table: Mapping[str, Any], key: str, value: str) -> bytes:
    """A lookup file with one more line, in its own writing."""
    encoding = str(table.get("encoding", "utf-8"))
    mark = content[:3] == b"\xef\xbb\xbf" and encoding == "utf-8"
    try:
        text = content.decode("utf-8-sig" if mark else encoding)
    except UnicodeError:
        raise WrongUse(f"The file {table['csv']} is no {encoding} text.") from None
    delimiter = str(table.get("delimiter", ";"))[:1]
    rows = list(csv.DictReader(StringIO(text, newline=""), delimiter=delimiter))
    names = next(csv.reader(StringIO(text, newline=""), delimiter=delimiter), [])
    if not {table["key"], table["value"]} <= set(names):
        raise WrongUse(f"The file {table['csv']} does not have the columns that its table names.")
    fold = table.get("fold") is True
    _put({str(row[table["key"]]): str(row[table["value"]]) for row in rows}, key, value, fold=fold)
    ending = "\r\n" if "\r\n" in text else "\n"
    line = StringIO(newline="")
    cells = {table["key"]: key, table["value"]: value}
    csv.writer(line, delimiter=delimiter, lineterminator=ending).writerow(
        [cells.get(name, "") for name in names]
    )
    if text and not text.endswith(("\n", "\r")):
        text += ending
    try:
        return (text + line.getvalue()).encode("utf-8-sig" if mark else encoding)
    except UnicodeError:
        raise WrongUse(f"The file {table['csv']} is {encoding}, which cannot write this.") from None


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}
