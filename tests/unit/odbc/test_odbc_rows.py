"""Rows to bytes and back: nothing is bent on the way."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sources.odbc.columns import Column, Kind, column_of
from adapters.sources.odbc.decode import Decoder, key_text
from adapters.sources.odbc.dialect import BY_NAME, GENERIC
from adapters.sources.odbc.encode import SEPARATOR, encode
from agent.model import Place, Raw, Record, Unreadable

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = {
    Kind.TEXT: TEXT,
    Kind.CHAR: TEXT,
    Kind.INTEGER: st.integers(-(2**70), 2**70),
    Kind.DECIMAL: st.decimals(allow_nan=False, allow_infinity=False),
    Kind.FLOAT: st.floats(allow_nan=False),
    Kind.BOOLEAN: st.booleans(),
    Kind.BYTES: st.binary(),
    Kind.DATE: st.dates(),
    Kind.DATETIME: st.datetimes(),
    Kind.INSTANT: st.datetimes(timezones=st.just(UTC)),
}
PLACE = Place("t", 1, 0, 0)


def there_and_back(kinds, rows):
    columns = [Column(f"C{i}", kind) for i, kind in enumerate(kinds)]
    floats = [i for i, kind in enumerate(kinds) if kind is Kind.FLOAT]
    sent = [
        [
            value.replace(tzinfo=None) if kind is Kind.INSTANT and value else value
            for kind, value in zip(kinds, row, strict=True)
        ]
        for row in rows
    ]
    lines = encode(sent, floats).split(SEPARATOR)
    return Decoder(columns, ["C0"]).parse([Raw(line, PLACE) for line in lines])


@given(st.data())
def test_every_value_of_every_kind_comes_back_equal(data):
    kinds = [Kind.INTEGER, *data.draw(st.lists(st.sampled_from(list(VALUES)), max_size=6))]
    row = st.tuples(st.integers(), *(st.none() | VALUES[kind] for kind in kinds[1:]))
    rows = data.draw(st.lists(row, min_size=1, max_size=5))
    records = there_and_back(kinds, rows)
    assert [record.values for record in records] == rows
    assert [record.key for record in records] == [(str(row[0]),) for row in rows]


@given(st.lists(TEXT | st.sampled_from(["],[", ",\n,", '"],["', "\n", "\\n"]), min_size=1))
def test_no_text_can_look_like_the_break_between_rows(texts):
    records = there_and_back([Kind.TEXT], [[text] for text in texts])
    assert [record.values[0] for record in records] == texts


def test_decimals_keep_their_scale():
    (record,) = there_and_back([Kind.TEXT, Kind.DECIMAL], [["k", Decimal("12.500")]])
    assert str(record.values[1]) == "12.500"


def test_numbers_that_json_lacks_are_not_taken_for_null():
    rows = [["a", math.nan], ["b", math.inf], ["c", -math.inf], ["d", None]]
    found = [record.values[1] for record in there_and_back([Kind.TEXT, Kind.FLOAT], rows)]
    assert math.isnan(found[0])
    assert found[1:] == [math.inf, -math.inf, None]


def test_text_that_is_no_text_stops_its_row_with_its_key():
    good, bad = there_and_back([Kind.TEXT, Kind.TEXT], [["1", "fine"], ["2", "M\udcfcl"]])
    assert isinstance(good, Record)
    assert isinstance(bad, Unreadable)
    assert (bad.code, bad.key) == ("TEXT_UNDECODABLE", ("2",))
    assert "C1" in bad.reason


def test_two_different_broken_texts_are_two_different_records():
    one, two = encode([["2", "M\udcfcl"], ["2", "M\udcfdl"]]).split(SEPARATOR)
    assert one != two


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"\x00\xff", "RECORD_UNREADABLE"),
        (b'["only one"]', "RECORD_UNREADABLE"),
        (b'{"a": 1}', "RECORD_UNREADABLE"),
        (b'["1", "not a date"]', "VALUE_UNREADABLE"),
        (b"[null, null]", "KEY_MISSING"),
    ],
)
def test_a_bad_record_is_an_answer_with_a_reason_and_no_value(line, code):
    decoder = Decoder([Column("ID", Kind.TEXT), Column("AT", Kind.DATE)], ["ID"])
    (answer,) = decoder.parse([Raw(line, PLACE)])
    assert isinstance(answer, Unreadable)
    assert answer.code == code
    assert "not a date" not in answer.reason


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.INTEGER, "007", "007"),
        (Kind.DECIMAL, "00.5", "00.5"),
        (Kind.DECIMAL, "0.5", Decimal("0.5")),
        (Kind.INTEGER, "12", 12),
        (Kind.INTEGER, "012x", "012x"),
        (Kind.DECIMAL, "12.5", Decimal("12.5")),
        (Kind.DECIMAL, "NaN", "NaN"),
        (Kind.FLOAT, "0.30000000000000004", 0.1 + 0.2),
        (Kind.DATE, "2026-02-28", date(2026, 2, 28)),
        (Kind.DATE, "2026-02-31", "2026-02-31"),
        (Kind.DATE, "20260228", "20260228"),
        (Kind.DATETIME, "2026-02-28 10:00:00.5", datetime(2026, 2, 28, 10, 0, 0, 500000)),  # noqa: DTZ001 - a database has no zone
        (Kind.DATETIME, "infinity", "infinity"),
        (Kind.INSTANT, "2026-02-28 10:00:00+00", datetime(2026, 2, 28, 10, tzinfo=UTC)),
        (Kind.BOOLEAN, "1", True),
        (Kind.BOOLEAN, "yes", "yes"),
    ],
)
def test_a_value_fetched_as_text_is_of_its_kind_or_the_text_it_is(kind, text, value):
    decoder = Decoder([Column("ID", Kind.TEXT), Column("V", kind, as_text=True)], ["ID"])
    (record,) = decoder.parse([Raw(orjson.dumps(["1", text]), PLACE)])
    assert record.values[1] == value
    assert type(record.values[1]) is type(value)


def test_the_key_is_the_exact_text_of_the_value():
    assert key_text(Decimal("1E+3"), Kind.DECIMAL) == "1000"
    assert key_text(Decimal("10.00"), Kind.DECIMAL) == "10.00"
    assert key_text("K1   ", Kind.CHAR) == "K1"
    assert key_text("K1   ", Kind.TEXT) == "K1   "
    assert key_text(date(2026, 1, 2), Kind.DATE) == "2026-01-02"
    assert key_text(b"\x01\xff", Kind.BYTES) == "01ff"


def test_kinds_follow_the_catalogue_where_the_driver_says_too_little():
    postgresql, sqlite = BY_NAME["postgresql"], BY_NAME["sqlite"]
    assert column_of("a", postgresql, "datetime", "timestamptz").kind is Kind.INSTANT
    assert column_of("a", postgresql, "datetime", "timestamp").kind is Kind.DATETIME
    assert column_of("a", postgresql, "str", "bpchar").kind is Kind.CHAR
    assert column_of("a", GENERIC, "UUID").kind is Kind.TEXT
    assert column_of("a", sqlite, "float", "DECIMAL(10,2)") == Column("a", Kind.DECIMAL, True)
    assert column_of("a", sqlite, "str", "varchar(20)") == Column("a", Kind.TEXT, False)
