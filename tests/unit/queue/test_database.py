"""One process, one connection; what durability rests on is measured; migrations lose nothing."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, StoreTooNew
from agent.queue import database, schema
from agent.queue.database import SUSPECT, Connection


def test_the_promises_are_measured_at_start(tmp_path: Path) -> None:
    db = Connection(tmp_path / "queue.db")
    found = {name: (db.one(f"pragma {name}") or ("",))[0] for name in database._WANTED}
    assert found == {"journal_mode": "wal", "synchronous": 2, "locking_mode": "exclusive"}
    assert db.sqlite_version == sqlite3.sqlite_version
    db.close()


def test_a_place_that_cannot_keep_the_promises_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database._WANTED, "journal_mode", "something else")
    with pytest.raises(StoreError) as caught:
        Connection(tmp_path / "queue.db")
    assert caught.value.code == "STORE_MODE"
    assert "local disk" in caught.value.hint
    monkeypatch.undo()
    Connection(tmp_path / "queue.db").close()


def test_nobody_else_can_read_the_file(tmp_path: Path) -> None:
    Connection(tmp_path / "queue.db").close()
    if sys.platform != "win32":
        assert (tmp_path / "queue.db").stat().st_mode & 0o077 == 0


def test_no_other_program_can_open_the_database_meanwhile(tmp_path: Path) -> None:
    db = Connection(tmp_path / "queue.db")
    with (
        pytest.raises(sqlite3.OperationalError),
        sqlite3.connect(tmp_path / "queue.db", timeout=0) as c,
    ):
        c.execute("select * from meta")
    c.close()
    db.close()


SECOND = """
import sys
from pathlib import Path
from agent.errors import StoreBusy
from agent.queue.database import Connection
try:
    Connection(Path(sys.argv[1]))
except StoreBusy as error:
    print(error.title)
