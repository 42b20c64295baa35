"""Another mapping comes into force: its first records, a yes, and the way back."""

from __future__ import annotations

import json
from collections.abc import Sequence

from agent.errors import TargetUnavailable
from agent.model import Content
from agent.queue.publishes import Step
from tests.route.engineer import Engineer
from tests.route.harness import Route
from tests.route.traces.story import accounts, alike, story

KEYS = ("A1", "A2", "A3", "A4", "A5")


def published(route: Route, canary: int = 2) -> None:
    """Five accounts have arrived; then a mapping comes that says something else of each."""
    accounts(route, *KEYS, value="v")
    Engineer(route).publish(canary)
    route.read()


def news(route: Route) -> int:
    return sum(value == "v~2" for value in route.held_by_crm().values())


@story("CANARY")
def the_first_records_go_and_the_rest_waits_for_a_yes_over_crashes(route: Route) -> None:
    published(route)
    for _ in range(2):
        assert news(route) == 2
        assert route.book.publishes.held() == 3
        route.crash()
        route.read()
    Engineer(route).say_yes()
    route.settle()
    alike(route)


@story()
def what_waits_is_counted_for_people_now_and_then_and_not_for_each_batch(route: Route) -> None:
    accounts(route, *KEYS, value="v")
    Engineer(route).publish(1)
    watch = route.delivery._watch
    assert watch is not None
    told: list[int] = []
    watch.tell = lambda _flow, current, _undoing: told.append(current.id if current else 0)
    route.scan()
    route.deliver(8)
    assert len(told) == len(route.feeds), "each flow once, for they all have a publish"
    route.pass_time(2)
    route.deliver()
    assert len(told) > len(route.feeds)


@story()
def a_crash_around_the_first_attempt_takes_no_second_place(route: Route) -> None:
    accounts(route, *KEYS, value="v")
    Engineer(route).publish(2)
    route.scan()
    route.deliver(dies="before")
    route.deliver(dies="after")
    route.pass_time(31)
    route.settle()
    assert news(route) == 2
    Engineer(route).undo()
    route.read()
    assert set(route.held_by_crm().values()) == {"v"}
    alike(route)


@story()
def what_changes_in_the_erp_while_it_waits_takes_the_place_of_what_waits(route: Route) -> None:
    published(route)
    waiting = [key for key, value in route.held_by_crm().items() if value == "v"]
    for at, value in enumerate(["v2", "v3", "v4"], 1):
        route.erp["accounts"] |= {key: [value] for key in waiting}
        route.scan()
        route.approve()
        route.read()
        assert [route.held_by_crm()[key] for key in waiting] == ["v"] * 3
        assert route.states()["SUPERSEDED"] == 3 * at
    Engineer(route).say_yes()
    route.settle()
    alike(route)


@story()
def a_publish_that_changes_nothing_of_what_is_sent_needs_no_yes(route: Route) -> None:
    accounts(route, *KEYS, value="1")
    sent = len(route.target.attempted)
    Engineer(route).publish(2)
    route.read()
    assert len(route.target.attempted) == sent
    for stream in route.feeds:
        publish = Engineer(route).published(stream)
        assert publish is not None
        assert publish.step is Step.DONE
    route.erp["accounts"] = {key: ["2"] for key in KEYS}
    route.read()
    alike(route)


@story("NEEDLESS")
def undone_before_the_yes_only_what_went_goes_back_and_the_rest_was_never_sent(
    route: Route,
) -> None:
    published(route)
    sent = len(route.target.attempted)
    Engineer(route).undo()
    route.read()
    assert len(route.target.attempted) == sent + 2
    assert set(route.held_by_crm().values()) == {"v"}
    alike(route)
    route.ledgers["accounts"].merge()
    route.crash()
    route.read()
    assert len(route.target.attempted) == sent + 2, "the next read sends nothing again"


@story("UNDO_FIRST")
def what_is_read_meanwhile_does_not_go_before_the_way_back(route: Route) -> None:
    accounts(route, *KEYS, value="v")
    route.target.records["account", "A1"]["value"] = "theirs"
    Engineer(route).publish(0)
    route.read()
    Engineer(route).undo()
    route.target.mode = "defer"
    route.deliver(6)
    route.target.mode = "ok"
    sent = len(route.target.attempted)
    route.read()
    assert len(route.target.attempted) == sent + 5, "one message takes each of them back"
    assert route.held_by_crm().pop("A1") == "theirs"


