"""An attempt of several requests that breaks off: what is known is written, the rest goes again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from agent.errors import TargetUnavailable
from agent.model import Ambiguous, Message, Receipt
from agent.ports import Interrupted
from tests.job_target import JobTarget
from tests.route.harness import Route


class Breaking(JobTarget):
    """Does the first two of four, then breaks off."""

    cause: TargetUnavailable | None = None
    breaks = True

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        if not self.breaks:
            return super().deliver(batch)
        self.breaks = False
        done = super().deliver(batch[:2])
        if self.cause is not None:
            raise Interrupted(dict(enumerate(done)), self.cause)
        lost = {2: Ambiguous("LOST: nobody knows.")}
        raise Interrupted({**dict(enumerate(done)), **lost}, None)


@pytest.fixture
def route() -> Iterator[Route]:
    made = Route()
    made.target = Breaking()
    made.crash()  # and started again, on this target
    made.erp["accounts"] = {f"A{n}": [f"v{n}"] for n in range(4)}
    made.scan("accounts")
    yield made
    made.close()


def test_what_was_done_before_the_target_went_away_is_done_and_the_rest_waits_for_it(route):
    route.target.cause = TargetUnavailable("Away.", code="SERVER_UNAVAILABLE")
    assert route.delivery.step() > 0, "the target is left alone"
    assert route.states() == {"DELIVERED": 2, "WAITING": 2}
    route.settle()
    assert route.held_by_crm() == route.in_erp()
    assert route.target.doubled == 0
    assert len(route.target.effects) == 4, "nothing was sent twice"


def test_a_lost_answer_is_no_outage_and_what_was_not_tried_goes_on_at_once(route):
    assert route.delivery.step() == 0
    assert route.states() == {"DELIVERED": 2, "SENDING": 1, "WAITING": 1}
    assert route.delivery.line.wait() == 0
    route.settle()
    assert route.held_by_crm() == route.in_erp()
    assert len(route.target.effects) == 4
