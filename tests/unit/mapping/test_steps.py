"""A state is judged by the one that was sent before, as the contract tells its life."""

import pytest

from agent.errors import ConfigError
from agent.mapping import Steps
from agent.model import Draft, Problem
from agent.resources import contracts
from tests.unit.mapping.helpers import plan_of

HEAD = 'version = 1\nentity = "order"\nexternal_id = "N"\non_leave = "leave"\n'
FIELDS = '[fields]\naccount = "A"\nnumber = "N"\norder_date = "D"\n'
STATUS = 'status = "S"\n'


def steps_of(decision: str = "") -> Steps:
    rules = f'rules = {{ TRANSITION_WRONG = "{decision}" }}\n' if decision else ""
    found = plan_of(HEAD + rules + FIELDS + STATUS).steps
    assert found is not None
    return found


def draft(state: str | None) -> Draft:
    return Draft("1", {"account": "A", "number": "1", "order_date": "2026-01-01", "status": state})


@pytest.mark.parametrize(
    ("before", "now", "right"),
    [
        ("draft", "confirmed", True),
        ("confirmed", "confirmed", True),
        ("cancelled", "confirmed", False),
        ("closed", "draft", False),
        ("draft", "closed", False),
        ("a word of another version", "draft", True),
        (None, "closed", True),
    ],
)
def test_a_step_is_as_the_contract_says(before: str | None, now: str, right: bool) -> None:
    made = steps_of("error").judged(draft(now), (before,))
    assert isinstance(made, Draft if right else Problem)
    warned = steps_of().judged(draft(now), (before,))
    assert isinstance(warned, Draft)
    assert [w.code for w in warned.warnings] == ([] if right else ["TRANSITION_WRONG"])


def test_what_is_wrong_names_the_field_and_no_value() -> None:
    made = steps_of("error").judged(draft("draft"), ("closed",))
    assert made == Problem(
        "TRANSITION_WRONG", "status may not follow the state before.", "status", "1"
    )


def test_nothing_is_judged_without_a_state_before_or_where_the_mapping_says_off() -> None:
    steps = steps_of("error")
    assert steps.judged(draft("draft"), ()) == draft("draft")
    assert steps.states(draft("draft")) == ("draft",)
    off = plan_of(f'{HEAD}rules = {{ TRANSITION_WRONG = "off" }}\n{FIELDS}{STATUS}')
    assert off.steps is None


def test_a_constant_state_is_not_remembered() -> None:
    plan = plan_of(HEAD + FIELDS + 'status = { constant = "draft" }\n')
    assert plan.steps is None


def test_every_code_with_a_life_has_a_step() -> None:
    for contract in contracts().values():
        living = {name for name, field in contract.fields.items() if field.states}
        assert {rule.field for rule in contract.rules if rule.is_step} == living


def test_a_rule_for_what_has_no_life_is_refused() -> None:
    with pytest.raises(ConfigError, match="means nothing here"):
        plan_of(f'{HEAD}rules = {{ TRANSITION = "off" }}\n{FIELDS}{STATUS}')
