"""Rules: which items, at which ages, and when nobody is to be disturbed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Quiet:
    """When nobody is to be disturbed: a time of every day, whole days, or both."""

    zone: tzinfo
    since: time | None = None
    until: time | None = None
    """Of the next day where it is not later than `since`."""
    days: frozenset[int] = frozenset()
    """0 is Monday."""

    def holds(self, now: datetime) -> bool:
        """Whether it is quiet now."""
        here = now.astimezone(self.zone)
        if here.weekday() in self.days:
            return True
        if self.since is None or self.until is None:
            return False
        at = here.time().replace(tzinfo=None)
        if self.since < self.until:
            return self.since <= at < self.until
        return at >= self.since or at < self.until


@dataclass(frozen=True, slots=True)
class Rule:
    """Items that fit all of it are raised at each of the ages. An empty set asks for nothing."""

    name: str
    after: tuple[timedelta, ...]
    """Rising; the first is level 1."""
    severities: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    least: Mapping[str, Decimal] | None = None
    """By currency: only from these amounts on. What has no amount in one of them does not fit."""
    quiet: Quiet | None = None

    def levels(self, age: timedelta) -> range:
        """The levels that something of this age has reached."""
        return range(1, 1 + sum(age >= step for step in self.after))

    def is_enough(self, currency: str, amount: Decimal) -> bool:
        """Whether an amount is one that the rule asks for; a credit counts like a debit."""
        least = (self.least or {}).get(currency)
        return least is not None and abs(amount) >= least
