"""What a target accepted and finishes later: asked after until it is told.

Handles live in memory only. Whoever starts again finds these entries in doubt, as after any attempt
that ended with the process, and looks them up once the target's `settles_within` allows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import NamedTuple

from agent.delivery.pace import Pace
from agent.model import Accepted, BulkLimits, Receipt
from agent.ports import Target
from agent.queue.claims import Claim
from agent.queue.sending import Sending

AGAIN = 5.0
"""Seconds until a target that could not be asked is asked again."""


class Told(NamedTuple):
    """What a target said of entries that it had accepted."""

    claims: Sequence[Claim]
    receipts: Sequence[Receipt]


@dataclass(slots=True)
class _Item:
    claim: Claim
    handle: str
    due: float
    asked: bool = False
    """Whether somebody asks after it right now."""


class Followed:
    """The entries of one line that are accepted."""

    def __init__(self) -> None:
        self._items: dict[int, _Item] = {}

    def __contains__(self, seq: int) -> bool:
        return seq in self._items

    def add(self, claim: Claim, accepted: Accepted, now: float) -> None:
        """Ask after this one when its target said so. The caller holds the line's lock."""
        due = now + max(accepted.check_after.total_seconds(), 0.05)
        self._items[claim.seq] = _Item(claim, accepted.handle, due)

    def ask(self, target: Target, lock: Lock, now: float) -> Told | None:
        """What a target says of those whose time has come; None: of none.

        Raises TargetUnavailable, TargetAuthError: they are asked after again.
        """
        with lock:
            due = [item for item in self._items.values() if item.due <= now and not item.asked]
            for item in due:
                item.asked = True
        if not due:
            return None
        try:
            receipts = target.follow([item.handle for item in due])
        except BaseException:
            with lock:
                for item in due:
                    item.asked, item.due = False, now + AGAIN
            raise
        with lock:
            for item in due:
                del self._items[item.claim.seq]
        return Told([item.claim for item in due], receipts)


def as_job(sending: Sending, flow: int, bulk: BulkLimits | None, pace: Pace) -> BulkLimits | None:
    """What the next batch of a flow may carry as one job; None: it goes as usual.

    So few wait, or the target is in trouble or has refused so many as a whole.
    """
    if bulk is None or pace.failures:
        return None
    most = pace.limit(bulk.records)
    worth = most >= bulk.least and sending.waits(flow, bulk.least)
    return replace(bulk, records=most) if worth else None
