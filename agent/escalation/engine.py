"""What is due now. Pure: time, memory and amounts are given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from agent.escalation.rules import Rule

ESCALATED = "escalated"
RESOLVED = "resolved"


class Amount(NamedTuple):
    """What is at stake."""

    currency: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Item:
    """Something that waits for a person."""

    key: bytes
    """What it is, for as long as it waits: another message of the same row is the same item."""
    since: datetime
    """Since when it waits; where that changes it has left and come back, and begins anew."""
    ref: str
    """How people name it now."""
    severity: str
    entity: str
    flow: str
    code: str
    owner: str
    amount: Callable[[], Amount | None] = lambda: None
    """Asked only where a rule needs it: somebody has to open what is sealed."""


class Told(NamedTuple):
    """A step of a rule that was told about an item."""

    key: bytes
    since: datetime
    rule: str
    level: int
    ref: str = ""


class Event(NamedTuple):
    """What is to be told now. `RESOLVED` has the highest level that was reached."""

    what: str
    key: bytes
    since: datetime
    rule: str
    level: int
    ref: str


def judge(
    rules: Sequence[Rule], items: Iterable[Item], told: Iterable[Told], now: datetime
) -> list[Event]:
    """The events that are due; those of an item and rule in the order of their levels.

    Two items of one key and time count as one.
    """
    before: dict[tuple[bytes, datetime], dict[str, dict[int, Told]]] = defaultdict(dict)
    for step in told:
        before[step.key, step.since].setdefault(step.rule, {})[step.level] = step
    here: dict[tuple[bytes, datetime], Item] = {}
    for item in items:
        here.setdefault((item.key, item.since), item)
    known = {rule.name for rule in rules}
    events = list(_resolved(before, here, known))
    for place, item in here.items():
        events += _escalated(rules, item, before.get(place, {}), now)
    return events


def _resolved(
    before: dict[tuple[bytes, datetime], dict[str, dict[int, Told]]],
    here: dict[tuple[bytes, datetime], Item],
    known: set[str],
) -> Iterator[Event]:
    """What was told and waits no more, or whose rule is gone."""
    for (key, since), by_rule in before.items():
        for rule, levels in by_rule.items():
            if (key, since) not in here or rule not in known:
                last = levels[max(levels)]
                yield Event(RESOLVED, key, since, rule, last.level, last.ref)


def _escalated(
    rules: Sequence[Rule], item: Item, told: dict[str, dict[int, Told]], now: datetime
) -> Iterator[Event]:
    age = now - item.since
    for rule in rules:
        due = [level for level in rule.levels(age) if level not in told.get(rule.name, {})]
        if due and not (rule.quiet and rule.quiet.holds(now)) and _fits(rule, item):
            for level in due:
                yield Event(ESCALATED, item.key, item.since, rule.name, level, item.ref)


def _fits(rule: Rule, item: Item) -> bool:
    for wanted, has in (
        (rule.severities, item.severity),
        (rule.entities, item.entity),
        (rule.flows, item.flow),
        (rule.codes, item.code),
        (rule.owners, item.owner),
    ):
        if wanted and has not in wanted:
            return False
    if rule.least is None:
        return True
    amount = item.amount()
    return amount is not None and rule.is_enough(amount.currency, amount.value)
