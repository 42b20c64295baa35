"""A target that takes a record and what belongs to it in one piece, or none of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from agent.queue.states import State
from agent.queue.together import Family
from tests.family_target import TAKES
from tests.route.harness import Route
from tests.route.traces.story import accounts, alike, story


def _family(route: Route, *contacts: str) -> None:
    """The target takes families, and the ERP has an account with these contacts."""
    route.target.families = TAKES
    route.erp["accounts"]["A1"] = ["1"]
    route.erp["contacts"] = {contact: ["1", "A1"] for contact in contacts}


def _patiently(route: Route) -> None:
    for _ in range(8):
        route.deliver(3)
        route.pass_time(61)


@story("FAMILY")
def a_record_arrives_in_one_piece_with_those_that_wait_for_it(route: Route) -> None:
    _family(route, "C1", "C2")
    route.scan("contacts")
    route.deliver(3)
    assert route.states() == {"PARENT": 2}
    route.scan("accounts")
    route.settle()
    assert route.target.pieces == [["A1", "C1", "C2"]]
    assert len(route.target.attempted) == 3
    alike(route)


@story()
def a_record_arrives_in_one_piece_with_those_that_nobody_has_looked_at_yet(route: Route) -> None:
    _family(route, "C1", "C2", "C3")
    route.erp["accounts"]["A2"] = ["1"]
    route.read()
    assert route.target.pieces == [["A1", "C1", "C2", "C3"]]
    alike(route)
    route.erp["accounts"]["A1"] = ["2"]
    route.erp["contacts"]["C4"] = ["1", "A1"]
    route.read()
    assert len(route.target.pieces) == 1, "a record that exists keeps nobody waiting"
    alike(route)


@story()
def an_attempt_carries_as_many_families_as_the_target_takes(route: Route) -> None:
    route.target.families = TAKES
    for number in range(5):
        route.erp["accounts"][f"A{number}"] = ["1"]
        route.erp["contacts"][f"C{number}"] = ["1", f"A{number}"]
    route.read()
    assert sorted(route.target.pieces) == [[f"A{number}", f"C{number}"] for number in range(5)]
    alike(route)


@story()
def a_family_that_is_too_large_for_one_attempt_goes_record_by_record(route: Route) -> None:
    _family(route, "C1", "C2", "C3", "C4")
    route.read()
    assert route.target.pieces == []
    alike(route)


@story("APART")
def one_that_is_put_off_for_ever_keeps_back_nobody_else_of_its_family(route: Route) -> None:
    _family(route, "C1", "C2")
    route.target.puts_off = {"C1"}
    route.scan("accounts")
    route.scan("contacts")
    _patiently(route)
    assert (route.held_by_crm(), route.held_by_crm("contacts")) == ({"A1": "1"}, {"C2": "1"})
    route.target.puts_off = set()
    route.pass_time(1000)
    route.settle()
    assert len(route.target.pieces) == 1
    alike(route)


@story()
def who_is_refused_parks_under_its_own_code_and_the_others_of_its_family_arrive(
    route: Route,
) -> None:
    _family(route, "C1", "C2")
    route.target.modes = {"C2": "reject"}
    route.scan("accounts")
    route.scan("contacts")
    route.deliver()
    assert route.codes() == {"VALIDATION": 1}
    others = {each.external_id: each for each in route.desk.entries([State.LATER])}
    assert {key: each.code for key, each in others.items()} == dict.fromkeys(
        ("A1", "C1"), "WENT_BACK"
    )
    route.settle()
    assert (route.held_by_crm(), route.held_by_crm("contacts")) == ({"A1": "1"}, {"C1": "1"})
    assert route.codes() == {"VALIDATION": 1}
    route.target.modes = {}
    route.replay()
    route.settle()
    alike(route)


@story()
def a_refused_head_keeps_its_members_waiting_and_takes_them_along_once_corrected(
    route: Route,
) -> None:
    _family(route, "C1")
    route.target.modes = {"A1": "reject"}
    route.scan("accounts")
    route.scan("contacts")
    route.deliver(3)
    route.pass_time(10)
    route.deliver(3)
    assert (route.codes(), route.states()["PARENT"]) == ({"VALIDATION": 1}, 1)
    route.target.modes = {}
    route.erp["accounts"]["A1"] = ["2"]
    route.scan("accounts")
    route.settle()
    assert route.target.pieces == [["A1", "C1"], ["A1", "C1"]]
    alike(route)


def _lost(mode: str) -> Callable[[Route], None]:
    def trace(route: Route) -> None:
        _family(route, "C1", "C2")
        route.target.modes = {"C1": mode}
        route.scan("accounts")
        route.scan("contacts")
        route.deliver()
        assert route.states() == {"SENDING": 3}
        route.target.modes = {}
        while route.target.late:
            route.late()
        route.settle()
        assert len(route.target.attempted) == 3, "it was looked up, not sent again"
        alike(route)

    trace.__name__ = f"a_family_whose_answer_is_{mode}_has_one_effect"
    return trace


story()(_lost("lost"))
story()(_lost("late"))


def _cut_off(dies: str) -> Callable[[Route], None]:
    def trace(route: Route) -> None:
        _family(route, "C1", "C2")
        route.scan("accounts")
        route.scan("contacts")
        route.deliver(dies=dies)
        assert route.states() == {"SENDING": 3}
        route.settle()
        assert len(route.target.attempted) == 3
        alike(route)

    trace.__name__ = f"a_family_cut_off_{dies}_its_effect_arrives_once"
    return trace


story()(_cut_off("before"))
story()(_cut_off("after"))


@story("HEAD")
def without_its_head_nobody_of_a_family_goes(route: Route) -> None:
    _family(route, "C1")
    route.scan("accounts")
    route.scan("contacts")
    begin = route.sending.together.start

    def meanwhile(families: Sequence[Family]) -> list[Family]:
        if not route.target.attempted and route.erp["accounts"]["A1"] == ["1"]:
            route.erp["accounts"]["A1"] = ["2"]
            route.scan("accounts")
        return begin(families)

    route.sending.together.start = meanwhile
    route.settle()
    assert route.target.pieces == [["A1", "C1"]]
    alike(route)


@story()
def a_new_record_waits_a_little_for_what_belongs_to_it(route: Route) -> None:
    _family(route, "C1")
    route.target.families = replace(TAKES, wait=timedelta(seconds=20))
    route.scan("accounts")
    route.deliver(3)
    route.pass_time(10)
    route.deliver(3)
    assert route.target.attempted == []
    route.scan("contacts")
    route.deliver(3)
    assert route.target.pieces == [["A1", "C1"]]
    accounts(route, "A2")
    assert len(route.target.pieces) == 1, "nothing came, it went alone"
    alike(route)
