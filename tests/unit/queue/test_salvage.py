"""A queue database that cannot be opened is set aside, and nothing of the ERP is lost by it."""

import shutil

import pytest

from agent.errors import StoreDamaged
from agent.queue.database import SUSPECT
from agent.queue.store import Store
from tests.route.harness import Route
from tests.unit.queue.damage import (
    PAGE,
    asides,
    filled,
    in_agreement,
    overwrite,
    recover,
    start,
    stop,
    wreck,
)


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
