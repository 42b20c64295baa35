"""First link: nothing is sent before a yes, nothing is doubled, every step may be cut off."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from agent.errors import WrongUse
from agent.queue.links import Links
from agent.queue.states import State
from tests.linked_route import LinkedRoute
from tests.route.dying import Died

PHONE = "+4989123456"


@pytest.fixture(autouse=True)
def _without_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _fd: None)


@pytest.fixture
def route() -> Iterator[LinkedRoute]:
    made = LinkedRoute()
    yield made
    made.close()


def filled(route: LinkedRoute) -> None:
    """Four that the CRM has, two of them surely; one that it has twice; one that is new."""
    for number, name in enumerate(("Alpha Werk", "Beta Bau", "Gamma Holz", "Delta Stahl")):
        route.erp["accounts"][f"A{number}"] = [f"{name} GmbH|{PHONE}{number}", None]
    route.erp["accounts"]["A9"] = ["Omega Neu AG|+4989999999", None]
    route.typed_in("r0", "ALPHA WERK", f"089/123456{0}")
    route.typed_in("r1", "Beta Bau G.m.b.H.", f"089 123456-{1}")
    route.typed_in("r2", "Gamma Holz GmbH", f"{PHONE}2")
    route.typed_in("r3", "Gamma Holz", f"{PHONE}2")
    route.typed_in("r4", "Delta Stahl GmbH", "+4930555555")
    route.typed_in("r5", "Sigma Fremd SE", "+4930111111")


def test_nothing_is_sent_and_people_are_told_until_somebody_says_yes(route: LinkedRoute) -> None:
    filled(route)
    route.erp["contacts"] = {"C1": ["Meier", "A0"]}
    route.scan("accounts")
    route.scan("contacts")
    route.send()
    route.clock.pass_(3600)
    route.send()
    assert route.target.records == {}
    assert route.target.attempted == []
    assert route.needed
    assert route.codes() == {}, "who waits for what is not linked is no exception"
    route.ask("link.propose")
    route.work()
    shown = route.ask("link.show")
    assert (shown["certain"], shown["ambiguous"], shown["only_here"], shown["only_there"]) == (
        2, 2, 1, 1,
    )  # fmt: skip
    assert route.needed
    assert route.keys() == dict.fromkeys(["r0", "r1", "r2", "r3", "r4", "r5"], "")
    route.ask("link.approve", proposal=shown["proposal"])
    route.work()
    assert not route.needed
    route.send()
    assert route.keys() == {"r0": "A0", "r1": "A1", "r2": "", "r3": "", "r4": "", "r5": ""}
    assert route.codes() == {"A2": "LINK_AMBIGUOUS", "A3": "LINK_AMBIGUOUS"}
    assert set(route.target.records) == {
        ("account", "A0"), ("account", "A1"), ("account", "A9"), ("contact", "C1"),
    }  # fmt: skip
    assert route.target.records["account", "A1"]["phone"] == f"{PHONE}1"
    assert [act[1] for act in route.acts] == ["link.approve"]


def test_another_proposal_than_the_one_that_was_seen_is_not_approved(route: LinkedRoute) -> None:
    filled(route)
    route.scan("accounts")
    with pytest.raises(WrongUse, match="LINK_STATE"):
        route.ask("link.approve")
    route.ask("link.propose")
    route.work()
    seen = route.ask("link.show")["proposal"]
    route.typed_in("r6", "Omega Neu AG", "+4989999999")
    route.ask("link.propose")
    route.work()
    with pytest.raises(WrongUse, match="LINK_CHANGED"):
        route.ask("link.approve", proposal=seen)
    assert route.state == "proposed"


def test_a_source_that_was_not_read_to_its_end_is_not_compared(route: LinkedRoute) -> None:
    with pytest.raises(WrongUse, match="LINK_TOO_EARLY"):
        route.ask("link.propose")
    route.ask("link.propose", partial=True)
    route.work()
    route.ask("link.approve")
    route.work()
    filled(route)
    route.scan("accounts")
    route.send()
    suspected = {key for key, code in route.codes().items() if code == "DUPLICATE_SUSPECTED"}
    assert suspected == {"A0", "A1", "A2", "A3"}, "what comes later is looked at one by one"
    assert set(route.target.records) == {("account", "A9")}


def test_a_decision_is_carried_out_and_thought_again(route: LinkedRoute) -> None:
    filled(route)
    route.linked()
    route.send()
    route.ask("link.decide", item=route.item("A2").id, crm_id="r3")
    route.ask("link.decide", item=route.item("A3").id, leave_out=True)
    route.work()
    route.send()
    assert route.keys()["r3"] == "A2"
    assert route.codes() == {}
    assert [i.external_id for i in route.desk.entries([State.SET_ASIDE])] == ["A3"]
    route.erp["accounts"]["A3"] = [f"Delta Stahl GmbH|{PHONE}7", None]
    route.scan("accounts")
    route.send()
    assert ("account", "A3") not in route.target.records, "what comes later is left out too"
    with pytest.raises(WrongUse, match="decided already"):
        route.ask("link.decide", item=route.item("A2").id, create=True)
    route.ask("link.decide", item=route.item("A3").id, create=True)
    route.send()
    assert route.target.records["account", "A3"]["phone"] == f"{PHONE}7"


def test_one_record_of_the_crm_is_never_two_of_the_erp(route: LinkedRoute) -> None:
    filled(route)
    route.linked()
    route.send()
    with pytest.raises(WrongUse, match="LINK_TAKEN"):
        route.ask("link.decide", item=route.item("A2").id, crm_id="r0")
    route.target.stamped["account", "by hand"] = "r4"
    route.target.records["account", "by hand"] = route.target.typed_in.pop(("account", "r4"))
    route.ask("link.decide", item=route.item("A3").id, crm_id="r4")
    route.work()
    item = route.item("A3")
    assert (item.state, item.remote) == ("open", "")
    assert "LINK_TAKEN" in str(item.about["reason"])
    assert route.keys()["r4"] == "by hand"


def test_a_certain_one_that_somebody_else_took_meanwhile_becomes_a_question(
    route: LinkedRoute,
) -> None:
    filled(route)
    route.scan("accounts")
    route.ask("link.propose")
    route.work()
    del route.target.typed_in["account", "r0"]
    route.ask("link.approve")
    route.work()
    route.send()
    assert route.state == "linked"
    assert (route.item("A0").kind, route.item("A0").state) == ("ambiguous", "open")
    assert route.codes()["A0"] == "LINK_AMBIGUOUS"


def test_a_person_may_overrule_a_certain_match_before_the_yes(route: LinkedRoute) -> None:
    filled(route)
    route.scan("accounts")
    route.ask("link.propose")
    route.work()
    route.ask("link.decide", item=route.item("A0").id, create=True)
    route.ask("link.decide", item=route.item("A2").id, crm_id="r2")
    route.ask("link.approve")
    route.work()
    route.send()
    assert route.keys() == {"r0": "", "r1": "A1", "r2": "A2", "r3": "", "r4": "", "r5": ""}
    assert ("account", "A0") in route.target.records
    with pytest.raises(WrongUse, match="decided already"):
        route.ask("link.decide", item=route.item("A1").id, create=True)


def test_an_undo_takes_away_what_is_still_ours_and_the_rows_are_said_again(
    route: LinkedRoute,
) -> None:
    filled(route)
    route.linked()
    route.send()
    moved = route.target.stamped.pop(("account", "A1"))
    route.target.stamped["account", "by hand"] = moved
    route.target.records["account", "by hand"] = route.target.records.pop(("account", "A1"))
    route.ask("link.undo")
    route.work()
    assert route.state == "undone"
    assert route.needed
    assert route.keys() == {"r0": "", "r1": "by hand", "r2": "", "r3": "", "r4": "", "r5": ""}
    shown = {str(i["external_id"]): i for i in route.ask("link.show")["items"]}
    assert (shown["A0"]["before"], shown["A0"]["after"]) == ("A0", "")
    assert shown["A1"]["state"] == "kept"
    assert route.codes() == {}
    attempts = len(route.target.attempted)
    route.send()
    assert len(route.target.attempted) == attempts, "it is closed again"
    route.scan("accounts")
    route.ask("link.propose")
    route.work()
    again = route.ask("link.show")
    assert (again["certain"], again["ambiguous"]) == (1, 3), "A1's record is somebody else's now"
    route.ask("link.approve")
    route.work()
    assert route.keys()["r0"] == "A0"


def test_nothing_is_taken_away_while_something_is_on_its_way(route: LinkedRoute) -> None:
    filled(route)
    route.linked()
    route.target.mode = "late"
    route.delivery.step()
    route.ask("link.undo")
    route.work()
    assert route.state == "undoing"
    assert route.keys()["r0"] == "A0"
    route.target.mode = "ok"
    for message in route.target.late:
        route.target.apply(message)
    for _ in range(10):
        route.clock.pass_(30)
        route.delivery.step()
    route.work()
    assert route.state == "undone"
    assert route.keys()["r0"] == ""


# --- crashes --------------------------------------------------------------------------------------


class Deaths:
    """The process dies at the n-th of the points that it passes."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Died


