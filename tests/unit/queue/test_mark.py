"""The high-water mark survives torn writes and tells an older database from the newest one."""

from pathlib import Path

import pytest

from agent.queue.mark import High, Mark
from tests.route.harness import Route


def high(tick: int, epoch: int = 1) -> High:
    return High(b"i" * 16, epoch, tick, tick * 10, tick, bytes([tick]) * 32)


def test_what_was_vouched_for_is_read_again(tmp_path: Path) -> None:
    mark = Mark(tmp_path / "mark")
    assert mark.high is None
    for tick in (1, 2, 3):
        mark.raise_to(high(tick))
        assert Mark(tmp_path / "mark").high == high(tick)


def test_two_slots_are_written_in_turn(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    mark = Mark(path)
    mark.raise_to(high(1))
    mark.raise_to(high(2))
    before = path.read_bytes()
    mark.raise_to(high(3))
    after = path.read_bytes()
    assert before[:128] != after[:128]
    assert before[128:] == after[128:], (
        "the newest but one is untouched while the newest is written"
    )


@pytest.mark.parametrize("torn", range(1, 128, 9))
def test_a_torn_write_leaves_the_mark_before(tmp_path: Path, torn: int) -> None:
    path = tmp_path / "mark"
    mark = Mark(path)
    mark.raise_to(high(1))
    mark.raise_to(high(2))
    whole = path.read_bytes()
    mark.raise_to(high(3))
    newest = path.read_bytes()
    path.write_bytes(newest[:torn] + whole[torn:])
    again = Mark(path)
    assert again.high in (high(2), high(3))
    if newest[torn:128].strip(b"\0") and newest[:torn] + whole[torn:128] != newest[:128]:
        assert again.high == high(2)
    again.raise_to(high(4))
    assert Mark(path).high == high(4)


@pytest.mark.parametrize("junk", [b"", b"\0" * 256, b"junk" * 64, b"WBM1"])
def test_a_file_that_is_no_mark_vouches_for_nothing(tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "mark").write_bytes(junk)
    assert Mark(tmp_path / "mark").high is None


def test_a_higher_epoch_counts_more_than_a_higher_tick(tmp_path: Path) -> None:
    mark = Mark(tmp_path / "mark")
    mark.raise_to(high(9))
    mark.raise_to(high(2, epoch=2))
    assert Mark(tmp_path / "mark").high == high(2, epoch=2)


def test_a_restored_database_is_known_by_its_mark_and_begins_an_epoch(route: Route) -> None:
    route.erp["accounts"] = {"A1": ["1", None]}
    route.scan()
    route.settle()
    old = route.snapshot()
    route.erp["accounts"]["A1"] = ["2", None]
    route.scan()
    route.settle()
    assert not route.store.rolled_back
    top, epoch = route.store.reserve(0), route.store.epoch
    route.restore(old)
    assert route.store.rolled_back
    assert route.store.epoch == epoch + 1
    assert route.store.reserve(0) >= top, "numbers never run backwards"
    assert not route.reads.state(route.store.stream_id("accounts")).proven
    route.crash()
    assert not route.store.rolled_back, "it is noticed once"
    assert route.store.recovering, "and remembered until the sources were read again"


def test_numbers_that_were_vouched_for_are_not_given_out_again(route: Route) -> None:
    route.store.reserve(7)
    route.store.vouch()
    route.crash()
    assert route.store.reserve(1) == 8
