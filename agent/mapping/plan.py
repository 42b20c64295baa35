"""A mapping that was read and found right: its rules, its version, what it does with leavers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from agent.canon import Contract, Rule, Severity
from agent.canon.rules import needed
from agent.errors import SourceChanged
from agent.mapping.compiled import Exclusion, FieldRule, Mapper, compile_mapper
from agent.mapping.lookups import SourceTable
from agent.mapping.ruled import Steps, ruled, steps
from agent.mapping.wanted import Demand, tested
from agent.model import Op, Scalar


@dataclass(frozen=True, slots=True)
class Delete:
    """A record that leaves is deleted in the target."""


@dataclass(frozen=True, slots=True)
class Leave:
    """A record that leaves stays in the target as it is."""


@dataclass(frozen=True, slots=True)
class Set:
    """A record that leaves stays in the target with these fields changed."""

    fields: Mapping[str, Scalar]


OnLeave = Delete | Leave | Set


@dataclass(frozen=True, eq=False)
class Plan:
    """One mapping, not yet bound to the columns of a read."""

    contract: Contract
    external_id: tuple[str, ...]
    rules: tuple[FieldRule, ...]
    """In the order of the contract."""
    leave_out: tuple[Exclusion, ...]
    on_leave: OnLeave
    version_digest: bytes
    """Changes with every rule, not with comments or the order in which rules are written."""
    checks: tuple[Rule, ...] = ()
    """What a whole record must keep, as bad as the mapping says it is."""
    tables: Mapping[str, SourceTable] = field(default_factory=dict)
    """What other sources hold and must be filled in before records are mapped, by name."""
    tests: tuple[Demand, ...] = ()
    """What the mapping itself wants each record to keep."""
    seeds: frozenset[str] = frozenset()
    """Fields that are sent only while the record does not exist in the target."""
    text: str = ""
    """What it was read from, where that was a file."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The lookup files that it names, as they were then."""

    @property
    def entity(self) -> str:
        """The kind of record that comes out."""
        return self.contract.name

    @property
    def columns_used(self) -> tuple[str, ...]:
        """The only columns that are looked at, each once."""
        named = [
            *self.external_id,
            *(column for rule in self.leave_out for column in rule.columns),
            *(column for rule in self.rules for column in rule.columns),
            *(column for test in self.tests for column in test.formula.columns),
        ]
        return tuple(dict.fromkeys(named))

    @property
    def warns(self) -> bool:
        """Whether a draft of its can have warnings."""
        names = {rule.field.name for rule in self.rules}
        return any(test.severity is Severity.WARNING for test in self.tests) or any(
            rule.severity is Severity.WARNING and needed(rule) <= names for rule in self.checks
        )

    @property
    def steps(self) -> Steps | None:
        """What may follow what in its records; None where no state of them is read."""
        return steps(self.checks, [rule.field for rule in self.rules if rule.columns])

    def leaving(self) -> tuple[Op, dict[str, Scalar]] | None:
        """The message for a record that leaves, or None where nothing is sent."""
        match self.on_leave:
            case Delete():
                return Op.DELETE, {}
            case Set(fields):
                return Op.UPSERT, dict(fields)
            case Leave():
                return None

    def instead(self, said: Mapping[str, Scalar]) -> Plan:
        """The same, but these fields have these values, whatever their rules would make."""
        rules = (
            FieldRule(rule.field, constant=said[rule.field.name])
            if rule.field.name in said
            else rule
            for rule in self.rules
        )
        return replace(self, rules=tuple(rules))

    def bind(self, columns: Sequence[str]) -> Mapper:
        """A mapper for records with these columns. Raises SourceChanged naming what is missing."""
        positions = self.positions(columns)
        mapper = compile_mapper(
            self.entity, self.external_id, self.rules, self.leave_out, positions
        )
        names = [rule.field.name for rule in self.rules]
        return tested(ruled(mapper, self.checks, names, positions), self.tests, positions)

    def positions(self, columns: Sequence[str]) -> dict[str, int]:
        """Where the columns that are looked at stand. Raises SourceChanged.

        A column is found by its exact name, else without regard to case and surrounding blanks
        where that fits one column only.
        """
        exact, loose = Counter(columns), Counter(map(_loose, columns))
        positions: dict[str, int] = {}
        missing: list[str] = []
        double: list[str] = []
        for name in self.columns_used:
            if exact[name] == 1:
                positions[name] = columns.index(name)
            elif exact[name] == 0 and loose[_loose(name)] == 1:
                positions[name] = list(map(_loose, columns)).index(_loose(name))
            else:
                (double if loose[_loose(name)] else missing).append(name)
        if missing or double:
            raise _schema_changed(missing, double)
        return positions


def _loose(name: str) -> str:
    return name.strip().casefold()


def _schema_changed(missing: Sequence[str], double: Sequence[str]) -> SourceChanged:
    said = [f"{_named(missing)} missing"] if missing else []
    said += [f"{_named(double)} there more than once"] if double else []
    return SourceChanged(
        f"The source's columns changed: {' and '.join(said)}.",
        code="SCHEMA_CHANGED",
        hint="Nothing was taken from this read. Export these columns again, or change the mapping.",
    )


def _named(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names) + (" is" if len(names) == 1 else " are")