def _mortal(route: LinkedRoute, deaths: Deaths, patch: pytest.MonkeyPatch) -> None:
    """Before and after each effect on the CRM, and around each write of links."""
    for name in ("write", "keep", "turn", "say_again"):
        real = getattr(Links, name)

        def around(
            self: Links, *args: object, _real: Callable[..., object] = real, **more: object
        ) -> object:
            deaths()
            done = _real(self, *args, **more)
            deaths()
            return done

        patch.setattr(Links, name, around)
    stamp = type(route.target).stamp

    def stamped(self: object, *args: object) -> object:
        deaths()
        done = stamp(self, *args)
        deaths()
        return done

    patch.setattr(type(route.target), "stamp", stamped)


POINTS = range(1, 60)


def test_wherever_it_dies_the_link_goes_on_and_the_undo_restores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reached = 0
    for at in POINTS:
        deaths = Deaths(at)
        with monkeypatch.context() as patch:
            route = LinkedRoute()
            try:
                reached += _life(route, deaths, patch)
            finally:
                patch.undo()
                route.close()
        if deaths.left > 0:
            break
    assert reached > 20
    assert deaths.left > 0, "there are more points than were tried"


def _life(route: LinkedRoute, deaths: Deaths, patch: pytest.MonkeyPatch) -> bool:
    """Linked, decided and undone, with a death on the way. True: there was one."""
    filled(route)
    before = route.keys()
    route.scan("accounts")
    _mortal(route, deaths, patch)
    died = _through(route, "link.propose", "proposed")
    died |= _through(route, "link.approve", "linked")
    assert route.keys() == {**before, "r0": "A0", "r1": "A1"}
    died |= route.dying(route.send)
    route.send()
    assert route.codes() == {"A2": "LINK_AMBIGUOUS", "A3": "LINK_AMBIGUOUS"}
    assert route.target.doubled == 0

    def decide() -> None:
        route.ask("link.decide", item=route.item("A2").id, crm_id="r2")

    died |= route.dying(decide)
    if route.item("A2").state == "open":
        decide()
    died |= route.dying(route.send)
    route.send()
    assert route.keys() == {**before, "r0": "A0", "r1": "A1", "r2": "A2"}
    assert route.codes() == {"A3": "LINK_AMBIGUOUS"}
    died |= _through(route, "link.undo", "undone")
    assert route.keys() == before
    return died


