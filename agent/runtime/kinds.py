"""What an installation's records are: contracts, the masters of their fields, the flows' mappings.

Contracts come from `resources` and from `contracts/` beside the configuration. What was in force
when the agent last started is kept in the home folder, so that a change that would break whoever
reads the messages is refused under the same major version.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from agent import durable, resources
from agent.canon import Carry, Contract, Contracts, Ownership, Side, refused
from agent.config import Config, FlowConfig
from agent.config.migrate import MAPPINGS, brought
from agent.errors import ConfigError, ConfigProblem
from agent.mapping import Delete, Plan, Set, parse
from agent.matching import Role, role_of
from agent.model import Finding, Findings, Level
from agent.runtime import company
from agent.runtime.grouped import GroupConfig, group_problems, not_whole

FOLDER = "contracts"
"""Beside the configuration: an installation's own contracts."""
LOOKUPS = "lookups"
"""Beside the configuration: lookup tables of mappings."""
IN_FORCE = "contracts-in-force"
"""In the home folder: copies of them as the agent last used them."""

OWNED = "OWNED_BY_CRM"
BREAKS = "CONTRACT_BREAKS"
UNLINKABLE = "LINK_UNSUPPORTED"


def contracts_of(home: Path, folder: Path) -> Contracts:
    """Every contract of an installation whose configuration stands in `folder`.

    Raises ConfigError with every problem, also where one breaks what was in force.
    """
    found = resources.contracts_beside(folder / FOLDER)
    before = [*resources.published(), *resources.read_contracts(home / IN_FORCE)]
    problems = [
        ConfigProblem(
            broken.place,
            broken.text,
            "Undo it, or raise x-waybill.major: whoever receives this kind must know.",
            f"{old.name}.json",
            code=BREAKS,
        )
        for old in before
        if old.name in found
        for broken in refused(old, found[old.name])
    ]
    if problems:
        raise ConfigError(problems, "A contract would break those who receive its records.")
    return found


def remember(home: Path, folder: Path) -> None:
    """Keep what is in force now: from here on it is a promise. Raises StoreError."""
    kept = home / IN_FORCE
    try:
        for path in sorted((folder / FOLDER).glob("*.json")):
            content = path.read_bytes()
            name = json.loads(content.decode("utf-8-sig"))["x-waybill"]["name"]
            copy = kept / f"{name}.json"
            if not copy.exists() or copy.read_bytes() != content:
                durable.private_folder(kept)
                durable.write(copy, content)
    except OSError as error:
        raise durable.trouble(error) from error


