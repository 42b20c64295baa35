"""Reading a mapping document: every problem at once, or a plan."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from types import MappingProxyType

from agent.canon import Contract, Field, Kind, Rule
from agent.canon.rules import needed
from agent.errors import ConfigError
from agent.mapping.calculated import ADDRESS_PARTS, address_part, calculated, condition, phone
from agent.mapping.compiled import Exclusion, FieldRule
from agent.mapping.converters import constant, converter, default
from agent.mapping.lookups import (
    OTHERWISE,
    Beside,
    Lookups,
    filled,
    looked_up,
    lookups,
    nothing_beside,
)
from agent.mapping.lookups import said_of as tables_said
from agent.mapping.options import Options, Problems, did_you_mean
from agent.mapping.plan import Delete, Leave, OnLeave, Plan, Set
from agent.mapping.ruled import decided, said_of
from agent.mapping.values import Convert, Refused, as_it_is
from agent.mapping.wanted import wanted
from agent.model import Json, Scalar

_VERSION = 1
"""The form of the document."""

_UNBOUNDED = 1_000_000
NO_LENGTHS: Mapping[str, int] = MappingProxyType({})

_ENGINE = 1
"""Grows when the same document comes to mean something else, so that records are mapped again."""


def parse(
    document: Mapping[str, Json],
    contract: Contract,
    file: str = "",
    beside: Beside = nothing_beside,
    lengths: Mapping[str, int] = NO_LENGTHS,
) -> Plan:
    """Read a mapping for this contract. Raises ConfigError with every problem.

    `lengths`: the most characters that the target takes in a field, where it takes fewer than the
    contract: what is longer is found here, before it is queued.
    """
    problems = Problems(file)
    top = Options(document, "", problems)
    _check_head(top, contract)
    external_id = top.names("external_id")
    on_leave = _on_leave(top, contract, problems)
    tables = lookups(top.raw("lookups"), problems, beside)
    leave_out = _leave_out(top, problems, tables)
    narrow = _narrowed(contract, lengths)
    rules = _fields(top, contract, _Reading(problems, tables, narrow))
    checks = decided(contract.rules, top.raw("rules"), problems)
    tests = wanted(top.raw("checks"), [rule.field.name for rule in rules], tables, problems)
    top.done()
    if problems.found:
        raise ConfigError(problems.found, f"The mapping of '{contract.name}' has problems.")
    names = [rule.field.name for rule in rules]
    kept = [check for check in checks if needed(check) <= set(names)]
    narrower = {name: narrow[name].max_length for name in names if name in narrow}
    beside_it = [*_with_files(document, tables), *([narrower] if narrower else [])]
    digest = _digest(document, contract.reference, kept, beside_it)
    return Plan(
        contract, external_id, rules, leave_out, on_leave, digest, checks, filled(tables), tests,
        _seeds(top.raw("fields")),
    )  # fmt: skip


def _check_head(top: Options, contract: Contract) -> None:
    version, entity = top.raw("version"), top.raw("entity")
    if isinstance(version, bool) or version != _VERSION:
        top.wrong("version", f"It must be {_VERSION}.")
    if entity != contract.name:
        top.wrong("entity", f"It must be '{contract.name}', as in the flow that names this file.")


def _on_leave(top: Options, contract: Contract, problems: Problems) -> OnLeave:
    hint = 'Write on_leave = "delete", "leave" or { set = { active = false } }.'
    value = top.raw("on_leave")
    if value == "delete":
        return Delete()
    if isinstance(value, dict):
        inner = Options(value, "on_leave", problems)
        table = inner.raw("set")
        inner.done()
        if isinstance(table, dict) and table:
            return Set(_set_fields(table, contract, problems))
    if value != "leave":
        top.wrong("on_leave", "It must say what happens to a record that leaves.", hint)
    return Leave()


def _set_fields(
    table: Mapping[str, Json], contract: Contract, problems: Problems
) -> dict[str, Scalar]:
    fields: dict[str, Scalar] = {}
    for name, value in table.items():
        place = f"on_leave.set.{name}"
        field = _known_field(name, place, contract, problems)
        if field is None:
            continue
        if field.kind is Kind.REF:
            problems.add(place, "A reference cannot be set here.")
            continue
        fields[name] = _constant(field, value, place, problems)
    return {name: fields[name] for name in contract.fields if name in fields}


def _leave_out(top: Options, problems: Problems, tables: Lookups) -> tuple[Exclusion, ...]:
    value = top.raw("leave_out")
    if value is None:
        return ()
    if not isinstance(value, list):
        top.wrong("leave_out", 'It must be a list such as [{ name = "…", column = "…", in = [] }].')
        return ()
    rules = []
    for number, item in enumerate(value, start=1):
        place = f"leave_out.{number}"
        if not isinstance(item, dict):
            problems.add(place, "It must be a table with name, column and in, or formula.")
            continue
        options = Options(item, place, problems)
        rules.append(_exclusion(options, tables))
        options.done()
    if len({rule.name for rule in rules}) != len(rules):
        top.wrong("leave_out", "Two rules have the same name; they are counted by it.")
    return tuple(rules)


def _exclusion(options: Options, tables: Lookups) -> Exclusion:
    name = options.text("name")
    if options.has("formula"):
        if not name:
            options.wrong("name", "It is needed.")
        return Exclusion(name, formula=condition(options, tables))
    column, words = options.text("column"), options.texts("in")
    for key, given in (("name", name), ("column", column), ("in", words)):
        if not given:
            options.wrong(key, "It is needed.")
    return Exclusion(name, column, frozenset(words))


_BOUNDED = frozenset({Kind.TEXT, Kind.PHONE, Kind.EMAIL, Kind.URL})


def _narrowed(contract: Contract, lengths: Mapping[str, int]) -> dict[str, Field]:
    """The fields of which the target takes less than the contract."""
    return {
        name: replace(field, max_length=lengths[name])
        for name, field in contract.fields.items()
        if field.kind in _BOUNDED and 0 < lengths.get(name, 0) < (field.max_length or _UNBOUNDED)
    }


def _fields(top: Options, contract: Contract, reading: _Reading) -> tuple[FieldRule, ...]:
    problems = reading.problems
    table = top.raw("fields")
    if not isinstance(table, dict) or not table:
        top.wrong("fields", "It must be a table that says where each field comes from.")
        return ()
    rules = {}
    for name, value in table.items():
        place = f"fields.{name}"
        field = _known_field(name, place, contract, problems)
        if field is not None:
            narrow = reading.narrow.get(name)
            rule = _rule(narrow or field, value, place, reading)
            rules[name] = replace(rule, narrowed=True) if narrow else rule
    for name in contract.required:
        if name not in table:
            problems.add(f"fields.{name}", f"It is required by {contract.reference} and missing.")
    return tuple(rules[name] for name in contract.fields if name in rules)


def _known_field(name: str, place: str, contract: Contract, problems: Problems) -> Field | None:
    field = contract.fields.get(name)
    if field is None:
        hint = did_you_mean(name, contract.fields)
        problems.add(place, f"{contract.reference} has no such field.", hint)
    return field


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the reading of every rule shares."""

    problems: Problems
    tables: Lookups
    narrow: Mapping[str, Field]
    """Fields as far as the target takes them."""


