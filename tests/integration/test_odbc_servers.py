"""Real databases over ODBC: PostgreSQL, MariaDB and SQLite keep the same promises."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from agent.clock import SystemClock
from agent.errors import SourceChanged, SourceUnavailable
from agent.model import Content, Level, Record, Unreadable
from tests.integration.servers import (
    PASSWORD,
    Server,
    SqliteFile,
    answers,
    closed_sources,
    mariadb,
    mariadb_server,
    postgresql,
    postgresql_server,
    rows,
    source_on,
    sqlite_file,
)

__all__ = ["closed_sources", "mariadb_server", "postgresql_server", "sqlite_file"]

ALL = ("postgresql_server", "mariadb_server", "sqlite_file")
SERVERS = ALL[:2]
LONG = "längerer Text 漢字 😀 " * 8000


@pytest.fixture(params=ALL)
def erp(request) -> Server | SqliteFile:
    return request.getfixturevalue(request.param)


@pytest.fixture(params=SERVERS)
def server(request) -> Server:
    return request.getfixturevalue(request.param)


@pytest.fixture
def make(erp, tmp_path) -> Callable[..., object]:
    """Make the table `orders` anew and give sources on it."""
    quote = "`" if erp.kind == "mariadb" else '"'

    def run(shape: str, /, *values: str, **settings):
        erp.run(
            f"drop table if exists {quote}orders{quote}",
            f"create table {quote}orders{quote} ({shape})".replace("@", quote),
            *(f"insert into {quote}orders{quote} values {value}" for value in values),
        )
        return source_on(erp, tmp_path, **{"table": "orders", **settings})

    return run


def watermark(**words) -> dict[str, object]:
    return {"by": "watermark", "column": "AT", **words}


MOVING_BY_KIND = {
    "postgresql": '"ID" varchar(20) primary key, "AT" timestamp, "N" int',
    "mariadb": "`ID` varchar(20) primary key, `AT` datetime(6), `N` int",
    "sqlite": '"ID" varchar(20) primary key, "AT" timestamp, "N" int',
}


# values


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


# keys and columns


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


# full compare


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


# watermark


def finished(read):
    found = rows(read)
    return [row["ID"] for row in found], read.end().checkpoint


def test_equal_timestamps_across_fetches_lose_no_row(make, erp):
    early = ", ".join(f"('E{i}', '2026-01-01 10:00:00', {i})" for i in range(500))
    source = make(MOVING_BY_KIND[erp.kind], early, changes=watermark(lag="0s"), fetch=7)
    found, checkpoint = finished(source.read(None))
    assert len(found) == 500
    erp.run(
        "insert into orders values "
        + ", ".join(f"('L{i}', '2026-01-01 10:00:00', {i})" for i in range(500))
    )
    read = source.read(checkpoint)
    assert read.content is Content.CHANGES
    found, _ = finished(read)
    assert {f"L{i}" for i in range(500)} <= set(found)


def test_a_row_that_commits_late_behind_the_watermark_is_seen_within_the_lag(make, erp):
    source = make(
        MOVING_BY_KIND[erp.kind],
        "('A', '2026-01-01 10:00:00', 1), ('B', '2026-01-01 09:00:00', 1)",
        changes=watermark(lag="10m"),
    )
    _, checkpoint = finished(source.read(None))
    erp.run("insert into orders values ('LATE', '2026-01-01 09:51:00', 1)")
    found, _ = finished(source.read(checkpoint))
    assert set(found) == {"A", "LATE"}


def test_rows_without_a_watermark_are_read_each_time(make, erp):
    source = make(
        MOVING_BY_KIND[erp.kind],
        "('A', '2026-01-01 10:00:00', 1), ('B', '2026-01-01 08:00:00', 1), ('NONE', null, 1)",
        changes=watermark(),
    )
    _, checkpoint = finished(source.read(None))
    assert set(finished(source.read(checkpoint))[0]) == {"A", "NONE"}


def test_a_row_from_the_year_9999_is_delivered_and_hides_nothing_after_it(make, erp):
    source = make(
        MOVING_BY_KIND[erp.kind],
        "('A', '2026-01-01 10:00:00', 1), ('FUTURE', '9999-12-31 23:59:59', 1)",
        changes=watermark(),
    )
    found, checkpoint = finished(source.read(None))
    assert set(found) == {"A", "FUTURE"}
    erp.run("insert into orders values ('AFTER', '2026-01-02 10:00:00', 1)")
    found, checkpoint = finished(source.read(checkpoint))
    assert "AFTER" in found
    assert finished(source.read(checkpoint))[0] == ["AFTER", "FUTURE"]


def test_microseconds_of_a_watermark_are_kept(make, erp):
    source = make(
        MOVING_BY_KIND[erp.kind],
        "('A', '2026-01-01 10:00:00.123456', 1), ('B', '2026-01-01 10:00:00.123455', 1)",
        changes=watermark(lag="0s"),
    )
    _, checkpoint = finished(source.read(None))
    assert finished(source.read(checkpoint))[0] == ["A"]


def test_a_counter_can_be_a_watermark_with_a_lag_of_its_own(make, erp):
    source = make(
        MOVING_BY_KIND[erp.kind],
        ", ".join(f"('K{i}', null, {i})" for i in range(1, 30)),
        changes={"by": "watermark", "column": "N", "lag": 3},
    )
    _, checkpoint = finished(source.read(None))
    assert finished(source.read(checkpoint))[0] == ["K26", "K27", "K28", "K29"]


def test_a_due_recount_reads_everything_and_is_then_done(make, erp):
    clock = Watch()
    source = make(
        MOVING_BY_KIND[erp.kind],
        "('A', '2026-01-01 10:00:00', 1), ('B', '2026-01-01 08:00:00', 1)",
        changes=watermark(recount="0 2 * * *"),
        clock=clock,
    )
    _, checkpoint = finished(source.read(None))
    assert source.read(checkpoint).content is Content.CHANGES
    clock.ahead = timedelta(hours=24)
    due = source.read(checkpoint)
    assert due.content is Content.FULL
    _, checkpoint = finished(due)
    assert source.read(checkpoint).content is Content.CHANGES


def test_a_table_whose_watermark_went_back_is_compared_whole(make, erp):
    source = make(
        MOVING_BY_KIND[erp.kind],
        "('A', '2026-01-05 10:00:00', 1), ('B', '2026-01-01 08:00:00', 1)",
        changes=watermark(),
    )
    _, checkpoint = finished(source.read(None))
    erp.run("delete from orders", "insert into orders values ('B', '2026-01-01 08:00:00', 0)")
    read = source.read(checkpoint)
    assert read.content is Content.FULL
    assert finished(read)[0] == ["B"]


class Watch(SystemClock):
    """The real clock, and a jump ahead."""

    ahead = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.ahead


# trouble


def test_a_wrong_password_is_said_so_and_never_shown(server, tmp_path):
    source = source_on(server, tmp_path, table="orders", password="wrong-pass-123")
    with pytest.raises(SourceUnavailable) as caught:
        source.read(None)
    assert caught.value.code == "ODBC_AUTH_FAILED"
    assert caught.value.retry_after >= timedelta(minutes=5)
    shown = str(caught.value) + caught.value.hint
    assert "wrong-pass-123" not in shown
    assert PASSWORD not in shown


STRANGER = {
    "postgresql": (
        "drop table if exists hidden",
        'create table hidden ("ID" int primary key)',
        "drop role if exists reader",
        "create role reader login password 'r'",
    ),
    "mariadb": (
        "create or replace table hidden (`ID` int primary key)",
        "create or replace table visible (`ID` int primary key)",
        "create or replace user reader@'127.0.0.1' identified by 'r'",
        "grant select on erp.visible to reader@'127.0.0.1'",
    ),
}


def test_a_table_one_may_not_read_names_the_grant(server, tmp_path):
    server.run(*STRANGER[server.kind])
    source = source_on(server, tmp_path, table="hidden", user="reader", password="r")
    with pytest.raises(SourceUnavailable) as caught:
        source.read(None)
    assert caught.value.code == "PERMISSION_DENIED"
    assert "GRANT SELECT ON hidden TO reader;" in caught.value.hint


def test_a_driver_that_is_not_installed_is_named(tmp_path):
    nowhere = SqliteFile(tmp_path / "x.db")
    source = source_on(
        nowhere, tmp_path, table="t", connection={"driver": "PostgreSQL Ancient", "server": "x"}
    )
    (finding,) = source.check()
    assert finding.code == "ODBC_DRIVER_MISSING"
    assert "PostgreSQL Ancient" in finding.text
    assert "odbc-postgresql" in finding.hint


def test_a_mistyped_sqlite_path_makes_no_empty_file(sqlite_file, tmp_path):
    with pytest.raises(SourceUnavailable) as caught:
        source_on(sqlite_file, tmp_path, table="t").read(None)
    assert caught.value.code == "ODBC_UNREACHABLE"
    assert not sqlite_file.path.exists()


@pytest.mark.parametrize("start", [postgresql, mariadb], ids=["postgresql", "mariadb"])
def test_a_server_that_dies_while_it_is_read_is_a_condition_and_the_next_read_is_whole(
    start, tmp_path
):
    with start() as server:
        quote = "`" if server.kind == "mariadb" else '"'
        wide = ", ".join(f"('K{i}', '{'x' * 1000}')" for i in range(500))
        server.run(
            f"create table orders ({quote}ID{quote} varchar(20) primary key, t varchar(2000))",
            f"insert into orders values {wide}",
            *(
                f"insert into orders select concat({quote}ID{quote}, '.{i}'), t from orders"
                for i in range(5)
            ),
        )
        source = source_on(server, tmp_path, table="orders", fetch=100)
        checked = source.read(None)
        pages = checked.pages()
        next(pages)
        server.kill()
        if server.kind == "postgresql":  # MariaDB's driver 3.1 has the whole result by now
            with pytest.raises(SourceUnavailable) as caught:
                list(pages)
            assert caught.value.code == "ODBC_UNREACHABLE"
            with pytest.raises(RuntimeError):
                checked.end()
        with pytest.raises(SourceUnavailable) as caught:
            source.read(None)
        assert caught.value.code == "ODBC_UNREACHABLE"
        server.start()
        assert len(rows(source.read(None))) == 500 * 32
        source.close()


def test_check_says_what_is_wrong_with_key_and_watermark(make, erp):
    source = make(
        MOVING_BY_KIND[erp.kind].replace(" primary key", ""),
        "('A', '2026-01-01 10:00:00', 1), ('B', null, 1)",
        changes=watermark(),
    )
    found = {finding.code: finding for finding in source.check()}
    assert set(found) >= {"ODBC_CONNECTED", "TABLE_READABLE", "KEY_NULLABLE", "KEY_NOT_UNIQUE"}
    assert "1 rows have no AT" in found["NULL_WATERMARK"].text
    assert "recount" in found["DELETES_NOT_SEEN"].hint


def test_check_is_content_with_a_sound_table(make):
    source = make("@ID@ varchar(9) not null primary key, @N@ int", "('1', 1)")
    assert {finding.level for finding in source.check()} == {Level.OK}


# a real ERP's tables, SQLite itself as oracle


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
