"""The nouns that every room shares: records, messages, receipts. Pure; imports nothing of ours.

Values that travel in a message are *canonical wire values* (`Scalar`): text, integer, boolean or
null. Money and other decimals travel as plain decimal text (`"12.50"`), dates as `YYYY-MM-DD`,
instants as `YYYY-MM-DDTHH:MM:SSZ`; the contract of the entity says which field is which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
Scalar = str | int | bool | None
Value = str | int | float | bool | bytes | Decimal | date | datetime | None
"""What a source may read in one column. Delimited text yields only text."""

Checkpoint = Mapping[str, Json]
"""A source's own place in its stream: JSON values only, opaque to everybody else."""


class Op(StrEnum):
    """What a message (or a record of a change file) does to its record."""

    UPSERT = "upsert"
    DELETE = "delete"


class Content(StrEnum):
    """What one read of a source holds."""

    FULL = "full"
    """Every row that exists: what is missing was deleted."""
    CHANGES = "changes"
    """Rows that changed, in order; absence means nothing."""
    APPEND = "append"
    """New rows at the end of a growing file; absence means nothing."""


class Place(NamedTuple):
    """Where a record stands in what was read."""

    name: str
    """File name or table."""
    number: int
    """Ordinal of the record in this read, from 1 (a header is not counted)."""
    line: int
    """Physical line of its first byte, from 1; 0 where lines do not exist (tables)."""
    offset: int
    """Byte offset of its first byte; 0 where bytes do not exist (tables)."""


class Raw(NamedTuple):
    """One record as it was read, not yet parsed."""

    data: bytes
    place: Place


class Record(NamedTuple):
    """One parsed record. `values` are aligned with the `columns` of the read it came from."""

    key: tuple[str, ...]
    values: tuple[Value, ...]
    op: Op
    place: Place


class Unreadable(NamedTuple):
    """A record that could not be parsed. `key` is None when even its key is unknown."""

    place: Place
    code: str
    reason: str
    key: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A bounded run of consecutive raw records of one read.

    `meaning` is everything beside the bytes that decides what a record says: header line,
    dialect, encoding, layout, parser version (RULES 2). It may be long; it is hashed.
    """

    records: Sequence[bytes]
    first: Place
    meaning: bytes

    def places(self, indices: Iterable[int]) -> Iterator[Place]:
        """Where these records stand, given in order; one pass over the page for all of them."""
        at, first = 0, self.first
        for index in indices:
            between = replace(self, records=self.records[at : index + 1], first=first)
            at, first = index, between.place(index - at)
            yield first

    def place(self, index: int) -> Place:
        """Where record `index` of this page stands (computed on demand: few are ever asked)."""
        before = self.records[:index]
        name, number, line, offset = self.first
        if not line:
            return Place(name, number + index, 0, 0)
        lines = sum(record.count(b"\n") or record.count(b"\r") or 1 for record in before)
        return Place(name, number + index, line + lines, offset + sum(map(len, before)))


@dataclass(frozen=True, slots=True)
class End:
    """How a read ended; known once its pages are exhausted.

    `complete` means: read to its proven end. Only a complete full read infers deletes (RULES 10).
    `unproven` says in a person's words why not. `checkpoint` is where the next read starts.
    """

    checkpoint: Checkpoint
    complete: bool
    unproven: str = ""
    part_of: int = 0
    """Rows that became part of a record, where several make one."""
    twice: int = 0
    """Such rows that another one of the same key replaced."""


class Parent(NamedTuple):
    """A record that must exist in the target before this one: `field` refers to it."""

    field: str
    entity: str
    external_id: str


class Draft(NamedTuple):
    """What a mapping made of one record: a message without identity."""

    external_id: str
    fields: dict[str, Scalar]
    parents: tuple[Parent, ...] = ()
    warnings: tuple[Problem, ...] = ()
    """What is wrong with it and does not keep it from being sent."""
    notes: tuple[Problem, ...] = ()
    """What rules of its mapping changed in its values on purpose: cut, rounded, filled in."""


class LeftOut(NamedTuple):
    """The mapping's conditions leave this record out."""

    rule: str


class Problem(NamedTuple):
    """The mapping could not make a valid message of a record."""

    code: str
    reason: str
    field: str = ""
    external_id: str = ""
    """Empty when not even the external id could be formed (RULES 12)."""
    row: Mapping[str, Value] = MappingProxyType({})
    """The mapped columns as they were read: what a corrected mapping is tried on."""
    fields: Mapping[str, Scalar] = MappingProxyType({})
    """What could be made of it all the same, for people."""
    every: tuple[Problem, ...] = ()
    """Where the record has several: each of them with its own reason, this one first."""
    params: Mapping[str, str] = MappingProxyType({})
    """The names and numbers of the reason's text, for faces that speak another language."""


