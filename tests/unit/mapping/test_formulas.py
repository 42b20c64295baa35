"""Formulas as a spreadsheet user reads them: what each gives, and what is said when one is wrong."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import resources
from agent.mapping.formula import FormulaError, compile_formula
from agent.mapping.formula.functions import FUNCTIONS
from agent.mapping.values import Refused
from agent.model import Value

TABLES = {"units": {"ST": "H87", "KG": "KGM"}}


def worth(text: str, **columns: Value) -> object:
    formula = compile_formula(text, list(columns), TABLES)
    return formula.bind({name: at for at, name in enumerate(columns)})(list(columns.values()))


def refusal(text: str, **columns: Value) -> str:
    with pytest.raises(Refused) as refused:
        worth(text, **columns)
    return refused.value.code


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3", Decimal(7)),
        ("(1 + 2) * 3", Decimal(9)),
        ("0.1 + 0.2", Decimal("0.3")),
        ("2 - 3 - 4", Decimal(-5)),
        ("-(-3) - -2", Decimal(5)),
        ("7 / 2", Decimal("3.5")),
        ("= 1", Decimal(1)),
        ('"a" & 1 & TRUE', "a1true"),
        ('"say ""hi"""', 'say "hi"'),
        ("'it''s'", "it's"),
        ('""', None),
        ("BLANK", None),
        ("1 = 1.0", True),
        ('"a" <> "b"', True),
        ("2 >= 2 AND NOT 1 > 2", True),
        ("FALSE OR TRUE AND FALSE", False),
        ('"AT" IN ("DE", "AT")', True),
        ('NOT "AT" IN ("DE", "CH")', True),
        ("IF(1 > 2, 3)", None),
        ("IF(TRUE; 1; 2)", Decimal(1)),
        ("IFS(FALSE, 1, TRUE, 2)", Decimal(2)),
        ("IFS(FALSE, 1, 9)", Decimal(9)),
        ('SWITCH(2, 1, "a", 2, "b")', "b"),
        ('SWITCH(7, 1, "a", "other")', "other"),
        ('COALESCE("", " ", "x")', "x"),
        ('ISBLANK("  ")', True),
        ('LOOKUP("units", "ST")', "H87"),
        ('LOOKUP("units", "xx", "own")', "own"),
        ('LOOKUP("units", "")', None),
        ('TRIM("  a   b ")', "a b"),
        ('PROPER("ann smith")', "Ann Smith"),
        ('LEFT("abc", 2) & RIGHT("abc", 1) & MID("abcd", 2, 2)', "abcbc"),
        ('RIGHT("abc", 0)', None),
        ('LEN("abc")', Decimal(3)),
        ('FIND("c", "abc")', Decimal(3)),
        ('FIND("x", "abc")', Decimal(0)),
        ('SUBSTITUTE("a-b-c", "-", "")', "abc"),
        ('CONCAT("a", 1, "b")', "a1b"),
        ('JOIN(", ", "a", "", "b")', "a, b"),
        ('SPLIT("a;b;c", ";", -1)', "c"),
        ('SPLIT("a", ";", 2)', None),
        ('PAD("41", 5)', "00041"),
        ('PAD("", 5)', None),
        ('STRIPZEROS("0")', "0"),
        ('NUMBER("1.234,50-", ",", ".")', Decimal("-1234.5")),
        ('NUMBER(" ")', None),
        ("ROUND(2.5)", Decimal(3)),
        ("ROUND(-2.5)", Decimal(-3)),
        ("ROUND(1234, -2)", Decimal(1200)),
        ("ROUNDDOWN(2.99, 1)", Decimal("2.9")),
        ("ROUNDUP(2.01, 1)", Decimal("2.1")),
        ("CEILING(2.1) + INT(-2.1)", Decimal(0)),
        ("MOD(-7, 3)", Decimal(2)),
        ("MIN(3, 1, 2) + MAX(3, 1, 2) + SUM(1, 2)", Decimal(7)),
        ("TEXT(2.5, 3)", "2.500"),
        ('TEXT(DATE(2026, 2, 3), "%d.%m.%Y")', "03.02.2026"),
        ("ADDMONTHS(DATE(2026, 1, 31), 1)", date(2026, 2, 28)),
        ("ADDDAYS(DATE(2024, 2, 28), 1)", date(2024, 2, 29)),
        ("DAYSBETWEEN(DATE(2026, 1, 1), DATE(2026, 3, 1))", Decimal(59)),
        ("YEAR(DATE(2026, 1, 2)) + MONTH(DATE(2026, 1, 2)) + DAY(DATE(2026, 1, 2))", Decimal(2029)),
        ("DATE(2026, 1, 2) < DATE(2026, 1, 3)", True),
    ],
)
def test_a_formula_gives_what_a_spreadsheet_user_expects(text: str, result: object) -> None:
    assert worth(text) == result


def test_every_function_is_shown_by_at_least_one_example() -> None:
    (shown,) = [
        mark.args[1]
        for mark in test_a_formula_gives_what_a_spreadsheet_user_expects.pytestmark  # type: ignore[attr-defined]
    ]
    told = " ".join(text for text, _ in shown) + resources.text("help/formulas.md")
    assert [name for name in FUNCTIONS if name not in told] == []