def _through(route: LinkedRoute, method: str, state: str) -> bool:
    """Ask for something and see it done, however often it dies on the way."""

    def ask() -> None:
        route.ask(method)

    died = route.dying(ask)
    if died and route.state not in ("proposing", "approved", "undoing", state):
        route.ask(method)
    died |= route.dying(route.work)
    route.work()
    assert route.state == state
    return died


def test_a_link_survives_a_restart_and_a_closed_flow_stays_closed(route: LinkedRoute) -> None:
    filled(route)
    route.scan("accounts")
    route.crash()
    route.send()
    assert route.target.attempted == []
    route.linked()
    route.crash()
    assert route.state == "linked"


# --- later ----------------------------------------------------------------------------------------


def test_a_new_record_is_looked_up_before_it_is_created(route: LinkedRoute) -> None:
    filled(route)
    route.linked()
    route.send()
    route.erp["accounts"]["B1"] = ["Ganz Neu KG|+4940777777", None]
    route.erp["accounts"]["B2"] = ["Sigma Fremd|+4930111111", None]
    route.erp["accounts"]["B3"] = ["Alpha Werk GmbH|+49891234560", None]
    route.erp["accounts"]["B4"] = ["Ganz Neue KG|+4940777777", None]
    route.scan("accounts")
    route.send()
    assert ("account", "B1") in route.target.records
    found = route.people.answer("duplicates.list", {}, "ann")
    items = {i["external_id"]: i for i in found["items"]}
    assert set(items) == {"B2", "B3", "B4"}
    assert items["B2"]["candidates"][0]["id"] == "r5"
    assert items["B3"]["candidates"][0]["key"] == "A0", "two records of the ERP are alike"
    assert items["B4"]["candidates"][0]["key"] == "B1", "also two that came at once"
    assert {c for k, c in route.codes().items() if k.startswith("B")} == {"DUPLICATE_SUSPECTED"}
    answer = route.people.answer(
        "duplicates.decide",
        {"item": items["B2"]["item"], "crm_id": "r5", "keep": ["name=crm"]},
        "ann",
    )
    assert {r["field"]: r["side"] for r in answer["result"]} == {"name": "crm", "phone": "both"}
    route.send()
    assert route.keys()["r5"] == "B2"
    assert route.target.records["account", "B2"]["name"] == "Sigma Fremd SE"
    history = route.desk.history(route.desk.entries([State.DELIVERED], limit=1000)[-1].seq)
    assert [act.what for act in history] == ["edited"]


def test_the_crms_id_of_each_record_is_known_and_sealed(route: LinkedRoute) -> None:
    filled(route)
    route.linked()
    route.send()
    assert route.ask("link.key", key="A9")["crm_id"] == "id-A9"
    assert route.ask("link.key", key="A2")["crm_id"] is None
    kept = b"".join(row[0] or b"" for row in route.store.db.rows("select remote from lane"))
    assert kept
    assert b"id-A9" not in kept
    tables = {name: route.store.db.rows(f"select * from {name}") for name in ("link", "link_item")}
    for hidden in ("Alpha", "GmbH", "123456"):
        assert hidden not in str(tables)
