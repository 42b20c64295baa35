"""What a receipt means for its entry. A pure function of receipt, attempts and jitter."""

from __future__ import annotations

from typing import assert_never

from agent.decisions import Decision, Done, Doubt, Later, Park, Retry
from agent.model import (
    Accepted,
    Ambiguous,
    BatchRefused,
    Deferred,
    Delivered,
    Receipt,
    Rejected,
    WaitingFor,
)

LONGEST_BACKOFF = 600.0
"""Seconds; stored times are clamped to now + this (RULES 26)."""
FIRST_BACKOFF = 1.0
GIVE_UP_AFTER = 20
"""Attempts that a target put off before a person is asked: about two hours."""


def backoff(attempts: int, jitter: float) -> float:
    """Seconds to wait after this many attempts. Full jitter, `jitter` in [0, 1)."""
    ceiling = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2.0 ** min(attempts, 20))
    return max(0.05, ceiling * jitter)


def decide(receipt: Receipt, attempts: int, jitter: float, *, alone: bool = False) -> Decision:
    """The decision about one entry; `attempts` counts this one, `alone`: sent in a batch of one.

    `WaitingFor` is turned into lanes by the caller, who knows them; here it means: put it off.
    """
    match receipt:
        case Delivered(remote_id):
            return Done(remote_id)
        case Rejected(code, reason, field):
            return Park(code, reason, field)
        case Ambiguous(reason):
            return Doubt(reason)
        case Deferred():
            return _put_off(receipt, attempts, jitter)
        case WaitingFor():
            return Later(backoff(attempts, jitter), "PARENT_UNKNOWN", "The target asks for it.")
        case BatchRefused(code, reason):
            return Park(code, reason) if alone else Retry()
        case Accepted(_, check_after):
            return Doubt(f"Accepted, to be confirmed in {check_after.total_seconds():.0f} s.")
        case _:
            assert_never(receipt)


def _put_off(receipt: Deferred, attempts: int, jitter: float) -> Decision:
    if attempts >= GIVE_UP_AFTER:
        told = f"Put off {attempts} times, last: {receipt.code}. {receipt.reason}"
        return Park("GAVE_UP", told)
    least = receipt.retry_after.total_seconds() if receipt.retry_after else 0.0
    wait = min(LONGEST_BACKOFF, max(least, backoff(attempts, jitter)))
    return Later(wait, receipt.code, receipt.reason)
