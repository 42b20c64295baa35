"""Parents of what is about to be sent: where they are, and who is on its way under the same ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from agent.queue.claims import Claim

LaneOf = Callable[[str, str], bytes]
"""The lane of a record by entity and external id, in one target."""


def above(claim: Claim, lane: LaneOf) -> set[bytes]:
    """The lanes of the records that one claim refers to; a delete refers to none."""
    if claim.op:
        return set()
    return {lane(parent.entity, parent.external_id) for parent in claim.parents}


def apart(claims: Sequence[Claim], lane: LaneOf, busy: Collection[bytes]) -> list[Claim]:
    """Those that do not share a parent with what is on its way already.

    Salesforce locks the record that a child refers to while the child is written: two attempts with
    children of one account fail each other (UNABLE_TO_LOCK_ROW). The others wait for their turn.
    """
    if not busy:
        return list(claims)
    return [claim for claim in claims if above(claim, lane).isdisjoint(busy)]
