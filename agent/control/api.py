"""What faces may ask the service: methods, their parameters, roles and the shapes of answers.

The API only grows: fields and methods are added, readers ignore what they do not know.
`API_VERSION` changes only when an older face could no longer understand an answer; then the
client refuses to go on instead of guessing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Final, Literal, NotRequired, TypedDict

from agent.model import Json

API_VERSION: Final = 1


class Role(IntEnum):
    """What a caller may do; each role includes the ones before it."""

    VIEWER = 1
    OPERATOR = 2
    ENGINEER = 3


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a method."""

    kind: Literal["text", "integer", "flag", "texts"]
    required: bool = False
    secret: bool = False
    """Never logged, never part of a digest."""


@dataclass(frozen=True, slots=True)
class Method:
    """One thing that may be asked."""

    name: str
    role: Role
    writes: bool
    summary: str
    params: Mapping[str, Param] = field(default_factory=dict)


HEALTHY: Final = "ok"
"""The one value of `health` that asks nothing of anybody; a face treats any other as a call."""


# --- shapes of answers ----------------------------------------------------------------------------


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


class FlowStatus(TypedDict):
    """One configured flow."""

    name: str
    source: str
    target: str
    entity: str
    paused: bool
    counts: Mapping[str, int]


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
    at: str
    reasons: list[Reason]
    counts: Counts
    ages: dict[str, float]
    sources: list[SourceStatus]
    targets: list[TargetStatus]
    flows: list[FlowStatus]


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


class ExceptionItem(TypedDict):
    """One row that waits for a person."""

    ref: str
    flow: str
    entity: str
    external_id: str
    code: str
    reason: str
    hint: str
    since: str
    place: str


class ExceptionList(TypedDict):
    """A page of exceptions."""

    items: list[ExceptionItem]
    next: str | None


class Refused(TypedDict):
    """An exception that was not replayed, and why."""

    ref: str
    why: str


class Replayed(TypedDict):
    """What a replay did."""

    replayed: int
    refused: list[Refused]


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


class FindingList(TypedDict):
    """What a check or a test found."""

    findings: list[FindingItem]


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


# --- methods --------------------------------------------------------------------------------------

_TEXT = Param("text")
_NEEDED = Param("text", required=True)
_NUMBER = Param("integer")
_PARTS = {"kind": _NEEDED, "name": _TEXT}
_PAGED = {"after": _TEXT, "limit": _NUMBER}
_NUMBER_NEEDED = Param("integer", required=True)
_QUEUE = {"state": _TEXT, "flow": _TEXT, "after": _NUMBER, "limit": _NUMBER}
_EXCEPTIONS = {"flow": _TEXT, "code": _TEXT, **_PAGED}
_REPLAY = {"refs": Param("texts"), "code": _TEXT, "flow": _TEXT, "all": Param("flag")}
_SECRET = Param("text", required=True, secret=True)


def _asks(method: str, role: Role, summary: str, /, **params: Param) -> Method:
    return Method(method, role, writes=False, summary=summary, params=params)


def _does(method: str, role: Role, summary: str, /, **params: Param) -> Method:
    return Method(method, role, writes=True, summary=summary, params=params)


_ALL = (
    _asks("status", Role.VIEWER, "How the agent is"),
    _does("stop", Role.ENGINEER, "Stop the service"),
    _asks("queue.list", Role.VIEWER, "Entries of the queue", **_QUEUE),
    _asks("queue.show", Role.OPERATOR, "One entry with its values", seq=_NUMBER_NEEDED),
    _asks("exceptions.list", Role.OPERATOR, "Rows that wait for a person", **_EXCEPTIONS),
    _asks("exceptions.show", Role.OPERATOR, "One such row with its values", ref=_NEEDED),
    _does("exceptions.replay", Role.OPERATOR, "Try parked rows again", **_REPLAY),
    _asks("holds.list", Role.VIEWER, "Deletes that are held"),
    _asks("holds.show", Role.OPERATOR, "The rows of a hold", id=_NEEDED, **_PAGED),
    _does("holds.approve", Role.OPERATOR, "Let a hold's deletes go", id=_NEEDED),
    _does("holds.reject", Role.OPERATOR, "Discard a hold's deletes", id=_NEEDED),
    _does("secrets.set", Role.ENGINEER, "Set a secret", name=_NEEDED, value=_SECRET),
    _asks("secrets.list", Role.ENGINEER, "Names of secrets"),
    _does("pause", Role.OPERATOR, "Pause sources, targets or flows", **_PARTS),
    _does("resume", Role.OPERATOR, "Let them go on", **_PARTS),
    _does("scan", Role.OPERATOR, "Look for news now", source=_TEXT),
    _asks("check", Role.OPERATOR, "Check configuration and mappings"),
    _asks("test", Role.OPERATOR, "Test one source or target", name=_NEEDED),
    _asks("audit.verify", Role.OPERATOR, "Check the audit's chain"),
    _asks("reads.list", Role.VIEWER, "The latest reads", source=_TEXT, limit=_NUMBER),
)
METHODS: Final[Mapping[str, Method]] = {method.name: method for method in _ALL}


# --- what every face says alike -------------------------------------------------------------------


def headline(status: Status) -> str:
    """The status in one sentence, the same in the tray, the window and the command line."""
    counts: Mapping[str, object] = status["counts"]
    waiting, parked, held = (
        sum(number for name in names if isinstance(number := counts.get(name), int))
        for names in (("waiting", "sending"), ("parked",), ("held",))
    )
    if status["reasons"]:
        more = len(status["reasons"]) - 1
        first = status["reasons"][0]["title"] + (f" (and {more} more)" if more else "")
    elif parked or held:
        first = f"{parked + held:,} records need attention."
    elif status["activity"] == "paused":
        first = "Paused."
    elif status["health"] == "unknown":
        first = "Starting."
    else:
        first = "Working." if waiting else "Up to date."
    return first + (f" {waiting:,} waiting." if waiting else "")


def default_home() -> Path:
    """The home folder when nobody names one: `WAYBILL_HOME`, else the system's place."""
    if named := os.environ.get("WAYBILL_HOME"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "Waybill"
    return Path("/var/lib/waybill")
