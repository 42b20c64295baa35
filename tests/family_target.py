"""A CRM that can be asked to take an account and its contacts in one piece, or none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.families import FamilyLimits
from agent.model import Ambiguous, Deferred, Message, Op, Receipt
from tests.fakes import FakeTarget
from tests.job_target import JobTarget

TAKES = FamilyLimits({"account": frozenset({"contact"})}, families=2, records=4)
WENT_BACK = Deferred("WENT_BACK", "It went back with its family.")


@dataclass
class FamilyTarget(JobTarget):
    """In the mode `lost` of one of them all take effect, in the mode `late` all do later."""

    families: FamilyLimits | None = None
    pieces: list[list[str]] = field(default_factory=list)
    """The external ids of every family that was tried."""
    puts_off: set[str] = field(default_factory=set)
    """External ids that it never takes, and always says: later."""

    def _one(self, message: Message) -> Receipt:
        if message.external_id in self.puts_off:
            return Deferred("LOCKED", "Somebody else holds it.")
        return super()._one(message)

    def deliver_families(self, families: Sequence[Sequence[Message]]) -> Sequence[Receipt]:
        self._let_in()
        assert self.families is not None
        lanes = [(each.entity, each.external_id) for family in families for each in family]
        assert len(set(lanes)) == len(lanes), "two messages of one lane in flight"
        assert len(families) <= self.families.families
        assert len(lanes) <= self.families.records
        self.before()
        receipts = [receipt for family in families for receipt in self._family(family)]
        self.after()
        return receipts

    def _family(self, family: Sequence[Message]) -> list[Receipt]:
        head, *members = family
        assert self.families is not None
        assert members, "who is alone needs no family"
        kinds = self.families.kinds[head.entity]
        assert {each.op for each in family} == {Op.UPSERT}
        assert all(each.entity in kinds for each in members)
        assert all(
            (parent.entity, parent.external_id) == (head.entity, head.external_id)
            or (parent.entity, parent.external_id) in self.records
            for each in members
            for parent in each.parents
        ), "nobody else is missing"
        self.attempted += [each.id for each in family]
        self.pieces.append([each.external_id for each in family])
        modes = [self.modes.get(each.external_id, self.mode) for each in family]
        own = [self._alone(each, mode, head) for each, mode in zip(family, modes, strict=True)]
        if any(own):
            return [receipt or WENT_BACK for receipt in own]
        if "late" in modes or "job" in modes:
            self.late += family
            return [Ambiguous("no answer")] * len(family)
        told = [FakeTarget._one(self, each) for each in family]
        return [Ambiguous("no answer")] * len(family) if "lost" in modes else told

    def _alone(self, message: Message, mode: str, head: Message) -> Receipt | None:
        """What it would be refused with by itself; None: nothing."""
        if mode in ("reject", "defer") or message.external_id in self.puts_off:
            return self._one(message)
        missing = self._missing(message)
        if missing is not None and (missing.entity, missing.external_id) != (
            head.entity, head.external_id,
        ):  # fmt: skip
            return FakeTarget._one(self, message)
        return None
