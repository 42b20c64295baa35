"""A target in trouble, or one that takes batches as a whole: who waits, and for how many requests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from agent.delivery.turns import Urgency
from agent.errors import SecretMissing, TargetUnavailable
from agent.model import BatchLimits, Message, Receipt
from tests.route.harness import Route
from tests.route.traces.story import alike, story


def _named(many: int) -> tuple[str, ...]:
    return tuple(f"A{number:04}" for number in range(many))


def _exist(route: Route, *names: str) -> None:
    for name in names:
        route.erp["accounts"][name] = ["1"]


class _Counts:
    """Counts the attempts on a target, and what became of them."""

    def __init__(self, route: Route) -> None:
        self.taken = self.refused = 0
        deliver = route.target.deliver

        def counted(batch: Sequence[Message]) -> Sequence[Receipt]:
            try:
                receipts = deliver(batch)
            except TargetUnavailable:
                self.refused += 1
                raise
            self.taken += 1
            return receipts

        route.target.deliver = counted


@story()
def one_bad_record_in_a_batch_that_is_refused_as_a_whole_parks_alone(route: Route) -> None:
    route.target.whole = True
    route.target.limits = BatchLimits(records=100)
    _exist(route, *_named(300))
    route.target.modes = {"A0123": "reject"}
    counts = _Counts(route)
    route.read("accounts")
    assert route.codes() == {"VALIDATION": 1}
    assert set(route.held_by_crm()) == set(_named(300)) - {"A0123"}
    assert counts.taken <= 3 + 2 * math.ceil(math.log2(100)) + 2
    route.target.modes = {}
    route.replay()
    route.settle()
    alike(route)


@story()
def a_storm_costs_as_many_requests_as_there_are_batches_and_probes(route: Route) -> None:
    route.target.limits = BatchLimits(records=100)
    _exist(route, *_named(2000))
    counts, began = _Counts(route), route.clock.seconds
    route.scan()
    route.target.down = True
    while route.clock.seconds < began + 600:
        route.pass_time(max(0.1, route.delivery.step()))
    assert counts.taken == 0
    assert counts.refused <= 25, "ten minutes away are at the most a probe each 30 s and a few more"
    assert set(route.states()) == {"WAITING"}
    route.target.down = False
    route.settle()
    alike(route)
    assert counts.taken <= 1.3 * 20


@story()
def a_target_that_loses_every_answer_is_left_alone_too(route: Route) -> None:
    route.target.limits = BatchLimits(records=10)
    _exist(route, *_named(200))
    route.scan()
    route.target.mode = "lost"
    began = route.clock.seconds
    while route.clock.seconds < began + 20:
        wait = route.delivery.step()
        route.pass_time(max(0.1, min(wait, 20.0)))
    assert route.delivery.line.pace.failures > 1
    assert len(set(route.target.attempted)) < 100, "it is not sent everything to be doubted"
    route.target.mode = "ok"
    route.settle()
    alike(route)
    assert route.target.doubled == 0


@story()
def a_secret_that_is_missing_is_no_doubt_and_everything_waits(route: Route) -> None:
    def missing(_batch: Sequence[Message]) -> Sequence[Receipt]:
        raise SecretMissing("The secret crm is not set.", hint="Set it.")

    _exist(route, "A1", "A2")
    deliver = route.target.deliver
    route.target.deliver = missing
    route.scan()
    route.deliver(3)
    assert set(route.states()) == {"WAITING"}
    assert route.delivery.line.signed_out
    route.target.deliver = deliver
    route.delivery.poke()
    route.settle()
    alike(route)


@story()
def urgent_changes_do_not_keep_the_others_waiting_for_ever(route: Route) -> None:
    line, flows = route.delivery, route.flows
    urgent = [replace(f, urgency=Urgency.URGENT) if f.name == "credit" else f for f in flows]
    line._plan = replace(line._plan, flows=tuple(urgent))
    _exist(route, *_named(8))
    for name in _named(400):
        route.erp["credit"][f"C{name}"] = ["1"]
    route.scan("accounts")
    route.scan("credit")
    line.step()
    assert len(route.held_by_crm("credit")) == 4, "the urgent go first"
    for _ in range(75):
        line.step()
        route.pass_time(1.0)
    assert len(route.held_by_crm("accounts")) == 8, "the others never had their turns"
    assert len(route.held_by_crm("credit")) > 250
    route.settle()
    alike(route)


@story()
def children_of_one_parent_are_not_sent_twice_at_once_where_the_target_locks_it(
    route: Route,
) -> None:
    route.target.limits = BatchLimits(records=2, locks_parents=True)
    _exist(route, "A1", "A2")
    route.read("accounts")
    for name, parent in [("C1", "A1"), ("C2", "A1"), ("C3", "A1"), ("C4", "A2"), ("C5", "A2")]:
        route.erp["contacts"][name] = ["1", parent]
    route.scan("contacts")
    sent: list[list[str]] = []
    deliver = route.target.deliver

    def another_sender_meanwhile(batch: Sequence[Message]) -> Sequence[Receipt]:
        sent.append([message.external_id for message in batch])
        if len(sent) < 3:
            route.delivery.step()
        return deliver(batch)

    route.target.deliver = another_sender_meanwhile
    route.delivery.line._pace = replace(route.delivery.line.pace, most=4, width=4.0)
    route.delivery.step()
    assert sent[:2] == [["C1", "C2"], ["C4", "C5"]]
    route.settle()
    alike(route)
