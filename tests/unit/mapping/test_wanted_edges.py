"""The checks of a mapping itself: what they need, and what becomes of a record that fails one."""

import pytest

from agent.errors import ConfigError
from agent.model import Draft, LeftOut, Problem, Value
from tests.unit.mapping.helpers import contract_of, plan_of

HEAD = 'version = 1\nentity = "thing"\nexternal_id = "ID"\non_leave = "leave"\n'
TEXT = {"type": "text", "max_length": 40}
FIELDS = '[fields]\nf = "A"\ng = "B"\n'
CHECK = '[[checks]]\nname = "{name}"\nfield = "{field}"\nformula = \'{formula}\'\n{more}'


def check(name: str = "same", field: str = "f", formula: str = "A = B", more: str = "") -> str:
    return CHECK.format(name=name, field=field, formula=formula, more=more)


def mapped(text: str, *values: Value) -> Draft | LeftOut | Problem:
    plan = plan_of(f"{HEAD}{FIELDS}{text}", contract_of({"f": TEXT, "g": TEXT}))
    return plan.bind(["ID", "A", "B"])(("1", *values))


def test_a_record_that_passes_is_sent_as_it_is() -> None:
    made = mapped(check(), "x", "x")
    assert made == Draft("1", {"f": "x", "g": "x"})


def test_a_record_that_fails_is_parked_with_its_row_and_what_was_made_of_it() -> None:
    made = mapped(check(), "x", "y")
    assert isinstance(made, Problem)
    assert (made.code, made.reason) == ("CHECK_FAILED", "f fails the check 'same'.")
    assert (made.field, made.external_id) == ("f", "1")
    assert dict(made.row) == {"ID": "1", "A": "x", "B": "y"}
    assert dict(made.fields) == {"f": "x", "g": "y"}


def test_a_warning_goes_along_and_the_next_check_is_made_all_the_same() -> None:
    two = check(more='severity = "warning"\n') + check("short", "g", "LEN(B) < 3")
    made = mapped(two, "x", "y")
    assert isinstance(made, Draft)
    assert [(one.code, one.field, one.external_id) for one in made.warnings] == [
        ("CHECK_FAILED", "f", "1")
    ]
    failed = mapped(two, "x", "long")
    assert isinstance(failed, Problem)
    assert failed.reason == "g fails the check 'short'."
    warned = check(more='severity = "warning"\n') + check("b", "g", "A = B", 'severity = "warning"')
    both = mapped(warned, "x", "y")
    assert isinstance(both, Draft)
    assert [one.field for one in both.warnings] == ["f", "g"]


def test_every_check_that_a_record_fails_is_named() -> None:
    made = mapped(check() + check("short", "g", "LEN(B) < 3"), "x", "long")
    assert isinstance(made, Problem)
    assert [one.field for one in made.every] == ["f", "g"]
    assert made.reason.endswith("1 more problem: g fails the check 'short'.")
    assert dict(made.row) == {"ID": "1", "A": "x", "B": "long"}


def test_a_check_that_cannot_be_worked_out_fails_with_the_reason() -> None:
    made = mapped(check(formula="NUMBER(A) > 1"), "x", "y")
    assert isinstance(made, Problem)
    assert made.code == "NOT_A_NUMBER"
    assert made.reason.startswith("The check 'same' of f is not a number")


def test_a_record_with_a_problem_of_its_own_is_not_checked() -> None:
    made = mapped(check(formula="NUMBER(A) > 1"), "\0", "y")
    assert isinstance(made, Problem)
    assert made.code == "TEXT_INVALID"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("[[checks]]\n", {"checks.1.name", "checks.1.field", "checks.1.formula"}),
        (check().replace('name = "same"\n', ""), {"checks.1.name"}),
        (check(field="h"), {"checks.1.field"}),
        (check(more='severity = "bad"\n'), {"checks.1.severity"}),
        (check(more="also = 1\n"), {"checks.1.also"}),
        (check() + check(field="g"), {"checks"}),
        (check() + check("other", formula="LEN(A)"), {"checks.2.formula"}),
    ],
)
def test_a_check_that_is_not_whole_is_told_at_its_place(text: str, places: set[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        mapped(text)
    assert {problem.place for problem in caught.value.problems} == places


def test_a_column_of_a_check_is_read_and_no_other() -> None:
    plan = plan_of(f'{HEAD}[fields]\nf = "A"\n{check(formula="B = C")}', contract_of({"f": TEXT}))
    assert set(plan.columns_used) == {"ID", "A", "B", "C"}
