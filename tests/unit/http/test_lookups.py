"""What was looked up and not written serves one more attempt, and never for long."""

from __future__ import annotations

from adapters.lookups import SECONDS, LookUps
from tests.fakes import FakeClock


def made() -> tuple[FakeClock, LookUps[list[str]]]:
    clock = FakeClock()
    lookups: LookUps[list[str]] = LookUps(clock)
    lookups.keep("account", ["name"], {"A": ["there"], "B": []})
    return clock, lookups


def test_what_is_there_and_what_is_not_is_known_once() -> None:
    _, lookups = made()
    assert lookups.take("account", ["name"], ["A", "B", "C"]) == {"A": ["there"], "B": []}
    assert lookups.take("account", ["name"], ["A", "B"]) == {}


def test_nothing_is_believed_after_the_longest_pause_between_two_attempts() -> None:
    clock, lookups = made()
    clock.pass_(SECONDS)
    assert lookups.take("account", ["name"], ["A", "B"]) == {}


def test_other_fields_and_other_kinds_are_asked_anew() -> None:
    _, lookups = made()
    assert lookups.take("contact", ["name"], ["A"]) == {}
    assert lookups.take("account", ["name", "city"], ["A"]) == {}
    assert lookups.take("account", ["name"], ["A"]) == {}, "it was taken out"


def test_what_something_else_was_done_about_is_asked_anew() -> None:
    _, lookups = made()
    lookups.forget("account", ["A"])
    assert lookups.take("account", ["name"], ["A", "B"]) == {"B": []}
