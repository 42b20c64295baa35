"""The shapes of what the service answers about links and duplicates. They only grow."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from agent.model import Json


class LinkCandidate(TypedDict):
    """A record of the CRM that may be meant, and why, in words without values."""

    id: str
    """The CRM's id; empty for another record of the ERP that is not there yet."""
    key: str
    """The key of the ERP's record that it is linked with already, empty if with none."""
    grade: str
    """`certain`, `likely` or `weak`: how far this pair goes by itself."""
    evidence: list[str]
    fields: dict[str, Json]


class LinkItem(TypedDict):
    """One record of the ERP, what it is or may be, and what was decided."""

    item: int
    flow: str
    entity: str
    kind: str
    """`certain`, `ambiguous`, `only here` or `duplicate`."""
    state: str
    """`open`, `chosen`, `stamping`, `stamped`, `create`, `left out`, `elsewhere`, and after an undo
    `unstamped` or `kept`."""
    since: str
    external_id: str
    fields: dict[str, Json]
    crm_id: str | None
    before: str
    """The key on the CRM's record before the last act, empty if none; `after` likewise."""
    after: str
    candidates: list[LinkCandidate]
    candidate_count: int
    rivals: int
    """Other records of the ERP that may be the same one of the CRM."""
    reason: str
    result: NotRequired[list[dict[str, Json]]]
    """Only in answers to a decision: field, erp, crm, result, side and rule of each field."""


class LinkState(TypedDict):
    """How far the first link of a flow is."""

    flow: str
    entity: str
    target: str
    state: str
    """`needed`, `proposing`, `proposed`, `approved`, `linked`, `undoing` or `undone`."""
    said: str
    since: str | None
    match: list[str]
    proposal: str | None
    certain: int
    ambiguous: int
    only_here: int
    only_there: int
    duplicates: int
    undecided: int
    states: dict[str, int]
    items: NotRequired[list[LinkItem]]
    """Only in `link.show`, as `next`."""
    next: NotRequired[int | None]


class CrossReference(TypedDict):
    """Which record of the CRM a key of the ERP stands for; None where nobody has told yet."""

    flow: str
    external_id: str
    crm_id: str | None


class LinkList(TypedDict):
    """Every flow with a first link."""

    items: list[LinkState]


class DuplicateList(TypedDict):
    """A page of suggestions."""

    items: list[LinkItem]
    next: int | None
