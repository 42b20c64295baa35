"""A CRM that takes some work for later, and tells what became of it when it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from agent.model import Accepted, Ambiguous, Delivered, Message, Receipt
from tests.fakes import FakeTarget


class JobTarget(FakeTarget):
    """In the mode `job` an effect comes when the target is asked after it, or by itself."""

    def _one(self, message: Message) -> Receipt:
        modes = self.modes
        if modes.get(message.external_id, self.mode) != "job":
            return super()._one(message)
        self.modes = {**modes, message.external_id: "late"}
        receipt = super()._one(message)
        self.modes = modes
        if isinstance(receipt, Ambiguous):
            return Accepted(message.id, timedelta(seconds=5))
        return receipt

    def follow(self, handles: Sequence[str]) -> Sequence[Receipt]:
        self._let_in()
        for message in [each for each in self.late if each.id in handles]:
            self.late = [each for each in self.late if each is not message]
            self.apply(message)
        return [Delivered(f"id-{handle}") for handle in handles]
