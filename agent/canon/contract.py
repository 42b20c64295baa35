"""Contracts: the fields of one kind of record under a version, read from JSON Schema documents.

A document is ordinary JSON Schema (draft 2020-12) of a message's `fields`, so that whoever receives
messages can validate them with any tool. What JSON Schema cannot say, or says in many ways, stands
beside it under `x-waybill`; only that is read here, and a test keeps the two saying the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from agent.canon.codes import LISTS
from agent.canon.field import EMAIL_LENGTH, URL_LENGTH, Field, Kind, State
from agent.canon.judges import Rule
from agent.canon.limits import EXTERNAL_ID_LENGTH, MOST_DIGITS
from agent.canon.ownership import Ownership, parse_ownership
from agent.canon.rules import parse_rule, steps_of
from agent.errors import ConfigError, ConfigProblem
from agent.model import Json

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KEYS: Mapping[Kind, frozenset[str]] = MappingProxyType(
    dict.fromkeys(Kind, frozenset({"type", "required"}))
    | {
        Kind.TEXT: frozenset({"type", "required", "max_length"}),
        Kind.DECIMAL: frozenset({"type", "required", "places", "currency"}),
        Kind.PERCENT: frozenset({"type", "required", "places"}),
        Kind.REF: frozenset({"type", "required", "entity"}),
        Kind.CODE: frozenset({"type", "required", "codes", "list", "lifecycle"}),
    }
)
_HEAD = ("name", "major", "minor", "ownership", "rules", "impact")
Wrong = Callable[..., None]
"""Hears of a problem: its place, what is wrong, what to do."""
_IMPACT = ("customer", "document", "amount", "currency")


@dataclass(frozen=True, slots=True)
class Impact:
    """Which fields tell people what a broken record is about; empty where there is none."""

    customer: str = ""
    document: str = ""
    """The number that people quote."""
    amount: str = ""
    currency: str = ""


@dataclass(frozen=True)
class Contract:
    """One kind of record under one major version."""

    name: str
    major: int
    fields: Mapping[str, Field]
    minor: int = 0
    """Grows with every change that breaks nobody; messages do not name it."""
    rules: tuple[Rule, ...] = ()
    """What a whole record must keep."""
    ownership: Ownership = field(default_factory=Ownership)
    """Who is master, as long as an installation says nothing else."""
    impact: Impact = Impact()

    @property
    def version(self) -> str:
        """For people: `account 1.2`."""
        return f"{self.name} {self.major}.{self.minor}"

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

    def wrong(place: str, text: str, hint: str = "") -> None:
        problems.append(ConfigProblem(place, text, hint, file))

    head = _table(document.get("x-waybill"))
    contract = _head(head, wrong)
    fields: dict[str, Field] = {}
    for name, schema in _table(document.get("properties")).items():
        notes = _table(_table(schema).get("x-waybill"))
        try:
            fields[name] = _field(name, notes)
        except ValueError as error:
            wrong(f"properties.{name}", str(error))
    if not fields and not problems:
        wrong("properties", "A contract has fields.")
    if not problems:
        contract = _whole(replace(contract, fields=MappingProxyType(fields)), head, wrong)
    if problems:
        raise ConfigError(problems, "A contract cannot be read.")
    return contract


def _head(head: Mapping[str, Json], wrong: Wrong) -> Contract:
    """The name and the version, of no fields yet."""
    name, major, minor = head.get("name"), head.get("major"), head.get("minor", 0)
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        wrong("x-waybill.name", "It must be a lower-case name.")
    for key, value, least in (("major", major, 1), ("minor", minor, 0)):
        if isinstance(value, bool) or not (isinstance(value, int) and value >= least):
            wrong(f"x-waybill.{key}", f"It must be {least} or more.")
    for key in head:
        if key not in _HEAD:
            wrong(f"x-waybill.{key}", "This key means nothing here.", f"Known: {', '.join(_HEAD)}.")
    if isinstance(major, int) and isinstance(minor, int):
        return Contract(str(name), major, MappingProxyType({}), minor)
    return Contract(str(name), 0, MappingProxyType({}))


def _whole(contract: Contract, head: Mapping[str, Json], wrong: Wrong) -> Contract:
    """What speaks of several fields, once each of them is right."""
    fields = contract.fields
    for each in fields.values():
        if each.currency and not _is_currency(fields.get(each.currency)):
            wrong(f"properties.{each.name}", "x-waybill.currency names no currency field.")
    rules: list[Rule] = []
    said = head.get("rules", [])
    for number, rule in enumerate(said if isinstance(said, list) else [said], start=1):
        try:
            rules.append(parse_rule(rule, fields))
        except ValueError as error:
            wrong(f"x-waybill.rules.{number}", str(error))
    rules += steps_of(rules, fields)
    ownership = contract.ownership
    try:
        ownership = parse_ownership(head.get("ownership", {}), fields)
    except ValueError as error:
        wrong("x-waybill.ownership", str(error))
    impact = _table(head.get("impact"))
    for key, value in impact.items():
        if key not in _IMPACT or value not in fields:
            wrong(f"x-waybill.impact.{key}", f"It names a field; known: {', '.join(_IMPACT)}.")
    about = Impact(**{key: str(impact[key]) for key in _IMPACT if key in impact})
    return replace(contract, rules=tuple(rules), ownership=ownership, impact=about)


def _is_currency(field: Field | None) -> bool:
    return field is not None and field.list == "iso-4217"


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
        case Kind.DECIMAL | Kind.PERCENT:
            places = _number(notes, "places", 0, MOST_DIGITS - 1)
            return replace(field, places=places, currency=str(notes.get("currency", "")))
        case Kind.EMAIL:
            return replace(field, max_length=EMAIL_LENGTH)
        case Kind.URL:
            return replace(field, max_length=URL_LENGTH)
        case Kind.REF:
            return replace(field, entity=_entity(notes), max_length=EXTERNAL_ID_LENGTH)
        case Kind.CODE:
            return _coded(field, notes)
        case Kind.INTEGER | Kind.BOOLEAN | Kind.DATE | Kind.INSTANT | Kind.PHONE:
            return field


def _entity(notes: Mapping[str, Json]) -> str:
    if not isinstance(entity := notes.get("entity"), str):
        raise ValueError("x-waybill.entity must name the kind it refers to.")  # noqa: TRY004 - the file is wrong
    return entity


def _number(notes: Mapping[str, Json], key: str, least: int, most: int) -> int:
    value = notes.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"x-waybill.{key} must be between {least} and {most}.")
    return value


def _coded(field: Field, notes: Mapping[str, Json]) -> Field:
    shared, own = notes.get("list", ""), notes.get("codes")
    if isinstance(shared, str) and shared in LISTS and {"codes", "lifecycle"}.isdisjoint(notes):
        return replace(field, codes=LISTS[shared], list=shared)
    if shared or not isinstance(own, list) or not own:
        raise ValueError(f"x-waybill has either codes or one list of {', '.join(LISTS)}.")
    codes = frozenset(code for code in own if isinstance(code, str) and code.strip() == code != "")
    if len(codes) != len(own):
        raise ValueError("x-waybill.codes must be different texts without blanks around them.")
    return replace(field, codes=codes, states=_states(codes, notes.get("lifecycle")))


def _states(codes: frozenset[str], lifecycle: Json) -> tuple[State, ...]:
    """The life of a code: every state documented, none of them leading out of the list."""
    if lifecycle is None:
        return ()
    if not isinstance(lifecycle, dict) or set(lifecycle) != codes:
        raise ValueError("x-waybill.lifecycle must speak of every code and of no other.")
    states = []
    for name, said in lifecycle.items():
        table = _table(said)
        means, after = table.get("means"), table.get("next")
        if set(table) != {"means", "next"} or not (isinstance(means, str) and means.strip()):
            raise ValueError(f"x-waybill.lifecycle.{name} must say what it means, and next.")
        if not isinstance(after, list) or not all(code in codes for code in after):
            raise ValueError(f"x-waybill.lifecycle.{name}.next must list codes of this field.")
        if name in after or len(set(map(str, after))) != len(after):
            raise ValueError(f"x-waybill.lifecycle.{name}.next names itself, or a code twice.")
        states.append(State(name, means, tuple(map(str, after))))
    return tuple(states)
