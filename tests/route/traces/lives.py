"""Codes that have a life: what may follow what is judged against the message before."""

from __future__ import annotations

from dataclasses import replace

from agent.canon import Severity
from agent.mapping import Steps
from agent.resources import contracts
from agent.runtime.past_reads import read_item
from tests.route.harness import Feed, Route
from tests.route.traces.story import story

_ORDER = contracts()["order"]
(_RULE,) = [rule for rule in _ORDER.rules if rule.is_step]
_STATUS = _ORDER.fields["status"]


def _feeds(severity: Severity) -> dict[str, Feed]:
    rule = replace(_RULE, severity=severity)
    steps = Steps(((rule, replace(_STATUS, name="value")),))
    return {"accounts": Feed("account", steps=steps)}


@story("STEP", _feeds(Severity.ERROR))
def a_step_that_its_life_does_not_know_parks_until_the_erp_takes_it_back(route: Route) -> None:
    for state in ("draft", "confirmed", "cancelled"):
        route.erp["accounts"]["A1"] = [state]
        route.read()
    assert route.held_by_crm() == {"A1": "cancelled"}
    route.erp["accounts"]["A1"] = ["confirmed"]
    route.read()
    assert route.codes() == {"TRANSITION_WRONG": 1}
    assert route.held_by_crm() == {"A1": "cancelled"}, "nothing was overwritten"
    route.crash()
    route.erp["accounts"]["A1"] = ["draft"]
    route.read()
    assert route.codes() == {"TRANSITION_WRONG": 1}, "what is parked is no state that was reached"
    route.erp["accounts"]["A1"] = ["cancelled"]
    route.read()
    assert not route.codes()


@story("", _feeds(Severity.ERROR))
def a_record_that_came_back_begins_a_new_life(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["closed"]
    route.read()
    del route.erp["accounts"]["A1"]
    route.read()
    route.approve()
    route.settle()
    assert not route.held_by_crm()
    route.erp["accounts"]["A1"] = ["draft"]
    route.read()
    assert route.held_by_crm() == {"A1": "draft"}


@story("", _feeds(Severity.WARNING))
def a_step_that_is_only_warned_of_is_sent(route: Route) -> None:
    for state in ("closed", "draft"):
        route.erp["accounts"]["A1"] = [state]
        route.read()
    assert route.held_by_crm() == {"A1": "draft"}
    assert not route.codes()
    (last, *_) = route.reads.latest([route.store.stream_id("accounts")], 1)
    assert last.warned == {"accounts": {"TRANSITION_WRONG value": ["A1"]}}
    (note, *_) = read_item(last, "accounts")["notes"]
    assert "[TRANSITION_WRONG] (value): A1." in str(note)
