"""How much of what was claimed goes into one request."""

from __future__ import annotations

from agent.model import BatchLimits, BulkLimits
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


def portion(
    claims: list[Claim], limits: BatchLimits, limit: int, job: BulkLimits | None
) -> list[Claim]:
    """As many as go in one attempt: a job of upserts where it is worth one, else a request."""
    if job is not None and claims and not claims[0].op:
        many = fitting(claims[: job.records], job.bytes)
        if len(many) >= job.least:
            return many
    return fitting(claims[:limit], limits.bytes)
