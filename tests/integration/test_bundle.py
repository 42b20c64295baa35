"""A bundle of a home full of known values holds none of them, made by the service or without it."""

from __future__ import annotations

import json
import platform
import zipfile
from pathlib import Path

import pytest

from tests.integration.agent_home import AgentHome
from tests.integration.killpoints import field as world

PEOPLE = ("Wagenknecht", "Schmitz-Rothenberg", "Łukasiewicz", "O'Brien-Fitz")
ROWS: world.Rows = {
    "accounts": {f"K-{4711 + i}": f"{name} GmbH" for i, name in enumerate(PEOPLE * 3)},
    "contacts": {},
}


def values_of(home: AgentHome) -> set[str]:
    """Everything that would name somebody or something."""
    names = {"accounts", "contacts", "crm", platform.node(), "127.0.0.1", world.SECRET}
    names |= {str(home.exports), str(home.home), home.folder.parent.name}
    names |= {part for name in PEOPLE for part in (name, name.split("-")[0])}
    names |= {f"K-{4711 + i}" for i in range(12)} | {"GmbH", "TEAM-ROT", "rotes-team"}
    names |= {"geheimnis-99", "kaputt.example", "Verwaltung"}
    return {name for name in names if len(name) > 2}


def scan(path: Path, values: set[str]) -> list[str]:
    """The values that any byte of a bundle shows, and where."""
    with zipfile.ZipFile(path) as packed:
        texts = {name: packed.read(name).decode() for name in packed.namelist()}
    return [
        f"{value} in {name}: …{text[max(0, at - 40) : at + 40]}…"
        for name, text in texts.items()
        for value in values
        if (at := text.casefold().find(value.casefold())) >= 0
    ]


@pytest.fixture
def full(agent: AgentHome, receiver) -> AgentHome:
    """A home that has delivered, refused, been asked, been configured and logged all sorts."""
    text = agent.configuration.read_text(encoding="utf-8")
    agent.configuration.write_text(
        text.replace("[agent]\n", '[agent]\nenvironment = "TEAM-ROT"\n')
        if "[agent]" in text
        else text + '\n[agent]\nname = "rotes-team"\nenvironment = "TEAM-ROT"\n',
        encoding="utf-8",
    )
    receiver.cases["crm"].refuses = "Wagenknecht"
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    ref = agent.client.call("exceptions.list")["items"][0]["ref"]
    agent.waybill("exceptions", "set-aside", ref, "--reason", "Herr Wagenknecht zahlt bar")
    agent.waybill("pause", "flow", "accounts")
    line = {
        "timestamp": "2999-11-21T10:00:00.000000Z", "level": "warning", "logger": "agent.x",
        "event": "The host kaputt.example said: geheimnis-99 of Wagenknecht in Verwaltung",
        "reason": f"{agent.exports}/KUNDEN.CSV", "flow": "accounts", "host": "kaputt.example",
        "exception": f'Traceback:\n  File "{agent.home}/agent/queue/store.py", line 7, in call\n'
        "    x = 'Wagenknecht'\nValueError: no K-4711\n",
    }  # fmt: skip
    with (agent.home / "logs" / "waybill.log").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")
    return agent


def test_strictly_nothing_of_it_names_anybody_with_a_service_and_without_one(full, tmp_path):
    _, made, said = full.waybill("bundle", "--json")
    assert made["id"].startswith("WB-"), said
    assert scan(Path(made["path"]), values_of(full)) == []
    with zipfile.ZipFile(made["path"]) as packed:
        status, log = json.loads(packed.read("status.json")), packed.read("log.txt").decode()
        queue = json.loads(packed.read("queue.json"))
        assert packed.testzip() is None
    assert status["counts"]["parked"] > 0
    assert status["flows"][0]["name"].startswith("flow-")
    assert {cause["entries"] for cause in queue["causes"]} == {2}
    assert "agent/queue/store.py:7 call" in log
    assert "ValueError" in log
    names = json.loads(Path(made["names"]).read_text(encoding="utf-8"))
    assert names[status["flows"][0]["name"]] in ("accounts", "contacts")

    full.stop()
    out = tmp_path / "away.zip"
    code, away, said = full.waybill("bundle", "--out", str(out), "--json")
    assert (code, away["path"]) == (0, str(out)), said
    assert scan(out, values_of(full)) == []
    with zipfile.ZipFile(out) as packed:
        again, audit = json.loads(packed.read("queue.json")), packed.read("audit.txt").decode()
    assert " user-1 bundle.create " in audit
    assert again["entries"] == queue["entries"]
    assert full.waybill("bundle", "--out", str(out))[0] == 2


def test_a_bundle_is_looked_at_first_and_files_are_left_out(full):
    _, shown, _ = full.waybill("bundle", "--preview", "--json")
    assert scan_texts(shown["files"], values_of(full)) == []
    assert {"about.json", "log.txt", "audit.txt", "configuration.json"} <= {
        file["name"] for file in shown["files"]
    }
    _, made, _ = full.waybill(
        "bundle", "--leave-out", "log.txt", "--leave-out", "audit.txt", "--json"
    )
    with zipfile.ZipFile(made["path"]) as packed:
        assert not {"log.txt", "audit.txt"} & set(packed.namelist())
    assert full.waybill("bundle", "--leave-out", "nothing.txt")[0] == 2
    assert "flow-1" in full.waybill("bundle", "--show", "status.json")[1]


def test_with_names_it_shows_names_and_still_no_payload_and_no_secret(full):
    _, made, _ = full.waybill("bundle", "--names", "--json")
    assert made["names"] is None
    with zipfile.ZipFile(made["path"]) as packed:
        texts = {name: packed.read(name).decode() for name in packed.namelist()}
    assert '"accounts"' in texts["status.json"]
    assert world.SECRET not in str(texts)
    assert "Łukasiewicz" not in str(texts)


def test_a_home_whose_files_are_broken_has_a_bundle_all_the_same(full, tmp_path):
    full.stop()
    (full.home / "queue.db").write_bytes(b"no database" * 1000)
    full.configuration.write_text("broken = [", encoding="utf-8")
    out = tmp_path / "broken.zip"
    code, _, said = full.waybill("bundle", "--out", str(out), "--json")
    assert code == 0, said
    with zipfile.ZipFile(out) as packed:
        assert "cannot be read" in packed.read("queue.json").decode()
        assert "cannot be read" in packed.read("configuration.json").decode()
    code, found, _ = full.waybill("doctor", "--json")
    assert code == 1
    assert "CONFIG_BROKEN" in {one["code"] for one in found["findings"]}


def test_the_doctor_of_a_running_agent_knows_its_clock_and_keys(full):
    code, found, said = full.waybill("doctor", "--json")
    wrong = [one for one in found["findings"] if one["level"] == "error"]
    assert (code, wrong) == (0, []), said
    assert {"KEYS", "HOME", "DISK"} <= {one["code"] for one in found["findings"]}


def scan_texts(files: list[dict[str, str]], values: set[str]) -> list[str]:
    return [
        f"{value} in {file['name']}"
        for file in files
        for value in values
        if value.casefold() in file["text"].casefold()
    ]
