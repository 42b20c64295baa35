"""How much of what was claimed goes into one request."""

from __future__ import annotations

from agent.queue.claims import Claim

ALONE_AFTER = 2
"""Attempts that ended with the process after which an entry is sent alone: others are innocent."""


def fitting(claims: list[Claim], most: int) -> list[Claim]:
    """As many as the target takes in one request, by size in bytes."""
    total = 0
    for at, claim in enumerate(claims):
        total += claim.size
        if at and (total > most or claim.crashes >= ALONE_AFTER):
            return claims[:at]
        if claim.crashes >= ALONE_AFTER:
            return claims[:1]
    return claims
