"""Copies to return to are whole, closed, and hold nothing that was not there already."""

from __future__ import annotations

import os
import stat
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import StoreFull
from agent.upgrade import keep, notes
from tests.fakes import FakeClock
from tests.upgrade_world import World

CLOCK = FakeClock()


def kept(world: World, name: str = "one") -> keep.Kept:
    return keep.keep(world.home, world.home / "waybill.toml", name, CLOCK.now())


def test_queue_ledger_configuration_and_mappings_are_kept(tmp_path: Path) -> None:
    world = World(tmp_path)
    (world.home / "keys").mkdir()
    made = kept(world)
    files = {
        str(path.relative_to(made.folder)) for path in made.folder.rglob("*") if path.is_file()
    }
    assert files == {
        "queue.db", "kept.json", "ledger/1.base", "config/waybill.toml", "config/mappings/a.toml"
    }  # fmt: skip
    assert keep.found(world.home, "one") == made
    assert made.schema == 1


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_copies_are_closed_to_other_accounts(tmp_path: Path) -> None:
    made = kept(World(tmp_path))
    for path in (made.folder, made.folder.parent, *made.folder.rglob("*")):
        if "ledger" not in path.parts:
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_copies_that_were_not_finished_do_not_count(tmp_path: Path) -> None:
    world = World(tmp_path)
    made = kept(world)
    (made.folder / "kept.json").unlink()
    assert keep.found(world.home, "one") is None
    assert keep.every(world.home) == []
    assert kept(world).queue.exists()


def test_what_is_put_back_is_what_was_kept(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.machine.start()
    before = world.entries()
    made = kept(world)
    world.machine.work()
    (world.home / "ledger" / "1.base").unlink()
    keep.put_back(world.home, made)
    assert world.entries() == before
    assert (world.home / "ledger" / "1.base").read_bytes() == b"base"
    keep.put_back(world.home, made)
    assert world.entries() == before


def test_a_queue_that_was_not_there_is_set_aside_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    queue = world.home / "queue.db"
    queue.rename(tmp_path / "away")
    made = kept(world)
    (tmp_path / "away").rename(queue)
    keep.put_back(world.home, made)
    assert not queue.exists()
    assert (made.folder / "made-since.queue.db").exists()


def test_without_room_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    monkeypatch.setattr(keep, "_SPARE", 1 << 62)
    with pytest.raises(StoreFull):
        kept(world)
    assert not (world.home / notes.FOLDER / "one").exists()


def test_copies_are_forgotten_when_nobody_returns_to_them(tmp_path: Path) -> None:
    world = World(tmp_path)
    kept(world)
    (world.home / notes.FOLDER / "half").mkdir()
    os.utime(world.home / notes.FOLDER / "half", (CLOCK.seconds, CLOCK.seconds))
    keep.forget_old(world.home, CLOCK.now() + keep.KEPT_FOR - timedelta(hours=1))
    assert keep.found(world.home, "one") is not None
    keep.forget_old(world.home, CLOCK.now() + keep.KEPT_FOR + timedelta(hours=1))
    assert list((world.home / notes.FOLDER).iterdir()) == []


def test_a_note_that_is_closed_is_never_taken_for_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes.put_on_trial(tmp_path, notes.Trial("1", "0.2.0", ""))

    def refuse(_path: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(PermissionError):
        notes.on_trial(tmp_path, "0.2.0")


def test_a_trial_ends_with_a_verdict_that_is_for_it(tmp_path: Path) -> None:
    notes.put_on_trial(tmp_path, notes.Trial("1", "0.2.0", "", ("A b",), judged=False))
    found = notes.on_trial(tmp_path, "0.2.0")
    assert found == notes.Trial("1", "0.2.0", "", ("A b",), judged=False)
    assert notes.on_trial(tmp_path, "0.1.0") is None, "the version before is not on trial"
    notes.say(tmp_path, notes.Verdict("other", passed=True))
    assert notes.on_trial(tmp_path, "0.2.0") is not None
    notes.say(tmp_path, notes.Verdict("1", passed=False, said=("no",)))
    assert notes.on_trial(tmp_path, "0.2.0") is not None
    notes.say(tmp_path, notes.Verdict("1", passed=True))
    assert notes.on_trial(tmp_path, "0.2.0") is None
    notes.put_on_trial(tmp_path, notes.Trial("1", "0.2.0", ""))
    assert notes.on_trial(tmp_path, "0.2.0") is not None, "a former verdict counts no more"
