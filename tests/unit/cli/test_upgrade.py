"""`waybill upgrade` says what is so, and its exit code is what an installer goes by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.cli import main, output
from agent.cli import upgrade as command
from agent.queue import schema
from tests.upgrade_world import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path)
    made.machine.start()
    monkeypatch.setattr(command, "upgrades", lambda *_: made.upgrades())
    return made


def waybill(world: World, *words: str) -> int:
    return main.main(["upgrade", *words, "--root", str(world.root.path), "--home", str(world.home)])


def test_an_upgrade_and_the_way_back_are_told(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert waybill(world, "status") == output.FINE
    assert "No upgrade was made here." in capsys.readouterr().out
    assert waybill(world, "apply", "--to", "2") == output.FINE
    assert "Version 2 is in force." in capsys.readouterr().out
    assert waybill(world, "status") == output.FINE
    told = capsys.readouterr().out
    assert "In force: 2" in told
    assert "Kept: the queue of" in told
    assert waybill(world, "back", "--json") == output.FINE
    assert json.loads(capsys.readouterr().out)["running"] == "1"


def test_a_return_is_no_success(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.machine.broken = "mute 2"
    assert waybill(world, "apply", "--to", "2", "--within", "0.1") == output.ATTENTION
    said = capsys.readouterr().err
    assert "It is mute." in said
    assert "UPGRADE_RETURNED" in said
    assert waybill(world, "status", "--json") == output.ATTENTION
    assert json.loads(capsys.readouterr().out)["last"]["outcome"] == "returned"


def test_without_anything_interrupted_there_is_nothing_to_resume(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert waybill(world, "resume") == output.FINE
    assert "Nothing was interrupted." in capsys.readouterr().out
    assert waybill(world, "resume", "--json") == output.FINE
    assert json.loads(capsys.readouterr().out) == {"outcome": None}


def test_what_was_not_installed_by_an_installer_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["upgrade", "status", "--root", str(tmp_path), "--home", str(tmp_path)]
    assert main.main(words) == output.WRONG_USE
    assert "UPGRADE_NO_ROOT" in capsys.readouterr().err


def test_a_version_says_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["upgrade", "knows", "--json"]) == output.FINE
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["config"]) == (schema.VERSION, 1)
