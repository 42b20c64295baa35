"""What the configuration means: streams, flows and targets, resolved and numbered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from agent.changes.fingerprint import Hasher, KeyedHash
from agent.changes.guard import Guard
from agent.delivery.turns import Urgency
from agent.mapping import SourceTable, Steps
from agent.matching import Rule
from agent.model import Draft, LeftOut, Op, Problem, Scalar, Value
from agent.ports import Source, Target
from agent.runtime.line import LineTerms


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """How the records of a flow are recognised among those that its target has already."""

    rules: tuple[Rule, ...]
    country: str = ""
    """ISO 3166: whose telephone numbers they are where a record does not say."""
    by_itself: bool = False
    """What is certain is linked without a person's yes: the configuration gave it."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The canonical fields that are compared."""
        return tuple(rule.field for rule in self.rules)


Mapper = Callable[[Sequence[Value]], Draft | LeftOut | Problem]


class Hears(Protocol):
    """Who is told that records break a rule and are sent all the same."""

    def begin(self) -> None:
        """A read begins: nothing was warned of yet."""
        ...

    def warned(self, warnings: Sequence[Problem]) -> None:
        """What one record was warned of."""
        ...


@dataclass(frozen=True, slots=True)
class FlowPlan:
    """One flow: a stream's rows as one kind of record in one target."""

    name: str
    id: int
    index: int
    """Within its stream."""
    entity: str
    contract: str
    resource: str
    target: str
    version: int
    bind: Callable[[Sequence[str]], Mapper]
    """A mapper for records with these columns. Raises SourceChanged."""
    leaving: tuple[Op, Mapping[str, Scalar]] | None
    instead: Callable[[Mapping[str, Scalar]], Callable[[Sequence[str]], Mapper]] | None = None
    """The same `bind`, where a person says what some fields are."""
    parents: Mapping[str, str] = field(default_factory=dict)
    """Entities that its records may refer to, and what the target calls them."""
    keyed: bool = True
    """Whether the external id is simply the row's key: two rows can then never share one."""
    refs: Mapping[str, str] = field(default_factory=dict)
    """Fields that refer to another record, and the entity of that."""
    seeds: frozenset[str] = frozenset()
    """Fields that the CRM owns: sent only while the record does not exist in the target."""
    warns: bool = False
    """Whether its records can break a rule and be sent all the same."""
    steps: Steps | None = None
    """What may follow what in the states of its records."""
    hears: Hears | None = None
    """Counts what its records are warned of."""
    link: LinkPlan | None = None
    """Nothing of it is sent before its records were linked with those that are there already."""
    tables: Sequence[SourceTable] = ()
    """What has to be looked up in other sources before its records are mapped."""
    text: str = ""
    """Its mapping as the file has it."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The lookup files that it names."""
    realtime: bool = True
    """Whether each message goes as soon as it can; others leave the reserve of a day alone."""
    urgency: Urgency = Urgency.NORMAL
    """Who goes first."""


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """One source with everything that its rows feed."""

    name: str
    id: int
    source: Source
    flows: tuple[FlowPlan, ...]
    guard: Guard = field(default_factory=Guard)
    every: float = 30.0
    """Seconds between two looks at the source."""


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """One destination with every flow that feeds it, parents' kinds before their children's."""

    name: str
    target: Target
    flows: tuple[FlowPlan, ...]
    shared: frozenset[int] = frozenset()
    """Flows that feed the same resource as another one: their lanes are ordered together."""
    patience: float = 900.0
    """Seconds that an entry waits for a parent before a person is told."""
    terms: LineTerms = field(default_factory=LineTerms)
    """How it may be approached, as configured."""


class LaneHashes:
    """Lanes by target, resource and external id."""

    def __init__(self, hasher: Hasher) -> None:
        self._hasher = hasher
        self._hashes: dict[tuple[str, str], KeyedHash] = {}

    def __call__(self, target: str, resource: str, external_id: str) -> bytes:
        """The lane of a record."""
        found = self._hashes.get((target, resource))
        if found is None:
            found = self._hasher.keyed_hash(f"lane/{target}/{resource}")
            self._hashes[target, resource] = found
        return found(external_id.encode())


def ranked(flows: Sequence[FlowPlan]) -> tuple[FlowPlan, ...]:
    """Flows with the kinds that others refer to first; circles stay in their given order."""
    fed = {flow.entity for flow in flows}
    depths: dict[str, int] = {}

    def depth(entity: str, above: frozenset[str]) -> int:
        if entity not in depths:
            refers = {
                parent
                for flow in flows
                if flow.entity == entity
                for parent in flow.parents
                if parent in fed and parent not in above
            }
            found = 1 + max((depth(p, above | {entity}) for p in refers - {entity}), default=-1)
            if above:
                return found
            depths[entity] = found
        return depths[entity]

    return tuple(sorted(flows, key=lambda flow: depth(flow.entity, frozenset())))


def shared_lanes(flows: Sequence[FlowPlan]) -> frozenset[int]:
    """Flows whose resource another flow of the same target feeds too."""
    by_resource: dict[str, list[int]] = {}
    for flow in flows:
        by_resource.setdefault(flow.resource, []).append(flow.id)
    return frozenset(id_ for ids in by_resource.values() if len(ids) > 1 for id_ in ids)
