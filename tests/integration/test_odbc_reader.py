"""The reader process: it may hang, crash or lie, and only its own read is lost."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.sources.odbc.process import ReaderProcess
from agent.clock import SystemClock
from agent.errors import SourceUnavailable
from agent.model import Level
from tests.integration.servers import (
    PASSWORD,
    SqliteFile,
    closed_sources,
    postgresql_server,
    rows,
    source_on,
    sqlite_file,
)

__all__ = ["closed_sources", "postgresql_server", "sqlite_file"]

ROOT = Path(__file__).resolve().parents[2]
POLL = threading.Event()
pytestmark = pytest.mark.skipif(os.name == "nt", reason="doubles are scripts with a shebang")

DOUBLE = """\
    #!{python}
    import os, signal, sys, time
    from adapters.sources.odbc import frames
    out, requests = sys.stdout.buffer, sys.stdin.buffer

    def say(**content):
        out.write(frames.message(content))
        out.flush()

    def opened():
        say(opened={{"dialect": "generic", "database": "Double 1", "driver": "double.so 1.0",
                    "quote": '"', "place": ["Double", "here", "db"]}})

    frames.receive(requests)
    {behaviour}
"""
ALIVE = "opened(); frames.receive(requests)\n"
BEHAVIOURS = {
    "silent": "time.sleep(600)",
    "busy": ALIVE + "while True: say(beat=True); time.sleep(0.05)",
    "crash": ALIVE + "os.kill(os.getpid(), signal.SIGSEGV)",
    "exit": ALIVE + "sys.exit(3)",
    "noise": ALIVE + "print('driver says hello'); sys.stdout.flush(); time.sleep(600)",
    "half": ALIVE + "out.write(frames.message({'columns': []})[:9]); out.flush(); os._exit(0)",
    "nonsense": ALIVE + "say(weather='fine'); time.sleep(600)",
}


@pytest.fixture
def double(tmp_path):
    """A source whose reader behaves as told; it reads a query, so that little is asked."""

    def make(behaviour: str, **settings):
        program = tmp_path / "reader"
        text = textwrap.dedent(DOUBLE).format(
            python=sys.executable, behaviour=BEHAVIOURS[behaviour]
        )
        program.write_text(text)
        program.chmod(0o755)
        erp = SqliteFile(tmp_path / "none.db")
        words = {"query": "select ID from t", "heartbeat": "2s", "reader": "./reader", **settings}
        return source_on(erp, tmp_path, connection={"driver": "Double"}, **words)

    return make


@pytest.mark.parametrize(
    ("behaviour", "code", "said"),
    [
        ("silent", "ODBC_HANG", "2 seconds"),
        ("crash", "ODBC_DRIVER_CRASH", "double.so 1.0) crashed its reader process (SIGSEGV)"),
        ("exit", "ODBC_READER_FAILED", "code 3"),
        ("noise", "ODBC_READER_FAILED", "no sense"),
        ("half", "ODBC_READER_FAILED", "code 0"),
        ("nonsense", "ODBC_READER_FAILED", "no sense"),
    ],
)
def test_a_reader_that_misbehaves_is_ended_and_reported(double, behaviour, code, said):
    source = double(behaviour)
    with pytest.raises(SourceUnavailable) as caught:
        source.read(None)
    assert caught.value.code == code
    assert said in caught.value.title
    assert caught.value.hint
    assert source._process.ended
    (*_, finding) = source.check()
    assert (finding.level, finding.code) == (Level.ERROR, code)


def test_signs_of_life_do_not_save_a_driver_that_never_answers(double, tmp_path):
    double("busy")
    clock = SystemClock()
    process = ReaderProcess([str(tmp_path / "reader")], clock, timedelta(seconds=60))
    process.ask({"do": "open"})
    process.answer(timedelta(seconds=30))
    process.ask({"do": "select"})
    began = clock.monotonic()
    with pytest.raises(SourceUnavailable) as caught:
        process.answer(timedelta(seconds=0.5))
    assert caught.value.code == "ODBC_HANG"
    assert clock.monotonic() - began < 5
    process.close()
    assert process.ended


def test_a_reader_program_that_is_not_there_is_a_condition(tmp_path):
    erp = SqliteFile(tmp_path / "x.db")
    source = source_on(erp, tmp_path, table="t", reader="./no-such-reader")
    with pytest.raises(SourceUnavailable) as caught:
        source.read(None)
    assert caught.value.code == "ODBC_READER_FAILED"


def test_another_python_can_be_the_reader(sqlite_file, tmp_path):
    sqlite_file.run('create table t ("ID" int)', "insert into t values (1)")
    source = source_on(sqlite_file, tmp_path, table="t", reader=sys.executable)
    assert rows(source.read(None)) == [{"ID": 1}]


def test_closing_from_another_thread_ends_a_read_that_waits(double):
    source = double("busy", heartbeat="60s")
    timer = threading.Timer(0.5, source.close)
    timer.start()
    with pytest.raises(SourceUnavailable) as caught:
        source.read(None)
    assert caught.value.code == "ODBC_STOPPED"
    timer.join()
    source.close()


def test_a_reader_may_be_closed_again_and_again_whatever_was_left_unread():
    chatter = [sys.executable, "-c", "import sys; sys.stdout.buffer.write(b'J\\0\\0\\0\\2{}' * 50)"]
    reader = ReaderProcess(chatter, SystemClock(), timedelta(seconds=5))
    reader.answer(timedelta(seconds=5))
    closing = threading.Thread(target=lambda: [reader.close() for _ in range(20)], daemon=True)
    closing.start()
    closing.join(20)
    assert not closing.is_alive(), "whoever closes must never wait for a reader that is gone"
    with pytest.raises(SourceUnavailable, match="stopped"):
        reader.answer(timedelta(seconds=5))


def test_what_a_driver_left_running_does_not_keep_a_reader_from_being_closed():
    started = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(8)'])"
    leaves = f"import subprocess, sys; {started}"
    told = "sys.stdout.buffer.write(b'J\\0\\0\\0\\2{}'); sys.stdout.flush()"
    reader = ReaderProcess(
        [sys.executable, "-c", f"{leaves}; {told}"], SystemClock(), timedelta(seconds=5)
    )
    reader.answer(timedelta(seconds=5))
    closing = threading.Thread(target=reader.close, daemon=True)
    closing.start()
    closing.join(7)
    assert not closing.is_alive(), "the pipe is still held by what the driver started"
    assert reader.ended
    reader._thread.join(20)
    assert reader._process.stdout.closed, "it is closed by whoever reads there, once that has ended"


def test_a_query_that_takes_too_long_is_ended_by_the_database(postgresql_server, tmp_path):
    query = 'select 1 as "ID", pg_sleep(60)::text as s'
    source = source_on(postgresql_server, tmp_path, query=query, timeout="1s")
    with pytest.raises(SourceUnavailable) as caught:
        rows(source.read(None))
    assert caught.value.code == "ODBC_TIMEOUT"


def test_credentials_are_in_no_argument_and_no_environment(postgresql_server, tmp_path):
    postgresql_server.run("drop table if exists c", 'create table c ("ID" int)')
    source = source_on(postgresql_server, tmp_path, table="c")
    read = source.read(None)
    place = Path("/proc") / str(source._process._process.pid)
    shown = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
    assert b"odbc" in shown
    assert PASSWORD.encode() not in shown
    assert PASSWORD not in repr(source._settings) + repr(vars(source))
    read.close()


def test_the_reader_dies_with_its_parent(sqlite_file, tmp_path):
    sqlite_file.run('create table t ("ID" int)', "insert into t values (1)")
    script = textwrap.dedent(
        f"""\
        import sys, time
        from pathlib import Path
        from tests.integration.servers import SqliteFile, source_on
        source = source_on(SqliteFile(Path({str(sqlite_file.path)!r})), Path("."), table="t")
        read = source.read(None)
        print(source._process._process.pid, flush=True)
        time.sleep(600)
        """
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=ROOT)
    with parent, contextlib.ExitStack() as ends:
        ends.callback(parent.kill)
        child = int(parent.stdout.readline())
        assert _lives(child)
        parent.send_signal(signal.SIGKILL)
        parent.wait(10)
        for _ in range(100):
            if not _lives(child):
                return
            POLL.wait(0.1)
        pytest.fail("the reader outlived its parent")


def _lives(pid: int) -> bool:
    try:
        stat = (Path("/proc") / str(pid) / "stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_memory_stays_flat_however_long_the_table_and_wide_its_rows(sqlite_file, tmp_path):
    with contextlib.closing(sqlite3.connect(sqlite_file.path)) as erp, erp:
        erp.execute('create table t ("ID" int primary key, body varchar(9000))')
        bodies = ((i, f"{i:09}" * (2000 if i % 2 else 10)) for i in range(16_000))
        erp.executemany("insert into t values (?, ?)", bodies)
    source = source_on(sqlite_file, tmp_path, table="t")
    read = source.read(None)
    place = Path("/proc") / str(source._process._process.pid) / "status"
    seen = size = peak = 0
    for page in read.pages():
        seen += len(page.records)
        size += sum(map(len, page.records))
        peak = max(peak, _peak(place))
    assert seen == 16_000
    assert size > 140_000_000
    assert peak < 90_000_000


def _peak(status: Path) -> int:
    with contextlib.suppress(OSError, StopIteration):
        line = next(line for line in status.read_text().splitlines() if "VmHWM" in line)
        return int(line.split()[1]) * 1024
    return 0
