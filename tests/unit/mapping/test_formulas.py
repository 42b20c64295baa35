"""Formulas as a spreadsheet user reads them: what each gives, and what is said when one is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Context, Decimal
from fractions import Fraction
from math import ceil, floor, trunc
from operator import add, mul, sub

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
        ('STRIPZEROS("000")', "0"),
        ('STRIPZEROS("00A1")', "A1"),
        ('REPLACE("abcdef", 2, 3, "-")', "a-ef"),
        ('REPLACE("ab", 9, 9, "c")', "abc"),
        ('MID("abc", 9, 2)', None),
        ('PAD("abcdef", 3)', "abcdef"),
        ('PAD("a", 3, ".")', "..a"),
        ('STARTSWITH("abc", "ab") AND ENDSWITH("abc", "bc") AND CONTAINS("abc", "b")', True),
        ('NUMBER("0000000000000000000000000000000000000000000000041")', Decimal(41)),
        ('NUMBER("-0,00", ",")', Decimal(0)),
        ("0 = -0.0", True),
        ("IF(BLANK = '', 'same')", "same"),
        ("1 / 3 * 3", Decimal("0." + "9" * 20)),
        ("ROUND(2 / 3 * 3, 10)", Decimal(2)),
        ("MOD(7, -3)", Decimal(-2)),
        ("MOD(0.3, 0.1)", Decimal(0)),
        ("ROUNDUP(-2.01, 1)", Decimal("-2.1")),
        ("ROUNDDOWN(-2.99)", Decimal(-2)),
        ("ABS(-2.50)", Decimal("2.5")),
        ('TEXT(-1234567.5, 2, ",", ".")', "-1.234.567,50"),
        ('TEXT(DATE(2026, 2, 3), "100%% %y%m")', "100% 2602"),
        ('TEXT("")', None),
        ("TEXT(BLANK, 2)", None),
        ('DATEVALUE("3 Feb 2026", "%d %b %Y")', date(2026, 2, 3)),
        ("DATEVALUE(20260203, '%Y%m%d')", date(2026, 2, 3)),
        ("ADDMONTHS(DATE(2026, 3, 31), -13)", date(2025, 2, 28)),
        ("DAYSBETWEEN(DATE(2026, 1, 2), DATE(2026, 1, 1))", Decimal(-1)),
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
        mark.args[1] for mark in test_a_formula_gives_what_a_spreadsheet_user_expects.pytestmark
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
        ("LEFT('abc', P)", {"P": Decimal("1.5")}, "FORMULA_NUMBER"),
        ("MID('abc', P, 1)", {"P": 0}, "FORMULA_NUMBER"),
        ("SPLIT('a b', P, 1)", {"P": ""}, "FORMULA_BLANK"),
        ("SPLIT('a b', ' ', P)", {"P": 0}, "FORMULA_NUMBER"),
        ("PAD('a', 3, P)", {"P": "xy"}, "FORMULA_TYPE"),
        ("ROUND(1.5, P)", {"P": 21}, "FORMULA_NUMBER"),
        ("TRIM(P) < 'a'", {"P": ""}, "FORMULA_BLANK"),
        ("IF(IF(TRUE, TRIM(P), P), 1, 2)", {"P": ""}, "FORMULA_BLANK"),
        ("YEAR(IF(TRUE, TRIM(P), P))", {"P": ""}, "FORMULA_BLANK"),
        ("YEAR(P)", {"P": "2026"}, "FORMULA_TYPE"),
        ("ADDDAYS(P, 3000000)", {"P": date(2026, 1, 1)}, "NOT_A_DATE"),
        ("ADDDAYS(DATE(2026, 1, 1), P)", {"P": 99999999}, "FORMULA_NUMBER"),
        ("ADDMONTHS(P, -99999)", {"P": date(2026, 1, 1)}, "NOT_A_DATE"),
        ("TEXT(P, 2)", {"P": "x"}, "FORMULA_TYPE"),
        ("P + 1", {"P": Decimal("NaN")}, "FORMULA_NUMBER"),
        ("P + 1", {"P": 10**41}, "FORMULA_NUMBER"),
        ("P + 1", {"P": True}, "FORMULA_TYPE"),
        ("P * P", {"P": Decimal("1e-21")}, "FORMULA_NUMBER"),
        ("P / 7", {"P": Decimal("1e-30")}, "FORMULA_NUMBER"),
        ("NUMBER(P)", {"P": True}, "NOT_A_NUMBER"),
        ("NUMBER(P)", {"P": "1" * 41}, "FORMULA_NUMBER"),
        ("DATEVALUE(P)", {"P": True}, "NOT_A_DATE"),
        ("CONTAINS(P, P)", {"P": "x" * 256}, "FORMULA_SIZE"),
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
        ("1 / (2 - 2)", "It divides by zero. It is character 3"),
        ("IF(NAME = 'x', 1 / 0, 1)", "It divides by zero."),
        ("9999999999999999999999 * 9999999999999999999999", "more than 40 digits"),
        ("LEFT(NAME, -1)", "LEFT needs a whole number from 0 to 32767. It is character 12"),
        ("LEFT(NAME, 1.5)", "LEFT needs a whole number"),
        ("PAD(NAME, 5, 'ab')", "PAD fills with exactly one character."),
        ("ROUND(NUMBER(NAME), 99)", "ROUND rounds to at most 20 places."),
        ("NUMBER(NAME, ',', ',')", "NUMBER needs two different marks"),
        ("NUMBER(NAME, '-')", "NUMBER needs marks that are one character"),
        ("NUMBER(NAME, NAME)", "NUMBER needs all but its first value as they are"),
        ("DATEVALUE(NAME, 'foo')", "It must name year, month and day."),
        ("DATEVALUE(NAME, '%Q')", "'%Q' is unknown"),
        ("DATEVALUE(NAME, '%d%d%m%Y')", "It names the same part twice."),
        ("DATEVALUE(NAME, '%Y%m%d%H')", "DATEVALUE reads days only"),
        ("DATEVALUE(NAME, NAME)", "not from a column"),
        ("TEXT(DATE(2026, 1, 1), '%H')", "%H is unknown"),
        ("TEXT(NAME, TRUE)", "TEXT writes numbers by their places"),
        ("SWITCH(LEN(NAME), '1', 'x')", "It compares a number with text."),
        ("LEN(NAME) IN ('1', '2')", "It compares a number with text."),
        ("LOOKUP('units', 'xx')", "It is not in its lookup table."),
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


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("LEN(NAME) * 1,19", "Numbers are written with a point: 1.19."),
        ("NAME NOT IN ('a')", "Write NOT x IN (...)."),
        ("TRIM & NAME", "TRIM is a function: brackets follow it."),
        ("NAME * 'x'", "NUMBER reads one from text."),
        ("YEAR('2026')", "DATEVALUE reads one from text."),
        ("19%", "Write 19 % as 0.19."),
        ("LOOKUP('unit', NAME)", "Did you mean 'units'?"),
        ("NAEM", "Did you mean 'NAME'?"),
    ],
)
def test_what_other_programs_write_gets_a_hint(text: str, hint: str) -> None:
    with pytest.raises(FormulaError) as error:
        compile_formula(text, ["NAME"], TABLES)
    assert error.value.hint == hint


def test_a_folded_part_that_cannot_work_does_not_spoil_another_formula() -> None:
    with pytest.raises(FormulaError):
        compile_formula("1 / 0")
    assert worth("A / 2", A=1) == Decimal("0.5")


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
        shown = {True: "true", False: "false"}.get(made) if isinstance(made, bool) else made
        assert str(shown) == result, text


numbers = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**11), max_value=10**11)  # fmt: skip


@given(numbers, numbers)
def test_sums_and_products_are_exact(one: Decimal, two: Decimal) -> None:
    assert worth("A + B", A=one, B=two) == one + two
    assert worth("A - B", A=one, B=two) == one - two
    assert Fraction(worth("A * B", A=one, B=two)) == Fraction(one) * Fraction(two)


wide = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places, Context(prec=100)),
    st.integers(-(10**75), 10**75),
    st.integers(0, 45),
)


def number_or_refusal(text: str, **columns: Value) -> Fraction | str:
    try:
        made = worth(text, **columns)
    except Refused as refused:
        return refused.code
    assert isinstance(made, Decimal)
    return Fraction(made)


@given(st.sampled_from("+-*"), wide, wide)
def test_a_number_of_any_size_is_exact_or_refused(mark: str, one: Decimal, two: Decimal) -> None:
    right: dict[str, Callable[[Fraction, Fraction], Fraction]] = {"+": add, "-": sub, "*": mul}
    made = number_or_refusal(f"A {mark} B", A=one, B=two)
    assert made == "FORMULA_NUMBER" or made == right[mark](Fraction(one), Fraction(two))


@given(wide, wide.filter(bool))
def test_a_remainder_is_exact_and_has_the_sign_of_the_divisor(one: Decimal, two: Decimal) -> None:
    made = number_or_refusal("MOD(A, B)", A=one, B=two)
    assert made == "FORMULA_NUMBER" or made == Fraction(one) % Fraction(two)


@given(
    st.sampled_from(["ROUND", "ROUNDUP", "ROUNDDOWN", "CEILING"]),
    st.decimals(-(10**12), 10**12, places=4),
    st.decimals(-(10**9), 10**9, places=3).filter(bool),
    st.integers(0, 8),
)
def test_a_rounded_quotient_is_rounded_once(
    how: str, one: Decimal, two: Decimal, places: int
) -> None:
    exact = Fraction(one) / Fraction(two) * 10**places
    whole = {
        "ROUND": floor(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1),
        "ROUNDUP": ceil(abs(exact)) * (1 if exact >= 0 else -1),
        "ROUNDDOWN": trunc(exact),
        "CEILING": ceil(exact),
    }[how]
    assert worth(f"{how}(A / B, {places})", A=one, B=two) == Decimal(whole).scaleb(-places)


@given(st.text(max_size=60), st.text(max_size=60))
def test_text_comes_through_as_it_is(one: str, two: str) -> None:
    made = worth("A & B", A=one, B=two)
    blank = ("" if not one.strip() else one) + ("" if not two.strip() else two)
    assert made == (blank or None)
