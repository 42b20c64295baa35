"""An upgrade ends with one version that runs, whatever dies on the way, and nothing forgets."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from agent.errors import WaybillError
from agent.upgrade import keep, notes
from agent.upgrade.journal import Outcome, Step
from tests.upgrade_world import SCHEMAS, Killed, World


def running(tmp_path: Path, *, windows: bool = False) -> World:
    world = World(tmp_path, windows=windows)
    world.machine.start()
    return world


def is_whole(world: World) -> None:
    """What must hold after every ending."""
    version = world.root.current()
    program = world.machine.program
    assert program.resolve().parent.name == version, "pointer and service agree"
    schema = world.schema()
    assert schema is not None
    assert schema <= SCHEMAS[version], "the version in force can read the queue"
    assert not world.machine.forgot, "it never ran on a queue older than what was sent"
    assert len(world.machine.sent) == len(set(world.machine.sent)), "nothing was sent twice"
    assert [number for number, sent in world.entries() if sent] == world.machine.sent


@pytest.mark.parametrize("windows", [False, True])
def test_an_upgrade_puts_the_next_version_into_force(tmp_path: Path, *, windows: bool) -> None:
    world = running(tmp_path, windows=windows)
    done = world.upgrades().apply("2")
    assert (done.outcome, done.running, world.machine.at) == (Outcome.DONE, "2", "running")
    assert (world.root.current(), world.schema()) == ("2", 2)
    assert notes.outcome(world.home)["outcome"] == "done"
    is_whole(world)


def test_a_service_that_was_stopped_proves_itself_and_is_stopped_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    done = world.upgrades().apply("2")
    assert (done.outcome, world.machine.at, world.root.current()) == (Outcome.DONE, "stopped", "2")
    is_whole(world)


def test_without_a_service_the_trial_waits_for_the_next_start(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.machine.at = "absent"
    done = world.upgrades().apply("2")
    assert (done.outcome, world.root.current()) == (Outcome.DONE, "2")
    assert notes.on_trial(world.home, "2") is not None


@pytest.mark.parametrize("how", ["2", "mute 2"])
def test_a_version_that_does_not_pass_gives_way_to_the_one_before(tmp_path: Path, how: str) -> None:
    world = running(tmp_path)
    before = world.entries()
    world.machine.broken = how
    done = world.upgrades().apply("2", within=60)
    assert (done.outcome, done.running, world.machine.at) == (Outcome.RETURNED, "1", "running")
    assert ("mute" in done.reason) == how.startswith("mute")
    assert (world.root.current(), world.schema()) == ("1", 1)
    assert world.entries()[: len(before)] == before
    assert notes.outcome(world.home)["reason"] == done.reason
    is_whole(world)


def test_a_version_that_cannot_even_start_changes_nothing(tmp_path: Path) -> None:
    world = running(tmp_path)
    world.machine.broken = "silent 2"
    with pytest.raises(WaybillError, match="does not start"):
        world.upgrades().apply("2")
    assert world.root.journal() is None
    assert world.machine.at == "running"


def test_a_slow_start_is_waited_for_at_the_gate(tmp_path: Path) -> None:
    world = running(tmp_path)
    start = world.machine.start

    def slow() -> None:
        start()
        raise WaybillError("It did not start in time.", code="SERVICE_NOT_STARTED")

    world.machine.start = slow
    assert world.upgrades().apply("2").outcome is Outcome.DONE
    is_whole(world)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="needs root")
def test_what_root_makes_in_a_home_belongs_to_the_service(tmp_path: Path) -> None:
    world = running(tmp_path)
    for path in (world.home, *world.home.rglob("*")):
        os.chown(path, 65534, 65534)
    world.machine.broken = "mute 2"
    assert world.upgrades().apply("2", within=1).outcome is Outcome.RETURNED
    strangers = {
        path.name for path in (world.home, *world.home.rglob("*")) if path.owner() != "nobody"
    }
    assert strangers == set()


def test_an_older_version_is_refused_on_a_newer_queue_and_told_the_way(tmp_path: Path) -> None:
    world = running(tmp_path)
    world.upgrades().apply("2")
    with pytest.raises(WaybillError) as refused:
        world.upgrades().apply("1")
    assert refused.value.code == "UPGRADE_SCHEMA_NEWER"
    assert "upgrade back --to 1" in refused.value.hint
    assert (world.root.current(), world.machine.at) == ("2", "running")


def test_going_back_takes_the_queue_along(tmp_path: Path) -> None:
    world = running(tmp_path)
    world.upgrades().apply("2")
    world.machine.work()
    sent = list(world.machine.sent)
    done = world.upgrades().back("")
    assert (done.outcome, done.running, done.is_back) == (Outcome.DONE, "1", True)
    assert (world.schema(), world.configs) == (1, [1])
    assert world.machine.sent[: len(sent)] == sent
    is_whole(world)


def test_without_a_way_back_an_older_copy_needs_a_persons_word(tmp_path: Path) -> None:
    world = running(tmp_path)
    world.upgrades().apply("2")
    world.ways = {}
    with pytest.raises(WaybillError) as refused:
        world.upgrades().back("1")
    assert refused.value.code == "UPGRADE_BACK_FORGETS"
    assert world.root.current() == "2"


def test_a_version_that_is_in_force_already_is_left_alone(tmp_path: Path) -> None:
    world = running(tmp_path)
    done = world.upgrades().apply("1")
    assert (done.outcome, world.root.journal()) == (Outcome.DONE, None)


def test_the_first_version_only_gets_the_pointer(tmp_path: Path) -> None:
    world = World(tmp_path)
    (world.root.path / "current").unlink()
    world.upgrades().apply("2")
    assert (world.root.current(), world.root.journal()) == ("2", None)


def test_a_version_that_is_not_whole_is_not_put_into_force(tmp_path: Path) -> None:
    world = running(tmp_path)
    world.root.program("2", "waybill-service").unlink()
    with pytest.raises(WaybillError) as refused:
        world.upgrades().apply("2")
    assert refused.value.code == "UPGRADE_VERSION_MISSING"


def test_without_room_for_copies_it_goes_back_before_anything_was_switched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = running(tmp_path)
    monkeypatch.setattr(keep, "_SPARE", 1 << 62)
    done = world.upgrades().apply("2")
    assert (done.outcome, world.root.current()) == (Outcome.RETURNED, "1")
    assert "UPGRADE_NO_ROOM" in done.reason
    is_whole(world)


def test_two_upgrades_at_once_are_refused(tmp_path: Path) -> None:
    world = running(tmp_path)
    with world.root.held(), pytest.raises(WaybillError) as refused:
        world.upgrades().apply("2")
    assert refused.value.code == "UPGRADE_BUSY"


def test_the_status_tells_what_is_under_way(tmp_path: Path) -> None:
    world = running(tmp_path)
    world.kill_at = 9
    with pytest.raises(Killed):
        world.upgrades().apply("2")
    told = world.upgrades().status()
    assert told["under_way"]
    assert told["last"]["to"] == "2"
    world.upgrades().resume()
    assert not world.upgrades().status()["under_way"]


@pytest.fixture
def in_memory(tmp_path: Path) -> Iterator[Path]:
    """What dies here is a process, not the machine: nothing has to reach a disk."""
    memory = Path("/dev/shm")
    folder = Path(mkdtemp(dir=memory)) if os.access(memory, os.W_OK) else tmp_path
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


WAYS = [
    ("apply", "", True, False), ("apply", "", True, True), ("apply", "", False, False),
    ("apply", "2", True, False), ("apply", "mute 2", True, True),
    ("back", "", True, False), ("back", "mute 2", True, False),
]  # fmt: skip


@pytest.mark.parametrize(("way", "how", "was_running", "windows"), WAYS)
def test_killed_anywhere_it_ends_with_one_version_and_a_whole_queue(
    in_memory: Path, way: str, how: str, *, was_running: bool, windows: bool
) -> None:
    at = 0
    while True:
        at += 1
        world = World(in_memory / str(at), windows=windows)
        if way == "back":
            world.upgrades().apply("2")
        if was_running:
            world.machine.start()
        else:
            world.machine.at = "stopped"
        world.machine.broken = how if way == "apply" else how.replace("2", "1")
        world.points, world.kill_at = 0, at
        try:
            upgrades = world.upgrades()
            upgrades.apply("2", within=5) if way == "apply" else upgrades.back("1", within=5)
        except Killed:
            pass
        else:
            break
        if at % 3 and was_running:  # the machine was restarted meanwhile
            world.machine.at = "stopped"
            world.machine.start()
        world.kill_at = 0
        world.upgrades().resume()
        is_whole(world)
        entry = world.root.journal()
        if entry is not None:
            assert entry.step is Step.OVER
            assert world.machine.at == ("running" if was_running else "stopped")
    assert at > 20
