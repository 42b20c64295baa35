"""A table or query is read whole: its keys, the columns that were named, to a proven end."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import date, datetime
from decimal import Decimal

import pytest

from agent.errors import SourceChanged, SourceUnavailable
from agent.model import Content, Record, Unreadable
from tests.integration.servers import answers, rows, source_on


def test_a_row_without_a_key_is_unreadable_and_the_others_flow_on(make):
    source = make("@ID@ varchar(20), @N@ int", "('1', 1), (null, 2), ('3', 3)")
    found = answers(source.read(None))
    assert [type(answer) for answer in found].count(Record) == 2
    (bad,) = [answer for answer in found if isinstance(answer, Unreadable)]
    assert (bad.code, bad.key, bad.place.name) == ("KEY_MISSING", None, "orders")


def test_only_the_named_columns_are_read(make):
    source = make(
        "@ID@ int primary key, @A@ int, @SECRET@ varchar(9)", "(1, 2, 'x')", columns=["A"]
    )
    read = source.read(None)
    assert read.columns == ("ID", "A")
    assert all(b"x" not in record for page in read.pages() for record in page.records)


def test_odd_identifiers_are_names_and_never_sql(make):
    odd = "a b; drop table orders --"
    source = make(f"@ID@ int primary key, @{odd}@ int", "(1, 7)", columns=[odd])
    assert rows(source.read(None)) == [{"ID": 1, odd: 7}]


def test_a_missing_column_is_named_with_what_is_there(make):
    source = make("@ID@ int primary key, @NAME1@ int", "(1, 7)", columns=["NAMES"])
    with pytest.raises(SourceChanged) as caught:
        source.read(None)
    assert caught.value.code == "SCHEMA_CHANGED"
    assert "NAMES (did you mean NAME1?)" in str(caught.value)


def test_a_missing_table_is_named(make):
    source = make("@ID@ int primary key", table="nowhere")
    with pytest.raises(SourceChanged) as caught:
        source.read(None)
    assert caught.value.code == "SCHEMA_CHANGED"
    assert "nowhere" in str(caught.value)


def test_a_query_is_read_like_a_table(make, erp):
    quote = "`" if erp.kind == "mariadb" else '"'
    query = "select @ID@, @N@ * 2 as twice from @orders@ where @N@ > 1".replace("@", quote)
    shape, values = "@ID@ varchar(9) primary key, @N@ int", "('1', 1), ('2', 2)"
    source = make(shape, values, table=None, query=query)
    (record,) = answers(source.read(None))
    assert record.key == ("2",)
    assert [int(value) for value in record.values] == [2, 4]


def test_nothing_can_be_written_through_a_source(make, erp):
    source = make("@ID@ int primary key", "(1)")
    session = source._open()
    with pytest.raises(SourceUnavailable):
        session.values(f"delete from {session.mark}orders{session.mark}")
    session.close()
    assert len(rows(source.read(None))) == 1


def test_a_full_read_ends_complete_over_many_fetches(make):
    values = ", ".join(f"('K{i}', {i})" for i in range(5000))
    source = make("@ID@ varchar(9) primary key, @N@ int", values, fetch=300)
    read = source.read(None)
    assert read.content is Content.FULL
    pages = list(read.pages())
    assert len(pages) > 5000 / 300
    assert sum(len(page.records) for page in pages) == 5000
    assert pages[-1].place(len(pages[-1].records) - 1).number == 5000
    assert read.end().complete


def test_an_empty_table_is_a_complete_read_of_nothing(make):
    read = make("@ID@ varchar(9) primary key, @N@ int").read(None)
    assert list(read.pages()) == []
    assert read.end().complete


def test_another_database_behind_the_same_name_is_noticed_before_a_row_is_read(erp, make, tmp_path):
    source = make("@ID@ int primary key", "(1)")
    read = source.read(None)
    list(read.pages())
    elsewhere = {**read.end().checkpoint, "identity": "ffffffffffff"}
    with pytest.raises(SourceChanged) as caught:
        source.read(elsewhere)
    assert caught.value.code == "SOURCE_ROLLBACK_DETECTED"
    identity = caught.value.hint.split('"')[1]
    accepted = source_on(erp, tmp_path, table="orders", database_id=identity)
    assert accepted.read(elsewhere).content is Content.FULL


@pytest.mark.parametrize(
    "table", ["code_mstr", "gl_cal", "cur_mstr", "ac_mstr", "counter", "dfs_mstr"]
)
def test_tables_of_a_real_erp_are_read_row_for_row(table, shared, tmp_path, sqlite_file):
    origin = shared / "corpora" / "blueseer" / "bsdb.db"
    if not origin.exists():
        pytest.skip("the corpus is not there")
    sqlite_file.path.write_bytes(origin.read_bytes())
    with contextlib.closing(sqlite3.connect(sqlite_file.path)) as oracle:
        names = [row[1] for row in oracle.execute(f"pragma table_info({table})")]
        expected = oracle.execute(f"select * from {table}").fetchall()
    source = source_on(sqlite_file, tmp_path, table=table, key=[names[0]])
    read = source.read(None)
    found = answers(read)
    assert read.end().complete
    assert list(read.columns) == names
    assert len(found) == len(expected)
    for record, row in zip(found, expected, strict=True):
        assert isinstance(record, Record) == (row[0] is not None)
        if isinstance(record, Record):
            assert [_plain(value) for value in record.values] == [_plain(value) for value in row]


def _plain(value: object) -> object:
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return Decimal(str(value)).normalize()
    if isinstance(value, (date, datetime)):
        return value.isoformat().replace("T", " ")
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(value).isoformat(" ") if len(value) > 10 else value
    return value
