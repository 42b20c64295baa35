"""Entries whose parents do not come: what a person is told, and when (RULES 21).

A parent that a source brings and the target does not hold yet is PARENT_MISSING. One of which
nobody knows - every source of its kind was read to its end, no entry speaks of it, and the target
does not hold it - is REFERENCE_MISSING: waiting longer would change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent.decisions import Park
from agent.model import Parent
from agent.queue.claims import Claim
from agent.queue.sending import Sending
from agent.runtime.plan import TargetPlan

Lane = Callable[[str, str], bytes]
"""The lane of (entity, external id)."""

AT_ONCE = 200
_NOBODY = "It waits for a record that does not exist in the target."


def park_orphans(plan: TargetPlan, sending: Sending, lane: Lane, patient: Sequence[int]) -> bool:
    """Park some of what waited for its parents longer than the target's patience.

    `patient`: the flows, by number, whose parents nobody holds back. True: there may be more.
    """
    late = sending.late(patient, plan.patience, AT_ONCE)
    if late:
        parks = dict.fromkeys(late, Park("PARENT_MISSING", _NOBODY))
        parks |= _told(plan, sending, lane, sending.opened(late).claims)
        sending.give_up_waiting(parks)
    return len(late) == AT_ONCE


def _told(
    plan: TargetPlan, sending: Sending, lane: Lane, claims: Sequence[Claim]
) -> dict[int, Park]:
    above = [
        (claim.seq, parent, lane(parent.entity, parent.external_id))
        for claim in claims
        for parent in claim.parents
    ]
    here = sending.present({its for _, _, its in above})
    missing = [one for one in above if one[2] not in here]
    known = sending.speaks_of({its for _, _, its in missing}) if missing else set()
    settled: dict[str, bool] = {}
    told: dict[int, Park] = {}
    for seq, parent, its in missing:
        park = _park(plan, sending, parent, settled, known=its in known)
        if seq not in told or park.code == "REFERENCE_MISSING":
            told[seq] = park
    return told


def _park(
    plan: TargetPlan,
    sending: Sending,
    parent: Parent,
    settled: dict[str, bool],
    *,
    known: bool,
) -> Park:
    kind = parent.entity.replace("_", " ")
    feeding = [flow.id for flow in plan.flows if flow.entity == parent.entity]
    if parent.entity not in settled:
        settled[parent.entity] = not feeding or sending.settled(feeding)
    if known or not settled[parent.entity]:
        reason = f"{parent.field}: it waits for this {kind}, which the target does not hold yet."
        return Park("PARENT_MISSING", reason, parent.field)
    nobody = "no source has" if feeding else "no flow brings"
    reason = f"{parent.field} names a record of the kind {kind} that {nobody}, nor the target."
    return Park("REFERENCE_MISSING", reason, parent.field)
