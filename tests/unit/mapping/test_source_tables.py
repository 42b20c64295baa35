"""Lookup tables that another source holds, and what a mapping wants of its records."""

import tomllib

import pytest

from agent.errors import ConfigError
from agent.mapping import Mapper, Plan, parse
from agent.model import Draft, Problem
from tests.unit.mapping.helpers import TEXT, contract_of

HEAD = 'version = 1\nentity = "thing"\nexternal_id = "ID"\non_leave = "leave"\n'
TABLE = '[lookups.terms]\nsource = "terms"\nkey = "CODE"\nvalue = "TEXT"\n'
MONEY = {"type": "decimal", "places": 2}


def plan_of(text: str) -> Plan:
    fields = {"f": TEXT, "total": MONEY}
    return parse(tomllib.loads(HEAD + text), contract_of(fields), "m.toml")


def bound(plan: Plan, pairs: list[tuple[str, str]] | None = None) -> Mapper:
    for table in plan.tables.values():
        if pairs is not None:
            table.fill(pairs)
    return plan.bind(["ID", "C"])


def made(mapper: Mapper, value: str) -> str | None:
    found = mapper(("X1", value))
    assert isinstance(found, (Draft, Problem))
    return found.code if isinstance(found, Problem) else found.fields["f"]


RULES = ['{ column = "C", lookup = "terms" }', "{ formula = 'LOOKUP(\"terms\", C)' }"]


@pytest.mark.parametrize("rule", RULES)
def test_no_record_is_made_before_its_table_was_read(rule: str) -> None:
    mapper = bound(plan_of(f"{TABLE}[fields]\nf = {rule}\n"))
    assert made(mapper, "30") == "LOOKUP_UNREADABLE"


@pytest.mark.parametrize("rule", RULES)
def test_a_word_means_what_the_source_says_when_the_record_is_mapped(rule: str) -> None:
    plan = plan_of(f"{TABLE}[fields]\nf = {rule}\n")
    mapper = bound(plan, [("30", "30 days"), ("X", "one"), ("X", "two"), ("X", "one")])
    assert [made(mapper, word) for word in ("30", "31", "X")] == [
        "30 days", "LOOKUP_MISSING", "LOOKUP_AMBIGUOUS",
    ]  # fmt: skip
    bound(plan, [("30", "a month")])
    assert made(mapper, "30") == "a month"


@pytest.mark.parametrize("otherwise", ["blank", "keep"])
def test_no_other_way_out_hides_that_a_table_was_not_read(otherwise: str) -> None:
    rule = f'{{ column = "C", lookup = "terms", otherwise = "{otherwise}" }}'
    assert made(bound(plan_of(f"{TABLE}[fields]\nf = {rule}\n")), "1") == "LOOKUP_UNREADABLE"


def test_case_counts_unless_the_table_folds_it() -> None:
    plan = plan_of(f"{TABLE}fold = true\n[fields]\nf = {RULES[0]}\n")
    mapper = bound(plan, [("Ab", "x"), ("AB", "x")])
    assert made(mapper, "aB") == "x"


def test_a_constant_word_is_looked_up_in_each_record_not_when_the_formula_is_read() -> None:
    plan = plan_of(TABLE + '[fields]\nf = { formula = \'LOOKUP("terms", "K") & C\' }\n')
    mapper = bound(plan, [("K", "new ")])
    assert made(mapper, "x") == "new x"


def test_what_a_source_holds_is_no_part_of_the_version_but_where_it_stands_is() -> None:
    text = f"{TABLE}[fields]\nf = {RULES[0]}\n"
    one, other = plan_of(text), plan_of(text)
    bound(one, [("1", "x")])
    assert one.version_digest == other.version_digest
    assert plan_of(text.replace('"TEXT"', '"NAME"')).version_digest != one.version_digest


