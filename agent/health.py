"""How the agent is: conditions that stand, stages that move, one status for every face.

- A **condition** is something a person should know, as long as it is true: raised by whoever sees
  it, cleared by whoever sees it gone. Looking away or dismissing a message changes nothing.
- **Progress**: each stage tells how old its oldest item is that should have moved. It is then aged
  here, so that a stage that hangs turns red although nobody tells anything any more.
- **Status** is computed once and rendered alike by tray, window, command line and metrics. Health
  (how it is) and activity (what it does) are separate signals.

Pure but for a lock: no thread, no file. Titles and hints follow the rule for errors: no values.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from agent.model import Json
from agent.ports import Clock


class Severity(StrEnum):
    """How bad a condition is. Error sorts before warning."""

    WARNING = "warning"
    """The route goes on; a person should look when there is time."""
    ERROR = "error"
    """Something stands still or will: a person must look."""


class Health(StrEnum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    UNKNOWN = "unknown"
    """Not started yet, or nobody answers."""


class Activity(StrEnum):
    """What it does."""

    IDLE = "idle"
    WORKING = "working"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Condition:
    """Something a person should know, while it is true."""

    code: str
    subject: str
    """What it is about: the name of a source, target, flow; empty for the whole agent."""
    title: str
    hint: str
    severity: Severity
    meaning: str
    """What it means for the data: "Nothing is lost; deliveries to crm wait.\""""
    since: datetime
    params: Mapping[str, str] = field(default_factory=dict)
    """The names and numbers of its text, for faces that speak another language."""
    times: int = 1
    """How often in a row it was seen, up to `IN_A_ROW`."""


IN_A_ROW = 3
"""What happened so often without a success in between is no chance any more."""


