"""The shapes of what the service answers to those who operate it. They only grow."""

from __future__ import annotations

from typing import TypedDict

from agent.control.answers import QueueItem
from agent.control.exception_answers import ExceptionItem


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
