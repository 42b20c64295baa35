"""Values of formulas at their edges: the last digit, the last character, the last day."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from agent.mapping.formula import FormulaError, compile_formula, limits
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


# --- numbers


def test_the_largest_number_has_forty_digits_before_the_point_and_forty_behind() -> None:
    assert worth("A + 1", A=10**40 - 2) == 10**40 - 1
    assert refused("A + 1", A=10**40 - 1).code == "FORMULA_NUMBER"
    finest = Decimal(1).scaleb(-40)
    assert worth("A * 1", A=finest) == finest
    assert refused("A / 10", A=finest).code == "FORMULA_NUMBER"
    assert worth("NUMBER(A)", A="0." + "1" * 40) == Decimal("0." + "1" * 40)
    assert refused("NUMBER(A)", A="0." + "1" * 41).code == "FORMULA_NUMBER"
    assert worth("NUMBER(A)", A="1" * 40 + "." + "1" * 40 + "0") == Decimal(
        "1" * 40 + "." + "1" * 40
    )
    assert refused("NUMBER(A)", A="1" * 41).code == "FORMULA_NUMBER"


def test_zeros_behind_a_number_do_not_make_it_too_fine() -> None:
    assert worth("'' & A", A=Decimal("1." + "0" * 50)) == "1"
    assert worth("'' & A", A=Decimal("1.50")) == "1.50"
    assert worth("'' & A", A=Decimal("1E+3")) == "1000"


@pytest.mark.parametrize(
    ("zero", "written"), [("0", "0"), ("-0", "0"), ("-0.00", "0.00"), ("0E+5", "0"), ("0E-60", "0")]
)
def test_zero_is_written_without_a_sign_and_without_an_exponent(zero: str, written: str) -> None:
    assert worth("'' & A", A=Decimal(zero)) == written


def test_a_long_integer_is_refused_before_it_is_turned_into_digits() -> None:
    assert worth("A + 0", A=10**39) == 10**39
    assert refused("A + 0", A=2**160).predicate == "has more than 40 digits"
    assert refused("A + 0", A=-(2**160)).predicate == "has more than 40 digits"
    assert refused("A + 0", A=2**159).predicate == "makes a number of more than 40 digits"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("ROUND(1.005, 2)", "1.01"), ("ROUND(-1.005, 2)", "-1.01"), ("ROUND(15, -1)", "20"),
        ("ROUNDUP(1.001, 2)", "1.01"), ("ROUNDDOWN(1.009, 2)", "1.00"),
        ("CEILING(1.001, 2)", "1.01"), ("CEILING(-1.009, 2)", "-1.00"), ("INT(-1.5)", "-2"),
        ("INT(1.5)", "1"), ("ROUND(1.5, 20)", "1.50000000000000000000"), ("ABS(-0.5)", "0.5"),
        ("MOD(7, 3)", "1"), ("MOD(-7, -3)", "-1"), ("MOD(6, 3)", "0"), ("MOD(-6, 3)", "0"),
        ("SUM(1.10, 2.20)", "3.30"), ("SUM(1)", "1"),
    ],
)  # fmt: skip
def test_rounding_and_remainders(text: str, result: str) -> None:
    assert str(worth(text)) in (result, f"-{result}" if result == "0" else result)


def test_places_end_at_twenty_either_way() -> None:
    assert worth("ROUND(A, 20)", A=1) == 1
    assert worth("ROUND(A, -20)", A=1) == 0
    for places in (21, -21, Decimal("0.5")):
        assert refused("ROUND(1, P)", P=places).predicate == "rounds to at most 20 places"


def test_a_quotient_is_exact_where_it_ends() -> None:
    assert worth("A / 8", A=1) == Decimal("0.125")
    assert worth("A / 3", A=1) == Decimal("0." + "3" * 20)
    assert worth("A / 3", A=Decimal("1e-10")) == Decimal("1e-10") * Decimal("0." + "3" * 20)
    assert worth("A / 3", A=10**30) == Decimal("3" * 30 + "." + "3" * 20)
    assert worth("A / B", A=1, B=-4) == Decimal("-0.25")


@pytest.mark.parametrize(
    ("value", "result"),
    [("12", "12"), ("1.5-", "-1.5"), ("-1.5", "-1.5"), (".5", "0.5"), ("5.", "5"), ("007", "7")],
)
def test_numbers_are_read_from_text(value: str, result: str) -> None:
    assert worth("NUMBER(A)", A=value) == Decimal(result)


def test_marks_of_numbers_are_one_character_that_is_no_digit_letter_or_sign() -> None:
    assert worth("NUMBER(A, ',', ' ')", A="1 234,5") == Decimal("1234.5")
    assert worth("NUMBER(A, ';')", A="1;5") == Decimal("1.5")
    for mark in ("5", "x", "-", "+", "(", ")", ",,"):
        assert "marks that are one character" in wrong(f"NUMBER(A, '{mark}')").text
        assert "marks that are one character" in wrong(f"TEXT(A, 2, '.', '{mark}')").text
    assert "two different marks" in wrong("TEXT(A, 2, ',', ',')").text


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("TEXT(A, 2)", "1234567.50"), ("TEXT(A, 1, ',')", "1234567,5"),
        ("TEXT(A, 3, ',', '.')", "1.234.567,500"), ("TEXT(A)", "1234567.5"),
    ],
)  # fmt: skip
def test_numbers_are_written_with_the_marks_that_are_named(text: str, result: str) -> None:
    assert worth(text, A=Decimal("1234567.5")) == result


def test_a_number_is_written_without_places_or_refused() -> None:
    assert worth("TEXT(A, 0)", A=Decimal("2.0")) == "2"
    assert refused("TEXT(A, 0)", A=Decimal("2.5")).code == "PRECISION"
    assert "writes no less than 0 places" in wrong("TEXT(A, -1)").text
    assert refused("TEXT(A, 1)", A=date(2026, 1, 1)).code == "FORMULA_TYPE"
    assert refused("TEXT(A, '%Y')", A=1).code == "FORMULA_TYPE"


# --- texts


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("LEFT(A, 0)", None), ("LEFT(A, 2)", "ab"), ("LEFT(A, 99)", "abcdef"),
        ("RIGHT(A, 2)", "ef"), ("RIGHT(A, 99)", "abcdef"), ("MID(A, 1, 2)", "ab"),
        ("MID(A, 6, 9)", "f"), ("MID(A, 2, 0)", None), ("FIND('cd', A)", 3), ("FIND('a', A)", 1),
        ("REPLACE(A, 1, 2, 'X')", "Xcdef"), ("REPLACE(A, 3, 0, 'X')", "abXcdef"),
        ("SUBSTITUTE(A, '', 'X')", "abcdef"), ("SUBSTITUTE(A, 'cd', 'X')", "abXef"),
        ("SUBSTITUTE(A, 'cd', 'XYZ')", "abXYZef"), ("SPLIT('x, y ,z', ',', 2)", "y"),
        ("SPLIT('x,y,z', ',', 1)", "x"), ("SPLIT('x,y,z', ',', 3)", "z"),
        ("SPLIT('x,y,z', ',', 4)", None), ("SPLIT('x,y,z', ',', -3)", "x"),
        ("SPLIT('x,y,z', ',', -4)", None), ("SPLIT('x,y,z', ',', -2)", "y"),
        ("JOIN('-', 'a', ' ', 'b')", "a-b"), ("PAD(A, 8)", "00abcdef"), ("PAD(A, 6)", "abcdef"),
        ("STRIPZEROS('0')", "0"), ("STRIPZEROS('')", None), ("STRIPZEROS('0010')", "10"),
        ("UPPER(A)", "ABCDEF"), ("LOWER('ÄB')", "äb"), ("LEN('')", 0), ("TRIM('  ')", None),
        ("STARTSWITH(A, 'ab')", True), ("STARTSWITH(A, 'ef')", False),
        ("ENDSWITH(A, 'ef')", True), ("ENDSWITH(A, 'ab')", False), ("CONTAINS(A, 'xx')", False),
        ("TEXT(TRUE)", "true"), ("TEXT(FALSE)", "false"), ("'' & A", "abcdef"),
        ("TEXT(DATE(2026, 1, 2))", "2026-01-02"),
    ],
)  # fmt: skip
def test_texts_are_cut_found_and_joined(text: str, result: object) -> None:
    assert worth(text, A="abcdef") == result


@pytest.mark.parametrize(
    ("text", "value"),
    [("MID('a', P, 1)", 0), ("SPLIT('a', ',', P)", 0), ("SPLIT('a', ',', P)", Decimal("1.5")),
     ("LEFT('a', P)", -1), ("LEFT('a', P)", 32_768), ("SPLIT('a', ',', P)", 32_769),
     ("SPLIT('a', ',', P)", -32_769), ("REPLACE('a', P, 1, 'b')", 0)],
)  # fmt: skip
def test_places_that_no_text_has_are_refused(text: str, value: Value) -> None:
    assert refused(text, P=value).code == "FORMULA_NUMBER"


def test_places_that_a_text_may_have_are_not() -> None:
    assert worth("LEFT('a', P)", P=32_767) == "a"
    assert worth("SPLIT('a', ',', P)", P=32_768) is None
    assert worth("SPLIT('a', ',', P)", P=-32_768) is None


def test_a_substitution_is_measured_before_it_is_made() -> None:
    most = limits.TEXT
    half = "x" * (most // 2)
    assert len(str(worth("SUBSTITUTE(A, 'x', 'yy')", A=half))) == most - 1
    assert refused("SUBSTITUTE(A, 'x', 'yy')", A=half + "x").code == "FORMULA_SIZE"
    assert worth("SUBSTITUTE(A, 'x', '')", A="x" * 30_000) is None


def test_a_text_may_be_exactly_as_long_as_allowed() -> None:
    assert worth("LEN(A & 'x')", A="x" * (limits.TEXT - 1)) == limits.TEXT
    assert refused("LEN(A & 'x')", A="x" * limits.TEXT).code == "FORMULA_SIZE"
    assert worth("LEN(PAD(A, 32767))", A="x") == 32_767
    assert worth("CONTAINS('a', B)", B="x" * 255) is False
    assert refused("CONTAINS('a', B)", B="x" * 256).code == "FORMULA_SIZE"


def test_white_space_alone_is_blank() -> None:
    assert worth("ISBLANK(A)", A="\t ") is True
    assert worth("ISBLANK(A)", A=0) is False
    assert worth("ISBLANK(A)", A=False) is False
    assert worth("ISBLANK(A & 'x')", A=" ") is False
    assert worth("A", A=" ") is None
    assert worth("A", A=b"\x01") == "01"
    assert worth("A", A=b"") is None


# --- dates


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("ADDDAYS(D, 1)", date(2024, 3, 1)), ("ADDDAYS(D, -29)", date(2024, 1, 31)),
        ("ADDMONTHS(D, 12)", date(2025, 2, 28)), ("ADDMONTHS(D, -2)", date(2023, 12, 29)),
        ("ADDMONTHS(D, 10)", date(2024, 12, 29)), ("ADDMONTHS(D, 11)", date(2025, 1, 29)),
        ("ADDMONTHS(D, 0)", date(2024, 2, 29)), ("YEAR(D)", 2024), ("MONTH(D)", 2), ("DAY(D)", 29),
        ("TEXT(D, '%d%m%Y%%')", "29022024%"), ("TEXT(D, '%y')", "24"),
        ("DATEVALUE(D)", date(2024, 2, 29)), ("D = DATE(2024, 2, 29)", True),
        ("DAYSBETWEEN(DATE(2024, 2, 28), D)", 1), ("D > DATE(2024, 2, 28)", True),
    ],
)  # fmt: skip
def test_dates_are_counted_by_the_calendar(text: str, result: object) -> None:
    assert worth(text, D=date(2024, 2, 29)) == result


def test_the_calendar_ends() -> None:
    assert worth("ADDMONTHS(A, 1)", A=date(9999, 11, 30)) == date(9999, 12, 30)
    assert refused("ADDMONTHS(A, 1)", A=date(9999, 12, 1)).code == "NOT_A_DATE"
    assert worth("ADDMONTHS(A, -1)", A=date(1, 2, 1)) == date(1, 1, 1)
    assert refused("ADDMONTHS(A, -1)", A=date(1, 1, 1)).code == "NOT_A_DATE"
    assert refused("ADDDAYS(A, 1)", A=date(9999, 12, 31)).code == "NOT_A_DATE"
    assert refused("ADDDAYS(A, P)", A=date(1, 1, 1), P=3_276_701).code == "FORMULA_NUMBER"
    assert worth("ADDDAYS(A, P)", A=date(1, 1, 1), P=3_276_700) == date(8972, 4, 20)
    assert refused("ADDDAYS(A, P)", A=date(1, 1, 1), P=Decimal("0.5")).code == "FORMULA_NUMBER"


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 1, 1),  # noqa: DTZ001 -- as a driver gives it
        datetime(2026, 1, 1, 0, 1),  # noqa: DTZ001 -- as a driver gives it
        datetime(2026, 1, 1, 0, 0, 1),  # noqa: DTZ001 -- as a driver gives it
        datetime(2026, 1, 1, 0, 0, 0, 1),  # noqa: DTZ001 -- as a driver gives it
    ],
)
def test_a_date_with_a_time_of_day_is_never_cut(moment: datetime) -> None:
    assert refused("YEAR(A)", A=moment).predicate == "meets a date with a time of day"


def test_a_midnight_is_a_date() -> None:
    assert worth("A = DATE(2026, 1, 1)", A=datetime(2026, 1, 1)) is True  # noqa: DTZ001 -- as read


def test_dates_are_read_and_written_in_the_format_that_is_named() -> None:
    assert worth("DATEVALUE(A, '%d.%m.%y')", A="03.02.69") == date(1969, 2, 3)
    assert worth("DATEVALUE(A, '%d.%m.%y')", A="03.02.68") == date(2068, 2, 3)
    assert worth("DATEVALUE(A)", A=None) is None
    assert worth("DATEVALUE(A)", A="") is None
    for form in ("%Y%m%d%H", "%Y%m%d%M", "%Y%m%d%S", "%Y%m%d%f", "%Y%m%d%z"):
        assert "reads days only" in wrong(f"DATEVALUE(A, '{form}')").text
    assert "and %b is unknown" in wrong("TEXT(A, '%d %b')").text
    assert "and % is unknown" in wrong("TEXT(A, '5 %')").text
