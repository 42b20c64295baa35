"""Numbers: exact in every style, refused rather than guessed, and never a float."""

from decimal import ROUND_HALF_UP, Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import Problem
from tests.unit.mapping.helpers import code_of, one

MONEY = {"type": "decimal", "places": 2}
INTEGER = {"type": "integer"}
WIDE = Context(prec=100)
GERMAN = '{ column = "C", decimal = ",", thousands = "." }'
STYLES = [(",", "."), (".", ","), (",", " "), (".", "'"), (".", ""), (",", "")]


def money(**options: object):
    said = ", ".join(
        f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
        for key, value in options.items()
    )
    return one(MONEY, f'{{ column = "C", {said} }}')


def written(cents: int, decimal: str, thousands: str) -> str:
    whole, fraction = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", thousands) if thousands else str(whole)
    return f"{'-' if cents < 0 else ''}{grouped}{decimal}{fraction:02d}"


def plain(cents: int) -> str:
    return format(Decimal(f"{cents}E-2"), "f")


@pytest.mark.parametrize("style", STYLES)
def test_38_digits_survive_every_separator_style(style: tuple[str, str]) -> None:
    decimal, thousands = style
    convert = money(decimal=decimal, **({"thousands": thousands} if thousands else {}))

    @given(st.integers(-(10**38) + 1, 10**38 - 1))
    def holds(cents: int) -> None:
        assert convert(written(cents, decimal, thousands)) == plain(cents)
        assert convert(f"  {written(cents, decimal, '')} ") == plain(cents)
        assert convert(Decimal(f"{cents}E-2")) == plain(cents)

    holds()


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_rounding_is_half_up_to_the_places_of_the_contract(value: Decimal) -> None:
    expected = value.quantize(Decimal("0.01"), ROUND_HALF_UP, WIDE)
    rounding, exact = money(round=True), one(MONEY)
    for said in (value, format(value, "f")):
        result = rounding(said)
        assert isinstance(result, str)
        assert Decimal(result) == expected
        if value == expected:
            assert exact(said) == result
        else:
            assert code_of(exact(said)) == "PRECISION"


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("1234.50", "1234.50"), ("+5", "5.00"), (".5", "0.50"), ("5.", "5.00"), ("-0", "0.00"),
        ("-0.00", "0.00"), ("007.1000", "7.10"), (7, "7.00"), (Decimal("1E+3"), "1000.00"),
        (Decimal("-0E-9"), "0.00"), (Decimal("12.500"), "12.50"), ("", None), ("   ", None), (None, None),
    ],
)  # fmt: skip
def test_plain_decimals_become_text_with_the_places_of_the_contract(value, wire) -> None:
    assert one(MONEY)(value) == wire


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("1,5", "NOT_A_NUMBER"), ("1.2.3", "NOT_A_NUMBER"), ("--1", "NOT_A_NUMBER"), (".", "NOT_A_NUMBER"),
        ("5-", "NOT_A_NUMBER"), ("(5)", "NOT_A_NUMBER"), ("1E5", "NOT_A_NUMBER"), ("٣", "NOT_A_NUMBER"),
        ("12 EUR", "NOT_A_NUMBER"), ("NaN", "NOT_A_NUMBER"), (Decimal("sNaN"), "NOT_A_NUMBER"),
        (Decimal("Infinity"), "NOT_A_NUMBER"), (True, "NOT_A_NUMBER"), (b"5", "NOT_A_NUMBER"),
        (1.5, "NOT_A_NUMBER"), ("1.005", "PRECISION"), (Decimal("1E-999999"), "PRECISION"),
        ("1" * 37, "TOO_LONG"), (10**4000, "TOO_LONG"), (Decimal("1E+999999"), "TOO_LONG"),
    ],
)  # fmt: skip
def test_what_is_not_such_a_number_is_refused(value, code) -> None:
    assert code_of(one(MONEY)(value)) == code


def test_a_number_too_long_for_pythons_own_writing_is_refused_too() -> None:
    for notes in (MONEY, INTEGER, {"type": "text", "max_length": 400}):
        assert code_of(one(notes)(10**5000)) == "TOO_LONG"


def test_a_thousands_separator_in_the_wrong_place_is_no_thousands_separator() -> None:
    convert = one(MONEY, GERMAN)
    assert convert("1.234,5") == "1234.50"
    assert convert("1234,5") == "1234.50"
    for wrong in ("1.5", "12.34,5", ".234,5", "1234.567,8", "1.234.56"):
        assert code_of(convert(wrong)) == "NOT_A_NUMBER"


def test_spaces_that_do_not_break_and_typographic_apostrophes_are_separators_too() -> None:
    assert money(decimal=",", thousands=" ")("1\u00a0234\u202f567,8") == "1234567.80"
    assert one(MONEY, """{ column = "C", thousands = "'" }""")("1’234.50") == "1234.50"


def test_a_sign_behind_and_parentheses_are_read_where_the_mapping_says_so() -> None:
    both = money(trailing_minus=True, parentheses=True)
    assert [both(text) for text in ("12.50-", "(12.50)", "-12.50", "12.50")] == [
        "-12.50", "-12.50", "-12.50", "12.50",
    ]  # fmt: skip
    for doubled in ("-12.50-", "(-12.50)", "(12.50-)", "()", "-", "(", ")"):
        assert code_of(both(doubled)) == "NOT_A_NUMBER"


def test_a_listed_blank_is_null_also_when_the_column_is_typed() -> None:
    convert = money(blank=["-1", "N/A"])
    assert [convert(value) for value in ("-1", " N/A ", -1, Decimal(-1), "-2")] == [
        None, None, None, None, "-2.00",
    ]  # fmt: skip


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_no_float_enters_unless_the_mapping_allows_it(value: float) -> None:
    for notes in (MONEY, INTEGER, {"type": "text", "max_length": 400}):
        assert isinstance(one(notes)(value), Problem)
    assert money(from_float=True)(0.1) == "0.10"
    result = money(from_float=True, round=True)(value)
    if not isinstance(result, Problem):
        assert Decimal(result) == Decimal(repr(value)).quantize(
            Decimal("0.01"), ROUND_HALF_UP, WIDE
        )


@pytest.mark.parametrize(
    ("value", "wire"),
    [("0000000010", 10), ("-7", -7), ("12.00", 12), (5, 5), (Decimal("3.0"), 3), ("", None),
     (2**53 - 1, 2**53 - 1)],
)  # fmt: skip
def test_integers_are_integers(value, wire) -> None:
    result = one(INTEGER)(value)
    assert result == wire
    assert type(result) is type(wire)


@pytest.mark.parametrize(
    ("value", "code"),
    [("12.5", "PRECISION"), (2**53, "TOO_LONG"), ("abc", "NOT_A_NUMBER"), (True, "NOT_A_NUMBER")],
)
def test_what_is_no_integer_is_refused(value, code) -> None:
    assert code_of(one(INTEGER)(value)) == code
