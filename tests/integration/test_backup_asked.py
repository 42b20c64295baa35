"""A backup that a face asks the running agent for: it goes into a folder, is told, and restores."""

from __future__ import annotations

import json

import pytest

from agent.errors import ControlError
from tests.integration.agent_home import AgentHome

ROWS = {
    "accounts": {f"{n:03}": f"Customer {n}" for n in range(30)},
    "contacts": {f"C{n:03}": f"Person {n}" for n in range(10)},
}


def asked(agent: AgentHome, out: str) -> dict:
    """Made through the control API; the state once it is done."""
    agent.client.call("backup.create", {"out": out})
    agent.until(lambda _: not agent.client.call("backup.state")["running"], "it does not end", 60)
    return agent.client.call("backup.state")


def restored(agent: AgentHome, file: str, key: str, home) -> dict:
    """A home made of it, by its recovery key alone."""
    key_file = agent.folder / "key"
    key_file.write_text(key)
    agent.home = home
    code, done, errors = agent.waybill(
        "restore", file, "--recovery-key-file", str(key_file), "--json", within=120
    )
    assert code == 0, errors
    return done


@pytest.mark.timeout(200)
def test_a_backup_that_is_asked_for_goes_into_a_folder_is_known_and_restores(agent, tmp_path):
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    assert agent.client.call("backup.state")["last"] is None
    key = agent.client.call("keys.recovery_new")["key"]
    folder = tmp_path / "share"
    folder.mkdir()
    news = agent.client.subscribe()
    before = next(news)["changes"]["keeping"]
    state = asked(agent, str(folder))
    assert state["failed"] is None, state
    (file,) = folder.iterdir()
    assert (state["last"]["file"], state["last"]["bytes"]) == (str(file), file.stat().st_size)
    assert next(one for one in news if one["changes"]["keeping"] > before)
    news.close()
    told = agent.client.call("audit.list", {"action": "backup"})["items"]
    assert {one["object"] for one in told} >= {file.name}
    assert asked(agent, "")["last"]["file"].startswith(str(agent.home / "backups"))
    agent.stop()
    agent.start()
    assert agent.client.call("backup.state")["last"]["file"].startswith(str(agent.home))
    agent.stop()
    configuration = agent.configuration.read_text()
    done = restored(agent, str(file), key, tmp_path / "new")
    assert done["ok"], done
    assert agent.configuration.read_text() == configuration
    code, tried, errors = agent.typed("keys", "verify", "--json", typed=key)
    assert (code, tried["ok"], tried["failed"]) == (0, True, 0), errors


def test_of_a_stopped_agent_it_goes_into_a_folder_too_and_is_known_afterwards(agent, tmp_path):
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    agent.stop()
    code, made, errors = agent.waybill("backup", "--out", str(tmp_path), "--json", within=120)
    assert code == 0, errors
    assert made["file"].endswith(".waybill-backup")
    agent.start()
    last = agent.client.call("backup.state")["last"]
    assert (last["file"], last["id"]) == (made["file"], made["id"])
    assert agent.client.call("audit.verify")["ok"]


def test_a_place_that_takes_no_backup_is_told_at_once_and_nothing_stops(agent, tmp_path):
    agent.export(ROWS)
    agent.start()
    taken = tmp_path / "taken"
    taken.write_text("mine")
    for out in (str(taken), "relative", "/a\0b", str(tmp_path / ("x" * 300))):
        with pytest.raises(ControlError):
            agent.client.call("backup.create", {"out": out})
    assert taken.read_text() == "mine"
    state = asked(agent, str(taken / "inside.waybill-backup"))
    assert state["failed"]["code"] == "BACKUP_NOT_WRITTEN", json.dumps(state)
    assert state["last"] is None
    agent.until_idle()