class Conditions:
    """The conditions that stand now. Threads may share it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._standing: dict[tuple[str, str], Condition] = {}

    def raise_(
        self,
        code: str,
        subject: str,
        title: str,
        hint: str = "",
        severity: Severity = Severity.ERROR,
        meaning: str = "",
        *,
        params: Mapping[str, str] | None = None,
    ) -> bool:
        """It is true. Raised again, its text is renewed and its `since` stays. True: it is new."""
        key = (code, subject)
        fresh = Condition(
            code, subject, title, hint, severity, meaning, self._clock.now(), dict(params or {})
        )
        with self._lock:
            standing = self._standing.get(key)
            if standing:
                times = min(standing.times + 1, IN_A_ROW)
                fresh = replace(fresh, since=standing.since, times=times)
            self._standing[key] = fresh
        return standing is None

    def clear(self, code: str, subject: str) -> bool:
        """It is not true any more. True: it was."""
        with self._lock:
            return self._standing.pop((code, subject), None) is not None

    def clear_subject(self, subject: str, *, keep: Iterable[str] = ()) -> tuple[Condition, ...]:
        """Nothing is wrong with this subject but `keep` (codes); returns what was cleared."""
        with self._lock:
            gone = [
                item
                for item in self._standing.values()
                if item.subject == subject and item.code not in set(keep)
            ]
            for item in gone:
                del self._standing[item.code, item.subject]
        return tuple(gone)

    def list(self) -> tuple[Condition, ...]:
        """What stands: errors first, then the oldest first."""
        with self._lock:
            standing = tuple(self._standing.values())
        return tuple(sorted(standing, key=lambda item: (item.severity, item.since, item.code)))


@dataclass(frozen=True, slots=True)
class Stuck:
    """A stage whose oldest item should have moved long ago."""

    stage: str
    age: timedelta
    limit: timedelta


@dataclass(slots=True)
class _Stage:
    limit: timedelta
    oldest: float | None = None
    """On the monotonic clock: when the oldest item became due."""


class Progress:
    """How long the oldest due item of each stage has been waiting. Threads may share it.

    A stage calls `report` whenever it looks at its items. Items that wait for a reason (a backoff,
    a parent, a pause) are not due and not reported. Between two reports the age goes on growing.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._stages: dict[str, _Stage] = {}

    def add(self, stage: str, limit: timedelta) -> None:
        """Watch a stage: it is stuck when an item has been due for longer than `limit`."""
        with self._lock:
            self._stages[stage] = _Stage(limit)

    def remove(self, stage: str) -> None:
        """Watch it no more: its worker has ended."""
        with self._lock:
            self._stages.pop(stage, None)

    def report(self, stage: str, oldest: timedelta | None) -> None:
        """The age of the stage's oldest due item now; None: nothing is due."""
        now = self._clock.monotonic()
        with self._lock:
            if stage in self._stages:
                due = None if oldest is None else now - oldest.total_seconds()
                self._stages[stage].oldest = due

    def ages(self) -> dict[str, timedelta]:
        """The age of the oldest due item of each stage that has one."""
        now = self._clock.monotonic()
        with self._lock:
            return {
                name: timedelta(seconds=now - stage.oldest)
                for name, stage in self._stages.items()
                if stage.oldest is not None
            }

    def stuck(self) -> tuple[Stuck, ...]:
        """Stages that stand still, the longest first."""
        ages = self.ages()
        with self._lock:
            limits = {name: stage.limit for name, stage in self._stages.items()}
        late = [
            Stuck(name, age, limits[name])
            for name, age in ages.items()
            if name in limits and age > limits[name]
        ]
        return tuple(sorted(late, key=lambda item: item.age, reverse=True))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the health is what it is: one standing condition or one stuck stage."""

    code: str
    subject: str
    title: str
    hint: str
    severity: Severity
    meaning: str
    since: datetime
    params: Mapping[str, str] = field(default_factory=dict)
    times: int = IN_A_ROW
    """How often in a row it was seen, up to `IN_A_ROW`."""

    def as_json(self) -> dict[str, Json]:
        """As faces get it."""
        return {
            "code": self.code,
            "subject": self.subject,
            "title": self.title,
            "hint": self.hint,
            "severity": self.severity.value,
            "meaning": self.meaning,
            "since": _instant(self.since),
            "params": dict(self.params),
            "times": self.times,
        }


@dataclass(frozen=True, slots=True)
class Status:
    """The one status that every face renders."""

    health: Health
    activity: Activity
    at: datetime
    reasons: tuple[Reason, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    """Entries by state: waiting, sending, delivered, parked, held ..."""
    ages: Mapping[str, float] = field(default_factory=dict)
    """Seconds that the oldest due item of a stage has been waiting."""
    details: Mapping[str, Json] = field(default_factory=dict)
    """What some faces add: version, flows, sources, targets. It only grows."""

    def as_json(self) -> dict[str, Json]:
        """As it goes over the wire and out of `waybill status --json`."""
        return {
            **self.details,
            "health": self.health.value,
            "activity": self.activity.value,
            "at": _instant(self.at),
            "reasons": [reason.as_json() for reason in self.reasons],
            "counts": dict(self.counts),
            "ages": dict(self.ages),
        }


def assess(
    conditions: Conditions,
    progress: Progress,
    clock: Clock,
    *,
    started: bool = True,
    paused: bool = False,
    working: bool = False,
    counts: Mapping[str, int] | None = None,
    details: Mapping[str, Json] | None = None,
) -> Status:
    """Compute the status. `paused`: by a person; it says nothing about health."""
    now = clock.now()
    reasons = reasons_of(conditions, progress, now)
    health = Health(reasons[0].severity.value) if reasons else Health.OK
    activity = Activity.WORKING if working else Activity.IDLE
    return Status(
        health=health if started or health is Health.ERROR else Health.UNKNOWN,
        activity=Activity.PAUSED if paused else activity,
        at=now,
        reasons=reasons,
        counts=dict(counts or {}),
        ages={name: round(age.total_seconds(), 1) for name, age in progress.ages().items()},
        details=dict(details or {}),
    )


def reasons_of(conditions: Conditions, progress: Progress, now: datetime) -> tuple[Reason, ...]:
    """Everything that stands and every stage that is stuck, errors first."""
    stuck = tuple(_as_reason(item, now) for item in progress.stuck())
    standing = tuple(
        Reason(item.code, item.subject, item.title, item.hint, item.severity, item.meaning,
               item.since, item.params, item.times)
        for item in conditions.list()
    )  # fmt: skip
    return tuple(sorted((*standing, *stuck), key=lambda item: item.severity))


def _as_reason(stuck: Stuck, now: datetime) -> Reason:
    minutes = max(1, round(stuck.age.total_seconds() / 60))
    return Reason(
        code="STAGE_STUCK",
        subject=stuck.stage,
        title=f"{stuck.stage} has not moved for {minutes} min although it has work to do.",
        hint="Run `waybill doctor`; restart the service if it does not move again.",
        severity=Severity.ERROR,
        meaning="Nothing is lost; what is behind it waits.",
        since=now - stuck.age,
        params={"stage": stuck.stage, "minutes": str(minutes)},
    )


def _instant(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
