"""Backups by schedule: due, kept in their number, tried again after an hour, told when they fail."""

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.backup import make_stopped, verify
from agent.backup.container import BackupError
from agent.backup.read import by_recovery_key, told
from agent.config.model import AgentConfig
from agent.errors import WrongUse
from agent.health import Conditions
from agent.runtime.keeping.backups import _PAUSE, FAILED, Backups
from agent.runtime.wish import BackupWish
from tests.unit.backup.conftest import Home


class Kept:
    """A home, whose backups go into a folder each hour; two are kept."""

    def __init__(self, path) -> None:
        self.home, self.folder = Home(path), path / "kept"
        plan = {"folder": str(self.folder), "every": "1h", "keep": 2}
        agent = AgentConfig.model_validate({"name": "Ulm/1", "backup": plan})
        self.config = SimpleNamespace(
            agent=agent, path=self.home.path / "waybill.toml", folder=self.home.path, sources={},
            targets={},
        )  # fmt: skip
        self.store = self.home.store()
        self.conditions = Conditions(self.home.clock)
        self.backups = self.begun(threading.Event(), BackupWish())

    def begun(self, stop, wish: BackupWish) -> Backups:
        """As an agent begins with them."""
        return Backups(
            self.home.path, self.config, self.home.vault, self.store, self.home.audit(), "1.0",
            self.conditions, self.home.clock, stop, print, wish,
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


def test_a_folder_that_cannot_be_looked_into_is_told_as_well(kept):
    plan = {"folder": "x" * 300, "every": "1h", "keep": 2}
    agent = AgentConfig.model_validate({"name": "Ulm/1", "backup": plan})
    kept.backups.config.agent = agent
    assert kept.backups.step() is None
    assert kept.backups.state()["failed"]["code"] == "BACKUP_NOT_WRITTEN"
    assert [each.code for each in kept.conditions.list()] == [FAILED]


def test_an_old_backup_that_cannot_be_removed_stays_until_the_next_one(kept, monkeypatch):
    unlink = Path.unlink

    def locked(path, missing_ok=False):
        if path.parent == kept.folder and path.suffix == ".waybill-backup":
            raise PermissionError(13, "The file is in use")
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.unlink", locked)
        for _ in range(3):
            assert kept.backups.step() is not None
            kept.home.clock.pass_(3601)
    assert kept.backups.step() is not None
    assert len(kept.files()) == 2


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


class Once:
    """A stop that comes once it was looked for what is to be made, and waited for more."""

    def __init__(self) -> None:
        self.waits = 0

    def wait(self, seconds):
        self.waits += seconds != _PAUSE
        return self.is_set()

    def is_set(self):
        return self.waits > 1


@pytest.mark.parametrize("begins", [False, True])
def test_one_that_is_asked_for_while_the_agent_takes_over_is_made_by_the_next(
    kept, tmp_path, begins
):
    """`begins`: the former one had begun with it, and was stopped over it."""
    kept.config.agent = AgentConfig(name="Ulm/1")
    out, before = tmp_path / "asked", kept.backups
    before.create(str(out), "ann")
    before.stop.set()
    if begins:
        assert before.step() is None
    after = kept.begun(Once(), before.wish)
    assert after.state()["running"] == str(out)
    after.run()
    assert after.state()["last"]["file"] == str(out)
    assert after.state()["running"] is None
    assert list(kept.home.audit().records())[-1].actor == "ann"


def test_a_folder_is_a_place_too_and_the_file_in_it_gets_a_name_of_its_own(kept, tmp_path):
    folder = tmp_path / "share"
    folder.mkdir()
    for _ in range(2):
        kept.backups.create(str(folder), "ann")
        assert kept.backups.step() is not None
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 2
    assert names[0].startswith("2-Ulm-1-")
    assert kept.backups.state()["last"]["file"] == str(folder / names[0])


@pytest.mark.parametrize("out", ["/a\0b", "relative/folder"])
def test_what_is_no_place_is_refused_and_nothing_begins(kept, out):
    with pytest.raises(WrongUse):
        kept.backups.create(out, "ann")
    assert kept.backups.state()["running"] is None


def test_a_place_that_the_service_cannot_look_at_is_refused_with_the_reason(kept, tmp_path):
    with pytest.raises(BackupError) as caught:
        kept.backups.create(str(tmp_path / ("x" * 300)), "ann")
    assert caught.value.code == "BACKUP_NOT_WRITTEN"
    assert caught.value.params["reason"]


def test_faces_learn_of_the_beginning_and_the_end_and_of_the_schedule(kept, tmp_path):
    before = kept.backups.turns
    state = kept.backups.create(str(tmp_path / "asked"), "ann")
    assert state["schedule"] == {"every": 3600, "keep": 2}
    begun = kept.backups.turns
    kept.backups.step()
    assert before < begun < kept.backups.turns


def test_while_it_is_noted_it_is_not_over(kept, monkeypatch):
    """Whoever sees no backup under way sees the last one."""
    seen = []
    noted = kept.store.db.set_meta

    def look(name, value):
        seen.append(kept.backups.state()["running"])
        noted(name, value)

    monkeypatch.setattr(kept.store.db, "set_meta", look)
    made = kept.backups.step()
    assert seen == [str(made.file)]


def test_a_backup_of_a_stopped_agent_is_known_to_it_when_it_runs(kept, tmp_path):
    kept.store.close()
    made = make_stopped(kept.home.subject, tmp_path / "stopped", kept.home.clock)
    kept.backups.store = kept.store = kept.home.store()
    last = kept.backups.state()["last"]
    assert (last["file"], last["id"]) == (str(tmp_path / "stopped"), made.id)
