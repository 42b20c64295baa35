"""Rules of the contract, kept by a mapping."""

import pytest

from agent.errors import ConfigError
from agent.model import Draft, Problem
from tests.unit.mapping.helpers import plan_of

HEAD = 'version = 1\nentity = "invoice"\nexternal_id = "N"\non_leave = "leave"\n'
FIELDS = (
    '[fields]\naccount = "A"\nnumber = "N"\ninvoice_date = "D"\ndue_date = "U"\ncurrency = "C"\n'
    'net = "NET"\ntax = "TAX"\ntotal = "T"\npaid = "P"\n'
)
COLUMNS = ["N", "A", "D", "U", "C", "NET", "TAX", "T", "P"]
GOOD = ["R1", "K1", "2024-01-01", "2024-02-01", "EUR", "10.00", "1.90", "11.90", "0.00"]


def mapped(row: list[str], head: str = HEAD) -> Draft | Problem:
    made = plan_of(head + FIELDS).bind(COLUMNS)(row)
    assert isinstance(made, (Draft, Problem))
    return made


def with_(**cells: str) -> list[str]:
    return [cells.get(name, value) for name, value in zip(COLUMNS, GOOD, strict=True)]


def test_a_record_that_keeps_every_rule_is_a_draft_without_warnings() -> None:
    made = mapped(GOOD)
    assert isinstance(made, Draft)
    assert made.warnings == ()


def test_an_error_stands_for_the_record_and_names_the_others() -> None:
    made = mapped(with_(T="99.00", U="2023-01-01"))
    assert isinstance(made, Problem)
    assert (made.code, made.field, made.external_id) == ("TOTAL_WRONG", "total", "R1")
    assert made.reason == (
        "total is not the sum of net + tax, within 0.01. The record has 1 more problem:"
        " invoice_date lies after due_date."
    )


def test_a_warning_goes_along_with_the_draft() -> None:
    made = mapped(with_(P="12.00"))
    assert isinstance(made, Draft)
    assert [(w.code, w.field) for w in made.warnings] == [("ABOVE_LIMIT", "paid")]


def test_a_record_with_a_bad_field_says_only_that() -> None:
    made = mapped(with_(C="EURO", T="99.00"))
    assert isinstance(made, Problem)
    assert (made.code, made.reason.count("more problem")) == ("CURRENCY_UNKNOWN", 0)


@pytest.mark.parametrize(
    ("decision", "kind"), [("warning", Draft), ("error", Problem), ("off", Draft)]
)
def test_a_mapping_decides_how_bad_a_rule_is(decision: str, kind: type) -> None:
    made = mapped(with_(T="99.00"), f'{HEAD}rules = {{ TOTAL_WRONG = "{decision}" }}\n')
    assert isinstance(made, kind)
    if isinstance(made, Draft):
        assert len(made.warnings) == (decision == "warning")


def test_a_decision_about_a_rule_that_there_is_not_is_a_problem_with_a_hint() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'TOTAL_WRONG'"):
        plan_of(f'{HEAD}rules = {{ TOTALS_WRONG = "off" }}\n{FIELDS}')
    with pytest.raises(ConfigError, match="must be one of error, warning, off"):
        plan_of(f'{HEAD}rules = {{ TOTAL_WRONG = "no" }}\n{FIELDS}')


def test_rules_count_for_the_version_of_a_mapping_where_they_speak_of_its_fields() -> None:
    short = '[fields]\naccount = "A"\nnumber = "N"\ninvoice_date = "D"\n'
    decided = f'{HEAD}rules = {{ TOTAL_WRONG = "warning" }}\n'
    assert plan_of(HEAD + FIELDS).version_digest != plan_of(decided + FIELDS).version_digest
    assert {rule.code for rule in plan_of(HEAD + short).checks} >= {"TOTAL_WRONG"}


def test_seeds_are_the_fields_that_say_so() -> None:
    text = HEAD + FIELDS.replace('paid = "P"', 'paid = { column = "P", seed = true }')
    assert plan_of(text).seeds == {"paid"}
    assert plan_of(HEAD + FIELDS).seeds == frozenset()
    with pytest.raises(ConfigError, match="true or false"):
        plan_of(text.replace("seed = true", "seed = 1"))
