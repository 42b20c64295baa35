"""Copies of a queue are whole; a schema goes back to the letter; what was forgotten is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agent.errors import StoreDamaged, StoreError
from agent.queue import copies, schema
from agent.queue.database import Connection


def test_every_published_migration_has_a_way_back() -> None:
    assert set(schema.WAYS_BACK) == set(range(schema.FIRST_PUBLISHED + 1, schema.VERSION + 1))


def test_each_way_back_leads_to_the_schema_before_to_the_letter(tmp_path: Path) -> None:
    for number in schema.WAYS_BACK:
        assert objects(made(tmp_path / "was.db", number - 1)) == objects(
            stepped(made(tmp_path / "is.db", number), number - 1)
        )


def made(path: Path, version: int) -> Path:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as db:
        for script in schema.MIGRATIONS[:version]:
            db.executescript(script)
        db.execute(f"pragma user_version = {version}")
    return path


def stepped(path: Path, to: int) -> Path:
    copies.step_back(path, to, schema.WAYS_BACK)
    return path


def objects(path: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("select type, name, sql from sqlite_master order by name").fetchall()


def test_a_copy_has_what_still_stands_in_the_log(tmp_path: Path) -> None:
    db = Connection(tmp_path / "queue.db")
    db.set_meta("last", "yes")
    copied = tmp_path / "dead.db"
    for suffix in ("", "-wal"):  # as after a kill
        copied.with_name(copied.name + suffix).write_bytes(
            (tmp_path / f"queue.db{suffix}").read_bytes()
        )
    db.close()
    copies.copy(copied, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as found:
        assert found.execute("select value from meta where name = 'last'").fetchone() == ("yes",)
    assert copies.schema_of(tmp_path / "copy.db") == schema.VERSION
    assert copies.schema_seen(tmp_path / "copy.db") == schema.VERSION


def test_the_schema_of_a_queue_in_use_is_seen(tmp_path: Path) -> None:
    db = Connection(tmp_path / "queue.db")
    assert copies.schema_seen(tmp_path / "queue.db") == schema.VERSION
    db.close()


def test_a_queue_that_is_not_there_has_no_schema(tmp_path: Path) -> None:
    assert copies.schema_of(tmp_path / "queue.db") is None
    assert copies.schema_seen(tmp_path / "queue.db") is None


def test_a_damaged_queue_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / "queue.db").write_bytes(b"nonsense" * 1000)
    with pytest.raises(StoreDamaged):
        copies.copy(tmp_path / "queue.db", tmp_path / "copy.db")


def test_what_is_put_back_brings_no_log_of_the_other_one(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    db = Connection(path)
    db.set_meta("a", "old")
    db.close()
    copies.copy(path, tmp_path / "copy.db")
    db = Connection(path)
    db.set_meta("a", "new")
    log = (tmp_path / "queue.db-wal").read_bytes()
    db.close()
    (tmp_path / "queue.db-wal").write_bytes(log)
    copies.put_back(tmp_path / "copy.db", path)
    db = Connection(path)
    assert db.meta("a") == "old"
    db.close()


def test_a_schema_steps_back_in_one_transaction_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript("create table a (x); create table b (y); pragma user_version = 3")
    with pytest.raises(StoreError) as refused:
        copies.step_back(path, 1, {3: "drop table b"})
    assert refused.value.code == "SCHEMA_NO_WAY_BACK"
    with pytest.raises(StoreDamaged):
        copies.step_back(path, 1, {3: "drop table b", 2: "drop table c"})
    assert copies.schema_of(path) == 3
    copies.step_back(path, 1, {3: "drop table b", 2: "drop table a"})
    assert (copies.schema_of(path), objects(path)) == (1, [])
    copies.step_back(path, 1, {})


def test_what_an_older_copy_does_not_know_is_counted_by_flow(tmp_path: Path) -> None:
    path, older = tmp_path / "queue.db", tmp_path / "older.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(
            "create table flow (id, name); insert into flow values (1, 'a'), (2, 'b');"
            "create table entry (seq, flow, state);"
            "insert into entry values (1, 1, 10), (2, 1, 0), (3, 2, 10)"
        )
    copies.copy(path, older)
    with closing(sqlite3.connect(path)) as db:
        db.executescript("update entry set state = 10 where seq = 2;"
                         "insert into entry values (4, 1, 5), (5, 1, 10)")  # fmt: skip
    assert copies.between(older, path) == [copies.Between("a", delivered=2, open=1)]
