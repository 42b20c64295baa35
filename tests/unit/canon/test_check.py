"""Checks of single values: one value has one writing, and no float is any of them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.canon import Field, Kind, check, check_all
from agent.resources import contracts

TEXT = Field("f", Kind.TEXT, max_length=5)
INTEGER = Field("f", Kind.INTEGER)
MONEY = Field("f", Kind.DECIMAL, places=2)
WHOLE = Field("f", Kind.DECIMAL)
YES = Field("f", Kind.BOOLEAN)
DAY = Field("f", Kind.DATE)
INSTANT = Field("f", Kind.INSTANT)
REF = Field("f", Kind.REF, entity="account", max_length=255)
CODE = Field("f", Kind.CODE, codes=frozenset({"open", "paid"}))
CURRENCY = contracts()["account"].fields["currency"]
COUNTRY = contracts()["account"].fields["billing_country"]
PHONE = Field("f", Kind.PHONE)
EMAIL = Field("f", Kind.EMAIL, max_length=254)
URL = Field("f", Kind.URL, max_length=2000)
PERCENT = Field("f", Kind.PERCENT, places=2)
UNIT = contracts()["order_line"].fields["unit"]
ALL = [
    PHONE,
    EMAIL,
    URL,
    PERCENT,
    UNIT,
    TEXT,
    INTEGER,
    MONEY,
    WHOLE,
    YES,
    DAY,
    INSTANT,
    REF,
    CODE,
    CURRENCY,
    COUNTRY,
]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (TEXT, "ab de"), (TEXT, " a"), (TEXT, "日本語😀é"), (INTEGER, 0), (INTEGER, -(2**53) + 1),
        (MONEY, "0.00"), (MONEY, "-0.01"), (MONEY, "12.50"), (WHOLE, "12"), (MONEY, "9" * 36 + ".99"),
        (YES, True), (YES, False), (DAY, "2024-02-29"), (DAY, "9999-12-31"),
        (INSTANT, "2024-02-29T23:59:59Z"), (REF, "P100/WH1"), (CODE, "open"),
        (PHONE, "+4989123456"), (PHONE, "+64211234567"), (EMAIL, "a.b+c@müller.example"),
        (URL, "https://a.example"), (URL, "http://a.example:8080/x?y#z"), (PERCENT, "-12.50"),
        (UNIT, "H87"), (UNIT, "XBX"), (CURRENCY, "EUR"), (CURRENCY, "DEM"), (COUNTRY, "DE"),
    ],
)  # fmt: skip
def test_what_keeps_to_its_field_passes(field: Field, value: object) -> None:
    assert check(field, value) is None


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        (TEXT, "abcdef", "TOO_LONG"), (TEXT, "", "TEXT_INVALID"), (TEXT, "  ", "TEXT_INVALID"),
        (TEXT, "a\0", "TEXT_INVALID"), (TEXT, "\ud800", "TEXT_INVALID"), (TEXT, "a\ufffd", "TEXT_INVALID"),
        (TEXT, 5, "TEXT_INVALID"), (INTEGER, 2**53, "TOO_LONG"), (INTEGER, True, "NOT_A_NUMBER"),
        (INTEGER, "5", "NOT_A_NUMBER"), (INTEGER, 5.0, "NOT_A_NUMBER"), (MONEY, 12, "NOT_A_NUMBER"),
        (MONEY, 12.5, "NOT_A_NUMBER"), (MONEY, "12.5", "NOT_A_NUMBER"), (MONEY, "12.500", "NOT_A_NUMBER"),
        (MONEY, "+1.00", "NOT_A_NUMBER"), (MONEY, "01.00", "NOT_A_NUMBER"), (MONEY, "-0.00", "NOT_A_NUMBER"),
        (MONEY, "1E2", "NOT_A_NUMBER"), (MONEY, "١.00", "NOT_A_NUMBER"), (MONEY, "1.00\n", "NOT_A_NUMBER"),
        (MONEY, "9" * 37 + ".99", "TOO_LONG"), (WHOLE, "12.", "NOT_A_NUMBER"), (WHOLE, "-0", "NOT_A_NUMBER"),
        (YES, 1, "NOT_A_BOOLEAN"), (YES, "true", "NOT_A_BOOLEAN"), (DAY, "2023-02-29", "NOT_A_DATE"),
        (DAY, "20240229", "NOT_A_DATE"), (DAY, 20240229, "NOT_A_DATE"), (DAY, "2024-02-29\n", "NOT_A_DATE"),
        (DAY, "0000-00-00", "NOT_A_DATE"), (INSTANT, "2024-02-29T24:00:00Z", "NOT_A_DATE"),
        (INSTANT, "2024-02-29T10:00:00+00:00", "NOT_A_DATE"), (INSTANT, "2024-02-29", "NOT_A_DATE"),
        (REF, " x", "TEXT_INVALID"), (REF, 5, "TEXT_INVALID"), (REF, "x" * 256, "TOO_LONG"),
        (PHONE, "089 123456", "PHONE_INVALID"), (PHONE, "+49 89 123456", "PHONE_INVALID"),
        (PHONE, "+0123", "PHONE_INVALID"), (PHONE, "+1234567890123456", "PHONE_INVALID"),
        (PHONE, 49, "TEXT_INVALID"), (EMAIL, "a@b", "EMAIL_INVALID"), (EMAIL, "a b@c.example", "EMAIL_INVALID"),
        (EMAIL, "a@c.example, d@e.example", "EMAIL_INVALID"), (EMAIL, "a@c..example", "EMAIL_INVALID"),
        (EMAIL, "a" * 250 + "@c.example", "TOO_LONG"), (EMAIL, "a@c.example\n", "EMAIL_INVALID"),
        (URL, "a.example", "URL_INVALID"), (URL, "javascript:alert(1)", "URL_INVALID"),
        (URL, "https://", "URL_INVALID"), (URL, "https://a b", "URL_INVALID"),
        (PERCENT, "12.5", "NOT_A_NUMBER"), (UNIT, "STK", "UNIT_UNKNOWN"), (CODE, "OPEN", "CODE_UNKNOWN"), (CODE, 5, "TEXT_INVALID"), (CURRENCY, "eur", "CURRENCY_UNKNOWN"),
        (COUNTRY, "D", "COUNTRY_UNKNOWN"), (COUNTRY, "UK", "COUNTRY_UNKNOWN"),
    ],
)  # fmt: skip
def test_what_does_not_is_named_by_its_code(field: Field, value: object, code: str) -> None:
    problem = check(field, value)
    assert problem is not None
    assert (problem.code, problem.field) == (code, field.name)
    assert problem.reason.startswith(f"{field.name} ")


def test_null_is_fine_where_the_field_is_not_required() -> None:
    assert [check(field, None) for field in ALL] == [None] * len(ALL)
    problem = check(Field("f", Kind.DATE, required=True), None)
    assert problem is not None
    assert problem.code == "REQUIRED_MISSING"


@given(value=st.floats() | st.binary() | st.decimals() | st.dates(), field=st.sampled_from(ALL))
def test_nothing_but_wire_values_passes(value: object, field: Field) -> None:
    assert check(field, value) is not None


@given(value=st.text(min_size=1) | st.integers(), field=st.sampled_from(ALL))
def test_a_check_never_raises_and_never_repeats_the_value(value: str | int, field: Field) -> None:
    problem = check(field, value)
    if problem and len(str(value)) > 6:
        assert str(value) not in problem.reason


@given(st.integers(-(10**38) + 1, 10**38 - 1))
def test_every_money_value_of_38_digits_has_a_writing_that_passes(cents: int) -> None:
    assert check(MONEY, format(Decimal(f"{cents}E-2"), "f")) is None


def test_a_whole_record_is_checked_for_missing_and_unknown_fields() -> None:
    contact = contracts()["contact"]
    problems = check_all(contact, {"account": "A1", "email": "\0", "shoe_size": 42})
    assert [(problem.code, problem.field) for problem in problems] == [
        ("REQUIRED_MISSING", "last_name"),
        ("TEXT_INVALID", "email"),
        ("FIELD_UNKNOWN", "shoe_size"),
    ]
    assert check_all(contact, {"account": "A1", "last_name": "Miller"}) == ()
