"""A reader that did well serves the next read; one that did not never does."""

from __future__ import annotations

import io
import os
import signal
import threading
import time
from contextlib import closing

import pytest

from adapters.sources.odbc import reader, session
from adapters.sources.odbc.reader import LIFE_SECONDS, REST_SECONDS
from adapters.sources.odbc.spares import SPARES
from agent.clock import SystemClock
from agent.errors import SourceUnavailable
from agent.model import Level
from tests.fakes import FakeClock
from tests.integration.servers import (
    SqliteFile,
    closed_sources,
    postgresql_server,
    rows,
    source_on,
    sqlite_file,
)

__all__ = ["closed_sources", "postgresql_server", "sqlite_file"]


@pytest.fixture(autouse=True)
def _nobody_waits():
    """What other tests left behind is none of ours."""
    SPARES.close()
    yield
    SPARES.close()


def waiting():
    return [process for found in SPARES._waiting.values() for process, _ in found]


@pytest.fixture
def two(sqlite_file, tmp_path):
    sqlite_file.run('create table t ("ID" int)', "insert into t values (1)")
    other = SqliteFile(tmp_path / "other.db")
    other.run('create table t ("ID" int)', "insert into t values (2)")
    return source_on(sqlite_file, tmp_path, table="t"), source_on(other, tmp_path, table="t")


def test_one_process_serves_read_after_read_each_with_its_own_database(two):
    one, other = two
    pids = []
    for source, expected in ((one, 1), (other, 2), (one, 1)):
        read = source.read(None)
        pids.append(source._process._process.pid)
        assert rows(read) == [{"ID": expected}]
        read.close()
        assert source._process is None
    assert len(set(pids)) == 1
    assert len(waiting()) == 1


def test_a_read_that_was_left_in_the_middle_takes_its_reader_with_it(two):
    one, _ = two
    read = one.read(None)
    process = one._process
    read._session._ask(do="values", sql="select 1", parameters=[])  # nobody hears the answer
    read.close()
    assert process.ended
    assert waiting() == []


def test_a_reader_that_brought_many_rows_gives_its_memory_back(two, monkeypatch):
    one, _ = two
    monkeypatch.setattr(session, "_FEW", 0)
    for _ in range(3):
        assert rows(one.read(None)) == [{"ID": 1}]
        assert waiting() == []


def test_a_reader_that_died_while_it_waited_is_replaced(two):
    one, other = two
    rows(one.read(None))
    (spare,) = waiting()
    os.kill(spare._process.pid, signal.SIGKILL)
    spare._process.wait()
    assert rows(other.read(None)) == [{"ID": 2}]
    assert spare.ended


def test_a_reader_whose_database_refused_is_not_kept(tmp_path):
    wrong = source_on(SqliteFile(tmp_path / "x.db"), tmp_path, query="select")
    with pytest.raises(SourceUnavailable):
        rows(wrong.read(None))
    assert waiting() == []


def test_closing_a_source_ends_only_its_own_read(two):
    one, other = two
    rows(one.read(None))
    read = other.read(None)  # with the process that served `one`
    one.close()
    assert rows(read) == [{"ID": 2}]


@pytest.fixture
def tables(sqlite_file, tmp_path):
    """Two tables of one database, and how the database goes away for who signs in now."""
    sqlite_file.run('create table a ("ID" int)', "insert into a values (1)")
    sqlite_file.run('create table b ("ID" int)', "insert into b values (2)")
    one, other = (source_on(sqlite_file, tmp_path, table=name, name=name) for name in "ab")
    return one, other, lambda: sqlite_file.path.rename(tmp_path / "away.db")


def test_tables_that_are_read_one_after_the_other_take_one_sign_in(tables):
    one, other, away = tables
    assert rows(one.read(None)) == [{"ID": 1}]
    away()
    assert rows(other.read(None)) == [{"ID": 2}]


def test_no_table_is_read_twice_with_one_sign_in(tables):
    one, other, away = tables
    rows(one.read(None))
    rows(other.read(None))
    away()
    with pytest.raises(SourceUnavailable):
        rows(one.read(None))


def test_who_signs_in_otherwise_signs_in_himself(tables, sqlite_file, tmp_path):
    one, _, away = tables
    rows(one.read(None))
    away()
    other = source_on(sqlite_file, tmp_path, table="b", name="b", user="another")
    with pytest.raises(SourceUnavailable):
        rows(other.read(None))


def test_a_sign_in_that_nobody_uses_any_more_is_over(tables):
    one, other, away = tables
    rows(one.read(None))
    away()
    time.sleep(2 * REST_SECONDS)
    with pytest.raises(SourceUnavailable):
        rows(other.read(None))


def test_tables_that_follow_each_other_without_end_sign_in_again_all_the_same(
    sqlite_file, tmp_path
):
    clock = FakeClock()
    for name in "ab":
        sqlite_file.run(f'create table {name} ("ID" int)')
    one, other = (
        source_on(sqlite_file, tmp_path, table=name, name=name, clock=clock) for name in "ab"
    )
    rows(one.read(None))
    sqlite_file.path.rename(tmp_path / "away.db")
    clock.pass_(2 * LIFE_SECONDS)
    with pytest.raises(SourceUnavailable):
        rows(other.read(None))


def test_a_driver_that_never_signs_off_is_found_out(monkeypatch):
    class Hangs:
        def close(self):
            threading.Event().wait(30)

    monkeypatch.setattr(reader, "CLOSE_SECONDS", 0.05)
    session = reader.Session(reader.Outgoing(io.BytesIO()), SystemClock())
    assert session.drop()
    session._connection = Hangs()
    assert not session.drop()


def test_a_test_of_a_source_signs_in(tables):
    one, other, away = tables
    rows(one.read(None))
    away()
    assert Level.ERROR in {finding.level for finding in other.check()}


def test_nothing_is_open_in_the_database_while_a_connection_waits(postgresql_server, tmp_path):
    postgresql_server.run("drop table if exists w", 'create table w ("ID" int)')
    rows(source_on(postgresql_server, tmp_path, table="w").read(None))
    with closing(postgresql_server.connect()) as connection:
        asked = (
            "select state from pg_stat_activity where usename = 'erp' and pid != pg_backend_pid()"
        )
        states = {state for (state,) in connection.execute(asked).fetchall()}
    assert states <= {"idle", None}  # none: it begins or ends just now
