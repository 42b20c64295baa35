"""A target that tells what it was sent, and of its limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agent.model import Message, Meter, Receipt
from tests.fakes import FakeTarget


@dataclass
class MeteredTarget(FakeTarget):
    """One that counts its requests and says what is left of its limits."""

    said: Meter = field(default_factory=Meter)
    costs: int = 1
    """Requests that one attempt takes."""

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        self.said = replace(self.said, sent=self.said.sent + self.costs)
        return super().deliver(batch)

    def meter(self) -> Meter:
        return self.said
