"""What is sent in which order, once: superseding, doubt, replays, crashes, wrong clocks."""

from __future__ import annotations

from agent.model import Op
from agent.queue.states import State
from tests.route.harness import Feed, Route
from tests.route.traces.story import accounts, alike, story


@story("FLOWSUP")
def an_entry_never_supersedes_one_of_another_flow(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan("accounts")
    for limit in ("10", "20"):
        route.erp["credit"]["A1"] = [limit]
        route.scan("credit")
    route.settle()
    alike(route)


@story("SUPERSEDE")
def a_newer_entry_supersedes_a_waiting_one_that_it_covers(route: Route) -> None:
    for value in ("1", "2", "3"):
        route.erp["accounts"]["A1"] = [value]
        route.scan()
    assert route.states() == {"WAITING": 1, "SUPERSEDED": 2}
    route.settle()
    assert len(route.target.attempted) == 1
    alike(route)


@story("CURED")
def an_entry_that_is_refused_while_its_cure_waits_is_superseded_at_once(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()

    def meanwhile() -> None:
        route.erp["accounts"]["A1"] = ["2"]
        route.scan()

    route.target.before = meanwhile
    route.target.mode = "reject"
    route.delivery.step()
    route.target.before = lambda: None
    route.target.mode = "ok"
    assert not route.codes()
    route.settle()
    alike(route)


_DEACTIVATE = {"accounts": Feed("account", leaving=(Op.UPSERT, {"active": False}))}


@story("COVERS", _DEACTIVATE)
def an_entry_supersedes_only_what_it_covers(route: Route) -> None:
    accounts(route, "A1", "A2", "A3")
    route.erp["accounts"]["A1"] = ["2"]
    route.scan()
    del route.erp["accounts"]["A1"]
    route.scan()
    route.settle()
    assert route.target.records["account", "A1"] == {"value": "2", "active": False}


@story("LANE")
def nothing_of_a_lane_is_sent_while_an_older_attempt_may_still_take_effect(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.target.mode = "late"
    route.deliver()
    route.target.mode = "ok"
    route.erp["accounts"]["A1"] = ["2"]
    route.scan()
    route.deliver(5)
    route.late()
    route.settle()
    alike(route)


@story("ELSEWHERE")
def two_flows_of_one_record_keep_their_order(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan("accounts")
    route.erp["credit"]["A1"] = ["10"]
    route.scan("credit")
    for _ in range(3):
        route.delivery.step(lambda flow: flow.name == "credit")
    assert not route.target.attempted
    route.settle()
    alike(route)


@story("AMBIG")
def a_lost_attempt_is_not_repeated_before_it_can_no_longer_take_effect(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.target.mode = "late"
    route.deliver()
    route.target.mode = "ok"
    route.deliver(5)
    assert len(route.target.attempted) == 1
    route.late()
    route.settle()
    assert len(route.target.attempted) == 1
    alike(route)


@story("SAME")
def a_lookup_that_finds_what_was_there_before_proves_nothing(route: Route) -> None:
    accounts(route, "A1")
    route.erp["accounts"]["A1"] = ["2"]
    route.target.mode = "reject"
    route.read()
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.target.mode = "late"
    route.deliver()
    route.target.mode = "ok"
    route.erp["accounts"]["A1"] = ["3"]
    route.scan()
    route.deliver(5)
    route.late()
    route.settle()
    alike(route)


@story("INTENT")
def an_attempt_that_a_crash_cut_off_is_looked_up_before_it_is_repeated(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.deliver(dies="after")
    assert route.states() == {"SENDING": 1}
    route.settle()
    assert len(route.target.attempted) == 1
    alike(route)


@story()
def what_cannot_be_asked_or_repeated_safely_is_for_a_person(route: Route) -> None:
    route.target.finds = route.target.repeatable = False
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.target.mode = "lost"
    route.deliver()
    route.target.mode = "ok"
    route.pass_time(31)
    route.settle()
    assert route.codes() == {"IN_DOUBT": 1}


@story("REPLAY")
def a_replay_that_would_undo_something_newer_is_refused(route: Route) -> None:
    accounts(route, "A1", "A2", "A3")
    route.erp["accounts"]["A1"] = ["BAD"]
    route.read()
    assert route.replay()
    assert route.codes() == {"NOT_A_NUMBER": 1}
    route.erp["accounts"]["A1"] = ["2"]
    route.target.mode = "reject"
    route.read()
    route.target.mode = "ok"
    assert route.replay() == []
    route.settle()
    alike(route)


@story("CRASH_LOOP")
def what_takes_the_process_down_every_time_is_parked_and_nothing_beside_it(route: Route) -> None:
    route.erp["accounts"] = {"A1": ["1"], "A2": ["1"], "A3": ["1"]}
    route.scan()
    for _ in range(8):
        route.target.poison = "A2"
        route.deliver(3, dies="poisoned")
        route.pass_time(31)
    route.target.poison = ""
    route.settle()
    assert route.codes() == {"CRASH_LOOP": 1}
    assert set(route.held_by_crm()) == {"A1", "A3"}
    route.replay()
    route.settle()
    alike(route)


@story("CLAMP")
def a_clock_that_was_wrong_delays_nothing_for_longer_than_the_longest_backoff(
    route: Route,
) -> None:
    route.clock.pass_(1e8)
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.target.mode = "defer"
    route.deliver()
    route.target.mode = "ok"
    route.clock.pass_(-1e8)
    route.crash()
    route.clock.pass_(601)
    route.deliver(3)
    assert route.states() == {State.DELIVERED.name: 1}
