"""What a target holds of the records that claims are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.model import Stored
from agent.ports import Target
from agent.queue.claims import Claim
from agent.runtime.plan import FlowPlan


def stored(
    target: Target, flows: Mapping[int, FlowPlan], claims: Sequence[Claim]
) -> dict[tuple[int, str], Stored]:
    """By (flow, external id), with the fields that the claims carry. Raises TargetUnavailable."""
    found: dict[tuple[int, str], Stored] = {}
    if not target.finds:
        return found
    for flow_id in {claim.flow for claim in claims}:
        mine = [claim for claim in claims if claim.flow == flow_id]
        names = sorted({name for claim in mine for name in claim.fields})
        ids = [claim.external_id for claim in mine]
        for id_, each in target.find(flows[flow_id].entity, ids, names).items():
            found[flow_id, id_] = each
    return found
