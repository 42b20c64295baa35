"""Who may go as far as parents decide: they exist in the target, or the entry waits, or is cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.decisions import CutLinks, Decision, WaitForParents
from agent.queue.claims import Claim
from agent.queue.sending import Sending
from agent.runtime.kin import LaneOf
from agent.runtime.plan import TargetPlan


class Parents:
    """The parents of what one target is about to be sent."""

    def __init__(self, plan: TargetPlan, sending: Sending, lane: LaneOf) -> None:
        self._target = plan.target
        self._fed = frozenset(flow.entity for flow in plan.flows)
        self._sending = sending
        self._lane = lane

    def missing(self, claims: Sequence[Claim]) -> dict[int, tuple[tuple[str, bytes], ...]]:
        """The parents, each as (field, lane), that do not exist yet: entry -> those, if any."""
        wanted = {
            claim.seq: [
                (parent.field, self._lane(parent.entity, parent.external_id))
                for parent in claim.parents
                if self._minds(parent.entity)
            ]
            for claim in claims
            if not claim.op and claim.parents
        }
        lanes = {lane for parents in wanted.values() for _, lane in parents}
        here = self._sending.present(lanes) if lanes else set()
        if lanes <= here:
            return {}
        found = {
            seq: tuple((field, lane) for field, lane in parents if lane not in here)
            for seq, parents in wanted.items()
        }
        return {seq: parents for seq, parents in found.items() if parents}

    def sort(self, claims: Sequence[Claim]) -> tuple[list[Claim], list[tuple[Claim, Decision]]]:
        """Claims whose parents exist, and decisions about the others."""
        missing = self.missing(claims)
        if not missing:
            return list(claims), []
        ready: list[Claim] = []
        decided: list[tuple[Claim, Decision]] = []
        beside: dict[bytes, list[bytes]] = {}
        for claim in claims:
            lanes = missing.get(claim.seq, ())
            if not lanes or claim.step == 1:
                ready.append(claim)
            elif any(self._leads_to(lane, claim.lane, beside) for _, lane in lanes):
                decided.append((claim, CutLinks(lanes)))
            else:
                beside[claim.lane] = [lane for _, lane in lanes]
                decided.append((claim, WaitForParents(lanes)))
        return ready, decided

    def _minds(self, entity: str) -> bool:
        """Whether a parent of this kind can ever be known to exist in the target."""
        return self._target.finds or entity in self._fed

    def _leads_to(self, start: bytes, lane: bytes, beside: Mapping[bytes, list[bytes]]) -> bool:
        """Whether the record of `start` waits, directly or not, for the record of `lane`.

        `beside`: what entries of the same batch are about to wait for.
        """
        seen, todo = {start}, [start]
        while todo:
            at = todo.pop()
            if at == lane:
                return True
            above = [*self._sending.waits_for(at), *beside.get(at, ())]
            new = [parent for parent in above if parent not in seen]
            seen.update(new)
            todo += new
        return False
