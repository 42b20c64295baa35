"""The shapes of what the service answers about exceptions. They only grow."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from agent.model import Json


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
    title: str
    """What its code means in general, as `meaning`, `to_do`, `severity` and `owner`."""
    severity: str
    owner: str
    meaning: str
    to_do: str
    params: NotRequired[dict[str, str]]
    """What code and reason name, for translations: `field`, `flow`, `target`; `source`, `place`."""
    impact: NotRequired[str]
    """What is at stake, in words, as far as the record says: `invoice R17 of C001, 12.50 EUR`."""
    customer: NotRequired[str]
    document: NotRequired[str]
    amount: NotRequired[str | None]
    currency: NotRequired[str]
    escalated: NotRequired[list[dict[str, Json]]]
    """Steps of rules that it reached: rule, level, at. Only in `exceptions.show`."""
    state: NotRequired[str]
    """Only in `exceptions.show`, as what follows."""
    row: NotRequired[dict[str, Json]]
    """What the ERP says in the mapped columns, where no message could be made of it."""
    field: NotRequired[str]
    fields: NotRequired[dict[str, Json]]
    attempts: NotRequired[int]
    created: NotRequired[str]
    history: NotRequired[list[dict[str, Json]]]
    """What people did with it: at, what, who, and what else belongs to it."""
    half_done: NotRequired[dict[str, Json]]
    """What of it is in the target already: `done`, `missing`, and how to `finish` or
    `leave` it."""
    waits_for: NotRequired[list[str]]
    """Parents that are not known to exist in the target."""


class Cause(TypedDict):
    """Exceptions of one cause."""

    cause: str
    """A sentence."""
    flow: str
    entity: str
    code: str
    field: str
    count: int
    since: str
    newest: str
    title: str
    severity: str
    owner: str
    meaning: str
    to_do: str
    example: str
    hint: NotRequired[str]
    """What to do; the same as `to_do`."""
    target: NotRequired[str]
    fixable: NotRequired[str]
    """By what it is put right: `value`, `rule`, `mapping`, `credential`, `decision`, or `wait`
    where it goes by itself once the ERP or the CRM is right."""
    params: NotRequired[dict[str, str]]
    """What the code names, for translations: `field`."""
    age: NotRequired[int]
    """Seconds that the oldest of them has waited."""
    amounts: NotRequired[dict[str, str]]
    """The sum by currency."""
    words: NotRequired[list[dict[str, Json]]]
    """What the ERP says in them, where a word decides: word, count, example; the most frequent
    five."""


class CauseList(TypedDict):
    """Everything that waits for a person, by cause; `groups` counts also those not listed."""

    items: list[Cause]
    total: int
    groups: int
    not_summed: NotRequired[int]
    """Messages that were too many to be opened for the amounts."""


class ExceptionList(TypedDict):
    """A page of exceptions."""

    items: list[ExceptionItem]
    next: str | None


class EscalatedItem(TypedDict):
    """A step of a rule that an exception has reached and still waits at."""

    ref: str
    rule: str
    level: int
    at: str
    since: str


class EscalatedList(TypedDict):
    """Everything that was raised and still waits."""

    items: list[EscalatedItem]


class EscalationEvent(TypedDict):
    """`escalated` or `resolved`: names and codes, never a value. Told once, under one number."""

    id: int
    at: str
    what: str
    rule: str
    level: int
    ref: str
    since: str
    flow: NotRequired[str]
    entity: NotRequired[str]
    code: NotRequired[str]
    severity: NotRequired[str]
    owner: NotRequired[str]


class EscalationEvents(TypedDict):
    """Events in their order; asked again after `next`, none is missed."""

    items: list[EscalationEvent]
    next: int


class Refused(TypedDict):
    """An exception that was not replayed, and why."""

    ref: str
    why: str


class Replayed(TypedDict):
    """What a replay did."""

    replayed: int
    refused: list[Refused]
    """The first of them."""
    refused_count: int


class ReplayPreview(TypedDict):
    """What a replay would do: how many would go, wait for a parent, or stay, and why."""

    chosen: int
    would_go: int
    would_wait: int
    would_stay: int
    reasons: list[dict[str, Json]]


class SetAside(TypedDict):
    """What was set aside."""

    set_aside: int
    refused: list[Refused]
    refused_count: int


class TakenBack(TypedDict):
    """What was taken back."""

    taken_back: int
    refused: list[Refused]
    refused_count: int


class Fixed(TypedDict):
    """The new revision of an edited row, None with the problems that speak against it."""

    ref: str
    new: str | None
    mapped_again: bool
    """It is a row of which no message could be made: its source maps it now with these values."""
    problems: list[dict[str, Json]]


class ExportedRows(TypedDict):
    """A page of parked rows with their values as text."""

    columns: list[str]
    items: list[dict[str, Json]]
    next: str | None


class ImportedRows(TypedDict):
    """What rows of a sheet mean, or did: every problem by line, and then nothing was changed."""

    changed: list[str]
    fields: dict[str, int]
    edited: int
    problems: list[dict[str, Json]]
    skipped: list[dict[str, Json]]
    """Rows that left the desk since they were exported."""
