"""Each rule is needed: with it off, the story that needs it comes out wrong."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.route.harness import Route
from tests.route.mutants import MUTANTS
from tests.route.test_machine import ACCOUNTS, CONTACTS, Machine
from tests.route.traces import STORIES

TOLD = [(story.tag, name) for name, story in STORIES.items() if story.tag]


def test_every_mutant_has_a_story_and_every_tag_a_mutant() -> None:
    assert {tag for tag, _ in TOLD} == set(MUTANTS)


@pytest.mark.parametrize(("tag", "name"), TOLD)
def test_without_the_rule_the_promise_breaks(
    tag: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    MUTANTS[tag](monkeypatch)
    route = Route(feeds=STORIES[name].feeds)
    try:
        with pytest.raises(AssertionError):
            STORIES[name].trace(route)
    finally:
        route.close()


FOUND_BY_CHANCE = ("DUP", "FLOWSUP", "UNREAD")
IN_PIECES = ("APART",)


class Begun(Machine):
    """Begins with so many rows that one of them can go without being held."""

    def __init__(self) -> None:
        super().__init__()
        self.route.erp["accounts"] = {key: ["1", None] for key in ACCOUNTS}
        self.route.read("accounts")


class InPieces(Machine):
    """Begins with new accounts whose contacts wait for one of them."""

    def __init__(self) -> None:
        super().__init__()
        self.route.erp["accounts"] = {key: ["1", None] for key in ACCOUNTS}
        self.route.erp["contacts"] = {key: ["1", ACCOUNTS[0]] for key in CONTACTS}
        self.route.scan("contacts")
        self.route.scan("accounts")


@pytest.mark.long
@pytest.mark.timeout(0)
@pytest.mark.parametrize(
    ("tag", "begun"),
    [*((tag, Begun) for tag in FOUND_BY_CHANCE), *((tag, InPieces) for tag in IN_PIECES)],
)
def test_the_machine_finds_it_too(
    tag: str, begun: type[Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    MUTANTS[tag](monkeypatch)
    quick = settings(
        max_examples=3000,
        stateful_step_count=25,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),  # a whole route is slow and large
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(begun, settings=quick)
