"""What a person can say of publishes by the name of their flow."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from agent.errors import WrongUse
from agent.queue.publishes import Step
from agent.runtime.workshop.publishes import PublishDesk
from tests.route.engineer import Engineer
from tests.route.harness import Route
from tests.route.traces.story import accounts


@pytest.fixture
def route() -> Iterator[Route]:
    route = Route()
    accounts(route, "A1", "A2", "A3", "A4", value="v")
    yield route
    route.close()


def desk(route: Route, woken: list[str]) -> PublishDesk:
    files = SimpleNamespace()  # nothing of what is asked here looks at a file
    return PublishDesk(
        files, route.home, route.clock, route.book, route.flows,  # type: ignore[arg-type]
        {"crm": route.target}, files, woken.append,  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_return_to_a_mapping_that_never_had_its_yes_is_looked_at_and_approved_like_any(
    route: Route,
) -> None:
    Engineer(route).publish(1)
    route.read()
    Engineer(route).publish(1)
    route.read()
    Engineer(route).undo()
    route.read()
    woken: list[str] = []
    looked = desk(route, woken).canary("accounts", None)
    assert (looked["state"], looked["places"], looked["sent"]) == ("watch", 1, 1)
    assert looked["undoes"]
    with pytest.raises(WrongUse):
        desk(route, woken).undo(str(looked["ref"]), "ann")
    assert desk(route, woken).approve("accounts")["ref"] == looked["ref"]
    assert woken == ["crm"]
    route.settle()
    assert set(route.held_by_crm().values()) == {"v~2"}


def test_the_return_to_a_mapping_that_had_its_yes_waits_for_none(route: Route) -> None:
    Engineer(route).publish(1)
    route.read()
    Engineer(route).say_yes()
    route.settle()
    Engineer(route).publish(1)
    route.read()
    Engineer(route).undo()
    route.read()
    assert set(route.held_by_crm().values()) == {"v~2"}
    latest = route.book.publishes.listed()[0]
    assert latest.undoes
    assert latest.step is Step.DONE
    with pytest.raises(WrongUse):
        desk(route, []).approve(latest.ref)
