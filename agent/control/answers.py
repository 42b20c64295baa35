"""The shapes of what the service answers. They only grow: readers ignore what they do not know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from agent.model import Json


class Counts(TypedDict):
    """How many rows are in each state; the states add up (RULES 13)."""

    waiting: int
    sending: int
    parked: int
    held: int
    delivered: int
    superseded: int
    set_aside: int
    captured: int
    unreadable: int
    behind: int
    queue_bytes: int


class Reason(TypedDict):
    """Why the health is not the best: what, about whom, what it means, what to do."""

    code: str
    subject: str
    title: str
    meaning: str
    hint: str
    severity: str
    since: str
    params: NotRequired[dict[str, str]]
    """The names and numbers of its text: with the code, another language can be made of it."""
    times: NotRequired[int]
    """How often in a row it was seen, up to three: what passes by itself is mostly seen once."""


class SourceStatus(TypedDict):
    """One configured source."""

    name: str
    kind: str
    state: str
    last_read: str | None
    last_file: str | None
    reason: str | None


class TargetStatus(TypedDict):
    """One configured target."""

    name: str
    kind: str
    state: str
    waiting: int
    last_delivery: str | None
    reason: str | None
    closed_until: NotRequired[str | None]
    """By its own times (`closed`); null: it is open."""


class FlowStatus(TypedDict):
    """One configured flow."""

    name: str
    source: str
    target: str
    entity: str
    paused: bool
    counts: Mapping[str, int]


class SetupSummary(TypedDict):
    """Whether somebody has to go through the set-up, and how much of it is left."""

    needed: bool
    steps_left: int


class Status(TypedDict):
    """The one status that every face renders."""

    version: str
    api_version: int
    agent: str
    environment: str
    epoch: int
    installation: str
    sqlite_version: str
    health: str
    """`ok`, `warning`, `error` or `unknown`."""
    activity: str
    """`idle`, `working` or `paused`."""
    idle: bool
    """Nothing is left to do that the agent could do now."""
    paused_until: NotRequired[str | None]
    """When the pause of everything ends by itself; null: a person ends it, or there is none."""
    at: str
    reasons: list[Reason]
    counts: Counts
    ages: dict[str, float]
    setup: NotRequired[SetupSummary]
    newer: NotRequired[dict[str, str] | None]
    """A newer version of Waybill that was heard of, and where its notes are."""
    sources: list[SourceStatus]
    targets: list[TargetStatus]
    flows: list[FlowStatus]


class NewerVersion(TypedDict):
    """What the publisher's signed manifest says (`upgrade.check`)."""

    version: str
    """The one that runs."""
    newest: str
    """Empty: there is none newer."""
    text: str
    hint: str
    notes: str
    """Where the newest one's notes are."""


class Changes(TypedDict):
    """Numbers that grow when the thing changed: who shows it asks again then."""

    exceptions: int
    holds: int
    config: int
    mappings: int
    secrets: int
    audit: int
    keeping: int
    """How far the re-sealing of everything is, and backups."""


class Snapshot(Status):
    """What a subscription begins with. Afterwards come notifications `status`: patches of it."""

    changes: Changes


class You(TypedDict):
    """Who asks, by the word of the operating system, and what he may do."""

    name: str
    role: str
    """`viewer`, `auditor`, `operator` or `engineer`."""
    kinds: list[str] | None
    """Only flows of these kinds of records; null: of all."""


class QueueItem(TypedDict):
    """One entry of the queue."""

    seq: int
    id: str
    flow: str
    entity: str
    op: str
    state: str
    external_id: str
    created: str
    attempts: int
    due: str | None
    code: str | None
    waits_for: str | None
    fields: NotRequired[dict[str, Json]]
    """Only in `queue.show`, as `parents` and `reason`."""
    parents: NotRequired[list[dict[str, str]]]
    reason: NotRequired[str | None]


class QueueList(TypedDict):
    """A page of the queue; `next` asks for the following one, None ends it."""

    items: list[QueueItem]
    next: int | None


class Hold(TypedDict):
    """Deletes (or a mass change) of one read that wait for a person."""

    id: str
    source: str
    flow: str
    kind: str
    count: int
    total: int
    since: str
    reason: str
    read: str
    code: NotRequired[str]
    """`HELD_DELETES`, `HELD_CHANGES` or `HELD_TARGET_ONLY`."""
    params: NotRequired[dict[str, str]]
    state: str
    """`held`, or `rejected`: these rows stay in the target until a newer export says otherwise."""
    rows: NotRequired[list[str]]
    """External ids; only in `holds.show`, as `next`."""
    next: NotRequired[str | None]


class HoldList(TypedDict):
    """Every hold."""

    items: list[Hold]


class SecretList(TypedDict):
    """Names of secrets, never values: which are set, which the configuration names."""

    items: list[dict[str, Json]]


class FindingItem(TypedDict):
    """One line of a check."""

    level: str
    code: str
    text: str
    hint: str
    subject: NotRequired[str]
    params: NotRequired[dict[str, str]]
    step: NotRequired[str]
    """Of a test of a target: dns, proxy, tls, sign-in, permissions, dry run."""
    seconds: NotRequired[float | None]
    took_ms: NotRequired[int | None]
    """Only in `sources.*` and `targets.*`."""


class FindingList(TypedDict):
    """What a check or a test found."""

    findings: list[FindingItem]


class AuditItem(TypedDict):
    """One thing that somebody did. `details` are digests, counts and names, never values."""

    seq: int
    at: str
    actor: str
    action: str
    object: str
    result: str
    details: dict[str, str]


class AuditList(TypedDict):
    """A page of the audit, newest first; `next` asks for the older ones, None ends it."""

    items: list[AuditItem]
    next: int | None


class AuditVerdict(TypedDict):
    """Whether the audit's chain is whole."""

    ok: bool
    entries: int
    problem: str | None


class ReadItem(TypedDict):
    """One read of a source, and where its rows ended."""

    read: str
    source: str
    name: str
    ended: str | None
    complete: bool
    counts: dict[str, int]
    notes: list[str]
    """What is to be known of it: why something was held, which records were duplicates."""


class ReadList(TypedDict):
    """The latest reads, newest first."""

    items: list[ReadItem]
