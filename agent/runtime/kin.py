"""Parents of what is about to be sent: where they are, and who is on its way under the same ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from agent.ports import Target
from agent.queue.claims import Claim
from agent.queue.sending import Sending

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


def find_parents(target: Target, sending: Sending, flows: Collection[int]) -> None:
    """Parents that nobody here is about to send may exist in the target all the same.

    Raises TargetUnavailable, TargetAuthError.
    """
    if not target.finds:
        return
    sought = {
        (seq, name): lane
        for seq, lane, name in sending.sought(flows)
        if not sending.on_its_way(lane)
    }
    if not sought:
        return
    opened = sending.opened(sorted({seq for seq, _ in sought}))
    by_entity: dict[str, dict[str, bytes]] = {}
    for claim in opened.claims:
        for parent in claim.parents:
            lane = sought.get((claim.seq, parent.field))
            if lane is not None:
                by_entity.setdefault(parent.entity, {})[parent.external_id] = lane
    for entity, lanes in by_entity.items():
        found = target.find(entity, list(lanes))
        sending.exists(0, [lanes[external_id] for external_id in found])
