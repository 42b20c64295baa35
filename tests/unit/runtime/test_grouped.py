"""Several rows as one record: how each column is made, and what cannot be made."""

import json
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.crypto import EphemeralCipher
from agent.errors import SourceChanged
from agent.mapping.values import Refused
from agent.model import Content, Raw, Record, Unreadable, Value
from agent.runtime.grouped.codec import marked, said, unmarked, written
from agent.runtime.grouped.config import GroupColumn, GroupConfig, not_whole
from agent.runtime.grouped.read import GroupedRead
from agent.runtime.grouped.reduce import natural, reducer
from agent.runtime.grouped.source import GroupedSource
from tests.fakes import FakeRead, FakeSource


def made(column: dict, values: list[Value]) -> Value:
    return reducer(GroupColumn.model_validate(column))(values)


@pytest.mark.parametrize(
    ("column", "values", "becomes"),
    [
        ({"same": "C"}, ["A", "A ", " A"], "A"),
        ({"same": "C"}, [None, ""], None),
        ({"first": "C"}, ["b", "a"], "b"),
        ({"last": "C"}, ["b", None], None),
        ({"sum": "C"}, ["0.1", "0.2"], Decimal("0.3")),
        ({"sum": "C"}, ["", None, " "], None),
        ({"sum": "C"}, [Decimal("1.05"), 2, "3"], Decimal("6.05")),
        (
            {"sum": "C", "decimal": ",", "thousands": ".", "trailing_minus": True},
            ["1.234,50", "34,50-"], Decimal("1200.00"),
        ),
        ({"sum": "C"}, ["9" * 38, "1"], Decimal("1" + "0" * 38)),
        ({"min": "C"}, ["10", "9"], "10"),
        ({"min": "C", "compare": "number"}, ["10", "9", ""], "9"),
        ({"max": "C", "compare": "number"}, ["-10", "-9.5"], "-9.5"),
        ({"max": "C"}, [date(2026, 1, 2), None, date(2026, 1, 10)], date(2026, 1, 10)),
        ({"max": "C"}, [Decimal("2.5"), 10], 10),
        ({"min": "C"}, [None, ""], None),
        ({"join": "C"}, ["a", None, "b", "a"], "a, b, a"),
        ({"join": "C", "separator": "/"}, ["", None], None),
        ({"count": True}, ["a", None, "b"], 3),
    ],
)  # fmt: skip
def test_a_column_is_made_exactly(column: dict, values: list[Value], becomes: Value) -> None:
    assert made(column, values) == becomes


@pytest.mark.parametrize(
    ("column", "values", "code"),
    [
        ({"same": "C"}, ["A", "B"], "GROUP_DIFFERS"),
        ({"same": "C"}, ["A", None], "GROUP_DIFFERS"),
        ({"sum": "C"}, ["1", "x"], "NOT_A_NUMBER"),
        ({"sum": "C"}, ["1,5"], "NOT_A_NUMBER"),
        ({"sum": "C"}, [1.5], "NOT_A_NUMBER"),
        ({"sum": "C"}, [True], "NOT_A_NUMBER"),
        ({"sum": "C"}, [Decimal("NaN")], "NOT_A_NUMBER"),
        ({"sum": "C"}, [Decimal("1E+999999")], "TOO_LONG"),
        ({"sum": "C"}, ["1" * 100_000], "TOO_LONG"),
        ({"min": "C"}, ["a", date(2026, 1, 1)], "GROUP_DIFFERS"),
        ({"max": "C"}, [b"a", b"b"], "GROUP_DIFFERS"),
        ({"join": "C"}, ["x" * 20_000, "y" * 20_000], "TOO_LONG"),
    ],
)
def test_what_has_no_one_answer_is_refused(column: dict, values: list[Value], code: str) -> None:
    with pytest.raises(Refused) as refused:
        made(column, values)
    assert refused.value.code == code