@story()
def undone_after_the_yes_what_was_there_before_comes_back_and_edits_stay(route: Route) -> None:
    accounts(route, *KEYS, value="v")
    route.target.records["account", "A1"]["value"] = "theirs"
    Engineer(route).publish(2)
    route.read()
    Engineer(route).say_yes()
    route.settle()
    assert news(route) == 5
    route.target.records["account", "A2"]["value"] = "edited"
    Engineer(route).undo()
    route.scan()
    for _ in range(3):
        route.read()
        held = route.held_by_crm()
        assert (held.pop("A1"), held.pop("A2")) == ("theirs", "edited")
        assert set(held.values()) == {"v"}
        route.crash()


@story()
def what_the_erp_changed_since_has_the_last_word(route: Route) -> None:
    published(route, 5)
    route.erp["accounts"]["A1"] = ["v9"]
    Engineer(route).undo()
    route.read()
    alike(route)
    Engineer(route).publish(0)
    route.erp["accounts"]["A2"] = ["v8"]
    route.read()
    Engineer(route).undo()
    route.read()
    alike(route)


@story()
def an_undo_goes_on_after_a_crash_at_any_point(route: Route) -> None:
    published(route, 5)
    Engineer(route).undo(dies=True)
    route.deliver(2)
    route.deliver(3, dies="before")
    route.deliver(3, dies="after")
    route.crash()
    route.pass_time(31)
    route.read()
    assert set(route.held_by_crm().values()) == {"v"}
    alike(route)


@story()
def a_later_publish_before_the_yes_takes_over_what_waits(route: Route) -> None:
    published(route)
    Engineer(route).publish(1)
    route.settle()
    assert news(route) == 2, "what waits is mapped again before any of it goes"
    route.read()
    assert sum(value == "v~3" for value in route.held_by_crm().values()) == 1
    Engineer(route).undo()
    route.read()
    Engineer(route).say_yes()
    route.settle()
    alike(route)


@story("IMAGE_FIRST")
def nothing_leaves_before_it_is_known_what_was_there(route: Route) -> None:
    accounts(route, *KEYS, value="v")
    Engineer(route).publish(0)
    route.scan()
    find = route.target.find
    route.target.find = _away
    route.deliver(3)
    assert news(route) == 0
    route.target.find = find
    route.pass_time(120)
    route.settle()
    assert news(route) == 5
    Engineer(route).undo()
    route.read()
    alike(route)
    assert set(route.held_by_crm().values()) == {"v"}


@story("REMAPPED")
def what_the_erp_changed_together_with_the_mapping_stays(route: Route) -> None:
    accounts(route, *KEYS, value="v")
    route.erp["accounts"]["A1"] = ["1"]
    Engineer(route).publish(0)
    route.read()
    Engineer(route).undo()
    route.settle()
    route.read()
    assert route.held_by_crm()["A1"] == "1"
    alike(route)


@story("FORMER")
def what_cannot_be_mapped_again_is_parked_by_name_and_never_dropped(route: Route) -> None:
    accounts(route, *KEYS, value="v")
    _change_file(route, "1", KEYS[:1])
    Engineer(route).publish(2)
    _change_file(route, "v9", KEYS)
    assert route.book.publishes.held() == 3
    Engineer(route).undo()
    route.settle()
    assert sorted(route.held_by_crm().values()) == ["1", "v", "v", "v", "v"]
    assert route.codes() == {"MADE_BY_FORMER_MAPPING": 3}
    route.replay()
    route.settle()
    assert sorted(route.held_by_crm().values()) == ["1", "v", "v9~2", "v9~2", "v9~2"]


def _change_file(route: Route, value: str, keys: Sequence[str]) -> None:
    lines = [json.dumps([key, value]).encode() for key in keys]
    route.export(lines=lines, content=Content.CHANGES)
    route.capture()
    route.settle()


@story()
def the_erp_changes_what_is_on_its_way_back(route: Route) -> None:
    published(route, 5)
    Engineer(route).undo()
    route.target.mode = "defer"
    route.deliver(6)
    route.erp["accounts"]["A1"] = ["v7"]
    route.scan()
    route.target.mode = "lost"
    route.deliver(4)
    route.target.mode = "ok"
    route.pass_time(31)
    route.read()
    alike(route)


@story()
def what_the_crm_refuses_to_take_back_is_parked_and_can_be_replayed(route: Route) -> None:
    published(route, 5)
    Engineer(route).undo()
    route.target.mode = "reject"
    route.settle()
    assert route.codes() == {"VALIDATION": 5}
    route.target.mode = "ok"
    route.replay()
    route.settle()
    assert set(route.held_by_crm().values()) == {"v"}
    route.read()
    alike(route)


@story()
def a_record_that_came_with_a_publish_stays_and_follows_the_former_mapping(route: Route) -> None:
    published(route, 5)
    route.erp["accounts"]["A6"] = ["v"]
    route.read()
    Engineer(route).undo()
    route.read()
    alike(route)


def _away(*_: object, **__: object) -> None:
    raise TargetUnavailable("The CRM is away.")