"""


def test_a_second_process_is_refused_and_told_who_is_first(tmp_path: Path) -> None:
    import os

    db = Connection(tmp_path / "queue.db")
    command = [sys.executable, "-c", SECOND, str(tmp_path / "queue.db")]
    root = Path(__file__).resolve().parents[3]
    said = subprocess.run(command, capture_output=True, text=True, cwd=root, check=True).stdout
    assert f"process {os.getpid()}" in said
    db.close()
    said = subprocess.run(command, capture_output=True, text=True, cwd=root, check=True).stdout
    assert said == "", "and let in as soon as the first one is gone"


def test_two_stores_in_one_process_are_refused_too(tmp_path: Path) -> None:
    db = Connection(tmp_path / "queue.db")
    with pytest.raises(StoreBusy):
        Connection(tmp_path / "queue.db")
    db.close()


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    db = Connection(tmp_path / "queue.db")
    with pytest.raises(KeyError), db.transaction():  # noqa: PT012 - the block is what is tested
        db.set_meta("a", 1)
        with db.transaction():  # joined, not nested
            db.set_meta("b", 2)
        raise KeyError
    assert (db.meta("a"), db.meta("b")) == (None, None)
    db.close()


def test_a_full_disk_happens_to_nobody(tmp_path: Path) -> None:
    db = Connection(tmp_path / "queue.db")
    db.conn.execute("pragma max_page_count = 60")
    with pytest.raises(StoreFull), db.transaction():  # noqa: PT012 - the block is what is tested
        db.set_meta("a", 1)
        db.set_meta("big", bytes(10_000_000))
    assert db.meta("a") is None
    db.set_meta("small", 1)
    db.close()


def test_a_newer_schema_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    db = Connection(tmp_path / "queue.db")
    db.conn.execute("pragma user_version = 99")
    db.close()
    before = (tmp_path / "queue.db").read_bytes()
    with pytest.raises(StoreTooNew):
        Connection(tmp_path / "queue.db")
    assert (tmp_path / "queue.db").read_bytes() == before


def test_before_migrating_the_database_is_backed_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = Connection(tmp_path / "queue.db")
    db.set_meta("kept", "yes")
    db.close()
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    monkeypatch.setattr(
        schema, "MIGRATIONS", (*schema.MIGRATIONS, "create table extra (id integer)")
    )
    db = Connection(tmp_path / "queue.db")
    assert db.meta("kept") == "yes"
    assert db.rows("select * from extra") == []
    db.close()
    backup = tmp_path / f"queue.db.schema-{schema.VERSION - 1}"
    with sqlite3.connect(backup) as old:
        assert old.execute("select value from meta where name = 'kept'").fetchone() == ("yes",)
        assert old.execute("pragma user_version").fetchone() == (schema.VERSION - 1,)
    old.close()


def test_a_migration_that_breaks_leaves_the_old_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Connection(tmp_path / "queue.db").close()
    with monkeypatch.context() as patch:
        patch.setattr(schema, "VERSION", schema.VERSION + 1)
        patch.setattr(
            schema, "MIGRATIONS", (*schema.MIGRATIONS, "create table extra (id); nonsense")
        )
        with pytest.raises(StoreError):
            Connection(tmp_path / "queue.db")
    db = Connection(tmp_path / "queue.db")
    assert db.one("select name from sqlite_master where name = 'extra'") is None
    db.close()


@pytest.mark.parametrize("sql", ["drop table wait", "drop index entry_ready"])
def test_a_database_with_something_missing_is_damaged(tmp_path: Path, sql: str) -> None:
    db = Connection(tmp_path / "queue.db")
    db.conn.execute(sql)
    db.close()
    with pytest.raises(StoreDamaged):
        Connection(tmp_path / "queue.db")


def test_a_small_database_is_checked_at_every_start(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    db = Connection(path)
    (root,) = db.one("select rootpage from sqlite_master where name = 'wait_seq'") or (0,)
    db.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * 8192)
        file.write(b"\xff" * 100)
    with pytest.raises(StoreDamaged):
        Connection(path)


def test_a_large_database_is_checked_only_after_a_bad_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_QUICK", 0)
    checked: list[int] = []
    monkeypatch.setattr(Connection, "check", lambda _self: checked.append(1))
    path = tmp_path / "queue.db"
    Connection(path).close()
    first = len(checked)
    Connection(path).close()
    assert len(checked) == first, "closed well: not checked"
    dies = Connection(path)
    dies._give_up()
    Connection(path).close()
    assert len(checked) == first + 1


def test_a_database_under_suspicion_is_not_opened(tmp_path: Path) -> None:
    Connection(tmp_path / "queue.db").close()
    (tmp_path / SUSPECT).touch()
    with pytest.raises(StoreDamaged):
        Connection(tmp_path / "queue.db")


def test_text_that_is_no_text_any_more_is_damage_too(tmp_path: Path) -> None:
    db = Connection(tmp_path / "queue.db")
    db.conn.execute("insert into shape values (1, cast(x'ff' as text))")
    with pytest.raises(StoreDamaged):
        db.rows("select names from shape")
    assert db.suspect
    db.close()
    assert (tmp_path / SUSPECT).exists()


@pytest.fixture
def db() -> Iterator[Connection]:
    made = Connection(None)
    yield made
    made.close()


ASKED = "select value from meta where name = 'x'"


def test_what_is_asked_all_the_time_is_asked_of_sqlite_once_and_again_after_a_write(
    db: Connection,
) -> None:
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    assert db.rows_so_far(ASKED) == []
    assert db.rows_so_far(ASKED) == []
    assert asked == [ASKED]
    for value in (1, 2):
        db.set_meta("x", value)
        assert db.rows_so_far(ASKED) == [(value,)]
    with db.transaction() as conn:
        conn.execute("delete from meta where name = 'x'")
    assert db.rows_so_far(ASKED) == []
    assert db.rows_so_far("select ?", (1,)) == [(1,)]
    assert db.rows_so_far("select ?", (2,)) == [(2,)]


def test_what_was_seen_in_a_transaction_that_is_rolled_back_is_not_remembered(
    db: Connection,
) -> None:
    def undone() -> None:
        with db.transaction():
            db.set_meta("x", 1)
            assert db.rows_so_far(ASKED) == [(1,)]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    assert db.rows_so_far(ASKED) == []


def test_a_value_that_is_there_already_is_no_write(db: Connection) -> None:
    db.set_meta("x", 1)
    before = db.conn.total_changes
    db.set_meta("x", 1)
    assert db.conn.total_changes == before
    db.set_meta("x", None)
    db.set_meta("x", "1")
    assert db.meta("x") == "1"
