"""The line to one target: who may go now, and what its answers teach. Threads may share it.

The arithmetic is `agent.delivery`'s; here it is kept under one lock, requests are counted, and
senders wait for their place. A step asks for its `turn`, reserves what an attempt is about to cost
before it claims anything, and then takes a place for the attempt itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from threading import Condition, local

from agent.delivery.limits import DAILY, Bucket, Budget, Day, Rate
from agent.delivery.pace import Pace
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Ambiguous, BatchRefused, Deferred, Meter, Receipt, Rejected
from agent.ports import Clock, Metered, Target

AUTH_PAUSE = 3600.0
"""Seconds between two tries to sign in that nobody asked for: a refused account may be locked."""
_POLL = 0.2
_REMEMBER_EVERY = 60.0
OWN_DAY = "requests in 24 hours"


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What the configuration allows on a line, whatever the target says."""

    most: int = 1
    """Attempts at once."""
    rates: tuple[Rate, ...] = ()
    daily: int | None = None
    """Requests in 24 hours."""
    reserve: float = 0.1
    """Share of a day's requests that only real-time flows use."""
    day: Mapping[int, int] = field(default_factory=dict)
    """What is known of the last 24 hours from before the start: hour -> requests."""
    remember: Callable[[Mapping[int, int]], None] = lambda _hours: None
    """Told from time to time of the requests by hour, where they are limited."""


def refused(receipts: Sequence[Receipt]) -> bool:
    """Whether a batch was refused as a whole, and nobody says for which of its records."""
    return any(isinstance(receipt, BatchRefused) for receipt in receipts) and not any(
        isinstance(receipt, Rejected) for receipt in receipts
    )


