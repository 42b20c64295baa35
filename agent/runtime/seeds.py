"""Fields that the CRM owns: an ERP may fill them once, when the record is created.

A message keeps them until its record is known to exist in the target: confirmed by a receipt, or
found there. A target that cannot be asked is believed to hold what it confirmed and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.ports import Target
from agent.queue.claims import Claim
from agent.queue.sending import Sending
from agent.runtime.plan import FlowPlan


class Seeds:
    """Takes them out of what is sent to one target."""

    def __init__(self, target: Target, sending: Sending) -> None:
        self._target = target
        self._sending = sending

    def left_out(self, flow: FlowPlan, claims: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
        """Claims about to be sent, and those of which nothing is left to send. May ask the target.

        Raises TargetUnavailable, TargetAuthError.
        """
        self._look(flow, [claim for claim in claims if _carries(flow, claim)])
        owned = self.owned({flow.id: flow}, claims)
        return [c for c in owned if c.op or c.fields], [c for c in owned if not (c.op or c.fields)]

    def owned(self, flows: Mapping[int, FlowPlan], claims: Sequence[Claim]) -> list[Claim]:
        """The same claims without the seeds of records that exist. Asks nobody."""
        lanes = {claim.lane for claim in claims if _carries(flows[claim.flow], claim)}
        here = self._sending.present(lanes) if lanes else set()
        return [
            without(flows[claim.flow], claim) if claim.lane in here else claim for claim in claims
        ]

    def _look(self, flow: FlowPlan, claims: Sequence[Claim]) -> None:
        """Records that nobody here has confirmed may be in the target all the same."""
        if not claims or not self._target.finds:
            return
        here = self._sending.present({claim.lane for claim in claims})
        unknown = {claim.external_id: claim.lane for claim in claims if claim.lane not in here}
        if unknown:
            found = self._target.find(flow.entity, list(unknown), sorted(flow.seeds)[:1])
            self._sending.exists(flow.id, [unknown[id_] for id_ in found if id_ in unknown])


def without(flow: FlowPlan, claim: Claim) -> Claim:
    """A claim without its seeds; the second step of a circle keeps its links (RULES 21)."""
    if claim.op:
        return claim
    gone = flow.seeds & claim.fields.keys()
    if claim.step > 1:
        gone -= {parent.field for parent in claim.parents}
    return claim._replace(
        fields={name: value for name, value in claim.fields.items() if name not in gone},
        parents=tuple(parent for parent in claim.parents if parent.field not in gone),
    )


def _carries(flow: FlowPlan, claim: Claim) -> bool:
    return not claim.op and not flow.seeds.isdisjoint(claim.fields)
