"""A mapping that learns what the rows that wait for a person mean."""

from __future__ import annotations

from agent.model import Content
from agent.queue.states import State
from tests.route.harness import Route
from tests.route.people import People, remap
from tests.route.traces.story import accounts, alike, story


def _odd(route: Route, content: Content = Content.FULL) -> None:
    """A1 says what the mapping does not know yet."""
    route.erp["accounts"]["A1"] = ["ODD"]
    route.export("accounts", content=content)
    route.capture("accounts")
    route.settle()
    assert route.codes() == {"CODE_UNKNOWN": 1}


def _learn(route: Route) -> None:
    route.version += 1
    route.crash()


@story("REMAP")
def a_row_of_a_change_file_is_sent_once_its_mapping_knows_it(route: Route) -> None:
    _odd(route, Content.CHANGES)
    _learn(route)
    remap(route)
    route.settle()
    alike(route)


@story()
def a_row_that_was_mapped_again_is_known_when_it_is_read_again(route: Route) -> None:
    _odd(route)
    _learn(route)
    assert remap(route) == 1
    assert remap(route) == 0
    route.settle()
    for _ in range(2):
        route.read("accounts")
    alike(route)
    assert len(route.target.attempted) == 1


@story()
def what_is_mapped_again_twice_or_in_a_crash_is_one_message(route: Route) -> None:
    accounts(route, "A2")
    _odd(route)
    _learn(route)
    remap(route)
    route.crash()
    remap(route)
    route.ledgers["accounts"].merge()
    route.crash()
    remap(route)
    route.settle()
    alike(route)
    assert len(route.target.attempted) == 2


@story()
def a_row_that_changed_since_is_not_mapped_again_from_what_was_kept(route: Route) -> None:
    _odd(route)
    route.erp["accounts"]["A1"] = ["2"]
    route.scan()
    _learn(route)
    assert remap(route) == 0
    route.settle()
    route.read("accounts")
    alike(route)


@story()
def a_row_that_left_is_not_brought_back(route: Route) -> None:
    accounts(route, "A2", "A3", "A4")
    _odd(route)
    del route.erp["accounts"]["A1"]
    route.read("accounts")
    _learn(route)
    assert remap(route) == 0
    route.read("accounts")
    alike(route)


@story()
def what_was_set_aside_is_left_alone_and_taken_back_is_mapped_when_it_is_read(
    route: Route,
) -> None:
    _odd(route)
    seqs = [item.seq for item in route.desk.entries([State.PARKED])]
    route.desk.set_aside(seqs, "why", who="anna")
    _learn(route)
    assert remap(route) == 0
    route.read("accounts")
    alike(route)


@story("SINCE")
def a_row_that_is_still_wrong_is_as_old_as_its_trouble(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["BAD", "A1"]
    route.scan()
    (first,) = route.desk.entries([State.PARKED])
    route.pass_time(1000)
    route.erp["accounts"]["A1"] = ["BAD", "A2"]
    route.scan()
    (second,) = route.desk.entries([State.PARKED])
    assert second.seq != first.seq, "it holds what the row says now"
    assert second.since == first.since


@story("SAID")
def what_a_person_says_of_a_row_is_sent_though_the_process_dies_before_it_is_mapped(
    route: Route,
) -> None:
    _odd(route)
    People(route).say("7")
    route.crash()
    assert remap(route) == 1
    route.crash()
    assert remap(route) == 0
    route.settle()
    for _ in range(2):
        route.read("accounts")
    assert [fields["value"] for fields in route.target.records.values()] == ["7"]
    assert not route.codes()
    route.erp["accounts"]["A1"] = ["2"]
    route.read("accounts")
    alike(route)


@story()
def what_a_person_says_of_a_row_that_changes_before_it_is_mapped_is_void(route: Route) -> None:
    _odd(route)
    People(route).say("7")
    route.erp["accounts"]["A1"] = ["2"]
    route.read("accounts")
    assert remap(route) == 0
    route.settle()
    alike(route)