def _rule(field: Field, value: Json, place: str, reading: _Reading) -> FieldRule:
    if isinstance(value, str) and value.strip():
        return FieldRule(field, (value,), default(field))
    if not isinstance(value, dict):
        reading.problems.add(
            place,
            "It must be a column's name, or a table with column, columns, formula or constant.",
            "A constant is written { constant = … }.",
        )
        return FieldRule(field)
    options = Options(value, place, reading.problems)
    ways = [way for way in _MAKERS if options.has(way)]
    if len(ways) != 1:
        options.wrong("", "It needs one of column, columns, formula and constant.")
        return FieldRule(field)
    rule = _MAKERS[ways[0]](field, options, reading)
    options.flag("seed")
    options.done()
    return rule


def _seeds(fields: Json) -> frozenset[str]:
    """Fields that say seed = true."""
    table = fields if isinstance(fields, dict) else {}
    return frozenset(
        name for name, rule in table.items() if isinstance(rule, dict) and rule.get("seed") is True
    )


def _constant_rule(field: Field, options: Options, reading: _Reading) -> FieldRule:
    value, place = options.raw("constant"), f"{options.place}.constant"
    return FieldRule(field, constant=_constant(field, value, place, reading.problems))


def _column_rule(field: Field, options: Options, reading: _Reading) -> FieldRule:
    if options.raw("convert") == "phone":
        return phone(field, options)
    if options.raw("convert") in ADDRESS_PARTS:
        return address_part(field, options)
    column, itself = options.text("column"), _itself(field, options)
    convert = converter(field, options)
    if options.has("lookup"):
        convert = _looked_up(field, options, convert, reading.tables)
    return FieldRule(field, (column,), convert, self_is_blank=itself)


