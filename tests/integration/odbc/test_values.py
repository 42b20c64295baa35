"""A value of a database arrives as what it is: no letter cut, no digit bent, no instant moved."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.errors import SourceUnavailable
from agent.model import Unreadable
from tests.integration.servers import SERVERS, answers, rows, source_on

LONG = "längerer Text 漢字 😀 " * 8000


def test_text_comes_back_letter_for_letter_and_blank_is_not_null(make):
    texts = ["", "Müller & Söhne", 'say "hi"', "漢字 😀", " padded ", "a],[b", "line\nbreak"]
    values = ", ".join(f"('{i}', '{text}')" for i, text in enumerate(texts))
    source = make("@ID@ varchar(20) primary key, @T@ varchar(200)", values, "('null', null)")
    found = {row["ID"]: row["T"] for row in rows(source.read(None))}
    assert [found[str(i)] for i in range(len(texts))] == texts
    assert found["null"] is None


def test_a_text_of_many_kilobytes_is_never_cut(make, erp):
    kind = "longtext" if erp.kind == "mariadb" else "text"
    source = make(f"@ID@ varchar(20) primary key, @T@ {kind}", f"('1', '{LONG}')")
    assert rows(source.read(None)) == [{"ID": "1", "T": LONG}]


@pytest.mark.parametrize("name", SERVERS)
def test_decimals_are_exact_to_the_last_of_38_digits(name, request, tmp_path):
    erp = request.getfixturevalue(name)
    numbers = [
        "9999999999999999999999999999.1234567890",
        "-0.0000000001",
        "12.5000000000",
        "0.1000000000",
    ]
    values = ", ".join(f"({i}, {number})" for i, number in enumerate(numbers))
    quote = "`" if erp.kind == "mariadb" else '"'
    erp.run(
        "drop table if exists amounts",
        f"create table amounts ({quote}ID{quote} int primary key, amount decimal(38, 10))",
        f"insert into amounts values {values}",
    )
    found = rows(source_on(erp, tmp_path, table="amounts").read(None))
    assert [str(row["amount"]) for row in sorted(found, key=lambda row: row["ID"])] == [
        str(Decimal(number)) for number in numbers
    ]
    assert all(isinstance(row["amount"], Decimal) for row in found)


def test_dates_numbers_and_bytes_keep_their_types(make, erp):
    binary = {"postgresql": "bytea", "mariadb": "varbinary(20)", "sqlite": "blob"}[erp.kind]
    moment = {"mariadb": "datetime(6)"}.get(erp.kind, "timestamp")
    literal = r"'\x00ff0a'" if erp.kind == "postgresql" else "x'00ff0a'"
    source = make(
        f"@ID@ int primary key, @D@ date, @M@ {moment}, @F@ double precision, @B@ {binary},"
        " @BIG@ bigint, @P@ decimal(12, 2)",
        f"(1, '2026-02-28', '2026-02-28 23:59:59.123456', 0.1, {literal},"
        " 9223372036854775807, 12.50)",
        "(2, null, null, null, null, null, null)",
    )
    first, second = sorted(rows(source.read(None)), key=lambda row: row["ID"])
    assert first == {
        "ID": 1,
        "D": date(2026, 2, 28),
        "M": datetime(2026, 2, 28, 23, 59, 59, 123456),  # noqa: DTZ001 - the ERP has no zone
        "F": 0.1,
        "B": b"\x00\xff\n",
        "BIG": 9223372036854775807,
        "P": Decimal("12.5"),
    }
    assert type(first["F"]) is float
    assert type(first["P"]) is Decimal
    assert set(second.values()) == {2, None}


def test_an_instant_is_read_in_utc_wherever_the_server_stands(server, tmp_path):
    kind = "timestamptz" if server.kind == "postgresql" else "timestamp"
    quote = "`" if server.kind == "mariadb" else '"'
    zone = "set time zone" if server.kind == "postgresql" else "set time_zone ="
    with contextlib.closing(server.connect()) as connection:
        connection.execute("drop table if exists moments")
        connection.execute(
            f"create table moments ({quote}ID{quote} int primary key, moment {kind})"
        )
        connection.execute(f"{zone} '+02:00'")
        text = "'2026-07-01 12:00:00+02'" if server.kind == "postgresql" else "'2026-07-01 12:00'"
        connection.execute(f"insert into moments values (1, {text})")
    found = rows(source_on(server, tmp_path, table="moments").read(None))
    assert found[0]["moment"] == datetime(2026, 7, 1, 10, tzinfo=UTC)


def test_not_a_number_is_no_null(postgresql_server, tmp_path):
    postgresql_server.run(
        "drop table if exists odd",
        'create table odd ("ID" int primary key, f double precision, ok boolean)',
        "insert into odd values (1, 'NaN', true), (2, '-Infinity', false), (3, 1e300, null)",
    )
    found = rows(source_on(postgresql_server, tmp_path, table="odd").read(None))
    assert [str(row["f"]) for row in found] == ["nan", "-inf", "1e+300"]
    assert [row["ok"] for row in found] == [True, False, None]


def test_a_date_that_python_has_no_word_for_is_delivered_as_text(server, tmp_path):
    quote = "`" if server.kind == "mariadb" else '"'
    odd = "'infinity'" if server.kind == "postgresql" else "'0000-00-00'"
    with contextlib.closing(server.connect()) as connection:
        if server.kind == "mariadb":
            connection.execute("set sql_mode = ''")
        connection.execute("drop table if exists odd_dates")
        connection.execute(f"create table odd_dates ({quote}ID{quote} int primary key, d date)")
        connection.execute(f"insert into odd_dates values (1, {odd}), (2, '2026-01-02')")
    found = rows(source_on(server, tmp_path, table="odd_dates").read(None))
    by_key = {row["ID"]: row["d"] for row in found}
    assert by_key == {1: odd.strip("'"), 2: date(2026, 1, 2)}


def test_padding_of_a_char_key_is_not_part_of_the_key(postgresql_server, tmp_path):
    postgresql_server.run(
        "drop table if exists padded",
        'create table padded ("ID" char(8) primary key, name char(6))',
        "insert into padded values ('K1', 'ab')",
    )
    (record,) = answers(source_on(postgresql_server, tmp_path, table="padded").read(None))
    assert record.key == ("K1",)
    assert record.values == ("K1      ", "ab    ")


def test_sqlite_decimals_are_never_bent_by_a_float(sqlite_file, tmp_path):
    numbers = ["0.1", "12.5", "1234567890123.45", "-3.0", "100"]
    values = ", ".join(f"({i}, {number})" for i, number in enumerate(numbers))
    sqlite_file.run(
        'create table t ("ID" integer primary key, amount decimal(18, 2), f real)',
        f"insert into t (ID, amount) values {values}",
        "update t set f = 0.1 + 0.2",
    )
    found = rows(source_on(sqlite_file, tmp_path, table="t").read(None))
    assert [row["amount"] for row in found] == [Decimal(number) for number in numbers]
    assert all(row["f"] == 0.1 + 0.2 for row in found)
    asked = source_on(sqlite_file, tmp_path, query="select ID, amount * 1 as amount from t")
    assert [row["amount"] for row in rows(asked.read(None))][:3] == [
        Decimal(number) for number in numbers[:3]
    ]


def test_a_sqlite_value_that_is_not_of_its_columns_type_stays_what_it_is(sqlite_file, tmp_path):
    sqlite_file.run(
        'create table t ("ID" varchar(5) primary key, n integer, d date, f real)',
        "insert into t values ('1', 'twelve', 'someday', 'much'), ('2', 12, '2026-01-02', 1.5)",
    )
    one, two = rows(source_on(sqlite_file, tmp_path, table="t").read(None))
    assert one == {"ID": "1", "n": "twelve", "d": "someday", "f": "much"}
    assert two == {"ID": "2", "n": 12, "d": date(2026, 1, 2), "f": 1.5}


def test_text_that_is_broken_in_its_encoding_stops_only_its_own_row(sqlite_file, tmp_path):
    sqlite_file.run(
        'create table t ("ID" varchar(5) primary key, name text)',
        "insert into t values ('1', 'good'), ('2', cast(x'4dfc6c' as text)), ('3', 'fine')",
    )
    source = source_on(sqlite_file, tmp_path, table="t")
    with pytest.raises(SourceUnavailable) as caught:
        answers(source.read(None))
    assert caught.value.code == "TEXT_UNDECODABLE"
    one, two, three = answers(source.read(None))
    assert (one.values, three.values) == (("1", "good"), ("3", "fine"))
    assert isinstance(two, Unreadable)
    assert (two.key, two.code) == (("2",), "TEXT_UNDECODABLE")
