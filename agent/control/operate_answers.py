"""The shapes of what the service answers to those who operate it. They only grow."""

from __future__ import annotations

from typing import TypedDict

from agent.control.answers import QueueItem
from agent.control.exception_answers import ExceptionItem
from agent.model import Json


class WindowItem(QueueItem):
    """An entry of the queue, and what is at stake with it."""

    title: str | None
    """What its code means."""
    impact: str
    """In words, as far as the record says: `invoice R17 of C001, 12.50 EUR`."""
    customer: str
    document: str
    amount: str | None
    currency: str


class QueueWindow(TypedDict):
    """Entries from a rank on. One that went while it was read is left out."""

    total: int
    offset: int
    """As asked, or the end of the list."""
    items: list[WindowItem]


class ExceptionWindow(TypedDict):
    """What waits for a person from a rank on: the worst cause first, of each the oldest first."""

    total: int
    offset: int
    items: list[ExceptionItem]


class HourItem(TypedDict):
    """One hour."""

    at: str
    """When it began."""
    delivered: int
    parked: int
    """The most that were parked at one time; of several flows the sum."""
    waiting: int
    known: bool
    """False: no agent ran. What waited then is as it was before."""


class HistoryAnswer(TypedDict):
    """The latest hours, oldest first; the present one is the last."""

    hours: list[HourItem]
    flows: dict[str, list[HourItem]]


class LogLine(TypedDict):
    """One line of the log. It holds no business data."""

    seq: int
    at: str
    level: str
    """`debug`, `info`, `warning` or `error`."""
    event: str
    """A constant sentence."""
    logger: str
    flow: str
    text: str
    """The sentence with its fields."""
    fields: dict[str, Json]


class LogTail(TypedDict):
    """The latest lines, oldest first; `next` asks for those that come after them."""

    lines: list[LogLine]
    next: str
    debug_left: int
    """Seconds for which the log still says more."""


class LogDebug(TypedDict):
    """Until when the log says more."""

    minutes: int
    until: str | None


class LogFolder(TypedDict):
    """Where the log is kept, as the service sees it, and its files: name, size, at."""

    folder: str
    files: list[dict[str, Json]]


class ReconciledFlow(TypedDict):
    """The rows of the last complete read: what follows `in_source` adds up to it."""

    flow: str
    entity: str
    target: str
    at: str | None
    """When that read ended; null: there was none."""
    read: str | None
    complete: bool
    in_source: int
    delivered: int
    unchanged: int
    waiting: int
    exceptions: int
    held: int
    set_aside: int
    left_out: int
    other: int
    """Later records of the same key, newer versions, rows that are caught up later."""
    unexplained: int
    waiting_now: int
    """Of this flow, of any read."""
    exceptions_now: int


class ReconciledFlows(TypedDict):
    """One line a flow; `offered`: what kinds of comparison there are."""

    items: list[ReconciledFlow]
    offered: list[str]


class AuditExport(TypedDict):
    """Records of the audit with their hashes, oldest first; `next` asks for later ones."""

    items: list[dict[str, Json]]
    next: str | None
    head: dict[str, Json]
    """Number and hash of the last record."""


class SettingChange(TypedDict):
    """A setting that somebody changed."""

    part: str
    """`source`, `target`, `flow`, `mapping`, `secret`, `keys`, `pause`, ..."""
    name: str
    what: str
    at: str
    by: str


class SettingChanges(TypedDict):
    """The latest first."""

    items: list[SettingChange]


class BundleFile(TypedDict):
    """A file of a diagnostics bundle, as it would leave the house."""

    name: str
    bytes: int
    what: str
    text: str
    """Its first 20,000 characters."""


class BundlePreview(TypedDict):
    """Every file of it; `id` stands for what they say."""

    id: str
    files: list[BundleFile]


class BundleMade(TypedDict):
    """A bundle in the home folder. `names`: the file that says what its pseudonyms stand for."""

    id: str
    path: str
    names: str | None
