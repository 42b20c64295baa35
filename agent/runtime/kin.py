"""What is about to be sent, and its parents: where they are, who is under way below the same ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from agent.model import Message, Op
from agent.queue.claims import Claim
from agent.runtime.plan import FlowPlan

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


def message(
    flow: FlowPlan, claim: Claim, present: Callable[[set[bytes]], Collection[bytes]], lane: LaneOf
) -> Message:
    """The message of a claim; in the first step of a circle, without the links (RULES 21)."""
    id_, fields, parents = f"msg_{claim.id.hex()}", claim.fields, claim.parents
    if claim.step == 1:
        here = present({lane(p.entity, p.external_id) for p in parents})
        cut = {p.field for p in parents if lane(p.entity, p.external_id) not in here}
        fields = {name: value for name, value in fields.items() if name not in cut}
        parents = tuple(parent for parent in parents if parent.field not in cut)
        id_ += ".record"
    elif claim.step:
        id_ += ".links"
    op = Op.DELETE if claim.op else Op.UPSERT
    return Message(
        id_, op, flow.entity, flow.contract, claim.external_id, claim.seq, fields, parents
    )
