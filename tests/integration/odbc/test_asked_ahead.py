"""What a known table is asked at every look goes out at once, and nothing is believed for it."""

from __future__ import annotations

import io
import os
import sys
import time
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from adapters.sources.odbc import reader
from adapters.sources.odbc.dialect import BY_NAME
from adapters.sources.odbc.process import AHEAD, REST, ReaderProcess, command_of
from adapters.sources.odbc.spares import SPARES
from agent.clock import SystemClock
from agent.errors import SourceChanged, SourceError, SourceUnavailable
from tests.fakes import FakeClock
from tests.integration.odbc.moving import MOVING_BY_KIND, watermark
from tests.integration.odbc.test_slow_rows import Cursor, kinds
from tests.integration.servers import rows, source_on

SHAPE = "@ID@ int primary key, @N@ int"
WITHIN = timedelta(seconds=20)


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """What went out to readers, each writing by its verb."""
    found: list[str] = []
    ask = ReaderProcess.ask

    def noted(self, request):
        found.append(request["do"])
        ask(self, request)

    monkeypatch.setattr(ReaderProcess, "ask", noted)
    return found


def get_known(source) -> None:
    """Once to see the table, once to see that it is as it was: then it is asked ahead."""
    for _ in range(2):
        rows(source.read(None))


def looks(source, asked) -> list[str]:
    asked.clear()
    rows(source.read(None))
    return [*asked]


def test_a_look_at_a_known_table_is_one_writing(make, asked):
    source = make(SHAPE, "(1, 2)")
    for _ in range(2):
        assert len(looks(source, asked)) > 1
    for _ in range(3):
        assert looks(source, asked) == ["open"]


def test_what_changed_in_the_table_is_seen_all_the_same(make, erp, asked):
    source = make(SHAPE, "(1, 2)")
    get_known(source)
    mark = "`" if erp.kind == "mariadb" else '"'
    erp.run(f"insert into {mark}orders{mark} values (2, 5)")
    assert looks(source, asked) == ["open"]
    assert [row["N"] for row in rows(source.read(None))] == [2, 5]


def test_where_a_watermark_decides_what_is_read_that_is_not_asked_ahead(make, erp, asked):
    source = make(
        MOVING_BY_KIND[erp.kind], "('A', '2026-01-01 10:00:00', 1)", changes=watermark(lag="1s")
    )
    checkpoint = None
    for number in range(5):
        erp.run(f"insert into orders values ('B{number}', '2026-01-01 10:0{number + 1}:00', 1)")
        asked.clear()
        read = source.read(checkpoint)
        found = {row["ID"] for row in rows(read)}
        checkpoint = read.end().checkpoint
        assert f"B{number}" in found
        assert number < 2 or asked[:2] == ["open", "select"]


def test_a_table_that_went_away_is_told_as_ever_and_read_when_it_is_back(make, erp):
    source = make(SHAPE, "(1, 2)")
    get_known(source)
    erp.run("drop table orders")
    with pytest.raises(SourceError) as caught:
        source.read(None)
    fresh = source_on(erp, source._context.folder, table="orders")
    with pytest.raises(SourceError) as expected:
        fresh.read(None)
    assert (caught.value.code, caught.value.title) == (expected.value.code, expected.value.title)
    make(SHAPE, "(3, 4)")
    assert [row["ID"] for row in rows(source.read(None))] == [3]


def test_a_table_that_one_may_not_read_any_more_is_told_as_ever(server, tmp_path):
    mark = "`" if server.kind == "mariadb" else '"'
    server.run("drop table if exists kept", f"create table kept ({mark}ID{mark} int primary key)")
    who = {
        "postgresql": (
            "drop role if exists seer",
            "create role seer login password 'r'",
            "grant select on kept to seer",
        ),
        "mariadb": (
            "create or replace user seer@'127.0.0.1' identified by 'r'",
            "grant select, insert on erp.kept to seer@'127.0.0.1'",
        ),
    }[server.kind]
    server.run(*who)
    source = source_on(server, tmp_path, table="kept", user="seer", password="r")
    get_known(source)
    server.run(
        "revoke select on kept from seer"
        if server.kind == "postgresql"
        else "revoke select on erp.kept from seer@'127.0.0.1'"
    )
    for _ in range(2):
        with pytest.raises(SourceError) as caught:
            source.read(None)
        assert caught.value.code == "PERMISSION_DENIED"
    server.run(who[-1])
    assert rows(source.read(None)) == []


def test_a_read_that_is_not_heard_to_its_end_takes_its_reader_with_it(make):
    source = make(SHAPE, "(1, 2)")
    get_known(source)
    read = source.read(None)
    process = source._process
    read.close()
    assert process.ended


def test_another_database_in_place_of_a_known_one_is_told_and_its_reader_ends(make):
    source = make(SHAPE, "(1, 2)")
    get_known(source)
    read = source.read(None)
    process = source._process
    rows(read)
    elsewhere = {**read.end().checkpoint, "identity": "ffffffffffff"}
    with pytest.raises(SourceChanged) as caught:
        source.read(elsewhere)
    assert caught.value.code == "SOURCE_ROLLBACK_DETECTED"
    assert process.ended
    assert [row["N"] for row in rows(source.read(read.end().checkpoint))] == [2]


