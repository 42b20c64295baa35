"""What people do at the exception desk, and what the ERP says before and after."""

from __future__ import annotations

from tests.route.harness import Route
from tests.route.people import People
from tests.route.traces.story import accounts, alike, story


def _refused(route: Route, value: str = "1") -> People:
    """A1 says this, and the CRM refused it."""
    route.erp["accounts"]["A1"] = [value]
    route.target.mode = "reject"
    route.read("accounts")
    route.target.mode = "ok"
    assert sum(route.codes().values()) == 1
    return People(route)


@story()
def an_edit_stands_as_long_as_the_row_says_the_same(route: Route) -> None:
    people = _refused(route)
    assert people.fix(people.parked("A1")[0], "E") == []
    for _ in range(3):
        route.meaning["accounts"] = b"quoted" if route.meaning["accounts"] == b"plain" else b"plain"
        route.crash()
        route.read("accounts")
        route.ledgers["accounts"].merge()
        assert route.held_by_crm() == {"A1": "E"}
    assert len(route.target.attempted) == 2


@story()
def a_change_in_the_erp_follows_the_edit_also_back_to_what_it_said_before(route: Route) -> None:
    people = _refused(route)
    people.fix(people.parked("A1")[0], "E")
    route.settle()
    for value in ("2", "1"):
        route.erp["accounts"]["A1"] = [value]
        route.read("accounts")
        assert route.held_by_crm() == {"A1": value}
    alike(route)


@story()
def a_change_back_before_the_edit_is_delivered_supersedes_it(route: Route) -> None:
    people = _refused(route)
    people.fix(people.parked("A1")[0], "E")
    for value in ("2", "1"):
        route.erp["accounts"]["A1"] = [value]
        route.scan()
    route.settle()
    assert len(route.target.attempted) == 2
    alike(route)


@story("EDITED")
def a_refused_edit_is_cleared_by_the_row_that_is_right_at_last(route: Route) -> None:
    people = _refused(route)
    people.fix(people.parked("A1")[0], "E")
    route.target.mode = "reject"
    route.settle()
    route.target.mode = "ok"
    assert len(people.parked("A1")) == 1
    route.crash()
    route.erp["accounts"]["A1"] = ["2"]
    route.read("accounts")
    alike(route)


@story("NEWEST")
def an_edit_never_goes_past_something_newer(route: Route) -> None:
    people = _refused(route)
    route.erp["accounts"]["A1"] = ["BAD"]
    route.scan()
    (item,) = people.parked("A1")
    assert people.fix(item, "E") != []
    route.settle()
    assert route.held_by_crm() == {}
    route.erp["accounts"]["A1"] = ["2"]
    route.read("accounts")
    alike(route)


@story()
def an_edit_that_a_crash_interrupts_is_made_whole_or_not_at_all(route: Route) -> None:
    people = _refused(route)
    people.fix(people.parked("A1")[0], "E", dies=True)
    (item,) = people.parked("A1")
    assert item.fields["value"] == "1"
    people.fix(item, "E")
    route.crash()
    route.deliver(dies="after")
    route.settle()
    assert route.held_by_crm() == {"A1": "E"}
    assert route.target.doubled == 0


@story("OVERTAKEN")
def what_is_read_while_somebody_edits_comes_after_the_edit(route: Route) -> None:
    people = _refused(route)
    route.erp["accounts"]["A1"] = ["2"]
    sealed = route.store.envelopes.seal
    edits: list[int] = []

    def meanwhile(first: int, payloads: object) -> bytes:
        if not edits:  # the page has its numbers, and is not committed yet
            edits.append(first)
            people.fix(people.parked("A1")[0], "E")
            route.deliver(3)
        return sealed(first, payloads)

    route.store.envelopes.seal = meanwhile
    route.read("accounts")
    assert edits
    alike(route)


@story("ASIDE")
def what_was_set_aside_is_not_sent_and_a_change_in_the_erp_is(route: Route) -> None:
    people = _refused(route)
    people.set_aside(people.parked("A1"))
    route.crash()
    route.read("accounts")
    assert route.states() == {"SET_ASIDE": 1}
    route.erp["accounts"]["A1"] = ["2"]
    route.read("accounts")
    assert people.take_back() != [], "it would undo the newer one"
    route.replay()
    route.settle()
    alike(route)


@story()
def what_was_taken_back_is_replayed_under_its_own_id(route: Route) -> None:
    people = _refused(route)
    before = people.parked("A1")[0].id
    people.set_aside(people.parked("A1"))
    route.ledgers["accounts"].merge()
    route.crash()
    assert people.take_back() == []
    assert people.parked("A1")[0].id == before
    route.replay()
    route.settle()
    alike(route)


@story()
def a_row_that_leaves_after_an_edit_takes_the_edit_along(route: Route) -> None:
    accounts(route, "A2", "A3", "A4")
    people = _refused(route)
    people.fix(people.parked("A1")[0], "E")
    del route.erp["accounts"]["A1"]
    route.read("accounts")
    alike(route)
