"""Limits on requests: never above a rate, and a day's allowance that is not used up by bulk. Pure.

- A **bucket** holds to `requests` in any `window`: a tenth of them may go at once, the rest comes
  back evenly, so that no window of that length, wherever it begins, ever sees more.
- A **budget** is what is left of a day. Flows that are not real-time leave a share of it alone;
  real-time ones leave a little, for signing in, looking up, and people at the desk.

What a target tells of its limits (`Allowance`) corrects both: others may use them too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from agent.model import Allowance

AT_ONCE = 0.1
"""Share of a rate that may go in one burst."""
FLOOR = 0.02
"""Share of a day that even real-time flows leave alone."""
ASK_AGAIN = 900.0
"""Seconds after which a spent day of which nobody says when it ends is tried again."""
DAILY = timedelta(hours=1)
"""Limits over this time or more are budgets, shorter ones are rates."""
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many requests in so many seconds."""

    requests: int
    window: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """What of a rate may be used now. Times are monotonic seconds; a value, never mutated."""

    rate: Rate
    level: float
    at: float
    not_before: float = 0.0
    heard: float = -math.inf
    """When the target last said how much is left."""

    @staticmethod
    def full(rate: Rate, now: float) -> Bucket:
        """One that nothing was taken of."""
        return Bucket(rate, _room(rate), now)

    def wait(self, cost: float, now: float, held: float = 0.0) -> float:
        """Seconds until `cost` requests may go; what costs more than there is room, at full.

        `held`: what others have set aside and not used yet.
        """
        missing = held + min(cost, _room(self.rate)) - self._filled(now)
        return max(0.0, self.not_before - now, missing / _per_second(self.rate))

    def spent(self, requests: float, now: float) -> Bucket:
        """So many requests have gone; it may owe some."""
        return replace(self, level=self._filled(now) - requests, at=max(self.at, now))

    def told(self, said: Allowance) -> Bucket:
        """The target says how much is left; others than we may have used it."""
        if said.left is None or said.at <= self.heard:
            return self
        bucket = replace(self, heard=said.at)
        if said.left < self._filled(said.at):
            bucket = replace(bucket, level=float(said.left), at=max(self.at, said.at))
        if said.left <= 0 and said.resets_in is not None:
            bucket = replace(bucket, not_before=said.at + said.resets_in.total_seconds())
        return bucket

    def _filled(self, now: float) -> float:
        passed = max(0.0, now - self.at)
        return min(_room(self.rate), self.level + passed * _per_second(self.rate))


def _room(rate: Rate) -> float:
    return max(1.0, rate.requests * AT_ONCE)


def _per_second(rate: Rate) -> float:
    """What comes back: with the room itself never more than the rate in any window."""
    return max(rate.requests - _room(rate), rate.requests / 2) / rate.window


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of a long window, as it was last told. A value, never mutated."""

    name: str
    most: int
    left: int
    at: float
    """When that was known, monotonic."""
    resets: float | None = None
    """When it is full again, monotonic; None: bit by bit, and nobody says when."""

    @staticmethod
    def of(said: Allowance) -> Budget | None:
        """The budget that a target tells of; None where it does not say enough."""
        if said.most is None or said.left is None or said.most <= 0:
            return None
        resets = said.at + said.resets_in.total_seconds() if said.resets_in is not None else None
        return Budget(said.name, said.most, said.left, said.at, resets)

    def spent(self, requests: int) -> Budget:
        """So many have gone since it was told."""
        return replace(self, left=self.left - requests)

    def allows(self, now: float, reserve: float, *, realtime: bool) -> bool:
        """Whether a flow may go. `reserve`: the share that flows which can wait leave alone."""
        if self.left > self.most * (min(FLOOR, reserve) if realtime else reserve):
            return True
        full_again = self.resets is not None and now >= self.resets
        return full_again or (self.resets is None and now - self.at >= ASK_AGAIN)


@dataclass(frozen=True, slots=True)
class Day:
    """Requests counted by ourselves, by the hour of the clock, over the last 24 hours."""

    hours: Mapping[int, int] = field(default_factory=dict)
    """Hour since 1970 -> requests."""

    def plus(self, requests: int, now: float) -> Day:
        """So many went now (seconds since 1970); what is older than a day is forgotten."""
        hour = int(now // _HOUR)
        kept = {at: many for at, many in self.hours.items() if hour - 24 <= at <= hour}
        return Day(kept | {hour: kept.get(hour, 0) + requests})

    def total(self, now: float) -> int:
        """Requests of the last 24 hours, the oldest hour as a whole."""
        hour = int(now // _HOUR)
        return sum(many for at, many in self.hours.items() if hour - 24 <= at <= hour)