_ANY = st.one_of(
    st.none(), st.text(), st.integers(), st.floats(), st.booleans(), st.binary(),
    st.decimals(), st.dates(), st.datetimes(),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(_ANY, min_size=1, max_size=6),
    st.sampled_from(["same", "first", "last", "sum", "min", "max", "join"]),
    st.sampled_from(["text", "number"]),
)
def test_no_value_makes_it_fail_in_another_way(values: list[Value], way: str, compare: str) -> None:
    with suppress(Refused):
        made({way: "C", "compare": compare}, values)


_THEMSELVES = st.one_of(
    st.none(), st.text(), st.text(st.characters(categories=["Cs"]), max_size=1), st.integers(),
    st.floats(allow_nan=False), st.booleans(), st.binary(), st.decimals(allow_nan=False),
    st.dates(), st.datetimes(),
)  # fmt: skip


@given(st.lists(_THEMSELVES))
def test_values_come_back_with_their_types(values: list[Value]) -> None:
    back = unmarked(said(written(marked(values))))
    assert list(back) == values
    assert [type(value) for value in back] == [type(value) for value in values]


def test_keys_are_sorted_as_people_do() -> None:
    keys = [("O", "10"), ("O", "9"), ("O", "a"), ("O", ""), ("O", "1b")]
    assert sorted(keys, key=natural) == [
        ("O", ""),
        ("O", "1b"),
        ("O", "9"),
        ("O", "10"),
        ("O", "a"),
    ]


COLUMNS = {
    "FIRST": {"first": "value"}, "SUM": {"sum": "value"}, "N": {"count": True},
}  # fmt: skip


def read_of(
    lines: list[str], folder: Path, *, columns: dict | None = None, most: int = 100_000
) -> GroupedRead:
    inner = FakeRead("lines.csv", [line.encode() for line in lines], b"plain", {})
    config = {"of": "lines", "key": ["parent"], "columns": COLUMNS if columns is None else columns}
    return GroupedRead(
        inner, GroupConfig.model_validate(config), EphemeralCipher(), folder, most_rows=most
    )


def found(read: GroupedRead) -> list[Record | Unreadable]:
    pages = list(read.pages())
    numbers = [page.first.number + at for page in pages for at in range(len(page.records))]
    assert numbers == list(range(1, len(numbers) + 1))
    raws = [Raw(data, page.first) for page in pages for data in page.records]
    return list(read.parse(raws))


def line(key: str, value: str, order: str | None) -> str:
    return json.dumps([key, value, order])


def test_rows_are_taken_in_the_order_of_their_keys_whatever_order_they_stand_in(
    tmp_path: Path,
) -> None:
    rows = [line("10", "1", "O1"), line("9", "2", "O1"), line("11", "3", "O1")]
    one = found(read_of(rows, tmp_path))
    other = found(read_of(rows[::-1], tmp_path))
    assert one == other
    (record,) = one
    assert isinstance(record, Record)
    assert (record.key, record.values) == (("O1",), ("O1", "2", Decimal(6), 3))


@pytest.mark.parametrize("most", [3, 7, 100_000])
def test_a_long_export_makes_the_same_records_in_little_memory(tmp_path: Path, most: int) -> None:
    rows = [line(str(at), str(at), f"O{at % 13}") for at in range(39)]
    read = read_of(rows, tmp_path, most=most)
    records = [record for record in found(read) if isinstance(record, Record)]
    sums = {record.key[0]: record.values[2] for record in records}
    assert sums == {f"O{at}": Decimal(3 * at + 39) for at in range(13)}
    assert (read.end().part_of, read.end().twice) == (39, 0)


def test_a_record_of_too_many_rows_is_unreadable_by_name_and_the_others_are_not(
    tmp_path: Path,
) -> None:
    rows = [line(str(at), "1", "O1") for at in range(5)] + [line("x", "1", "O2")]
    by_key = {made.key: made for made in found(read_of(rows, tmp_path, most=3))}
    assert isinstance(by_key["O1",], Unreadable)
    assert by_key["O1",].code == "GROUP_TOO_LARGE"
    assert isinstance(by_key["O2",], Record)


