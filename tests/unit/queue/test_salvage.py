"""A queue database that cannot be opened is set aside, and nothing of the ERP is lost by it."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from agent.errors import KeyMismatch, StoreDamaged
from agent.queue import salvage as salvaging
from agent.queue.database import SUSPECT
from agent.queue.salvage import Home, Names, open_store
from agent.queue.states import State
from agent.queue.store import Store
from tests.route.harness import Route

PAGE = 8192


def home_of(route: Route) -> Home:
    return Home(route.home, route.cipher, route.clock, "test")


def names_of(route: Route) -> Names:
    return Names(list(route.feeds), {name: (name, "crm") for name in route.feeds})


def stop(route: Route) -> None:
    for ledger in route.ledgers.values():
        ledger.close()
    route.store.close()


def start(route: Route) -> bool:
    """Open with salvage, then the rooms around it. Returns whether there was one."""
    store, fresh = open_store(home_of(route), names_of(route), pure=True, indexed=6)
    store.close()
    route.open()
    return fresh


def filled(route: Route, rows: int = 40) -> None:
    route.erp["accounts"] = {f"A{n:03}": [f"{n}", None] for n in range(rows)}
    route.scan()
    route.settle()


def recover(route: Route) -> None:
    for stream in route.feeds:
        route.scan(stream)
    route.pass_time(60)
    route.settle()


def overwrite(path: Path, start: int, with_: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(with_)


def root_of(path: Path, name: str) -> int:
    with sqlite3.connect(path) as conn:
        found = conn.execute(
            "select rootpage from sqlite_master where name = ?", (name,)
        ).fetchone()
    conn.close()
    return int(found[0])


def wreck(path: Path, table: str) -> None:
    """Overwrite the root page of a table."""
    root = root_of(path, table)
    overwrite(path, (root - 1) * PAGE, b"\xff" * PAGE)


def asides(route: Route) -> list[Path]:
    return [path for path in route.home.glob("queue.db.damaged-*") if "-wal" not in path.name]


def in_agreement(route: Route) -> None:
    assert route.held_by_crm() == route.in_erp()
    assert list(route.disagreements()) == []
    assert route.target.doubled == 0


def test_a_file_that_is_no_database_is_kept_and_the_sources_are_read_again(route: Route) -> None:
    filled(route)
    route.ledgers["accounts"].merge()
    stop(route)
    (route.home / "queue.db").write_bytes(b"no database at all" * 1000)
    assert start(route)
    assert [path.read_bytes()[:18] for path in asides(route)] == [b"no database at all"]
    assert route.store.recovering
    effects = len(route.target.effects)
    recover(route)
    assert not route.store.recovering
    in_agreement(route)
    assert len(route.target.effects) == effects, "what the CRM holds already was not sent again"


def test_a_stream_of_which_nothing_is_left_is_compared_and_nobody_waits_for_it(
    route: Route,
) -> None:
    filled(route, 3)
    stop(route)
    (route.home / "queue.db").write_bytes(b"\xff" * PAGE)
    assert start(route)
    assert not route.store.recovering, "a source without news would hold up everybody"
    assert not route.reads.state(route.store.stream_id("accounts")).proven
    effects = len(route.target.effects)
    recover(route)
    in_agreement(route)
    assert len(route.target.effects) == effects


@pytest.mark.parametrize(
    "table", ["meta", "stream", "flow", "entry", "envelope", "delta", "reading", "tally", "lane"]
)
def test_whatever_table_is_damaged_the_crm_ends_as_the_erp(route: Route, table: str) -> None:
    filled(route)
    route.erp["accounts"]["A001"] = ["changed", None]
    route.erp["accounts"].pop("A002")
    route.target.down = True
    route.scan()
    stop(route)
    wreck(route.home / "queue.db", table)
    assert start(route)
    route.target.down = False
    recover(route)
    in_agreement(route)


def test_a_row_that_left_the_erp_meanwhile_is_deleted_although_the_database_was_lost(
    route: Route,
) -> None:
    filled(route)
    route.ledgers["accounts"].merge()
    stop(route)
    (route.home / "queue.db").write_bytes(b"")
    (route.home / "queue.db").write_bytes(b"\xff" * PAGE * 4)
    route.erp["accounts"].pop("A007")
    assert start(route)
    assert route.ledgers["accounts"].living == 40, "the base was linked again by its header"
    recover(route)
    in_agreement(route)


def test_waiting_entries_are_carried_over_and_compared_before_they_are_sent(route: Route) -> None:
    filled(route, 3)
    route.target.down = True
    route.erp["accounts"]["A001"] = ["changed", None]
    route.scan()
    before = route.desk.entries([State.WAITING])
    stop(route)
    wreck(route.home / "queue.db", "tally")
    (route.home / SUSPECT).touch()
    assert start(route)
    after = route.desk.entries([State.WAITING])
    assert [(e.seq, e.id, e.external_id, e.fields) for e in after] == [
        (e.seq, e.id, e.external_id, e.fields) for e in before
    ]
    assert {row[0] for row in route.store.db.rows("select verify from entry where state < 5")} == {
        1
    }


def test_a_parked_entry_stays_parked_with_its_reason(route: Route) -> None:
    route.target.modes = {"A000": "reject"}
    filled(route, 2)
    stop(route)
    wreck(route.home / "queue.db", "tally")
    (route.home / SUSPECT).touch()
    assert start(route)
    (parked,) = route.desk.entries([State.PARKED])
    assert (parked.external_id, parked.code) == ("A000", "VALIDATION")
    assert parked.reason == "The CRM does not like it."


def test_an_entry_whose_lane_was_altered_is_not_believed(route: Route) -> None:
    route.target.down = True
    route.erp["accounts"] = {"A1": ["1", None], "A2": ["2", None]}
    route.scan()
    route.store.db.conn.execute("update entry set lane = ? where seq = 1", (b"x" * 16,))
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    assert [entry.external_id for entry in route.desk.entries([State.WAITING])] == ["A2"]
    route.target.down = False
    recover(route)
    in_agreement(route)


def test_an_entry_whose_operation_was_altered_is_not_believed(route: Route) -> None:
    route.target.down = True
    route.erp["accounts"] = {"A1": ["1", None]}
    route.scan()
    route.store.db.conn.execute("update entry set op = 1")
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    assert route.desk.entries([State.WAITING]) == []
    route.target.down = False
    recover(route)
    in_agreement(route)


def test_a_page_of_the_ledger_that_was_altered_is_not_believed(route: Route) -> None:
    filled(route, 3)
    (rows,) = route.store.db.one("select rows from delta limit 1") or ()
    altered = bytes([rows[0] ^ 1]) + rows[1:]
    route.store.db.conn.execute("update delta set rows = ? where id = 1", (altered,))
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    recover(route)
    in_agreement(route)


def test_numbers_and_epochs_only_grow(route: Route) -> None:
    filled(route)
    route.erp["accounts"]["A001"] = ["changed", None]
    route.scan()
    top, epoch = route.store.reserve(0) - 1, route.store.epoch
    block = route.store.reserve_block()
    route.store.vouch()
    stop(route)
    (route.home / "queue.db").write_bytes(b"\0" * PAGE)
    assert start(route)
    assert route.store.epoch == epoch + 1
    assert route.store.reserve(0) > top
    assert route.store.reserve_block() > max(
        (n for n in range(block) if route.ledgers["accounts"]._base
         and route.ledgers["accounts"]._base.block(n)), default=0)  # fmt: skip


def test_without_mark_and_database_numbers_leap_ahead(route: Route) -> None:
    filled(route)
    stop(route)
    (route.home / "mark").unlink()
    (route.home / "queue.db").write_bytes(b"\0" * PAGE)
    assert start(route)
    assert route.store.reserve(0) > 1 << 32


def test_a_database_that_somebody_deleted_is_found_missing_by_its_mark(route: Route) -> None:
    filled(route)
    route.ledgers["accounts"].merge()
    stop(route)
    (route.home / "queue.db").unlink()
    route.erp["accounts"].pop("A003")
    assert start(route)
    recover(route)
    in_agreement(route)


def test_a_lost_log_that_leaves_a_consistent_database_is_a_rollback(route: Route) -> None:
    filled(route)
    route.store.db.checkpoint()
    copy = route.home / "copy"
    shutil.copy(route.home / "queue.db", copy)
    route.erp["accounts"]["A001"] = ["changed", None]
    route.scan()
    route.settle()
    stop(route)
    copy.replace(route.home / "queue.db")
    assert not start(route)
    assert route.store.recovering
    recover(route)
    in_agreement(route)


def test_a_hold_does_not_survive_a_salvage(route: Route) -> None:
    filled(route)
    route.export(lines=route.lines()[:5])
    route.capture()
    assert len(route.reads.holds()) == 1
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    assert route.reads.holds() == []
    assert len(route.reads.holds(state="void")) == 1


def test_an_unreadable_record_is_still_named_after_a_salvage(route: Route) -> None:
    route.erp["accounts"] = {"A1": ["1", None]}
    route.export(lines=[*route.lines(), b"?B1"])
    route.capture()
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    assert [code for _, _, _, code, _ in route.desk.unreadable()] == ["RAGGED_ROW"]


def test_pauses_survive_a_salvage(route: Route) -> None:
    route.store.set_paused("target", "crm", paused=True)
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    assert route.store.paused("target", "crm")


def test_a_read_that_was_not_settled_is_only_settled_after_it_was_read_again(route: Route) -> None:
    route.target.down = True
    route.erp["accounts"] = {"A1": ["1", None]}
    route.scan()
    stop(route)
    wreck(route.home / "queue.db", "entry")
    assert start(route)
    stream = route.store.stream_id("accounts")
    assert route.reads.to_settle(stream) == []
    route.target.down = False
    recover(route)
    assert len(route.reads.to_settle(stream)) == 1


class PowerCut(BaseException):
    """The machine stops here."""


@pytest.mark.parametrize("at", ["_set_aside", "_rebuild", "_fill"])
@pytest.mark.parametrize("after", [False, True])
def test_a_salvage_that_was_cut_off_is_done_again(
    route: Route, monkeypatch: pytest.MonkeyPatch, at: str, *, after: bool
) -> None:
    route.target.down = True
    filled_lines = {f"A{n}": [f"{n}", None] for n in range(9)}
    route.erp["accounts"] = dict(filled_lines)
    route.scan()
    stop(route)
    wreck(route.home / "queue.db", "tally")
    real = getattr(salvaging, at)

    def cut_off(*args: object) -> None:
        if after:
            real(*args)
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(salvaging, at, cut_off)
        with pytest.raises(PowerCut):
            start(route)
    assert start(route)
    assert len(asides(route)) == 1
    assert len(route.desk.entries([State.WAITING], limit=20)) == 9
    route.target.down = False
    recover(route)
    in_agreement(route)


def test_two_salvages_keep_two_files(route: Route) -> None:
    for _ in range(2):
        stop(route)
        (route.home / SUSPECT).touch()
        assert start(route)
    assert len(asides(route)) == 2


def test_what_was_set_aside_is_not_altered_by_reading_it(route: Route) -> None:
    filled(route)
    route.erp["accounts"]["A001"] = ["changed", None]
    route.scan()
    copy = {}
    for suffix in ("", "-wal"):
        copy[suffix] = (route.home / f"queue.db{suffix}").read_bytes()
    stop(route)
    for suffix, data in copy.items():  # as after a kill: the log is still there
        (route.home / f"queue.db{suffix}").write_bytes(data)
    (route.home / SUSPECT).touch()
    assert start(route)
    (aside,) = asides(route)
    assert aside.read_bytes() == copy[""]
    assert aside.with_name(aside.name + "-wal").read_bytes() == copy["-wal"]
    assert len(route.desk.entries([State.WAITING])) == 1, "the log was read too"


def test_the_salvage_leaves_nothing_in_clear(route: Route) -> None:
    route.erp["accounts"] = {"KEY-CLEAR": ["VALUE-CLEAR", None]}
    route.scan()
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    stop(route)
    for path in route.home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"KEY-CLEAR" not in data, path
            assert b"VALUE-CLEAR" not in data, path
    route.open()


def test_keys_of_another_installation_set_nothing_aside(route: Route) -> None:
    stop(route)
    with pytest.raises(KeyMismatch):
        open_store(Home(route.home, route.cipher, route.clock, "other"), names_of(route))
    assert asides(route) == []
    route.open()


def test_a_foreign_mark_sets_nothing_aside(route: Route) -> None:
    filled(route, 1)
    route.store.vouch()
    stop(route)
    other = Route()
    filled(other, 1)
    other.store.vouch()
    shutil.copy(other.home / "mark", route.home / "mark")
    other.close()
    with pytest.raises(StoreDamaged) as caught:
        open_store(home_of(route), names_of(route))
    assert caught.value.code == "MARK_FOREIGN"
    assert asides(route) == []
    (route.home / "mark").unlink()
    route.open()


def test_damage_found_while_in_use_leads_to_a_salvage_at_the_next_start(route: Route) -> None:
    filled(route, 300)
    db = route.store.db
    (root,) = db.one("select rootpage from sqlite_master where name = 'entry'") or (0,)
    db.checkpoint()
    db.conn.execute("pragma shrink_memory")  # what is cached would hide it
    overwrite(route.home / "queue.db", (root - 1) * PAGE, b"\xff" * PAGE)
    with pytest.raises(StoreDamaged):
        db.rows("select count(*) from entry where flow > 0")
    stop(route)
    (route.home / "queue.db").write_bytes(b"")  # whatever it looks like now
    with pytest.raises(StoreDamaged):
        Store(route.home, route.cipher, route.clock, "test")
    assert start(route)
    recover(route)
    in_agreement(route)


def test_change_files_go_back_to_the_settled_position(route: Route) -> None:
    from agent.model import Content

    route.target.down = True
    stream = route.store.stream_id("accounts")
    for number in range(3):
        read = route.export(lines=[b'["A%d", "1"]' % number], content=Content.CHANGES)
        read.checkpoint = {"number": number}
        route.capture()
        if number == 0:
            route.target.down = False
            route.settle()
            route.target.down = True
            for done, _, _ in route.reads.to_settle(stream):
                route.reads.settled(done)
    stop(route)
    wreck(route.home / "queue.db", "entry")
    assert start(route)
    assert route.reads.state(stream).checkpoint == {"number": 0}


def test_a_column_that_has_another_name_costs_its_table_and_not_the_salvage(route: Route) -> None:
    filled(route, 3)
    conn = route.store.db.conn
    conn.execute("alter table stream rename column checkpoint to checkpoins")
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    recover(route)
    in_agreement(route)


def test_deletes_that_were_lost_with_their_table_are_inferred_again(route: Route) -> None:
    filled(route)
    route.ledgers["accounts"].merge()
    route.target.down = True
    del route.erp["accounts"]["A003"]
    route.scan()
    stop(route)
    for table in ("run", "entry"):
        wreck(route.home / "queue.db", table)
    assert start(route)
    route.target.down = False
    recover(route)
    in_agreement(route)