@pytest.mark.parametrize(
    ("text", "columns", "code"),
    [
        ("P * 2", {"P": "3"}, "FORMULA_TYPE"),
        ("P * 2", {"P": None}, "FORMULA_BLANK"),
        ("P < 2", {"P": ""}, "FORMULA_BLANK"),
        ("P = 2", {"P": "2"}, "FORMULA_TYPE"),
        ("IF(P, 1, 2)", {"P": "yes"}, "FORMULA_TYPE"),
        ("1 / P", {"P": 0}, "DIVISION_BY_ZERO"),
        ("MOD(1, P)", {"P": 0}, "DIVISION_BY_ZERO"),
        ("LEFT(P, 1.5)", {"P": "a"}, "FORMULA_NUMBER"),
        ('LOOKUP("units", P)', {"P": "??"}, "LOOKUP_MISSING"),
        ('NUMBER(P, ",", ".")', {"P": "1.5"}, "NOT_A_NUMBER"),
        ("DATEVALUE(P)", {"P": "31.12.2026"}, "NOT_A_DATE"),
        ("DATE(P, 2, 30)", {"P": 2026}, "NOT_A_DATE"),
        ("P * P", {"P": Decimal("1e39")}, "FORMULA_NUMBER"),
        ("P & P", {"P": "x" * 20_000}, "FORMULA_SIZE"),
        ("P & 1", {"P": "x" * 40_000}, "FORMULA_SIZE"),
        ('SUBSTITUTE(P, "x", "yyyyyyyyyy")', {"P": "x" * 20_000}, "FORMULA_SIZE"),
        ("P & 1", {"P": 0.1}, "TEXT_INVALID"),
        ("YEAR(P)", {"P": datetime(2026, 1, 1, 12)}, "FORMULA_TYPE"),  # noqa: DTZ001 - as read
        ("TEXT(P, 1)", {"P": Decimal("1.25")}, "PRECISION"),
    ],
)
def test_a_record_that_does_not_fit_is_refused_with_a_code(
    text: str, columns: dict[str, Value], code: str
) -> None:
    assert refusal(text, **columns) == code


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('LEFT("abc", 1', ") is missing. It is character 14 (at its end)."),
        ("NAEM & 1", "There is no column NAEM."),
        ("TRM(NAME)", "There is no function TRM."),
        ('"a" * 2', "* needs a number, and here is text."),
        ("LEFT(NAME)", "LEFT takes 2 values, here are 1."),
        ('LOOKUP("unit", NAME)', "There is no table unit."),
        ("LOOKUP(NAME, NAME)", "LOOKUP begins with the name of a table in quotes."),
        ("1 < 2 < 3", "Two comparisons do not follow each other."),
        ('"a" = 1', "It compares text with a number."),
        ("NAME NAME", "The formula should end here, or an operator follow."),
        ('"open', "This character means nothing here."),
        ("", "A value, a column or a function is missing."),
        ("1 +\n* 2", "It is line 2, character 1"),
    ],
)
def test_a_wrong_formula_is_told_with_its_place_before_any_record_is_seen(
    text: str, said: str
) -> None:
    with pytest.raises(FormulaError) as error:
        compile_formula(text, ["NAME"], TABLES)
    assert said in error.value.sentence(text)


def test_slips_of_the_pen_get_a_hint() -> None:
    with pytest.raises(FormulaError) as error:
        compile_formula("TRIMM(NAME)", ["NAME"])
    assert error.value.hint == "Did you mean 'TRIM'?"


def test_only_the_named_columns_are_looked_at() -> None:
    formula = compile_formula('IF([Kunden Nr] = "", b, B)', ["Kunden Nr", "B", "SECRET"])
    assert formula.columns == ("Kunden Nr", "b", "B")


@pytest.mark.parametrize(
    "text",
    [
        "().__class__",
        "[x for x in (1,)]",
        '__import__("os")',
        "LEFT.__globals__",
        "9**9**9",
        "lambda: 1",
        'f"{LAND}"',
        "LAND.upper()",
        "(" * 300 + "1" + ")" * 300,
        "1" * 3000,
        "-" * 300 + "1",
        "NOT " * 300 + "TRUE",
        "+".join("1" * 500),
        "{}",
        "a := 1",
        "LAND; import os",
        "`ls`",
        "1 if 2 else 3",
        "*",
    ],
)
def test_what_is_no_formula_is_refused_whatever_it_tries(text: str) -> None:
    with pytest.raises(FormulaError):
        compile_formula(text, ["LAND"])


def test_text_never_multiplies() -> None:
    assert refusal("LAND * 1000", LAND="abc") == "FORMULA_TYPE"
    with pytest.raises(FormulaError):
        compile_formula('"a" * 1000000000', [])


def test_the_examples_of_the_help_page_are_true() -> None:
    rows = re.findall(
        r"^\| `(.+?)` \| (.*?) \| (.*?) \|$", resources.text("help/formulas.md"), re.MULTILINE
    )
    assert len(rows) > 10
    for text, given_, result in rows:
        columns = dict(re.findall(r"(\w+): ?(.*?)(?:, (?=\w+:)|$)", given_))
        made = worth(text, **columns)
        shown = {True: "true", False: "false"}.get(made) if isinstance(made, bool) else made  # type: ignore[call-overload]
        assert str(shown) == result, text


numbers = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**11), max_value=10**11)  # fmt: skip


@given(numbers, numbers)
def test_sums_and_products_are_exact(one: Decimal, two: Decimal) -> None:
    assert worth("A + B", A=one, B=two) == one + two
    assert worth("A - B", A=one, B=two) == one - two
    assert Fraction(worth("A * B", A=one, B=two)) == Fraction(one) * Fraction(two)  # type: ignore[arg-type]


@given(st.text(max_size=60), st.text(max_size=60))
def test_text_comes_through_as_it_is(one: str, two: str) -> None:
    made = worth("A & B", A=one, B=two)
    blank = ("" if not one.strip() else one) + ("" if not two.strip() else two)
    assert made == (blank or None)