@dataclass(frozen=True, slots=True)
class Message:
    """A canonical business record on its way to one target.

    `id` is the idempotency key: made once, stored, the same on every attempt (RULES 7).
    `revision` only grows for the same lane (target, resource, external id).
    """

    id: str
    op: Op
    entity: str
    contract: str
    external_id: str
    revision: int
    fields: Mapping[str, Scalar]
    parents: tuple[Parent, ...] = ()


# --- what a target answers -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Delivered:
    """The target confirmed the effect."""

    remote_id: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The target took the work and finishes it later: ask `follow` after `check_after`."""

    handle: str
    check_after: timedelta


@dataclass(frozen=True, slots=True)
class Deferred:
    """Nothing happened; try again, not before `retry_after`."""

    code: str
    reason: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class WaitingFor:
    """Nothing happened: the target does not know this parent."""

    parent: Parent


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The outcome is unknown: the effect may have happened, may still happen, or not at all."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Nothing happened and will not without a change: a person or the ERP must act."""

    code: str
    reason: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class BatchRefused:
    """An all-or-none refusal of a whole batch: nothing happened; delivery halves it."""

    code: str
    reason: str


Receipt = Delivered | Accepted | Deferred | WaitingFor | Ambiguous | Rejected | BatchRefused


@dataclass(frozen=True, slots=True)
class Stored:
    """What a target holds under one of our external ids, in canonical fields and wire values.

    `fields` holds at least those that the target's profile can read back.
    """

    external_id: str
    remote_id: str
    fields: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Our external id for a record of the target; empty takes it away again.

    `was` is what the record must hold under it until now (empty: nothing), so that nobody else's
    is ever overwritten.
    """

    remote_id: str
    external_id: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of what a target holds; `after` asks for the next, None ends it."""

    items: Sequence[Stored]
    after: str | None


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a check: what was looked at, what was found, what to do."""

    level: Level
    code: str
    text: str
    hint: str = ""
    step: str = ""
    """Of a test of a target: dns, proxy, tls, sign-in, permissions, dry run."""
    seconds: float | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    """The names and numbers of its text, for faces that speak another language."""


@dataclass(frozen=True, slots=True)
class BulkLimits:
    """How much a target takes as one job, where it is not worth a job for fewer."""

    least: int
    """So many upserts of one entity must be ready."""
    records: int
    bytes: int
    """Of serialised fields, approximately."""


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """How much one attempt may carry."""

    records: int = 200
    bytes: int = 4 * 1024 * 1024
    """Of serialised fields, approximately."""
    per_entity: bool = True
    """Whether all messages of a batch must be of one entity and one operation."""
    parallel: int = 32
    """How many attempts at once it ever stands, whatever is configured."""
    locks_parents: bool = False
    """Whether two attempts with children of one record get into each other's way."""
    bulk: BulkLimits | None = None
    """What one attempt of upserts may carry beyond that; it is `Accepted` and followed."""


Findings = tuple[Finding, ...]


# --- alerts ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One cause in an alert; `what`: new, worse, still or over."""

    what: str
    code: str
    subject: str
    title: str
    meaning: str
    hint: str
    severity: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """A message to people about what is wrong, or right again. It carries no business value."""

    id: str
    """The same for the same news."""
    headline: str
    text: str
    agent: str
    environment: str
    at: datetime
    lines: tuple[AlertLine, ...] = ()


# --- what a target lets us know beside its answers ------------------------------------------------


@dataclass(frozen=True, slots=True)
class Allowance:
    """One limit on requests, as the target last told it."""

    name: str
    """In words for people: "API requests in 24 hours"."""
    window: timedelta
    """The time that the limit is about."""
    most: int | None = None
    """Requests that the window takes; None: it does not say."""
    left: int | None = None
    """Of these still unused."""
    resets_in: timedelta | None = None
    """Until it is full again, counted from `at`; None: nobody says, as for a rolling window."""
    at: float = 0.0
    """When it was told, on the monotonic clock: who reads it twice counts it once."""


@dataclass(frozen=True, slots=True)
class Meter:
    """What a target was sent so far, and what it says of its limits and its clock."""

    sent: int = 0
    """Requests of every sort, sign-in and look-ups included. It only grows."""
    allowances: tuple[Allowance, ...] = ()
    skew: timedelta | None = None
    """How far its clock is ahead of ours; None: it has not said."""
