"""Whatever is wrong with a database or its driver is named, with what to do about it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent.errors import SourceUnavailable
from agent.model import Level
from tests.integration.odbc.moving import MOVING_BY_KIND, watermark
from tests.integration.servers import PASSWORD, SqliteFile, mariadb, postgresql, rows, source_on


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
            # Some versions of psqlodbc crash in SQLFetch, now and then, when the connection is lost.
            assert caught.value.code in {"ODBC_UNREACHABLE", "ODBC_DRIVER_CRASH"}
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