def test_what_a_table_says_is_told_from_what_it_said_before() -> None:
    (table,) = plan_of(f"{TABLE}[fields]\nf = {RULES[0]}\n").tables.values()
    first = table.fill([("1", "a"), ("2", "b")])
    assert table.fill([("2", "b"), ("1", "a"), ("1", "a")]) == first
    assert table.fill([("1", "a"), ("2", "c")]) != first
    assert len(table) == 2
    assert set(table) == {"1", "2"}


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ('source = "s"\nkey = "A"', "two of its columns"),
        ('source = "s"\ncsv = "t.csv"\nkey = "A"\nvalue = "B"', "one of"),
        ('source = 5\nkey = "A"\nvalue = "B"', "must be a text"),
    ],
)
def test_a_table_without_place_is_a_problem(table: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        plan_of(f"[lookups.terms]\n{table}\n[fields]\nf = {RULES[0]}\n")


# --- checks -------------------------------------------------------------------------------------


SUMS = '[lookups.sums]\nsource = "sums"\nkey = "NO"\nvalue = "SUM"\n'
ADD_UP = 'ABS(NUMBER(C) - NUMBER(LOOKUP("sums", ID))) <= 0.01'


def checked(
    value: str, *, severity: str = "", pairs: tuple[tuple[str, str], ...] = (("X1", "12.50"),)
):
    severity = f'severity = "{severity}"\n' if severity else ""
    check = (
        f'[[checks]]\nname = "lines add up"\nfield = "total"\nformula = \'{ADD_UP}\'\n{severity}'
    )
    plan = plan_of(f'{check}{SUMS}[fields]\ntotal = "C"\n')
    return plan, bound(plan, list(pairs))(("X1", value))


def test_a_header_is_held_against_what_another_source_says_of_its_lines() -> None:
    _, good = checked("12.51")
    assert isinstance(good, Draft)
    assert good.warnings == ()
    _, bad = checked("12.52")
    assert isinstance(bad, Problem)
    assert (bad.code, bad.field, bad.external_id) == ("CHECK_FAILED", "total", "X1")
    assert bad.reason == "total fails the check 'lines add up'."


def test_a_check_that_only_warns_lets_the_record_go() -> None:
    plan, made = checked("99", severity="warning")
    assert plan.warns
    assert isinstance(made, Draft)
    assert [(w.code, w.field) for w in made.warnings] == [("CHECK_FAILED", "total")]


def test_a_check_that_cannot_be_made_says_why() -> None:
    _, made = checked("12.50", pairs=())
    assert isinstance(made, Problem)
    assert made.code == "LOOKUP_MISSING"
    assert "The check 'lines add up' of total is not in its lookup table." in made.reason


@pytest.mark.parametrize(
    ("check", "why"),
    [
        ("name = 'x'\nfield = 'total'\nformula = 'C + 1'", "of no use"),
        ("name = 'x'\nfield = 'nothing'\nformula = 'C = \"1\"'", "must be one of"),
        ("field = 'total'\nformula = 'C = \"1\"'", "is needed"),
        ("name = 'x'\nfield = 'total'", "is needed"),
        ("name = 'x'\nfield = 'total'\nformula = 'C = \"1\"'\nbad = 1", "means nothing"),
        ("name = 'x'\nfield = 'total'\nformula = 'C = \"1\"'\nseverity = 'off'", "one of"),
    ],
)
def test_a_check_that_is_not_right_is_a_problem_with_its_place(check: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why) as refused:
        plan_of(f'[[checks]]\n{check}\n[fields]\ntotal = "C"\n')
    assert any("checks.1" in problem.place for problem in refused.value.problems)


def test_two_checks_of_one_name_cannot_be_told_apart() -> None:
    check = "[[checks]]\nname = 'x'\nfield = 'total'\nformula = 'C = \"1\"'\n"
    with pytest.raises(ConfigError, match="same name"):
        plan_of(f'{check}{check}[fields]\ntotal = "C"\n')
