"""Contracts: the fields of one kind of record under a version, read from JSON Schema documents.

A document is ordinary JSON Schema (draft 2020-12) of a message's `fields`, so that whoever receives
messages can validate them with any tool. What JSON Schema cannot say, or says in many ways, stands
beside it under `x-waybill`; only that is read here, and a test keeps the two saying the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from agent.canon.codes import LISTS
from agent.canon.field import Field, Kind
from agent.canon.limits import EXTERNAL_ID_LENGTH, MOST_DIGITS
from agent.errors import ConfigError, ConfigProblem
from agent.model import Json

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KEYS: Mapping[Kind, frozenset[str]] = MappingProxyType(
    dict.fromkeys(Kind, frozenset({"type", "required"}))
    | {
        Kind.TEXT: frozenset({"type", "required", "max_length"}),
        Kind.DECIMAL: frozenset({"type", "required", "places"}),
        Kind.REF: frozenset({"type", "required", "entity"}),
        Kind.CODE: frozenset({"type", "required", "codes", "list"}),
    }
)


@dataclass(frozen=True)
class Contract:
    """One kind of record under one major version."""

    name: str
    major: int
    fields: Mapping[str, Field]

    @property
    def reference(self) -> str:
        """How messages name it: `account/1`."""
        return f"{self.name}/{self.major}"

    @cached_property
    def refs(self) -> tuple[Field, ...]:
        """The fields that refer to parents."""
        return tuple(field for field in self.fields.values() if field.kind is Kind.REF)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The fields without which a record is no record."""
        return tuple(name for name, field in self.fields.items() if field.required)


class Contracts(Mapping[str, Contract]):
    """Contracts by the name of their kind, closed under references."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._by_name: dict[str, Contract] = {}
        problems = []
        for contract in contracts:
            if contract.name in self._by_name:
                problems.append(ConfigProblem(contract.name, "There are two contracts of it."))
            self._by_name[contract.name] = contract
        problems += [
            ConfigProblem(f"{contract.name}.{field.name}", f"No contract of '{field.entity}'.")
            for contract in self._by_name.values()
            for field in contract.refs
            if field.entity not in self._by_name
        ]
        if problems:
            raise ConfigError(problems, "The contracts do not fit together.")

    def __getitem__(self, name: str) -> Contract:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)


def parse_contract(document: Mapping[str, Json], file: str = "") -> Contract:
    """Read a contract. Raises ConfigError with every problem."""
    problems: list[ConfigProblem] = []
    head = _table(document.get("x-waybill"))
    name, major = head.get("name"), head.get("major")
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        problems.append(ConfigProblem("x-waybill.name", "It must be a lower-case name.", file=file))
    if isinstance(major, bool) or not (isinstance(major, int) and major >= 1):
        problems.append(ConfigProblem("x-waybill.major", "It must be 1 or more.", file=file))
    fields: dict[str, Field] = {}
    for field_name, schema in _table(document.get("properties")).items():
        notes = _table(_table(schema).get("x-waybill"))
        try:
            fields[field_name] = _field(field_name, notes)
        except ValueError as error:
            problems.append(ConfigProblem(f"properties.{field_name}", str(error), file=file))
    if not fields and not problems:
        problems.append(ConfigProblem("properties", "A contract has fields.", file=file))
    if problems or not isinstance(name, str) or not isinstance(major, int):
        raise ConfigError(problems, "A contract cannot be read.")
    return Contract(name, major, MappingProxyType(fields))


def _table(value: Json | None) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _field(name: str, notes: Mapping[str, Json]) -> Field:
    """One field. Raises ValueError with a sentence."""
    if not _NAME.fullmatch(name):
        raise ValueError("A field's name is lower-case letters, digits and underscores.")
    if notes.get("type") not in list(Kind):
        raise ValueError(f"x-waybill.type must be one of {', '.join(Kind)}.")
    kind = Kind(str(notes["type"]))
    if strange := sorted(set(notes) - _KEYS[kind]):
        raise ValueError(f"x-waybill.{strange[0]} means nothing for the type {kind}.")
    if notes.get("required", False) not in (True, False):
        raise ValueError("x-waybill.required must be true or false.")
    return _typed(Field(name, kind, notes.get("required") is True), notes)


def _typed(field: Field, notes: Mapping[str, Json]) -> Field:
    """The field with what bounds its type."""
    match field.kind:
        case Kind.TEXT:
            return replace(field, max_length=_number(notes, "max_length", 1, 1_000_000))
        case Kind.DECIMAL:
            return replace(field, places=_number(notes, "places", 0, MOST_DIGITS - 1))
        case Kind.REF:
            if not isinstance(entity := notes.get("entity"), str):
                raise ValueError("x-waybill.entity must name the kind it refers to.")  # noqa: TRY004 - the file is wrong
            return replace(field, entity=entity, max_length=EXTERNAL_ID_LENGTH)
        case Kind.CODE:
            return _coded(field, notes)
        case Kind.INTEGER | Kind.BOOLEAN | Kind.DATE | Kind.INSTANT:
            return field


def _number(notes: Mapping[str, Json], key: str, least: int, most: int) -> int:
    value = notes.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"x-waybill.{key} must be between {least} and {most}.")
    return value


def _coded(field: Field, notes: Mapping[str, Json]) -> Field:
    shared, own = notes.get("list", ""), notes.get("codes")
    if isinstance(shared, str) and shared in LISTS and own is None:
        return replace(field, codes=LISTS[shared], list=shared)
    if shared or not isinstance(own, list) or not own:
        raise ValueError(f"x-waybill has either codes or one list of {', '.join(LISTS)}.")
    codes = frozenset(code for code in own if isinstance(code, str) and code.strip() == code != "")
    if len(codes) != len(own):
        raise ValueError("x-waybill.codes must be different texts without blanks around them.")
    return replace(field, codes=codes)