# --- mappings -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kinds:
    """The contracts of an installation, and who is master of what."""

    contracts: Contracts
    owners: Mapping[str, Ownership]
    """By kind."""
    folder: Path
    """Where the configuration stands."""

    def plan(
        self,
        text: str,
        entity: str,
        file: str,
        target: object = None,
        files: Mapping[str, bytes] = MappingProxyType({}),
    ) -> Plan:
        """A mapping of a text, towards the CRM. Raises ConfigError with every problem.

        `target`: the settings of the target, which may know how long its fields are. `files`:
        lookup files that are not in force yet, by name.
        """
        try:
            document = tomllib.loads(brought(text, MAPPINGS))
        except tomllib.TOMLDecodeError as error:
            problem = ConfigProblem("mapping", f"It is no TOML: {error}.", file=file)
            raise ConfigError([problem]) from None
        lengths = target.lengths().get(entity, {}) if isinstance(target, HasLengths) else {}
        contract = self.contracts[entity]
        read: dict[str, bytes] = {}

        def content(name: str) -> bytes:
            read[name] = files.get(name) or (self.folder / LOOKUPS / name).read_bytes()
            return read[name]

        plan = parse(document, contract, file, content, lengths)
        if problems := list(_not_ours(plan, self.owners[entity], file)):
            raise ConfigError(problems, f"The mapping of '{entity}' carries what the CRM owns.")
        return replace(plan, text=text, files=read)

    def plans(self, config: Config) -> dict[str, Plan]:
        """The mapping of every flow, or every problem of all of them."""
        found: dict[str, Plan] = {}
        problems: list[ConfigProblem] = [
            *group_problems(config),
            *company.problems(list(config.flows.values())),
        ]
        for name, flow in config.flows.items():
            file = str(flow.mapping)
            try:
                text = (config.folder / flow.mapping).read_text(encoding="utf-8")
                settings = config.targets[flow.target].settings
                found[name] = self.plan(text, flow.entity, file, settings)
                problems += table_problems(found[name], config, file)
                if isinstance(settings, HasPlaces):
                    problems += _placeless(name, flow.target, found[name], settings.places())
                problems += _unlinkable(name, flow, found[name], settings)
            except ConfigError as error:
                problems += error.problems
            except (OSError, UnicodeError) as error:
                said = f"The mapping cannot be read: {error}."
                problems.append(ConfigProblem(f"flows.{name}.mapping", said, file=file))
        if problems:
            raise ConfigError(problems)
        return found

    def findings(self, config: Config, plans: Mapping[str, Plan]) -> Findings:
        """Who is master of what each flow carries, for `waybill check`."""
        return tuple(
            self._finding(name, flow.entity, plans[name], realtime=flow.when.is_realtime)
            for name, flow in config.flows.items()
        )

    def _finding(self, flow: str, entity: str, plan: Plan, *, realtime: bool) -> Finding:
        owner = self.owners[entity]
        seeds = f", {len(plan.seeds)} of them only at creation" if plan.seeds else ""
        text = (
            f"{flow}: {len(plan.rules)} fields of {plan.contract.version}{seeds}; master "
            f"{owner.whole.master.upper()}, {owner.whole.direction.replace('_', ' ')}, "
            f"{owner.whole.timing}."
        )
        wants_batch = owner.whole.timing == "batch" and realtime
        hint = "It is meant for batches: give the flow a `when`." if wants_batch else ""
        return Finding(Level.OK, "OWNERSHIP", text, hint)


def table_problems(plan: Plan, config: Config, file: str) -> Iterator[ConfigProblem]:
    """Lookup tables in sources that cannot be looked up in."""
    for name, table in plan.tables.items():
        place = f"lookups.{name}.source"
        source = config.sources.get(table.source)
        if source is None:
            known = f"There are: {', '.join(sorted(config.sources))}."
            yield ConfigProblem(place, f"There is no source {table.source}.", known, file)
        elif not isinstance(source.settings, GroupConfig) and (why := not_whole(source.settings)):
            yield ConfigProblem(place, f"The source {table.source} {why[0]}", why[1], file)


def serving(config: Config, plans: Mapping[str, Plan]) -> frozenset[str]:
    """Sources that others read: the rows of groups, and lookup tables."""
    groups = (s.settings.of for s in config.sources.values() if isinstance(s.settings, GroupConfig))
    tables = (table.source for plan in plans.values() for table in plan.tables.values())
    return frozenset((*groups, *tables))


@runtime_checkable
class HasPlaces(Protocol):
    """Settings of a target that keeps some kinds and fields and no others."""

    def places(self) -> Mapping[str, Collection[str]]:
        """The fields that it has a place for, by kind."""
        ...


@runtime_checkable
class HasLengths(Protocol):
    """Settings of a target that knows how many characters its fields take."""

    def lengths(self) -> Mapping[str, Mapping[str, int]]:
        """The most characters of a field, by kind and field; what is not named is not known."""
        ...


@runtime_checkable
class HasLinks(Protocol):
    """Settings of a target that can be asked for records without our external id."""

    def linkable(self) -> Mapping[str, Collection[str]]:
        """The fields by which they can be compared, by kind."""
        ...


