"""The disaster drill: a backup of server A, A destroyed, restored on B: nothing lost or doubled.

Between the backup and the end of A records were delivered, changed and deleted; while there is no
agent, the ERP goes on. B reads everything again and compares with the CRM before it sends.
"""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from agent import keys
from agent.clock import SystemClock
from agent.control.client import Client
from tests.integration.agent_home import AgentHome
from tests.integration.killpoints import field as world

SALESFORCE = """
[targets.crm]
kind = "salesforce"
url = "{url}"
ca_file = "{ca}"
settles_within = "1s"
lag = "0s"
sign_in = {{ flow = "client_credentials", client_id = "{id}", client_secret = "secret:crm" }}
"""


@pytest.fixture
def crm(tmp_path):
    with Sandbox(tmp_path / "sandbox", seed=1) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def server_a(tmp_path, crm):
    target = SALESFORCE.format(url=crm.url, ca=crm.ca_file, id=crm.client_id)
    made = AgentHome(tmp_path / "a", target, crm.client_secret)
    yield made
    made.close()


def server_b(a: AgentHome, folder: Path) -> AgentHome:
    """Another machine, which sees the same exports."""
    b = AgentHome.__new__(AgentHome)
    b.folder, b.home, b.exports = folder, folder / "home", a.exports
    folder.mkdir()
    b.exports = folder / "export"
    shutil.copytree(a.exports, b.exports)
    b.client, b.process, b.errors = Client(b.home, timeout=10), None, folder / "stderr"
    return b


def held(crm: Sandbox) -> dict[str, list[str]]:
    """External id -> names of all records with it: more than one would be doubled."""
    found: dict[str, list[str]] = {}
    for fields in crm.every("Account").values():
        found.setdefault(str(fields.get("ERP_Id__c")), []).append(str(fields["Name"]))
    return found


def wanted(rows: world.Rows) -> dict[str, list[str]]:
    return {key: [name] for key, name in rows["accounts"].items()}


def recovery_key(agent: AgentHome) -> str:
    return str(agent.client.call("keys.recovery_new")["key"])


@pytest.mark.timeout(420)
def test_what_was_delivered_after_the_backup_is_neither_lost_nor_doubled(  # noqa: PLR0915 one story
    server_a, crm, tmp_path
):
    a = server_a
    rows = {
        "accounts": {f"{n:03}": f"Customer {n}" for n in range(60)},
        "contacts": {f"C-{n:03}": f"Person {n}" for n in range(20)},
    }
    a.export(rows)
    a.start()
    a.until_idle()
    assert held(crm) == wanted(rows)
    key = recovery_key(a)
    key_file = tmp_path / "key"
    key_file.write_text(key)
    out = tmp_path / "kept.waybill-backup"
    code, made, errors = a.waybill("backup", "--out", str(out), "--json", within=120)
    assert (code, made["file"]) == (0, str(out)), errors
    assert a.client.call("audit.list", {"action": "backup"})["items"]

    for n in range(10):  # delivered after the backup: changes, new ones, one that is deleted
        rows["accounts"][f"{n:03}"] = f"Changed {n}"
        rows["accounts"][f"1{n:02}"] = f"New {n}"
    del rows["accounts"]["059"]
    a.export(rows)
    a.until_idle()
    assert held(crm) == wanted(rows)
    a.stop(signal.SIGKILL)
    shutil.rmtree(a.home)  # the machine is gone

    rows["accounts"]["000"] = "Changed once more"  # the ERP goes on
    rows["accounts"]["200"] = "While nobody carried"
    del rows["accounts"]["058"]
    a.export(rows)
    b = server_b(a, tmp_path / "b")
    try:
        code, done, errors = b.waybill(
            "restore", str(out), "--recovery-key-file", str(key_file), "--json", within=120
        )
        assert (code, done["ok"]) == (0, True), errors
        b.start()
        # Read again and compared; deletes that only the CRM knows of are named for a person.
        b.until(lambda s: (s["epoch"] == 2 and not s["reasons"]) or any(
            r["code"] == "HELD" for r in s["reasons"]), "it does not recover", 120)  # fmt: skip
        b.until_idle()
        found, left = held(crm), wanted(rows)
        assert all(len(names) == 1 for names in found.values()), "something is doubled"
        assert {k: v for k, v in found.items() if k in left} == left
        named = set()
        for hold in b.client.call("holds.list")["items"]:
            named |= set(b.client.call("holds.show", {"id": hold["id"]})["rows"])
            assert b.waybill("holds", "approve", hold["id"])[0] == 0
        assert set(found) - set(left) <= named | {"058"}
        b.until(lambda _: held(crm) == left, "what is gone from the ERP stays", 60)

        rows["accounts"]["001"] = "Business as usual"
        world.export(b.exports, rows)
        b.until_idle()
        assert held(crm) == wanted(rows)
        assert keys.open_vault(b.home, SystemClock()).proves_recovery_key(key)
        actions = [one["action"] for one in b.client.call("audit.list", {"limit": 300})["items"]]
        assert "restore" in actions
        assert b.client.call("audit.verify")["ok"]
    finally:
        b.close()


@pytest.mark.timeout(300)
def test_what_waited_in_a_backup_is_delivered_once_on_the_new_server(server_a, crm, tmp_path):
    """The CRM was away: the queue of the backup is full, and what it held arrives all the same."""
    a = server_a
    rows = {"accounts": {f"{n:03}": f"Customer {n}" for n in range(40)}, "contacts": {}}
    a.start()
    a.client.call("pause", {"kind": "target", "name": "crm"})
    a.export(rows)
    a.until(lambda s: s["counts"]["waiting"] >= 40, "it is not read", 60)
    (tmp_path / "key").write_text(recovery_key(a))
    a.stop()
    out = tmp_path / "kept.waybill-backup"
    assert a.waybill("backup", "--out", str(out))[0] == 0  # of an agent that is not running
    b = server_b(a, tmp_path / "b")
    try:
        code, done, errors = b.waybill(
            "restore", str(out), "--recovery-key-file", str(tmp_path / "key"), "--json"
        )
        assert (code, done["waiting"]) == (0, 40), errors
        b.start()
        b.client.call("resume", {"kind": "target", "name": "crm"})
        b.until(lambda _: held(crm) == wanted(rows), "it is not delivered", 120)
        b.until_idle()
        assert held(crm) == wanted(rows)
    finally:
        b.close()


@pytest.mark.timeout(200)
def test_backups_by_schedule_are_made_kept_and_expire(server_a, tmp_path):
    a = server_a
    kept = tmp_path / "kept"
    plan = f"backup = {{ folder = '{kept}', every = \"3s\", keep = 2 }}\n"
    text = a.configuration.read_text().replace('name = "killpoints"\n', f'name = "Ulm"\n{plan}')
    a.configuration.write_text(text)
    a.export({"accounts": {"001": "Acme"}, "contacts": {}})
    a.start()
    # The schedule is looked at once a minute: the first look comes after some seconds.
    a.until(lambda _: list(kept.glob("*Ulm-*.waybill-backup")), "no backup is made", 90)
    a.until(lambda _: a.client.call("backup.state")["last"], "it is not noted")
    state = a.client.call("backup.state")
    assert state["last"]["file"].startswith(str(kept))
    assert state["next"]
    for _ in range(3):
        a.client.call("backup.create")
        a.until(lambda _: not a.client.call("backup.state")["running"], "it does not end")
    assert a.client.call("backup.state")["failed"] is None
    assert len(list(kept.iterdir())) == 2
