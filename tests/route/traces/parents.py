"""Records that refer to others: parents first, children before deletes, circles cut."""

from __future__ import annotations

from agent.queue.states import State
from tests.route.harness import Route
from tests.route.traces.story import accounts, alike, story


@story("PARENT")
def a_child_waits_until_its_parent_exists(route: Route) -> None:
    route.target.need_parents = False
    route.erp["contacts"]["C1"] = ["1", "A1"]
    route.read("contacts")
    assert not route.target.attempted or route.codes() == {"PARENT_MISSING": 1}
    route.erp["accounts"]["A1"] = ["1"]
    route.read()
    assert [entity for entity, _, _ in route.target.effects] == ["account", "contact"]
    alike(route)


@story("CIRCLE")
def records_that_refer_to_each_other_arrive_with_their_links(route: Route) -> None:
    route.erp["accounts"] = {
        "A1": ["1", "A2"],
        "A2": ["1", "A3"],
        "A3": ["1", "A1"],
        "A4": ["1", "A4"],
    }
    route.read()
    alike(route)
    for key, row in route.erp["accounts"].items():
        assert route.target.records["account", key]["parent"] == row[1]


@story("CHILDREN")
def deletes_of_children_go_before_their_parents(route: Route) -> None:
    route.target.cascades = False
    for key in ("1", "2", "3"):
        route.erp["accounts"][f"A{key}"] = ["1"]
        route.erp["contacts"][f"C{key}"] = ["1", f"A{key}"]
    route.read()
    del route.erp["accounts"]["A1"], route.erp["contacts"]["C1"]
    route.read()
    alike(route)


@story()
def a_row_that_came_back_is_doubted_with_its_new_parent(route: Route) -> None:
    accounts(route, "A1", "A2", "A3")
    row = route.erp["accounts"].pop("A1")
    route.read()
    route.erp["accounts"]["A1"] = [row[0], "A3"]
    route.erp["accounts"]["A3"] = ["OUT", None]
    for _ in range(3):
        route.read()
    assert "A1" not in route.held_by_crm()
    assert route.codes() == {"REFERENCE_MISSING": 1}, "what went along with A3 is missed by nobody"
    route.erp["accounts"]["A3"] = ["1", None]
    for _ in range(3):
        route.read()
    alike(route)


@story("VANISHED")
def what_a_delete_took_along_is_sent_again(route: Route) -> None:
    for key in ("1", "2", "3"):
        route.erp["accounts"][f"A{key}"] = ["1"]
        route.erp["credit"][f"A{key}"] = ["10"]
        route.erp["contacts"][f"C{key}"] = ["1", f"A{key}"]
    route.read()
    row = route.erp["accounts"].pop("A1")
    route.read("accounts")
    assert set(route.held_by_crm("contacts")) == {"C2", "C3"}
    route.erp["accounts"]["A1"] = row
    route.read()
    route.read()
    alike(route)


@story()
def a_reference_to_what_nobody_has_is_told_from_a_parent_that_only_does_not_come(
    route: Route,
) -> None:
    route.target.need_parents = False
    route.erp["accounts"]["A1"] = ["BAD"]
    route.erp["contacts"] = {"C1": ["1", "A1"], "C2": ["1", "A9"]}
    route.read()
    assert route.codes() == {"NOT_A_NUMBER": 1, "PARENT_MISSING": 1, "REFERENCE_MISSING": 1}
    parked = {item.external_id: item for item in route.desk.entries([State.PARKED])}
    assert (parked["C1"].code, parked["C2"].code) == ("PARENT_MISSING", "REFERENCE_MISSING")
    assert "account" in parked["C2"].reason
    assert parked["C2"].field == "parent"
    route.erp["accounts"] = {"A1": ["1"], "A9": ["1"]}
    route.read()
    alike(route)


@story()
def nothing_is_called_missing_before_its_source_was_read(route: Route) -> None:
    route.erp["contacts"]["C1"] = ["1", "A1"]
    route.read("contacts")
    assert route.codes() == {"PARENT_MISSING": 1}


@story("SOUGHT")
def a_parent_that_somebody_enters_by_hand_is_found_among_many_that_nobody_has(
    route: Route,
) -> None:
    route.erp["contacts"] = {f"C{n}": ["1", f"X{n}"] for n in range(300)}
    route.scan("contacts")
    route.settle()
    route.pass_time(1000)
    route.settle()
    assert route.codes() == {"PARENT_MISSING": 300}
    for n in range(30):
        route.target.records["account", f"X{n}"] = {"value": "by hand"}
    for _ in range(3):
        route.pass_time(31)
        route.settle()
    assert route.codes() == {"PARENT_MISSING": 270}
    assert set(route.held_by_crm("contacts")) == {f"C{n}" for n in range(30)}


@story()
def who_waits_for_too_long_is_looked_for_now_and_then_and_some_at_a_time(route: Route) -> None:
    route.erp["contacts"] = {f"C{n}": ["1", f"X{n}"] for n in range(250)}
    route.scan("contacts")
    route.deliver(70)
    assert route.states() == {"PARENT": 250}
    late, asked = route.sending.late, [0]

    def counted(*about: object) -> list[int]:
        asked[0] += 1
        return late(*about)

    route.sending.late = counted
    route.pass_time(1000)
    route.deliver()
    assert route.codes() == {"PARENT_MISSING": 200}
    route.deliver(10)
    assert route.codes() == {"PARENT_MISSING": 250}
    assert asked == [2]
