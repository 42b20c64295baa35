"""What a person can say of publishes by the name of their flow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.errors import WrongUse
from agent.queue.publishes import Step, Terms
from agent.runtime.workshop.publishes import PublishDesk
from agent.runtime.workshop.versions import mark_of
from tests.route.engineer import Engineer
from tests.route.harness import Route
from tests.route.traces.story import accounts
from tests.unit.runtime.test_publish import MONEY, STATES, TEXT, home, in_force, publisher

__all__ = ["home"]  # a fixture

FILES = {"states.csv": STATES, "money.csv": MONEY}


@pytest.fixture
def route() -> Iterator[Route]:
    route = Route()
    accounts(route, "A1", "A2", "A3", "A4", value="v")
    yield route
    route.close()


def desk(route: Route, woken: list[str]) -> PublishDesk:
    files = SimpleNamespace()  # nothing of what is asked here looks at a file
    return PublishDesk(
        files, route.home, route.clock, route.book, route.flows,
        {"crm": route.target}, files, woken.append,
    )  # fmt: skip


def test_a_mapping_that_is_being_undone_does_not_come_into_force_meanwhile(
    route: Route,
    home: Path,
) -> None:
    made, publishes = publisher(home), route.book.publishes
    flow = replace(route.flows[0], name="invoices")
    before, after = mark_of(TEXT, FILES), mark_of(TEXT + "# other\n", FILES)
    terms = Terms(0, first_too=False, keep=100.0)
    made.publish("invoices", TEXT + "# other\n", "other", "ann")
    assert publishes.notice(flow.id, (1, before), (2, after), terms, {})
    there = desk(route, [])
    there.shop, there.publisher, there.flows = made._shop, made, [flow]
    there.home = home
    publishes.undo(publishes.listed(flow.id)[0].id)
    there.bring_back(flow, publishes.listed(flow.id)[0])
    assert in_force(home)[0] == TEXT
    with pytest.raises(WrongUse, match="being undone"):
        there.publish("invoices", lambda it: it.publish("invoices", TEXT + "# other\n", "y", "bob"))
    assert in_force(home)[0] == TEXT
    answer = there.publish(
        "invoices", lambda it: it.publish("invoices", TEXT + "# third\n", "z", "bob")
    )
    assert answer["version"]


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
