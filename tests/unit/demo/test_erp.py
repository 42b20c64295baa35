"""The sample ERP: repeatable, sound, and read back exactly by the demo's own reader."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from agent.clock import SystemClock
from agent.demo import exports, tables
from agent.demo.ends import KINDS, erp_records
from agent.demo.erp import FILES, TABLES, Erp
from agent.demo.options import Size

SIZE = Size(60, 70, 20, 20, 10, 12, 0, 0.1, 0.2, "100ms")


@pytest.fixture
def erp() -> Erp:
    return Erp(SIZE, Random(1), files_only=False)


@pytest.fixture
def folder(erp: Erp, tmp_path: Path) -> Path:
    (tmp_path / "exports").mkdir()
    exports.export(erp, tmp_path / "exports", FILES)
    tables.create(tmp_path / "erp.db")
    tables.store(erp, tmp_path / "erp.db", TABLES, SystemClock())
    return tmp_path


def test_the_same_seed_makes_the_same_erp(erp: Erp) -> None:
    assert Erp(SIZE, Random(1), files_only=False).tables == erp.tables


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_is_read_back_whole(erp: Erp, folder: Path, kind: str) -> None:
    rows = [row for row in erp.tables[kind].values() if row.get("TYP") != "I"]
    assert len(erp_records(KINDS[kind], folder)) == len(rows) > 0


def test_every_parent_that_is_named_is_there(folder: Path) -> None:
    found = {name: erp_records(kind, folder) for name, kind in KINDS.items()}
    parents = {"parent_account": "account", **{name: name for name in KINDS}}
    lost = [
        (field, value)
        for records in found.values()
        for record in records.values()
        for field, value in record.items()
        if field in parents and value and value not in found[parents[field]]
    ]
    assert lost == []


def test_what_was_deleted_leaves_the_database(erp: Erp, folder: Path) -> None:
    key = erp.some("order_line", 1)[0]
    erp.drop("order_line", key)
    tables.store(erp, folder / "erp.db", ["order_line"], SystemClock())
    assert "/".join(key) not in erp_records(KINDS["order_line"], folder)


def test_an_account_that_may_go_has_no_orders(erp: Erp) -> None:
    gone = {key[0] for key in erp.unbound_accounts(5)}
    assert gone
    assert not gone & {row["CUSTNO"] for row in erp.tables["order"].values()}