class Line:
    """How one target is approached."""

    def __init__(self, target: Target, clock: Clock, random: Random, terms: LineTerms) -> None:
        self._metered = target if isinstance(target, Metered) else None
        self._clock = clock
        self._random = random
        self._terms = terms
        now = clock.monotonic()
        most = min(terms.most, target.limits.parallel)
        self._pace = Pace(most=most)
        self._changed = Condition()
        self._buckets = {
            f"rate {number}": Bucket.full(rate, now) for number, rate in enumerate(terms.rates)
        }
        self._budgets: dict[str, Budget] = {}
        self._day = Day(terms.day)
        self._remembered = now
        self._turns = 0
        self._under_way = 0
        self._reserved = 0.0
        self._mine = local()
        """When the request began that this thread makes."""
        self._sent = self._meter().sent
        self._cost = 1.0
        """Requests that an attempt takes, as the last ones did."""
        self._attempts = 0
        self.helpers: list[Callable[[], None]] = []
        """Called when an attempt begins: there may be more to do."""
        self.senders: list[Callable[[], None]] = []
        """Called when somebody changed something."""
        self.signed_out = False
        """Whether the target refuses the sign-in."""

    @property
    def pace(self) -> Pace:
        """How the target is approached now."""
        return self._pace

    @contextmanager
    def turn(self) -> Iterator[float]:
        """One step of the line: seconds to wait first, 0 if it may go. One probe at a time."""
        with self._changed:
            wait = self._wait()
            if not wait and self._pace.failures and self._turns:
                wait = _POLL
            self._turns += not wait
            self._mine.begun = self._clock.monotonic()
        try:
            yield wait
        finally:
            if not wait:
                with self._changed:
                    self._turns -= 1
                    self._count()

    def is_busy(self) -> bool:
        """Whether somebody is at it just now."""
        with self._changed:
            return self._turns > 0

    def wait(self) -> float:
        """Seconds until the target may be approached."""
        with self._changed:
            return self._wait()

    def spares(self, *, realtime: bool) -> bool:
        """Whether what is left of the day is for such a flow too."""
        with self._changed:
            return self._short(realtime=realtime) is None

    def short(self, *, realtime: bool) -> Budget | None:
        """The day's allowance that keeps such flows waiting, if one does."""
        with self._changed:
            return self._short(realtime=realtime)

    @contextmanager
    def reserved(self) -> Iterator[bool]:
        """What the next attempt costs is set aside meanwhile; False: there is not enough now."""
        with self._changed:
            cost = 0.0 if self._wait() else self._cost
            self._reserved += cost
        try:
            yield cost > 0
        finally:
            with self._changed:
                self._reserved -= cost

    @contextmanager
    def attempt(self, may: Callable[[], bool] = lambda: True) -> Iterator[bool]:
        """A place for one attempt; False: by then the target is away, or this may not go any more."""
        with self._changed:
            while self._under_way >= self._pace.places():
                self._changed.wait(1.0)
            self._mine.begun = self._clock.monotonic()
            has_place = self._pace.due(self._mine.begun)
            self._under_way += has_place
        goes = False
        try:
            goes = has_place and may()
            for ring in self.helpers if goes else ():
                ring()
            yield goes
        finally:
            if has_place:
                with self._changed:
                    self._under_way -= 1
                    self._attempts += goes
                    self._count()
                    self._changed.notify_all()

    def heard(self, receipts: Sequence[Receipt], *, fresh: bool = True) -> bool:
        """Learn from the answers of one attempt. False: not one of them says what happened.

        `fresh`: the batch was no half of one that was refused before.
        """
        now, jitter = self._clock.monotonic(), self._random.random()
        with self._changed:
            if receipts and all(isinstance(receipt, Ambiguous) for receipt in receipts):
                self._pace = self._pace.lost(now, jitter, self._begun(now))
                return False
            self.signed_out = False
            self._pace = self._pace.answered()
            if fresh and refused(receipts):
                whole = sum(isinstance(receipt, BatchRefused) for receipt in receipts)
                self._pace = self._pace.refused(whole)
            if receipts and all(isinstance(receipt, Deferred) for receipt in receipts):
                self._pace = self._pace.pushed_back(now, self._begun(now))
            self._changed.notify_all()
        return True

    def failed(self, error: TargetUnavailable | TargetAuthError) -> float:
        """The whole target refused or was away; seconds until the next probe."""
        now, jitter = self._clock.monotonic(), self._random.random()
        with self._changed:
            if isinstance(error, TargetAuthError):
                self.signed_out = True
                asked: float | None = AUTH_PAUSE
            else:
                asked = error.retry_after.total_seconds() if error.retry_after else None
            self._pace = self._pace.unavailable(now, jitter, asked, self._begun(now))
            return self._pace.not_before - now

    def away(self) -> bool:
        """Whether the target is left alone for now, whatever there is to send."""
        with self._changed:
            return not self._pace.due(self._clock.monotonic())

    def poke(self) -> None:
        """Somebody changed something (resumed, set a secret): try at once."""
        with self._changed:
            self._pace = self._pace.poked()
        for ring in self.senders:
            ring()

    def meter(self) -> Meter:
        """What the target lets us know beside its answers."""
        return self._meter()

    # --- inside, all under the lock ---------------------------------------------------------------

    def _begun(self, now: float) -> float:
        begun: float = getattr(self._mine, "begun", now)
        return begun

    def _wait(self) -> float:
        now = self._clock.monotonic()
        wait = max(0.0, self._pace.not_before - now)
        for bucket in self._buckets.values():
            wait = max(wait, bucket.wait(self._cost, now, self._reserved))
        return wait

    def _short(self, *, realtime: bool) -> Budget | None:
        now = self._clock.monotonic()
        budgets = [*self._budgets.values()]
        if self._terms.daily is not None:
            left = self._terms.daily - self._day.total(self._clock.now().timestamp())
            budgets.append(Budget(OWN_DAY, self._terms.daily, left, now))
        reserve = self._terms.reserve
        return next((b for b in budgets if not b.allows(now, reserve, realtime=realtime)), None)

    def _meter(self) -> Meter:
        return Meter() if self._metered is None else self._metered.meter()

    def _count(self) -> None:
        """Take note of the requests that were made since the last look, and of what was told."""
        meter, now = self._meter(), self._clock.monotonic()
        new = self._attempts if self._metered is None else meter.sent - self._sent
        self._sent = meter.sent
        if self._attempts:
            self._cost = max(1.0, math.ceil(new / self._attempts))
        self._attempts = 0
        if new:
            self._spend(new, now)
        for said in meter.allowances:
            if said.window >= DAILY:
                held, told = self._budgets.get(said.name), Budget.of(said)
                if told is not None and (held is None or told.at > held.at):
                    self._budgets[said.name] = told
            elif said.most:
                fresh = Bucket.full(Rate(said.most, said.window.total_seconds()), now)
                self._buckets[said.name] = self._buckets.get(said.name, fresh).told(said)

    def _spend(self, new: int, now: float) -> None:
        for name, bucket in self._buckets.items():
            self._buckets[name] = bucket.spent(new, now)
        for name, budget in self._budgets.items():
            self._budgets[name] = budget.spent(new)
        if self._terms.daily is None:
            return
        self._day = self._day.plus(new, self._clock.now().timestamp())
        if now - self._remembered >= _REMEMBER_EVERY:
            self._remembered = now
            self._terms.remember(self._day.hours)


def answers_lost(name: str) -> TargetUnavailable:
    """A target that answers nobody, in words."""
    return TargetUnavailable(
        f"{name} does not say what became of what it is sent.",
        code="ANSWERS_LOST",
        params={"target": name},
        hint="It is approached with single attempts until it answers; each unknown outcome is "
        "looked up before anything is sent again.",
    )