def test_what_the_database_will_not_say_of_itself_keeps_no_known_table_from_being_read(
    sqlite_file, tmp_path, asked, monkeypatch
):
    """Nothing of what was to follow is answered then: it is asked again."""
    asks = replace(BY_NAME["sqlite"], identity="select abs(-9223372036854775808)")
    monkeypatch.setitem(BY_NAME, "sqlite", asks)
    sqlite_file.run('create table t ("ID" int)', "insert into t values (1)")
    source = source_on(sqlite_file, tmp_path, table="t")
    get_known(source)
    for _ in range(2):
        assert looks(source, asked) == ["open", "select", "rest"]
    assert rows(source.read(None)) == [{"ID": 1}]


def test_after_a_look_that_failed_nothing_is_asked_ahead(make, asked, monkeypatch):
    source = make(SHAPE, "(1, 2)")
    get_known(source)
    answer = ReaderProcess.answer

    def dies(self, within):
        self.close()
        return answer(self, within)

    with monkeypatch.context() as patch:
        patch.setattr(ReaderProcess, "answer", dies)
        with pytest.raises(SourceUnavailable):
            source.read(None)
    assert len(looks(source, asked)) > 1


def test_a_slow_first_question_gets_the_time_it_has_before_the_reader_is_given_up(
    make, monkeypatch
):
    """What was answered before it may be held meanwhile, and a beat be long in coming."""
    source, within = make(SHAPE, "(1, 2)", timeout="7m", heartbeat="10m"), []
    answer = ReaderProcess.answer
    monkeypatch.setattr(
        ReaderProcess, "answer", lambda self, time: within.append(time) or answer(self, time)
    )
    for _ in range(3):
        within.clear()
        rows(source.read(None))
    assert within[0] > timedelta(minutes=7)


def test_beats_of_a_reader_that_nobody_asks_take_no_memory(spoken):
    process, opened = spoken
    process.ask({**opened, "beat": 0.001})
    assert said(process) == "opened"
    time.sleep(0.5)
    assert process._answers.qsize() <= AHEAD
    process.ask({"do": "values", "sql": "select 1", "parameters": []})
    assert said(process) == "values"


@pytest.fixture
def spoken(sqlite_file):
    """A reader of the file, spoken with by hand."""
    sqlite_file.run('create table t ("ID" int)')
    process = ReaderProcess(command_of(None), SystemClock(), timedelta(seconds=60))
    opened = {
        "do": "open", "connection": dict(sqlite_file.connection), "secrets": [], "names": [],
        "dialect": "", "fetch": 10, "timeout": 30, "login_timeout": 30, "beat": 10,
        "tolerant": False, "who": "t", "at": time.monotonic(),
    }  # fmt: skip
    yield process, opened
    process.close()


def said(process: ReaderProcess) -> str:
    (word,) = process.answer(WITHIN).content()
    return word


def test_after_an_error_nothing_that_was_asked_ahead_is_answered(spoken):
    """Neither is it done, and the next question has its own answer."""
    process, opened = spoken
    wrong = {"do": "values", "sql": "select nonsense from nowhere", "parameters": []}
    process.ask({**opened, "then": [wrong, {"do": "tables", "most": 9}, REST]})
    assert [said(process), said(process)] == ["opened", "error"]
    process.ask({"do": "values", "sql": "select 1", "parameters": []})
    assert process.answer(WITHIN).content() == {"values": [["1"]]}  # its driver knows text only


def test_where_the_database_does_not_open_nothing_else_is_tried(spoken):
    process, opened = spoken
    driver = {"driver": "Nobody's"}
    process.ask({**opened, "connection": driver, "then": [{"do": "tables", "most": 9}, REST]})
    assert said(process) == "error"
    process.ask(REST)
    assert said(process) == "rested"


def test_what_was_answered_goes_out_before_the_next_question_that_takes_its_time():
    clock = FakeClock()
    session = reader.Session(reader.Outgoing(pipe := io.BytesIO()), clock)
    cursor = Cursor(pipe, [[(1,)], [(1,)]], clock, takes=1.0)
    session._connection = SimpleNamespace(cursor=lambda: cursor, autocommit=True)
    select = {"do": "select", "sql": "", "parameters": [], "fetch": 3}
    session.answer({**select, "then": [select]})
    assert cursor.heard == [b"J", b"JDJJ"]
    assert kinds(pipe) == b"JDJJDJ"


def test_a_reader_that_rested_unasked_is_asked_to_sign_off_where_nobody_may_follow(make, asked):
    source = make(SHAPE, "(1, 2)")
    get_known(source)
    SPARES._members, members = 0, SPARES._members
    try:
        assert looks(source, asked) == ["open", "rest"]
    finally:
        SPARES._members = members


OLDER = """\
#!{python}
from adapters.sources.odbc import outgoing, reader

answer, say = reader.Session.answer, outgoing.Outgoing.say
reader.Session.answer = lambda self, asked: answer(
    self, {{word: said for word, said in asked.items() if word != "then"}}
)

def older(self, **content):
    content.get("opened", {{}}).pop("follows", None)
    say(self, **content)

outgoing.Outgoing.say = older
reader.main()
"""


@pytest.mark.skipif(os.name == "nt", reason="the double is a script with a shebang")
def test_a_reader_that_does_not_know_of_it_is_asked_one_by_one(sqlite_file, tmp_path, asked):
    sqlite_file.run('create table t ("ID" int)', "insert into t values (1)")
    program = tmp_path / "older"
    program.write_text(OLDER.format(python=sys.executable))
    program.chmod(0o755)
    source = source_on(sqlite_file, tmp_path, table="t", reader="./older")
    get_known(source)
    assert looks(source, asked) == ["open", "describe", "select", "rest"]
    assert rows(source.read(None)) == [{"ID": 1}]
