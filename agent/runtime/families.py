"""An order and its lines in one piece: who goes with whom, where the target takes families.

A family is a record that does not exist in the target yet and the waiting entries of other flows
that wait for nothing but it, as far as they can be seen: what is read later follows by itself. It
goes whole or not at all; one that came back is not tried again (`agent.delivery.apart`). Not for
what is being compared, watched, or suspected of ending the process; a backlog goes as jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from threading import Lock

from agent.delivery.apart import Apart
from agent.families import FamilyLimits, TakesFamilies
from agent.model import Ambiguous, Delivered, Message, Receipt
from agent.ports import Clock
from agent.queue.claims import Claim
from agent.queue.sending import Sending
from agent.queue.together import Family
from agent.runtime import kin
from agent.runtime.batch import ALONE_AFTER
from agent.runtime.link.gate import Gate
from agent.runtime.parents import Parents
from agent.runtime.plan import FlowPlan, TargetPlan
from agent.runtime.seeds import Seeds
from agent.runtime.watch import Watch

AHEAD = 2
"""So many attempts' worth of waiting entries are looked through for members."""


class Families:
    """The families of one target. But for `deliver`, the caller holds the line's lock."""

    def __init__(
        self,
        plan: TargetPlan,
        sending: Sending,
        checks: tuple[Parents, Seeds, Gate, Watch | None],
        lane: kin.LaneOf,
        clock: Clock,
    ) -> None:
        self._plan = plan
        self._sending = sending
        self._parents, self._seeds, self._gate, self._watch = checks
        self._lane = lane
        self._clock = clock
        self._apart = Apart()

    def of(
        self,
        flow: FlowPlan,
        claims: Sequence[Claim],
        busy: tuple[set[bytes], Collection[bytes]],
        is_open: Callable[[FlowPlan], bool],
    ) -> tuple[dict[int, list[Claim]], set[int]]:
        """Heads among these claims and their members, and those that are to wait for theirs.

        `busy`: lanes in flight, and the parents of what is on its way. Of a head with a member
        that cannot go right now, the whole family waits. Raises TargetUnavailable, TargetAuthError.
        """
        limits = self._limits()
        flows = self._members_of(flow, limits, is_open) if limits else []
        if limits is None or not flows:
            return {}, set()
        lanes, parents_busy = busy
        heads = self._heads(claims)
        found: dict[int, list[Claim]] = {}
        if heads:
            for child in flows:
                for head, member in self._members(child, heads, lanes, limits.records * AHEAD):
                    found.setdefault(head, []).append(member)
        found = {head: own for head, own in found.items() if len(own) < limits.records}
        waits = {
            head
            for head, own in found.items()
            if len(kin.apart(own, self._lane, parents_busy)) < len(own)
        }
        waits |= {
            claim.seq
            for claim in claims
            if claim.lane in heads and claim.seq not in found and self._is_early(claim, limits)
        }
        return found, waits

    def chosen(
        self, claims: Sequence[Claim], found: Mapping[int, list[Claim]], limit: int, most: int
    ) -> list[Family]:
        """The families of one attempt, in the order of their heads: so many records and bytes."""
        limits, families, records, size = self._limits(), list[Family](), 0, 0
        for claim in claims:
            if limits is None or claim.seq not in found:
                continue
            family = [claim, *found[claim.seq]]
            records += len(family)
            size += sum(each.size for each in family)
            if families and (
                records > min(limit, limits.records)
                or size > most
                or len(families) == limits.families
            ):
                break
            families.append(family)
        return families

    def deliver(
        self, families: Sequence[Family], message: Callable[[Claim], Message], lock: Lock
    ) -> Sequence[Receipt]:
        """ONE attempt, without the lock. Raises TargetUnavailable, TargetAuthError."""
        target = self._plan.target
        if not isinstance(target, TakesFamilies):
            raise TypeError("who has families chosen takes them")
        receipts = target.deliver_families([[message(c) for c in family] for family in families])
        with lock:
            self.heard(families, receipts)
        return receipts

    def heard(self, families: Sequence[Family], receipts: Sequence[Receipt]) -> None:
        """Remember which of them came back; of one that is in doubt nobody knows yet."""
        told = iter(receipts)
        back = {
            family[0].seq
            for family in families
            for _ in family
            if not isinstance(next(told), Delivered | Ambiguous)
        }
        self._apart = self._apart.and_(back)

    # --- inside -----------------------------------------------------------------------------------

    def _limits(self) -> FamilyLimits | None:
        target = self._plan.target
        return target.families if isinstance(target, TakesFamilies) else None

    def _members_of(
        self, flow: FlowPlan, limits: FamilyLimits, is_open: Callable[[FlowPlan], bool]
    ) -> list[FlowPlan]:
        """The flows whose entries may go along; a lane that several flows feed keeps its order."""
        kinds = limits.kinds.get(flow.entity, frozenset())
        if not kinds or self._is_watched(flow):
            return []
        return [
            other
            for other in self._plan.flows
            if other.entity in kinds
            and other.id not in self._plan.shared
            and not self._is_watched(other)
            and is_open(other)
        ]

    def _is_watched(self, flow: FlowPlan) -> bool:
        return self._watch is not None and self._watch.minds(flow)

    def _heads(self, claims: Sequence[Claim]) -> dict[bytes, int]:
        """New records among these, by lane."""
        heads = {
            claim.lane: claim.seq
            for claim in claims
            if _is_plain(claim) and claim.seq not in self._apart
        }
        here = self._sending.present(heads) if heads else set()
        return {lane: seq for lane, seq in heads.items() if lane not in here}

    def _members(
        self, flow: FlowPlan, heads: Mapping[bytes, int], busy: set[bytes], limit: int
    ) -> list[tuple[int, Claim]]:
        opened = self._sending.together.members(flow.id, heads, busy, limit)
        if opened.damaged:
            self._sending.damaged(opened.damaged)
        missing = self._parents.missing(opened.claims)
        found: dict[int, int] = {}
        for claim in opened.claims:
            lanes = {lane for _, lane in missing.get(claim.seq, ())}
            if len(lanes) == 1 and _is_plain(claim) and (head := heads.get(lanes.pop())):
                found[claim.seq] = head
        claims = [claim for claim in opened.claims if claim.seq in found]
        if not claims:
            return []
        may_go, _ = self._gate.sort(flow, claims)  # what is decided about the others has its turn
        going, _ = self._seeds.left_out(flow, may_go)
        return [(found[claim.seq], claim) for claim in going]

    def _is_early(self, head: Claim, limits: FamilyLimits) -> bool:
        age = self._clock.now().timestamp() - head.since
        return not head.attempts and age < limits.wait.total_seconds()


def _is_plain(claim: Claim) -> bool:
    """Whether a claim may be part of a family at all."""
    return not (claim.op or claim.step or claim.verify or claim.crashes >= ALONE_AFTER)
