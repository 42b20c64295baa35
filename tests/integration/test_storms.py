"""Minutes of 429 and 5xx over a queue, on a clock of the test's own: what it costs each CRM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

import pytest

from adapters.sandbox import Sandbox
from agent.model import Draft, Value
from agent.ports import Target
from agent.runtime.deliver import Delivery
from agent.runtime.plan import LaneHashes, TargetPlan
from tests import storm
from tests.route.feeds import Feed
from tests.route.harness import MOVING, Route

MANY = {"salesforce": 4000, "hubspot": 4000, "dynamics": 4000, "sap": 8000, "oracle": 8000}
"""What is looked up before it is written has less to spare for what a storm wastes."""
SECONDS = 180.0


def _accounts(_: Sequence[str]) -> Callable[[Sequence[Value]], Draft]:
    return lambda values: Draft(str(values[0]), {"name": str(values[1])})


class Queue(Route):
    """Accounts that wait for one CRM."""

    def __init__(self) -> None:
        feeds = {"accounts": Feed("account", mapper=_accounts)}
        super().__init__(feeds=feeds, page_entries=500, indexed=100_000)

    def goes_to(self, target: Target) -> None:
        flows = tuple(replace(flow, resource=target.resource("account")) for flow in self.flows)
        plan = TargetPlan("crm", target, flows)
        self.delivery = Delivery(plan, self.sending, LaneHashes(self.cipher), self.clock, Random(1))

    @property
    def moving(self) -> int:
        return self.store.tally.total(*MOVING)

    def drain(self, until: float | None = None) -> None:
        """Step, and let time pass as the agent waits."""
        while self.moving and (until is None or self.clock.seconds < until):
            self.clock.pass_(max(0.05, min(self.delivery.step(), 1.0)))


@pytest.fixture
def queue():
    made = Queue()
    yield made
    made.close()


@pytest.mark.parametrize("crm", storm.CRMS)
def test_a_storm_of_refusals_costs_little_more_than_its_batches(crm, queue, tmp_path):
    clock, many = queue.clock, MANY[crm]
    with Sandbox(tmp_path / "crm", crm=crm, seed=2, clock=clock) as sandbox:
        target = storm.target(crm, sandbox, tmp_path, clock)
        queue.goes_to(target)
        queue.erp["accounts"] = {f"C-{n:06}": [f"Customer {n}"] for n in range(many)}
        assert queue.scan("accounts").entries == many
        for kind, chance in storm.FAULTS.items():
            sandbox.fault(kind, probability=chance)
        ends = clock.seconds + SECONDS
        queue.drain(ends)
        refused = sandbox.state()["traffic"]["refused"]
        assert refused >= 5, "there was a storm"
        sandbox.lift()
        queue.drain()
        target.close()
        assert list(storm.wrong(crm, sandbox.state(), many)) == [], sandbox.state()
        assert list(sandbox.crashes) == []
