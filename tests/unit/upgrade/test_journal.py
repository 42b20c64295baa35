"""What a journal that is found half done resumes to."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from agent.errors import WaybillError
from agent.upgrade import journal
from agent.upgrade.journal import FORWARD, RETURN, Journal, Outcome, Step

ENTRY = Journal("1", "/home", "0.1.0", "0.2.0", "2026-11-21T00:00:00+00:00", known=("A b",))


@pytest.mark.parametrize("step", [Step.STOP, Step.KEEP, Step.CONVERT])
def test_before_anything_was_switched_it_goes_back(step: Step) -> None:
    found = journal.resumed(replace(ENTRY, step=step))
    assert (found.step, found.running) == (Step.HALT, "0.1.0")
    assert "before anything was switched" in found.reason


@pytest.mark.parametrize("step", [Step.TRIAL, Step.POINT])
def test_half_switched_it_begins_again(step: Step) -> None:
    found = journal.resumed(replace(ENTRY, step=step))
    assert (found.step, found.tries) == (Step.STOP, 2)
    assert journal.resumed(found).step is Step.STOP, "and again, if that is interrupted too"


@pytest.mark.parametrize("step", [Step.START, Step.GATE])
def test_switched_it_goes_on(step: Step) -> None:
    assert journal.resumed(replace(ENTRY, step=step)).step is step


@pytest.mark.parametrize("step", [Step.TRIAL, Step.POINT, Step.START, Step.GATE])
def test_what_is_interrupted_again_and_again_goes_back(step: Step) -> None:
    found = journal.resumed(replace(ENTRY, step=step, tries=journal.MOST_TRIES))
    assert found.step is Step.HALT


@pytest.mark.parametrize("step", [Step.SETTLE, Step.OVER])
def test_what_has_passed_goes_onward(step: Step) -> None:
    assert journal.resumed(replace(ENTRY, step=step)).step is step


@pytest.mark.parametrize("step", [Step.HALT, Step.RESTORE, Step.UNPOINT, Step.RESTART])
def test_a_return_begins_again_as_what_it_left_may_have_been_started(step: Step) -> None:
    assert journal.resumed(replace(ENTRY, step=step)).step is Step.HALT


def test_both_ways_end() -> None:
    for line in (FORWARD, RETURN):
        step = line[0]
        for _ in line:
            step = journal.following(step)
        assert step is Step.OVER


def test_the_first_reason_is_kept() -> None:
    found = journal.returning(journal.returning(ENTRY, "first"), "second")
    assert found.reason == "first"


@pytest.mark.parametrize("step", list(Step))
def test_a_journal_is_read_as_it_was_written(step: Step) -> None:
    entry = replace(ENTRY, step=step, outcome=Outcome.RETURNED, forgot=({"flow": "a"},))
    assert journal.parsed(json.loads(json.dumps(entry.as_json()))) == entry


def test_a_later_version_may_add_to_a_journal() -> None:
    assert journal.parsed({**ENTRY.as_json(), "later": 1}) == ENTRY


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ({"form": 2}, "UPGRADE_JOURNAL_FOREIGN"),
        ({"form": 1}, "UPGRADE_JOURNAL_DAMAGED"),
        ({**ENTRY.as_json(), "step": "dance"}, "UPGRADE_JOURNAL_DAMAGED"),
    ],
)
def test_a_journal_that_cannot_be_understood_is_never_guessed(
    found: dict[str, object], code: str
) -> None:
    with pytest.raises(WaybillError) as wrong:
        journal.parsed(found)
    assert wrong.value.code == code
