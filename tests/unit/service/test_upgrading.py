"""What an upgrader left that died is finished by the service that is being started, if it may."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.service.upgrading import AtStart
from agent.upgrade import notes
from agent.upgrade.journal import Outcome, Step
from tests.upgrade_world import Killed, World


def killed_at(world: World, step: Step) -> None:
    """Let an upgrade die right after it has noted this step."""
    note = type(world.root).note

    class Dying(type(world.root)):
        def note(self, entry):
            done = note(self, entry)
            if entry.step is step:
                raise Killed
            return done

    upgrades = world.upgrades()
    upgrades.way.root = Dying(world.root.path, world.root.windows)
    world.machine.start()
    with pytest.raises(Killed):
        upgrades.apply("2")


def at_start(world: World):
    upgrades = world.upgrades()
    upgrades.way.manager = AtStart(world.machine)
    return upgrades.at_start()


@pytest.mark.parametrize("step", [Step.STOP, Step.KEEP, Step.CONVERT, Step.TRIAL, Step.POINT])
def test_what_was_not_switched_goes_back(tmp_path: Path, step: Step) -> None:
    world = World(tmp_path)
    killed_at(world, step)
    done = at_start(world)
    assert (done.outcome, done.running, world.root.current()) == (Outcome.RETURNED, "1", "1")
    assert notes.on_trial(world.home, "2") is None


def test_a_version_on_trial_has_its_time(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.machine.broken = "mute 2"
    killed_at(world, Step.GATE)
    assert at_start(world) is None
    assert world.root.current() == "2"
    world.machine.at = "stopped"
    world.clock.pass_(400)
    done = at_start(world)
    assert (done.outcome, world.root.current(), world.schema()) == (Outcome.RETURNED, "1", 1)
    assert world.machine.program == world.root.runs("1")


def test_a_version_that_has_passed_stays(tmp_path: Path) -> None:
    world = World(tmp_path)
    killed_at(world, Step.SETTLE)
    done = at_start(world)
    assert (done.outcome, done.running) == (Outcome.DONE, "2")
    assert at_start(world) is None
