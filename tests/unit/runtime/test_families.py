"""Who belongs to a family that goes in one piece, and who does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from agent.model import BatchLimits, BulkLimits, Draft, Parent, Scalar, Value
from agent.runtime.plan import FlowPlan
from tests.family_target import TAKES
from tests.route.feeds import FEEDS
from tests.route.harness import Route


def _two_parents(_columns: Sequence[str]):
    """(key, value, "A1 A2"): the first is the parent, the second the boss."""

    def mapped(row: Sequence[Value]) -> Draft:
        names = ("parent", "boss")
        ids = str(row[2]).split()
        fields: dict[str, Scalar] = {"value": str(row[1]), **dict(zip(names, ids, strict=False))}
        parents = tuple(Parent(n, "account", i) for n, i in zip(names, ids, strict=False))
        return Draft(str(row[0]), fields, parents)

    return mapped


@pytest.fixture
def route() -> Iterator[Route]:
    made = Route(feeds={**FEEDS, "contacts": replace(FEEDS["contacts"], mapper=_two_parents)})
    made.target.families = TAKES
    made.erp["accounts"]["A1"] = ["1"]
    made.erp["contacts"] = {"C1": ["1", "A1"]}
    yield made
    made.close()


def arrives(route: Route, *pieces: list[str]) -> None:
    route.read()
    assert route.target.pieces == list(pieces)
    for stream in ("accounts", "contacts"):
        assert set(route.held_by_crm(stream)) == set(route.erp[stream])
    assert route.target.doubled == 0


def test_who_waits_for_two_new_records_goes_with_neither(route: Route) -> None:
    route.erp["accounts"]["A2"] = ["1"]
    route.erp["contacts"] |= {"C2": ["1", "A1 A2"], "C3": ["1", "A2"]}
    arrives(route, ["A1", "C1"], ["A2", "C3"])


def test_who_waits_for_one_new_record_goes_with_it_whoever_else_is_there(route: Route) -> None:
    route.erp["contacts"] = {}
    route.read()
    route.erp["accounts"]["A2"] = ["1"]
    route.erp["contacts"]["C2"] = ["1", "A1 A2"]
    arrives(route, ["A2", "C2"])


def test_without_the_capability_everybody_goes_alone(route: Route) -> None:
    route.target.families = None
    arrives(route)


def test_a_kind_that_the_target_does_not_name_goes_alone(route: Route) -> None:
    route.target.families = replace(TAKES, kinds={"order": frozenset({"order_line"})})
    arrives(route)


def test_a_flow_that_is_paused_sends_nobody_along(route: Route) -> None:
    route.scan("accounts")
    route.scan("contacts")

    def is_open(flow: FlowPlan) -> bool:
        return flow.name != "contacts"

    route.delivery.step(is_open)
    assert route.target.pieces == []
    assert set(route.held_by_crm()) == {"A1"}
    assert route.held_by_crm("contacts") == {}


def test_a_flow_that_is_paused_while_a_family_waits_for_its_place_keeps_it_here(
    route: Route,
) -> None:
    route.scan("accounts")
    route.scan("contacts")
    attempt, paused = route.delivery.line.attempt, set[str]()
    route.delivery._runs = lambda flow: flow.name not in paused

    def waits(may: Callable[[], bool]) -> object:
        paused.add("contacts")
        return attempt(may)

    route.delivery.line.attempt = waits
    route.delivery.step()
    assert (route.target.pieces, route.held_by_crm()) == ([], {})
    paused.clear()
    route.delivery.line.attempt = attempt
    arrives(route, ["A1", "C1"])


def test_a_backlog_goes_as_jobs(route: Route) -> None:
    route.target.limits = BatchLimits(records=4, bulk=BulkLimits(least=5, records=10, bytes=10**6))
    for number in range(5):
        route.erp["accounts"][f"B{number}"] = ["1"]
    arrives(route)


def test_a_mapping_that_waits_for_a_yes_lets_nobody_go_in_pieces(route: Route) -> None:
    route.read()
    route.version, route.canary = 2, 5
    route.crash()
    route.erp["accounts"]["A9"] = ["1"]
    route.erp["contacts"]["C9"] = ["1", "A9"]
    route.target.families = TAKES
    route.scan("accounts")
    route.scan("contacts")
    route.deliver(6)
    assert route.target.pieces == [["A1", "C1"]]


def test_an_attempt_carries_as_many_bytes_as_the_target_takes(route: Route) -> None:
    route.target.limits = BatchLimits(records=4, bytes=40)
    route.erp["accounts"]["A2"] = ["1"]
    route.erp["contacts"]["C2"] = ["1", "A2"]
    route.scan("accounts")
    route.scan("contacts")
    route.deliver()
    assert route.target.pieces == [["A1", "C1"]], "the first one always goes"
    route.deliver()
    assert route.target.pieces == [["A1", "C1"], ["A2", "C2"]]


def test_one_with_children_of_a_busy_parent_waits_with_its_whole_family(route: Route) -> None:
    route.target.limits = replace(route.target.limits, locks_parents=True)
    route.erp["accounts"]["A2"] = ["1"]
    route.erp["contacts"] = {}
    route.read()
    route.erp["accounts"]["A3"] = ["1"]
    route.erp["contacts"] = {"C3": ["1", "A2 A3"]}
    route.scan("accounts")
    route.scan("contacts")
    lane = route.delivery._lane("account", "A2")
    route.delivery._parents_busy[lane] = 1
    route.deliver(2)
    assert route.target.pieces == []
    assert "A3" not in route.held_by_crm()
    del route.delivery._parents_busy[lane]
    route.settle()
    assert route.target.pieces == [["A3", "C3"]]