def _looked_up(
    field: Field, options: Options, convert: Convert | None, tables: Lookups
) -> Convert | None:
    name, otherwise = options.text("lookup"), options.choice("otherwise", OTHERWISE)
    if name not in tables:
        hint = did_you_mean(name, tables) or f"Write it as [lookups.{name}]."
        options.wrong("lookup", f"There is no table '{name}'.", hint)
        return convert
    return looked_up(tables[name], otherwise, convert or as_it_is(field.max_length))


def _formula_rule(field: Field, options: Options, reading: _Reading) -> FieldRule:
    return calculated(field, options, reading.tables)


def _columns_rule(field: Field, options: Options, _reading: _Reading) -> FieldRule:
    columns, itself = options.names("columns"), _itself(field, options)
    if field.kind is not Kind.REF:
        options.wrong("columns", "Only a reference is made of several columns.", "Name one column.")
    return FieldRule(field, columns, converter(field, options), self_is_blank=itself)


_MAKERS = {
    "constant": _constant_rule,
    "column": _column_rule,
    "columns": _columns_rule,
    "formula": _formula_rule,
}


def _itself(field: Field, options: Options) -> bool:
    """Whether a record that names itself as its parent has none."""
    if field.kind is not Kind.REF or field.required:
        return False
    return options.choice("itself", ("blank",)) == "blank"


def _constant(field: Field, value: Json, place: str, problems: Problems) -> Scalar:
    try:
        return constant(field, value)
    except Refused as refused:
        problems.add(place, f"The constant {refused.predicate}.")
        return None


def _digest(
    document: Mapping[str, Json], contract: str, checks: Sequence[Rule], beside: Sequence[object]
) -> bytes:
    """What this mapping means, in 16 bytes: the order of its tables and its comments mean nothing.

    The order of `leave_out` counts, for the first rule that fits is the one that is counted.
    """
    said = json.dumps(
        [_ENGINE, contract, _normal(document), said_of(checks), *beside],
        sort_keys=True,
        ensure_ascii=True,
        allow_nan=False,
    )
    return blake2b(said.encode("ascii"), digest_size=16, person=b"waybill-mapping").digest()


def _with_files(document: Mapping[str, Json], tables: Lookups) -> list[Json]:
    """What stands in files beside the document; tables inside it are in the document already."""
    return [tables_said(tables)] if document.get("lookups") else []


def _normal(document: Mapping[str, Json]) -> dict[str, Json]:
    """Two writings of one thing become one."""
    normal = dict(document)
    if isinstance(external_id := document["external_id"], str):
        normal["external_id"] = [external_id]
    if isinstance(fields := document["fields"], dict):
        normal["fields"] = {
            name: {"column": rule} if isinstance(rule, str) else rule
            for name, rule in fields.items()
        }
    return normal
