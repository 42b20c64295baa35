"""Backups by schedule: due, kept in their number, tried again after an hour, told when they fail."""

import threading
from types import SimpleNamespace

import pytest

from agent.backup import verify
from agent.backup.read import by_recovery_key, told
from agent.config.model import AgentConfig
from agent.errors import WrongUse
from agent.health import Conditions
from agent.runtime.keeping.backups import FAILED, Backups
from tests.unit.backup.conftest import Home


class Kept:
    """A home, whose backups go into a folder each hour; two are kept."""

    def __init__(self, path) -> None:
        self.home, self.folder = Home(path), path / "kept"
        plan = {"folder": str(self.folder), "every": "1h", "keep": 2}
        agent = AgentConfig.model_validate({"name": "Ulm/1", "backup": plan})
        config = SimpleNamespace(
            agent=agent, path=self.home.path / "waybill.toml", folder=self.home.path, sources={},
            targets={},
        )  # fmt: skip
        self.store = self.home.store()
        self.conditions = Conditions(self.home.clock)
        self.backups = Backups(
            self.home.path, config, self.home.vault, self.store, self.home.audit(), "1.0",
            self.conditions, self.home.clock, threading.Event(), print,
        )  # fmt: skip

    def files(self) -> list:
        return sorted(self.folder.glob("*.waybill-backup"), key=lambda path: told(path)["at"])


@pytest.fixture
def kept(tmp_path):
    made = Kept(tmp_path)
    yield made
    made.store.close()


def test_the_first_is_due_at_once_and_the_next_after_the_stated_time(kept):
    first = kept.backups.step()
    assert first is not None
    assert first.file.name.startswith("Ulm-1-")
    assert verify(first.file, by_recovery_key(kept.home.recovery_key)).header["agent"] == "Ulm/1"
    assert kept.backups.step() is None
    kept.home.clock.pass_(3599)
    assert kept.backups.step() is None
    kept.home.clock.pass_(2)
    assert kept.backups.step() is not None
    assert kept.backups.state()["last"]["file"] == str(kept.files()[-1])


def test_so_many_are_kept_and_others_files_are_left_alone(kept):
    kept.folder.mkdir()
    foreign = kept.folder / "of-somebody.waybill-backup"
    foreign.write_bytes(b"not ours")
    for _ in range(4):
        assert kept.backups.step() is not None
        kept.home.clock.pass_(3601)
    mine = [path for path in kept.folder.iterdir() if path != foreign]
    assert len(mine) == 2
    assert foreign.read_bytes() == b"not ours"


def test_one_that_cannot_be_made_is_told_and_tried_again_within_the_hour(kept):
    kept.folder.write_text("a file where the folder should be")
    assert kept.backups.step() is None
    assert [each.code for each in kept.conditions.list()] == [FAILED]
    assert kept.backups.state()["failed"]["code"] == "BACKUP_NOT_WRITTEN"
    assert kept.backups.step() is None
    kept.folder.unlink()
    assert kept.backups.step() is None
    kept.home.clock.pass_(3601)
    assert kept.backups.step() is not None
    assert not kept.conditions.list()


def test_who_asks_gets_one_whenever_it_is_and_it_stands_in_the_audit(kept, tmp_path):
    kept.backups.step()
    out = tmp_path / "asked"
    state = kept.backups.create(str(out), "ann")
    assert state["running"] == str(out)
    with pytest.raises(WrongUse) as caught:
        kept.backups.create(str(tmp_path / "other"), "bob")
    assert caught.value.code == "BACKUP_UNDER_WAY"
    assert kept.backups.step() is not None
    with pytest.raises(WrongUse):
        kept.backups.create(str(out), "ann")
    with pytest.raises(WrongUse):
        kept.backups.create("relative", "ann")
    last = list(kept.home.audit().records())[-1]
    assert (last.actor, last.action, last.object) == ("ann", "backup.create", "asked")
