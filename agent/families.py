"""What a target may offer beside `agent.ports.Target`: records that arrive in one piece. Pure.

A *family* is a head that the target may not hold yet (an order) and members that belong to it (its
lines). Nobody then sees the order without its lines, and both cost one attempt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable

from agent.model import Message, Receipt


@dataclass(frozen=True, slots=True)
class FamilyLimits:
    """Which records go in one piece with those that belong to them, and how much of it at once."""

    kinds: Mapping[str, frozenset[str]]
    """Entity of a head (`order`) -> entities of its members (`order_line`)."""
    families: int
    """The most in one attempt."""
    records: int
    """The most in one attempt, heads and members of all families together."""
    wait: timedelta = timedelta(0)
    """How long a new head waits for members that have not been read yet."""


@runtime_checkable
class TakesFamilies(Protocol):
    """A new record and its members, all or none of them."""

    families: FamilyLimits | None
    """None: it takes none, as it is configured."""

    def deliver_families(self, families: Sequence[Sequence[Message]]) -> Sequence[Receipt]:
        """ONE attempt. One receipt each, in order: of every family its head, then its members.

        Upserts only; each member refers to its head. Of a family either all are `Delivered` (or in
        doubt), or nothing happened to any of them: who is to blame has the receipt that it would
        have had alone, the others are `Deferred`. No receipt is `Accepted` or `BatchRefused`.
        Raises TargetUnavailable, TargetAuthError, as `Target.deliver`.
        """
        ...
