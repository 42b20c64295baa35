"""`waybill backup` and `restore`: asked of the service, or done without one."""

import sys

import pytest

from agent import keys
from tests.unit.backup.conftest import Home
from tests.unit.cli.typing_commands import ATTENTION, FINE, WRONG_USE, Stdin


def test_a_backup_is_made_by_the_service_and_waited_for(waybill, service, tmp_path):
    found = waybill.json("backup", "--out", str(tmp_path / "one"))
    assert waybill.code == FINE
    assert found["file"] == "/kept/one.waybill-backup"
    assert ("backup.create", {"out": str(tmp_path / "one")}) in service.asked


def test_a_backup_that_failed_is_told_with_its_reason(waybill, service):
    failed = {"file": "/x", "code": "BACKUP_NO_ROOM", "text": "No room.", "hint": "Free some.",
              "at": "2026-11-20T10:00:00Z"}  # fmt: skip
    service.answers["backup.state"] = {**service.answers["backup.state"], "failed": failed}
    assert waybill("backup") == ATTENTION
    assert "BACKUP_NO_ROOM" in waybill.err
    assert "Free some." in waybill.err
    assert waybill("backup", "state") == ATTENTION


@pytest.fixture
def kept(tmp_path):
    """A backup of a stopped agent, and its recovery key in a file."""
    from agent.backup import make_stopped

    home = Home(tmp_path)
    home.store().close()
    out = tmp_path / "one.waybill-backup"
    make_stopped(home.subject, out, home.clock)
    (tmp_path / "key").write_text(f"# of Ulm\n{home.recovery_key}\n")
    return out


def test_a_backup_is_verified_and_restored_with_the_key_in_a_file(
    waybill, kept, tmp_path, capsys, monkeypatch
):
    from agent.cli.main import main

    key = ["--recovery-key-file", str(tmp_path / "key")]
    assert main(["backup", "verify", str(kept), *key]) == FINE
    assert "is whole" in capsys.readouterr().out
    waybill.home = tmp_path / "new"
    done = waybill.json("restore", str(kept), *key)
    assert (waybill.code, done["ok"], done["epoch"]) == (FINE, True, 2)
    assert keys.FOLDER in {path.name for path in waybill.home.iterdir()}
    assert waybill("restore", str(kept), *key) == ATTENTION
    assert "HOME_EXISTS" in waybill.err
    monkeypatch.setattr(sys, "stdin", Stdin(""))
    assert waybill("restore", str(kept)) == WRONG_USE