def test_a_row_without_a_group_is_unreadable_and_shortens_no_sum(tmp_path: Path) -> None:
    rows = [line("1", "1", "O1"), line("2", "5", None)]
    stray, record = found(read_of(rows, tmp_path))
    assert isinstance(stray, Unreadable)
    assert (stray.code, stray.key) == ("KEY_MISSING", None)
    assert isinstance(record, Record)


def test_an_unreadable_row_stops_no_record_whose_columns_are_the_same_in_all_rows(
    tmp_path: Path,
) -> None:
    columns = {"SAME": {"same": "value"}}
    lost, record = found(read_of([line("1", "1", "O1"), "?2"], tmp_path, columns=columns))
    assert isinstance(lost, Unreadable)
    assert isinstance(record, Record)


def test_a_column_that_is_gone_is_a_changed_source(tmp_path: Path) -> None:
    with pytest.raises(SourceChanged, match="'GONE'"):
        read_of([], tmp_path, columns={"A": {"first": "GONE"}})


def test_a_part_of_the_rows_is_refused_also_when_only_the_reading_shows_it(tmp_path: Path) -> None:
    inner = FakeSource([FakeRead("x", [], b"plain", {}, content=Content.CHANGES)])
    config = GroupConfig(of="lines", key=("parent",), columns={})
    source = GroupedSource(inner, config, EphemeralCipher(), tmp_path)
    with pytest.raises(SourceChanged, match="part of the rows"):
        source.read(None)


def test_nothing_of_the_rows_lies_on_the_disk_in_clear(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("agent.runtime.spool.IN_MEMORY", 0)
    read = read_of([line("1", "SECRET-VALUE", "O1")], tmp_path, columns={"A": {"first": "value"}})
    found(read)
    for path in chain(tmp_path.rglob("*")):
        assert b"SECRET-VALUE" not in path.read_bytes()
    read.close()


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({"of": "l", "key": []}, "at least 1"),
        ({"of": "l", "key": ["A"], "columns": {"a": {"count": True}}}, "twice"),
        ({"of": "l", "key": ["A"], "columns": {"B": {}}}, "one way"),
        ({"of": "l", "key": ["A"], "columns": {"B": {"sum": "C", "first": "C"}}}, "one way"),
        ({"of": "l", "key": ["A"], "columns": {"B": {"count": False}}}, "True"),
        ({"of": "l", "key": ["A"], "columns": {"B": {"sum": "C", "decimal": "5"}}}, "pattern"),
        ({"of": "l", "key": ["A"], "columns": {"B": {"sum": "C", "thousands": "."}}}, "two diff"),
    ],
)
def test_what_cannot_be_is_refused_when_the_configuration_is_read(config: dict, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        GroupConfig.model_validate(config)


class Settings:
    content = Content.FULL
    settle = "leave"

    def __init__(self, **said: object) -> None:
        self.__dict__.update(said)


class ByWatermark:
    by = "watermark"


@pytest.mark.parametrize(
    ("settings", "right"),
    [
        (Settings(), True),
        (Settings(content=Content.CHANGES), False),
        (Settings(content=Content.APPEND), False),
        (Settings(changes=ByWatermark()), False),
        (Settings(settle="delete"), False),
        (GroupConfig(of="x", key=("A",), columns={}), False),
    ],
)
def test_only_what_is_read_whole_and_left_in_its_place_can_be_grouped(
    settings: object, right: bool
) -> None:
    assert (not_whole(settings) is None) is right


def test_a_moment_is_no_day(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        made({"min": "C"}, [datetime(2026, 1, 1), date(2026, 1, 1)])  # noqa: DTZ001 - a local one
