"""Text, codes, yes or no, dates, instants."""

# ruff: noqa: DTZ001 - what a database reads has no timezone
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import Problem
from tests.unit.mapping.helpers import TEXT, code_of, one

DAY = {"type": "date"}
INSTANT = {"type": "instant"}
YES = {"type": "boolean"}
CODE = {"type": "code", "codes": ["open", "paid"]}


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("Miller", "Miller"), (" a b ", " a b "), ("", None), ("   ", None), (None, None), ("0012", "0012"),
        (12, "12"), (True, "true"), (Decimal("12.50"), "12.50"), (Decimal("1E+3"), "1000"),
        (date(2024, 2, 29), "2024-02-29"), (datetime(2024, 2, 29, 1, 2), "2024-02-29T01:02:00"),
        (b"\x0f\xa0", "0FA0"), ("Straße 😀", "Straße 😀"),
    ],
)  # fmt: skip
def test_a_column_as_it_is_is_exact_text_or_null(value, wire) -> None:
    assert one(TEXT)(value) == wire


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("a\0b", "TEXT_INVALID"), ("a\ufffdb", "TEXT_INVALID"), ("\udc80", "TEXT_INVALID"),
        ("x" * 41, "TOO_LONG"), ("ß" * 41, "TOO_LONG"), (10**700, "TOO_LONG"), (1.0, "TEXT_INVALID"),
        (Decimal("NaN"), "TEXT_INVALID"), (Decimal("1E+99999"), "TOO_LONG"),
    ],
)  # fmt: skip
def test_text_that_was_damaged_or_is_too_long_is_refused_never_cut(value, code) -> None:
    assert code_of(one(TEXT)(value)) == code


def test_a_refusal_says_lengths_and_place_and_never_the_value() -> None:
    problem = one(TEXT)("secret" * 10)
    assert isinstance(problem, Problem)
    assert problem.reason == "f (C) has 60 characters, 40 are allowed."


def test_text_is_trimmed_changed_in_case_and_blanked_where_the_mapping_says_so() -> None:
    convert = one(TEXT, '{ column = "C", trim = true, case = "upper", blank = ["-", "n/a"] }')
    assert [convert(text) for text in ("  abc ", " - ", "n/a", "\t", "ß")] == [
        "ABC", None, None, None, "SS",
    ]  # fmt: skip
    assert one(TEXT, '{ column = "C", case = "title" }')(" ab cd") == " Ab Cd"
    assert one(TEXT, '{ column = "C", case = "lower" }')("ABC") == "abc"
    assert one(TEXT, '{ column = "C", from_float = true }')(0.1) == "0.1"
    assert code_of(one(TEXT, '{ column = "C", case = "upper" }')("ß" * 21)) == "TOO_LONG"


def test_codes_are_looked_up_without_the_blanks_around_them() -> None:
    convert = one(
        CODE, '{ column = "C", convert = "codes", codes = { "10" = "open", "20" = "paid" } }'
    )
    assert [convert(value) for value in ("10", " 20 ", 10, "", None)] == [
        "open", "paid", "open", None, None,
    ]  # fmt: skip
    assert code_of(convert("30")) == "CODE_UNKNOWN"
    assert code_of(convert("010")) == "CODE_UNKNOWN"


def test_other_codes_and_blank_have_a_meaning_where_the_mapping_gives_them_one() -> None:
    rule = '{ column = "C", convert = "codes", codes = { "1" = "paid", "" = "open" }, other = "open", blank = ["?"] }'
    convert = one(CODE, rule)
    assert [convert(text) for text in ("1", "", "77", "?")] == ["paid", "open", "open", None]


def test_codes_currencies_and_countries_are_known_or_refused() -> None:
    assert one(CODE)(" open ") == "open"
    assert code_of(one(CODE)("Open")) == "CODE_UNKNOWN"
    currency, country = {"type": "code", "list": "iso-4217"}, {"type": "code", "list": "iso-3166-1"}
    assert one(currency)("EUR ") == "EUR"
    assert code_of(one(currency)("eur")) == "CURRENCY_UNKNOWN"
    assert one(currency, '{ column = "C", case = "upper" }')("eur") == "EUR"
    assert code_of(one(country)("D")) == "COUNTRY_UNKNOWN"


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("true", True), ("1", True), ("YES", True), (" y ", True), ("J", True), ("ja", True), (1, True),
        ("false", False), ("0", False), ("No", False), ("n", False), ("nein", False), (0, False),
        (True, True), (False, False), (Decimal(1), True), (Decimal("0.0"), False), ("", None), (None, None),
    ],
)  # fmt: skip
def test_the_usual_words_are_yes_or_no(value, wire) -> None:
    assert one(YES)(value) is wire


@pytest.mark.parametrize("value", ["x", "2", 2, -1, 1.0, b"\x01", Decimal("NaN"), "maybe"])
def test_other_words_are_neither(value) -> None:
    assert isinstance(one(YES)(value), Problem)


def test_words_of_the_mapping_replace_the_usual_ones_and_blank_may_be_one() -> None:
    convert = one(YES, '{ column = "C", convert = "boolean", true = ["X"], false = [""] }')
    assert [convert(value) for value in ("X", "", " ", None, True)] == [
        True,
        False,
        False,
        False,
        True,
    ]
    assert code_of(convert("1")) == "NOT_A_BOOLEAN"
    assert code_of(convert("x")) == "NOT_A_BOOLEAN"
    assert one(YES, '{ column = "C", blank = ["?"] }')("?") is None


MONTHS = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"


