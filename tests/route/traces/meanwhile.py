"""An undo in the midst of something else: of a batch, of another mapping, of a person's decision."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from agent.model import Op
from agent.queue.states import State
from agent.runtime.watch import Watch
from tests.route.engineer import Engineer
from tests.route.harness import Feed, Route
from tests.route.traces.publishing import KEYS, news, published
from tests.route.traces.story import accounts, alike, story


@story()
def a_mapping_that_never_had_its_yes_waits_for_it_again_when_another_is_undone(
    route: Route,
) -> None:
    published(route)
    Engineer(route).publish(1)
    route.read()
    Engineer(route).undo()
    for _ in range(2):
        route.read()
        assert news(route) == 4, "two of the first time, and two of this time"
        assert sorted(set(route.held_by_crm().values())) == ["v", "v~2"]
        route.crash()
    Engineer(route).say_yes()
    route.settle()
    alike(route)
    Engineer(route).publish(0)
    route.read()
    Engineer(route).undo()
    route.read()
    alike(route)


@story()
def a_mapping_published_over_an_undo_that_has_not_begun_lets_nothing_of_the_undone_one_leave(
    route: Route,
) -> None:
    published(route, 1)
    Engineer(route).undo(dies=True)
    route.version = 2
    Engineer(route).publish(1)
    route.deliver(20)
    assert news(route) == 0
    route.read()
    assert sorted(set(route.held_by_crm().values())) == ["v", "v~3"]
    Engineer(route).say_yes()
    route.settle()
    alike(route)


@story("UNDO_MEANWHILE")
def an_undo_just_before_a_batch_is_claimed_holds_it_back(route: Route) -> None:
    def hook() -> None:
        peek = route.sending.peek

        def meanwhile(flow: int) -> bool:
            _undone_now(route)
            return peek(flow)

        route.sending.peek = meanwhile

    _undone_on_the_way(route, hook)


@story("IMAGE_FIRST")
def what_goes_in_the_moment_of_an_undo_goes_back_too(route: Route) -> None:
    pictures = Watch.pictures

    def meanwhile(watch: Watch, *about: object) -> object:
        _undone_now(route)
        return pictures(watch, *about)

    def hook() -> None:
        watch = route.delivery._watch
        assert watch is not None
        watch.pictures = partial(meanwhile, watch)

    _undone_on_the_way(route, hook)


_DEACTIVATE = {"accounts": Feed("account", leaving=(Op.UPSERT, {"active": False}))}


@story("", _DEACTIVATE)
def what_came_after_a_way_back_goes_when_a_person_sets_that_aside_in_the_moment_of_a_claim(
    route: Route,
) -> None:
    published(route, 5)
    Engineer(route).undo()
    route.target.mode = "reject"
    route.settle()
    assert route.codes() == {"VALIDATION": 5}
    route.target.mode = "ok"
    del route.erp["accounts"]["A1"]
    route.scan()
    route.deliver(20)
    assert route.states()["BEHIND"] == 1
    peek = route.sending.peek

    def meanwhile(flow: int) -> bool:
        parked = route.desk.entries([State.PARKED], limit=10)
        route.desk.set_aside([item.seq for item in parked], "it stays as it is")
        return peek(flow)

    route.sending.peek = meanwhile
    route.deliver()
    route.sending.peek = peek
    route.settle()
    assert route.target.records["account", "A1"]["active"] is False
    assert route.book.publishes.held() == 0


def _undone_on_the_way(route: Route, hook: Callable[[], None]) -> None:
    """Somebody typed in the CRM; a mapping comes and is undone while its first batch is made."""
    accounts(route, *KEYS, value="v")
    for record in route.target.records.values():
        record["value"] = "theirs"
    Engineer(route).publish(0)
    route.scan()
    hook()
    route.deliver()
    route.version = 1
    route.crash()
    route.read()
    assert set(route.held_by_crm().values()) == {"theirs"}


def _undone_now(route: Route) -> None:
    """The decision is written; the former mapping is not back yet."""
    publish = Engineer(route).published()
    if publish is not None:
        route.book.publishes.undo(publish.id)
