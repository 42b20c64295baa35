"""Formulas at their edges: how many values, which types, which words, and what is said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from agent.mapping.formula import FormulaError, compile_formula
from agent.mapping.formula.worth import Type
from agent.mapping.values import Refused
from agent.model import Value

TABLES = {"units": {"ST": "H87", "KG": "KGM"}}


def worth(text: str, **columns: Value) -> object:
    formula = compile_formula(text, list(columns), TABLES)
    return formula.bind({name: at for at, name in enumerate(columns)})(list(columns.values()))


def refused(text: str, **columns: Value) -> Refused:
    with pytest.raises(Refused) as caught:
        worth(text, **columns)
    return caught.value


def wrong(text: str, *columns: str) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        compile_formula(text, columns or None, TABLES)
    return caught.value


def gives(text: str) -> Type:
    return compile_formula(text, None, TABLES).gives


# --- how many values


@pytest.mark.parametrize(
    ("name", "least", "most", "value"),
    [
        ("IF", 2, 3, "TRUE"), ("IFS", 2, 50, "TRUE"), ("SWITCH", 3, 51, "1"),
        ("COALESCE", 1, 50, "1"), ("ISBLANK", 1, 1, "1"), ("AND", 1, 50, "TRUE"),
        ("OR", 1, 50, "TRUE"), ("NOT", 1, 1, "TRUE"), ("CONCAT", 1, 50, "1"),
        ("JOIN", 2, 50, "'a'"), ("MIN", 1, 50, "1"), ("MAX", 1, 50, "1"), ("SUM", 1, 50, "1"),
        ("TRIM", 1, 1, "'a'"), ("ROUND", 1, 2, "1"), ("ROUNDUP", 1, 2, "1"),
        ("ROUNDDOWN", 1, 2, "1"), ("CEILING", 1, 2, "1"), ("INT", 1, 1, "1"),
        ("MOD", 2, 2, "1"), ("LEN", 1, 1, "'a'"), ("DATE", 3, 3, "1"), ("CONTAINS", 2, 2, "'a'"),
    ],
)  # fmt: skip
def test_a_function_takes_so_many_values_and_no_others(
    name: str, least: int, most: int, value: str
) -> None:
    def call(count: int) -> str:
        return f"{name}({', '.join([value] * count)})"

    many = str(least) if least == most else f"{least} to {most}"
    for count in (least, most):
        worth(call(count))
    for count in {least - 1, most + 1}:
        assert wrong(call(count)).text == f"{name} takes {many} values, here are {count}."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("LOOKUP('units')", "LOOKUP takes 2 to 3 values, here are 1."),
        ("LOOKUP('units', A, A, A)", "LOOKUP takes 2 to 3 values, here are 4."),
        ("PAD(A)", "PAD takes 2 to 3 values, here are 1."),
        ("PAD(A, 1, '0', '0')", "PAD takes 2 to 3 values, here are 4."),
        ("NUMBER(A, '.', ',', ',')", "NUMBER takes 1 to 3 values, here are 4."),
        ("TEXT(A, 1, '.', ',', 1)", "TEXT takes 1 to 4 values, here are 5."),
        ("DATEVALUE(A, '%Y%m%d', 1)", "DATEVALUE takes 1 to 2 values, here are 3."),
        ("SPLIT(A, ',')", "SPLIT takes 3 values, here are 2."),
        ("REPLACE(A, 1, 1)", "REPLACE takes 4 values, here are 3."),
        ("MID(A, 1)", "MID takes 3 values, here are 2."),
    ],
)
def test_what_has_too_few_or_too_many_values_says_how_many_it_takes(text: str, said: str) -> None:
    assert wrong(text).text == said


# --- types


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("A", Type.ANY), ("'a' & A", Type.TEXT), ("A + 1", Type.NUMBER), ("A = 1", Type.BOOLEAN),
        ("A IN (1, 2)", Type.BOOLEAN), ("NOT A", Type.BOOLEAN), ("ISBLANK(A)", Type.BOOLEAN),
        ("AND(A)", Type.BOOLEAN), ("IF(A, 1, 2)", Type.NUMBER), ("IF(A, 1, 'x')", Type.ANY),
        ("IF(A, 1, B)", Type.ANY), ("IFS(A, 1, B, 2)", Type.NUMBER), ("IFS(A, 1, 'x')", Type.ANY),
        ("IFS(A, 1, 2)", Type.NUMBER), ("SWITCH(A, 1, 'a', 2, 'b')", Type.TEXT),
        ("SWITCH(A, 1, 'a', 2, 3)", Type.ANY), ("SWITCH(A, 1, 'a', 'b')", Type.TEXT),
        ("SWITCH(A, 1, 'a', 5)", Type.ANY), ("COALESCE(LEN(A), 1)", Type.NUMBER),
        ("COALESCE(A, 1)", Type.ANY), ("LOOKUP('units', A)", Type.TEXT),
        ("LOOKUP('units', A, 'x')", Type.TEXT), ("LOOKUP('units', A, 1)", Type.ANY),
        ("DATEVALUE(A)", Type.DATE), ("YEAR(A)", Type.NUMBER), ("CONTAINS(A, 'x')", Type.BOOLEAN),
        ("TRIM(A)", Type.TEXT), ("-A", Type.NUMBER),
    ],
)  # fmt: skip
def test_what_a_formula_gives_is_known_before_any_record(text: str, type_: Type) -> None:
    assert gives(text) is type_


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("NOT LEN(A)", "NOT needs true or false, and here is a number."),
        ("TRUE AND 1", "AND needs true or false, and here is a number."),
        ("LEN(A) OR TRUE", "OR needs true or false, and here is a number."),
        ("AND(A, 1)", "AND needs true or false, and here is a number."),
        ("IF(1, 2, 3)", "IF needs true or false, and here is a number."),
        ("IFS(A, 1, LEN(A), 2)", "IFS needs true or false, and here is a number."),
        ("SWITCH(LEN(A), 1, 'a', 'b', 'c')", "It compares a number with text."),
        ("LEN(A) = 'x'", "It compares a number with text."),
        ("LEN(A) IN (1, 'x')", "It compares a number with text."),
        ("YEAR(LEN(A))", "YEAR needs a date, and here is a number."),
        ("DAYSBETWEEN(A, LEN(A))", "DAYSBETWEEN needs a date, and here is a number."),
        ("LEFT(A, TRUE)", "LEFT needs a number, and here is true or false."),
        ("MIN(1, TRUE)", "MIN needs a number, and here is true or false."),
        ("ROUND(A, ISBLANK(A))", "ROUND needs a number, and here is true or false."),
    ],
)
def test_a_type_that_never_fits_is_told_before_any_record(text: str, said: str) -> None:
    assert wrong(text).text == said


@pytest.mark.parametrize(
    "text",
    ["IFS(A, 1, B, 2, 3)", "SWITCH(A, 1, 'a', 'b')", "SWITCH(LEN(A), 1, 'a', 'b')", "IF(A, 1)"],
)
def test_the_last_value_of_a_choice_is_no_test_of_it(text: str) -> None:
    assert compile_formula(text, None, TABLES)


def test_values_of_different_types_are_never_compared_by_chance() -> None:
    assert refused("A = B", A="1", B=1).code == "FORMULA_TYPE"
    assert refused("A < B", A=True, B=1).code == "FORMULA_TYPE"
    assert refused("A = B", A=date(2026, 1, 1), B="2026-01-01").code == "FORMULA_TYPE"
    assert worth("A = B", A=date(2026, 1, 1), B=date(2026, 1, 1)) is True
    assert worth("A = B", A=1, B=Decimal("1.0")) is True
    assert worth("A = B", A=None, B=1) is False
    assert worth("A = B", A=1, B="") is False
    assert worth("A <> B", A="", B=None) is False


def test_a_list_is_searched_by_text_or_by_value() -> None:
    assert worth("A IN ('1', '2')", A="2") is True
    assert worth("A IN ('1', '2')", A="3") is False
    assert worth("A IN (1, 2)", A=2) is True
    assert worth("A IN (1, 2)", A=3) is False
    assert worth("A IN ('1', B)", A="x", B="x") is True
    assert worth("A IN ('1', B)", A="x", B="y") is False
    assert worth("A IN ('', 'x')", A=None) is True
    assert worth("A IN ('x', 'y')", A=None) is False
    assert refused("A IN ('x', 'y')", A=1).code == "FORMULA_TYPE"


@pytest.mark.parametrize(
    ("text", "results"),
    [("A < B", "TFF"), ("A <= B", "TTF"), ("A > B", "FFT"), ("A >= B", "FTT"),
     ("A = B", "FTF"), ("A == B", "FTF"), ("A <> B", "TFT"), ("A != B", "TFT")],
)  # fmt: skip
def test_values_are_compared_by_size(text: str, results: str) -> None:
    found = [worth(text, A=one, B=5) for one in (4, 5, 6)]
    assert "".join("T" if one else "F" for one in found) == results


# --- only what must be looked at


def test_a_choice_looks_no_further_than_it_must() -> None:
    assert worth("IF(A = 0, 0, 1 / A)", A=0) == 0
    assert worth("A = 0 OR 1 / A > 1", A=0) is True
    assert worth("A <> 0 AND 1 / A > 1", A=0) is False
    assert worth("COALESCE(A, 1 / A)", A=2) == 2
    assert worth("IFS(A = 0, 7, 1 / A > 0, 8)", A=0) == 7
    assert worth("SWITCH(A, 0, 7, 1 / A, 8)", A=0) == 7
    assert worth("LOOKUP('units', A, 1 / B)", A="ST", B=0) == "H87"


def test_choices_without_a_fit_give_what_stands_last_or_blank() -> None:
    assert worth("IFS(A, 1)", A=False) is None
    assert worth("IFS(A, 1, B, 2)", A=False, B=True) == 2
    assert worth("SWITCH(A, 1, 'a')", A=2) is None
    assert worth("COALESCE(A, B)", A="", B=" ") is None
    assert worth("IF(A, 1)", A=False) is None
    assert worth("LOOKUP('units', A)", A=None) is None
    assert worth("LOOKUP('units', A, 'x')", A=None) == "x"
    assert worth("LOOKUP('units', A)", A=" ST ") == "H87"


# --- words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("AND", "AND needs something before it."), ("IN", "IN needs something before it."),
        ("OR 1", "OR needs something before it."), ("A IN 1", "( is missing."),
        ("(1", ") is missing."), ("NOT", "A value, a column or a function is missing."),
        ("1A", "A name begins with a letter."), ("A A", "The formula should end here, or an operator follow."),
        ("1 = 2 IN (3)", "Two comparisons do not follow each other."),
        ("1 IN (2) = 3", "Two comparisons do not follow each other."),
        ("SUM()", "SUM takes 1 to 50 values, here are 0."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_in_one_sentence(text: str, said: str) -> None:
    assert wrong(text).text == said


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("A ^ 2", "There are no powers."), ("A %", "Write 19 % as 0.19."), ("[A", "A column in brackets ends with ]."),
        ("A.B", "There are no dots but in numbers: functions stand before what they are about."),
        ('"a', "A text that begins with a quote ends with one."), ("'a", "A text that begins with a quote ends with one."),
        ("1A", "Write columns like this in brackets: [1A]."), ("1 = 2 = 3", "Join them: AND."),
        ("1,5", "Numbers are written with a point: 1.19."), ("A not in ('x')", "Write NOT x IN (...)."),
        ("LOOKUP('nothing', A)", "Tables are written under [lookups]."),
        ("LEN(A) & YEAR('x')", "DATEVALUE reads one from text."), ("'x' + 1", "NUMBER reads one from text."),
        ("TRUE + 1", ""), ("A ?", ""), ("NUMBER(A, A)", 'Write them in quotes: NUMBER(PRICE, ",", ".").'),
    ],
)  # fmt: skip
def test_a_hint_says_how_it_is_written_here(text: str, hint: str) -> None:
    assert wrong(text).hint == hint


def test_words_are_words_in_any_case_and_columns_in_brackets_are_columns() -> None:
    assert worth("not a or b and true", a=False, b=True) is True
    assert worth("a in (1, 2)", a=1) is True
    assert worth("[AND] & [1 x]", **{"AND": "a", "1 x": "b"}) == "ab"
    assert worth("if(blank = '', 1; 2)") == 1


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("TRUE OR FALSE AND FALSE", True), ("NOT FALSE AND FALSE", False),
        ("NOT 1 = 2", True), ("1 + 1 & 2 * 2 = '24'", True), ("-2 + 3", 1), ("2 * -3", -6),
        ("+3 - +1", 2), ("10 - 4 - 3", 3), ("8 / 4 / 2", 1), ("2 + 3 * 4 - 1", 13),
        ("1 IN (1) AND 2 IN (3)", False), ("1 < 2 AND 2 < 3", True), ("1 < 2 = TRUE", None),
    ],
)  # fmt: skip
def test_operators_bind_as_in_a_spreadsheet(text: str, result: object) -> None:
    if result is None:
        wrong(text)
    else:
        assert worth(text) == result


def test_a_mistake_is_told_with_its_line_and_what_stands_there() -> None:
    text = "1 +\n  FOO(2)"
    said = wrong(text).sentence(text)
    assert said == "There is no function FOO. It is line 2, character 3 (at “FOO(2)”)."
    assert wrong("(1").sentence("(1") == ") is missing. It is character 3 (at its end)."
    long = "FOO(" + "1 + " * 20 + "1)"
    assert "(at “FOO(1 + 1 + 1 + 1 + ”)" in wrong(long).sentence(long)


def test_the_sizes_of_a_formula_are_inclusive() -> None:
    assert compile_formula("1" + " " * 1999)
    assert wrong("1" + " " * 2000).text == "A formula has at most 2000 characters."
    assert worth("(" * 49 + "1" + ")" * 49) == 1
    assert wrong("(" * 50 + "1" + ")" * 50).text == "It is nested deeper than 50 levels."
    assert worth("+".join("1" * 100)) == 100
    assert wrong("+".join("1" * 101)).text == "More than 100 operators follow each other."
    many = ",".join(["SUM(" + ",".join("1" * 49) + ")"] * 8)
    assert wrong(f"SUM({many})").text == "It has more than 400 parts."
    assert worth("SUM(" + ",".join(["SUM(" + ",".join("1" * 49) + ")"] * 7) + ")") == 343
    assert worth("9" * 40) == int("9" * 40)
    assert wrong("9" * 41).text == "A number has at most 40 digits."


def test_the_point_of_a_number_is_no_digit() -> None:
    assert worth("0." + "1" * 39) == Decimal("0." + "1" * 39)
    assert wrong("0." + "1" * 40).text == "A number has at most 40 digits."