def _unlinkable(
    name: str, flow: FlowConfig, plan: Plan, settings: object
) -> Iterator[ConfigProblem]:
    """What a first link asks for and cannot have."""
    if flow.first_link is None:
        return
    place = f"flows.{name}.first_link"
    if not isinstance(settings, HasLinks):
        text = f"The target {flow.target} cannot be asked what it holds: nothing is linked there."
        yield ConfigProblem(place, text, "Leave first_link out.", code=UNLINKABLE)
        return
    mapped = {rule.field.name for rule in plan.rules}
    theirs = settings.linkable().get(flow.entity, ())
    match = flow.first_link.match
    for field in match:
        if field not in mapped:
            text, hint = (
                f"The mapping makes no field {field}.",
                "Add it there, or leave it out here.",
            )
            yield ConfigProblem(f"{place}.match", text, hint, code=UNLINKABLE)
        elif field not in theirs:
            text = f"The target {flow.target} cannot compare the field {field} of {flow.entity}."
            hint = f"It compares: {', '.join(sorted(theirs))}."
            yield ConfigProblem(f"{place}.match", text, hint, code=UNLINKABLE)
    if not any(role_of(field) in (Role.NAME, Role.PERSON) for field in match):
        text = "No name is among the fields: without one nothing is certain."
        yield ConfigProblem(f"{place}.match", text, "Add name, or last_name.", code=UNLINKABLE)


def _placeless(
    flow: str, target: str, plan: Plan, places: Mapping[str, Collection[str]]
) -> Iterator[ConfigProblem]:
    """What a mapping makes for which its target has no place."""
    if plan.entity not in places:
        known = f"It keeps: {', '.join(sorted(places))}."
        text = f"The target {target} has no place for the kind {plan.entity}."
        yield ConfigProblem(f"flows.{flow}.entity", text, known)
        return
    for rule in plan.rules:
        name = rule.field.name
        if name not in places[plan.entity]:
            text = f"The target {target} has no place for the field {name} of {plan.entity}."
            yield ConfigProblem(f"flows.{flow}.mapping", text, "Leave it out of the mapping.")


def kinds_of(contracts: Contracts, config: Config) -> Kinds:
    """The contracts with the masters that the configuration decides. Raises ConfigError."""
    owners: dict[str, Ownership] = {}
    problems: list[ConfigProblem] = []
    for name, contract in contracts.items():
        owners[name] = contract.ownership
        if name not in config.ownership:
            continue
        said = config.ownership[name].model_dump(exclude_none=True, exclude_unset=True)
        try:
            owners[name] = contract.ownership.overridden(said, contract.fields)
        except ValueError as error:
            problems.append(ConfigProblem(f"ownership.{name}", str(error), file=str(config.path)))
    if problems:
        raise ConfigError(problems)
    return Kinds(contracts, owners, config.folder)


def _not_ours(plan: Plan, owner: Ownership, file: str) -> Iterator[ConfigProblem]:
    """What a mapping from the ERP to the CRM carries although the CRM owns it."""
    whose = f'[ownership.{plan.entity}] master = "erp" in waybill.toml says that the ERP owns it.'
    for rule in plan.rules:
        name = rule.field.name
        place, carry, seed = f"fields.{name}", owner.may_carry(Side.ERP, name), name in plan.seeds
        if carry is Carry.NO:
            text, hint = "The CRM owns it, and nothing of it goes there.", whose
        elif carry is Carry.SEED and not seed:
            text = "The CRM owns it: this would undo what people enter there."
            hint = f"seed = true sends it only while the record is created. {whose}"
        elif carry is Carry.YES and seed:
            text = "The ERP owns it: with seed = true its changes would stay behind."
            yield ConfigProblem(place, text, "Leave seed out.", file)
            continue
        else:
            continue
        yield ConfigProblem(place, text, hint, file, code=OWNED)
    for place, text, hint in _leaving(plan, owner):
        yield ConfigProblem(place, text, f"{hint}{whose}", file, code=OWNED)


def _leaving(plan: Plan, owner: Ownership) -> Iterator[tuple[str, str, str]]:
    """What a mapping does to records that leave the ERP and that the CRM owns."""
    if isinstance(plan.on_leave, Delete) and owner.whole.carries(Side.ERP) is not Carry.YES:
        text = "The CRM owns the record: it is not deleted because a row left the ERP."
        yield "on_leave", text, 'Write on_leave = "leave". '
    for name in plan.on_leave.fields if isinstance(plan.on_leave, Set) else ():
        if owner.may_carry(Side.ERP, name) is not Carry.YES:
            yield f"on_leave.set.{name}", "The CRM owns it.", ""


def fields_of(contracts: Mapping[str, Contract]) -> dict[str, tuple[str, ...]]:
    """The names of every kind's fields, for who looks for slips of the pen."""
    return {name: tuple(contract.fields) for name, contract in contracts.items()}
