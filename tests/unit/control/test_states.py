"""One state and one sentence for every status."""

import copy

import pytest

from agent.control.states import SENTENCES, State, headline, sentence_of, state_of
from tests.control_items import REASON, STATUS

LATE = {**REASON, "severity": "warning", "title": "crm does not answer."}


def status(**other):
    made = copy.deepcopy(STATUS)
    made["counts"] |= other.pop("counts", {})
    return {**made, **other}


CASES = [
    (None, State.UNREACHABLE, ""),
    (status(health="unknown"), State.UNREACHABLE, "Starting."),
    (status(health="error", reasons=[REASON, LATE], counts={"parked": 3, "waiting": 1212}),
     State.ACTION, "Sign-in to crm failed. (and 1 more) 1,212 waiting."),
    (status(health="warning", reasons=[LATE], counts={"parked": 2, "held": 1}),
     State.RECORDS, "3 records need attention."),
    (status(counts={"parked": 1}), State.RECORDS, "1 record needs attention."),
    (status(health="warning", reasons=[LATE], activity="paused", counts={"sending": 1}),
     State.DELAYED, "crm does not answer. 1 waiting."),
    (status(activity="paused", setup={"needed": True, "steps_left": 2}), State.PAUSED, "Paused."),
    (status(activity="paused", paused_until="2026-11-21T18:00:00Z"),
     State.PAUSED, "Paused until 18:00 UTC."),
    (status(setup={"needed": True, "steps_left": 2}, health="unknown"),
     State.SETUP, "Finish setup: 2 steps left."),
    (status(setup={"needed": True}), State.SETUP, "Finish setup."),
    (status(setup={"needed": False}), State.FINE, "Up to date."),
    (status(counts={"waiting": 4}), State.FINE, "Working. 4 waiting."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "state", "said"), CASES)
def test_the_most_urgent_thing_decides_state_and_sentence(given, state, said):
    assert state_of(given) is state
    if given is not None:
        assert headline(given) == said
        first = sentence_of(given)[0].partition(" {waiting} waiting.")[0]
        assert first in SENTENCES
