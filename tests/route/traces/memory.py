"""What is remembered of a row: only news is sent, and under an id of its own."""

from __future__ import annotations

from collections.abc import Callable

from agent.model import Draft
from tests.route.harness import Feed, Route
from tests.route.traces.story import accounts, alike, story


@story()
def a_read_that_changes_only_the_writing_sends_nothing(route: Route) -> None:
    accounts(route, "A1", "A2")
    before = len(route.target.attempted)
    route.meaning["accounts"] = b"quoted"
    captured = route.scan()
    assert captured is not None
    assert captured.entries == 0
    route.settle()
    assert len(route.target.attempted) == before


@story("FMT")
def the_same_bytes_under_another_header_are_news(route: Route) -> None:
    accounts(route, "A1", "A2")
    route.meaning["accounts"] = b"swapped"
    route.read()
    alike(route)


@story("DUP")
def of_several_records_of_one_key_the_last_one_wins_for_good(route: Route) -> None:
    accounts(route, "A1", "A2")
    for _ in range(3):
        route.export(duplicates=True)
        route.capture()
        route.settle()
        alike(route)


@story("TOMB")
def a_row_that_comes_back_as_it_was_arrives_again(route: Route) -> None:
    route.target.deduplicates = True
    accounts(route, "A1", "A2", "A3")
    row = route.erp["accounts"].pop("A1")
    route.read()
    assert "A1" not in route.held_by_crm()
    route.erp["accounts"]["A1"] = row
    route.read()
    alike(route)


@story("BASE")
def a_row_that_comes_back_clears_its_parked_delete_also_after_a_merge(route: Route) -> None:
    accounts(route, "A1", "A2", "A3")
    row = route.erp["accounts"].pop("A1")
    route.target.mode = "reject"
    route.read()
    route.target.mode = "ok"
    assert route.codes() == {"VALIDATION": 1}
    route.ledgers["accounts"].merge()
    route.erp["accounts"]["A1"] = row
    route.read()
    alike(route)


@story("VERSION")
def another_mapping_sends_what_it_changes_and_nothing_else(route: Route) -> None:
    route.erp["accounts"] = {"A1": ["1"], "A2": ["v2"]}
    route.read()
    before = len(route.target.effects)
    route.version = 2
    route.crash()
    route.read()
    alike(route)
    assert len(route.target.effects) == before + 1


@story("UNJUDGED")
def a_row_that_could_not_be_read_when_the_mapping_changed_is_mapped_later(route: Route) -> None:
    accounts(route, "A1", "A2", "A3", value="v")
    route.version = 2
    route.crash()
    route.export(lines=[b"?A1", *route.lines()[1:]])
    route.capture()
    route.settle()
    route.read()
    alike(route)


@story("CLEAR")
def a_row_that_is_left_out_at_last_is_no_problem_any_more(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["BAD"]
    route.read()
    assert route.codes() == {"NOT_A_NUMBER": 1}
    route.erp["accounts"]["A1"] = ["OUT"]
    route.read()
    alike(route)


def _by_value(_columns: object) -> Callable[[object], Draft]:
    def mapped(values: object) -> Draft:
        row: list[object] = list(values)
        return Draft(str(row[1]), {"value": str(row[0])})

    return mapped


@story("SHARED", {"accounts": Feed("account", mapper=_by_value)})
def a_second_row_that_claims_a_record_is_parked_by_name(route: Route) -> None:
    route.erp["accounts"] = {"K1": ["X"], "K2": ["Y"]}
    route.read()
    route.erp["accounts"]["K2"] = ["X"]
    route.read()
    assert route.codes() == {"EXTERNAL_ID_SHARED": 1}
    assert route.held_by_crm()["X"] == "K1"
    route.erp["accounts"]["K2"] = ["Z"]
    route.read()
    assert route.held_by_crm() == {"X": "K1", "Z": "K2"}
    assert not route.codes()


@story("JUDGED_AGAIN", {"accounts": Feed("account", mapper=_by_value)})
def a_row_that_waits_for_a_record_takes_it_over_once_the_other_row_leaves_it(route: Route) -> None:
    route.erp["accounts"] = {"K1": ["X"], "K2": ["Y"], "K3": ["Z"]}
    route.read()
    route.erp["accounts"]["K2"] = ["X"]
    for _ in range(2):
        route.read()
        assert route.codes() == {"EXTERNAL_ID_SHARED": 1}
        assert "SUPERSEDED" not in route.states(), "what is said again makes no other exception"
    route.erp["accounts"]["K1"] = ["V"]
    route.read()
    route.erp["accounts"]["K3"] = ["W"]
    route.read()
    assert route.held_by_crm() == {"V": "K1", "X": "K2", "W": "K3"}
    assert not route.codes()


_TAKEN_OVER = {
    "accounts": Feed("account", mapper=_by_value),
    "contacts": Feed("contact", "account"),
}


@story("TAKEOVER", _TAKEN_OVER)
def a_record_that_another_row_takes_over_while_deletes_wait_is_not_deleted_afterwards(
    route: Route,
) -> None:
    others = {f"K{i}": [f"other {i}"] for i in range(3, 8)}
    route.erp["accounts"] = {"K1": ["X"], "K2": ["Y"], **others}
    route.erp["contacts"] = {key: ["1", "other 3"] for key in ("C1", "C2", "C3")}
    route.read()
    route.target.modes = {"C1": "defer"}
    del route.erp["contacts"]["C1"]
    route.scan("contacts")
    route.deliver(4)
    route.erp["accounts"] |= {"K1": ["Z"], "K2": ["X"]}
    for news in ("N1", "N2"):
        route.erp["accounts"]["K8"] = [news]
        route.scan("accounts")
        route.deliver(4)
    assert route.held_by_crm()["X"] == "K1", "K1 leaves X first, and that waits for C1"
    route.target.modes = {}
    route.pass_time(10)
    route.read()
    assert "Y" not in route.held_by_crm()
    assert (route.held_by_crm()["X"], route.held_by_crm()["Z"]) == ("K2", "K1")
    assert not route.codes()