@given(st.dates())
def test_every_date_survives_every_format_that_writes_it_whole(day: date) -> None:
    assert one(DAY)(day.isoformat()) == day.isoformat()
    assert one(DAY)(day) == day.isoformat()
    assert one(DAY)(datetime(day.year, day.month, day.day)) == day.isoformat()
    year = f"{day.year:04d}"
    for form, text in (
        ("%d.%m.%Y", f"{day.day}.{day.month}.{year}"),
        ("%m/%d/%Y", f"{day.month:02d}/{day.day:02d}/{year}"),
        ("%Y%m%d", f"{year}{day.month:02d}{day.day:02d}"),
        ("%d-%b-%Y", f"{day.day:02d}-{MONTHS[3 * day.month - 3 : 3 * day.month]}-{year}"),
    ):  # fmt: skip
        assert one(DAY, f'{{ column = "C", format = "{form}" }}')(f" {text} ") == day.isoformat()


def test_two_digit_years_turn_at_69() -> None:
    convert = one(DAY, '{ column = "C", format = "%d.%m.%y" }')
    assert [convert(text) for text in ("1.2.68", "1.2.69")] == ["2068-02-01", "1969-02-01"]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%Y%m%d", "2018111"), ("%Y%m%d", "20180229"), ("%Y%m%d", "00000000"), ("%d.%m.%Y", "1.2.18"),
        ("%d.%m.%Y", "٠١.٠٢.2018"), ("%d.%m.%Y", "1.2.2018 10:00"), ("%d-%b-%Y", "01-MAI-2018"),
        ("%Y-%m-%d", "0000-00-00"), ("%Y-%m-%d", "2018-1-1x"),
    ],
)  # fmt: skip
def test_what_is_no_date_in_the_format_is_refused(form: str, text: str) -> None:
    assert code_of(one(DAY, f'{{ column = "C", format = "{form}" }}')(text)) == "NOT_A_DATE"


def test_a_number_may_write_a_date_and_a_float_may_not() -> None:
    convert = one(DAY, '{ column = "C", format = "%Y%m%d", blank = ["0"] }')
    assert [convert(value) for value in (20180111, Decimal(20180111), 0)] == [
        "2018-01-11", "2018-01-11", None,
    ]  # fmt: skip
    for value in (20180111.0, True, b"20180111"):
        assert code_of(convert(value)) == "NOT_A_DATE"


def test_a_sentinel_is_null_as_text_and_as_a_typed_date() -> None:
    convert = one(DAY, '{ column = "C", format = "%Y%m%d", blank = ["99991231", "00000000"] }')
    for end in ("99991231", "00000000", date(9999, 12, 31), datetime(9999, 12, 31), 99991231):
        assert convert(end) is None
    assert convert("99991230") == "9999-12-30"


def test_a_time_of_day_in_a_date_column_is_cut_only_where_the_mapping_says_so() -> None:
    noon = datetime(2024, 1, 2, 12, 30)
    assert code_of(one(DAY)(noon)) == "PRECISION"
    assert one(DAY, '{ column = "C", truncate = true }')(noon) == "2024-01-02"
    form = '{ column = "C", format = "%Y-%m-%d %H:%M:%S" }'
    assert one(DAY, form)("2024-01-02 00:00:00") == "2024-01-02"
    assert code_of(one(DAY, form)("2024-01-02 12:30:00")) == "PRECISION"


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30))])))
def test_an_instant_is_the_same_moment_in_utc(moment: datetime) -> None:
    result = one(INSTANT)(moment)
    if moment.microsecond:
        assert code_of(result) == "PRECISION"
        result = one(INSTANT, '{ column = "C", truncate = true }')(moment)
    if isinstance(result, Problem):
        assert moment.year in (1, 9999)
    else:
        assert datetime.fromisoformat(str(result)) == moment.replace(microsecond=0)
        assert (
            one(INSTANT)(moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")) == result
        )


BERLIN = '{ column = "C", format = "%d.%m.%Y %H:%M", timezone = "Europe/Berlin" }'


def test_a_local_time_is_an_instant_by_its_timezone() -> None:
    convert = one(INSTANT, BERLIN)
    assert convert("15.01.2024 12:00") == "2024-01-15T11:00:00Z"
    assert convert("15.07.2024 12:00") == "2024-07-15T10:00:00Z"
    assert convert(datetime(2024, 7, 15, 12)) == "2024-07-15T10:00:00Z"


def test_a_local_time_that_a_clock_change_skips_or_doubles_is_never_guessed() -> None:
    convert = one(INSTANT, BERLIN)
    assert code_of(convert("31.03.2024 02:30")) == "NOT_A_DATE"
    assert code_of(convert("27.10.2024 02:30")) == "TIME_AMBIGUOUS"
    for which, wire in (("earlier", "2024-10-27T00:30:00Z"), ("later", "2024-10-27T01:30:00Z")):
        chosen = BERLIN.replace(" }", f', ambiguous = "{which}" }}')
        assert one(INSTANT, chosen)("27.10.2024 02:30") == wire


def test_what_is_no_instant_is_refused() -> None:
    for value in (
        "2024-01-02",
        "2024-01-02T03:04:05",
        datetime(2024, 1, 2),
        date(2024, 1, 2),
        5,
        1.5,
    ):
        assert code_of(one(INSTANT)(value)) == "NOT_A_DATE"
    assert one(INSTANT)("2024-01-02T03:04:05+05:30") == "2024-01-01T21:34:05Z"
    assert one(INSTANT, '{ column = "C", blank = ["-"] }')("-") is None
