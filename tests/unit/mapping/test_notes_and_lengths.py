"""What the target takes is known before queueing, and what a mapping changes is never silent."""

import tomllib

import pytest

from agent.errors import ConfigError
from agent.mapping import Plan, parse
from agent.model import Draft, Problem, Value
from tests.unit.mapping.helpers import EVERY_KIND, contract_of

CONTRACT = contract_of(EVERY_KIND | {"phone": {"type": "phone"}, "email": {"type": "email"}})
HEAD = 'version = 1\nentity = "thing"\nexternal_id = "ID"\non_leave = "leave"\n'


def plan(rule: str, field: str, lengths: dict[str, int] | None = None, more: str = "") -> Plan:
    text = f'{HEAD}{more}[fields]\nmust = {{ constant = "x" }}\n{field} = {rule}\n'
    return parse(tomllib.loads(text), CONTRACT, "m.toml", lengths=lengths or {})


def mapped(made: Plan, value: Value) -> Draft | Problem:
    found = made.bind(["ID", "C"])(("X1", value))
    assert isinstance(found, (Draft, Problem))
    return found


@pytest.mark.parametrize(
    ("field", "value"),
    [("text", "a" * 11), ("phone", "+4989123456789"), ("email", "someone@example.com")],
)
def test_what_is_too_long_for_the_target_is_a_problem_of_its_field(field: str, value: str) -> None:
    assert isinstance(mapped(plan('"C"', field), value), Draft)
    made = mapped(plan('"C"', field, {field: 10}), value)
    assert isinstance(made, Problem)
    assert (made.code, made.field) == ("TOO_LONG_FOR_TARGET", field)
    assert made.reason.endswith("10 are allowed by the target.")
    assert value not in made.reason


def test_a_target_that_takes_more_than_the_contract_changes_nothing() -> None:
    wide, usual = plan('"C"', "text", {"text": 255}), plan('"C"', "text")
    assert wide.version_digest == usual.version_digest
    made = mapped(wide, "a" * 41)
    assert isinstance(made, Problem)
    assert made.code == "TOO_LONG"


def test_a_length_that_matters_is_part_of_the_version() -> None:
    digests = {plan('"C"', "text", {"text": most}).version_digest for most in (10, 11, 40)}
    assert len(digests) == 3
    assert plan('"C"', "text", {"boolean": 3}).version_digest == plan('"C"', "text").version_digest


def test_a_formula_is_held_to_what_the_target_takes() -> None:
    made = mapped(plan("{ formula = 'C & C' }", "text", {"text": 5}), "abc")
    assert isinstance(made, Problem)
    assert made.code == "TOO_LONG_FOR_TARGET"


@pytest.mark.parametrize(
    ("rule", "field", "value", "becomes", "code"),
    [
        ('{ column = "C", truncate = true }', "text", "x" * 41, "x" * 40, "TRUNCATED"),
        ('{ column = "C", truncate = true }', "text", "x" * 39 + " yy", "x" * 39, "TRUNCATED"),
        ("{ formula = 'C & C', truncate = true }", "text", "x" * 30, "x" * 40, "TRUNCATED"),
        ('{ column = "C", round = true }', "decimal", "1.005", "1.01", "ROUNDED"),
        ('{ column = "C", round = true }', "decimal", "-0.001", "0.00", "ROUNDED"),
        ('{ column = "C", round = true }', "integer", "9.5", 10, "ROUNDED"),
        (
            '{ column = "C", format = "%Y-%m-%d %H:%M", truncate = true }',
            "date", "2026-01-31 10:00", "2026-01-31", "TIME_CUT",
        ),
        ('{ column = "C", convert = "codes", codes = { A = "open" }, other = "paid" }',
         "code", "Z", "paid", "DEFAULTED"),
        ('{ column = "C", lookup = "t", otherwise = "blank" }', "text", "Z", None, "DEFAULTED"),
        ('{ column = "C", lookup = "t", otherwise = "keep" }', "text", "Z", "Z", "DEFAULTED"),
        ('{ column = "C", convert = "phone", country = "DE", extension = "drop" }',
         "phone", "+4989123456 ext. 7", "+4989123456", "EXTENSION_DROPPED"),
    ],
)  # fmt: skip
def test_what_a_rule_changes_is_sent_and_noted(
    rule: str, field: str, value: str, becomes: Value, code: str
) -> None:
    made = mapped(plan(rule, field, more='[lookups.t]\ntable = { A = "one" }\n'), value)
    assert isinstance(made, Draft)
    assert made.fields[field] == becomes
    assert [(note.code, note.field) for note in made.notes] == [(code, field)]
    assert made.notes[0].reason.endswith(".")


@pytest.mark.parametrize(
    ("rule", "field", "value"),
    [
        ('{ column = "C", truncate = true }', "text", "x" * 40),
        ('{ column = "C", round = true }', "decimal", "1.010"),
        ('{ column = "C", format = "%Y-%m-%d", truncate = true }', "date", "2026-01-31"),
        ('{ column = "C", lookup = "t", otherwise = "keep" }', "text", "A"),
        ('{ column = "C", lookup = "t", otherwise = "keep" }', "text", ""),
    ],
)
def test_a_rule_that_had_nothing_to_change_notes_nothing(rule: str, field: str, value: str) -> None:
    made = mapped(plan(rule, field, more='[lookups.t]\ntable = { A = "one" }\n'), value)
    assert isinstance(made, Draft)
    assert made.notes == ()


def test_a_required_field_that_becomes_blank_is_a_problem_and_no_note() -> None:
    text = HEAD + '[lookups.t]\ntable = { A = "one" }\n[fields]\n'
    text += 'must = { column = "C", lookup = "t", otherwise = "blank" }\n'
    made = parse(tomllib.loads(text), CONTRACT).bind(["ID", "C"])(("X1", "Z"))
    assert isinstance(made, Problem)
    assert made.code == "REQUIRED_MISSING"


def test_only_free_text_is_ever_cut() -> None:
    with pytest.raises(ConfigError, match="no free text"):
        plan('{ column = "C", truncate = true }', "ref")
