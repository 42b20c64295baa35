"""What people look at while the agent works: commands against a running one."""

from __future__ import annotations

import json
import signal

import pytest

from tests.integration.agent_home import AgentHome
from tests.integration.killpoints import field as world

ROWS: world.Rows = {"accounts": {f"{i:03}": f"Customer {i}" for i in range(40)}, "contacts": {}}


@pytest.fixture
def busy(agent: AgentHome, receiver) -> AgentHome:
    """An agent whose CRM refused two customers for good, and which has delivered the others."""
    receiver.cases["crm"].refuses = "Customer 3"
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    return agent


def test_a_part_of_a_list_is_shown_wherever_it_is(busy):
    busy.waybill("pause", "target", "crm")
    more = {f"{i:03}": f"Customer {i}" for i in range(100, 300)}
    busy.export({"accounts": ROWS["accounts"] | more, "contacts": {}})
    busy.until(lambda status: status["counts"]["waiting"] == 200, "they do not wait")
    code, found, said = busy.waybill("queue", "list", "--offset", "150", "--limit", "20", "--json")
    assert code == 0, said
    assert (found["total"], found["offset"], len(found["items"])) == (200, 150, 20)
    everything = busy.client.call("queue.window", {"limit": 500})["items"]
    assert found["items"] == everything[150:170]
    assert {item["external_id"] for item in everything} == set(more)
    _, newest, _ = busy.waybill("queue", "list", "--newest", "--limit", "3", "--json")
    assert newest["items"] == everything[:-4:-1]
    assert everything[0]["impact"].startswith("account")
    assert busy.waybill("queue", "list", "--offset", "150")[1].endswith("151 to 200 of 200\n")


def test_what_waits_for_a_person_is_shown_in_parts_and_by_what_puts_it_right(busy):
    _, found, _ = busy.waybill("exceptions", "list", "--offset", "1", "--limit", "1", "--json")
    listed = busy.client.call("exceptions.list")["items"]
    assert (found["total"], found["items"]) == (len(listed), listed[1:2])
    (group,) = busy.client.call("exceptions.groups")["items"]
    assert (group["target"], group["fixable"], group["hint"]) == ("crm", "value", group["to_do"])
    assert (
        busy.waybill("exceptions", "list", "--offset", "0", "--code", "NONE", "--json")[1]["items"]
        == []
    )
    assert busy.waybill("exceptions", "list", "--offset", "0", "--after", "E1")[0] == 2
    ref = listed[0]["ref"]
    busy.waybill("exceptions", "set-aside", ref, "--reason", "a test customer")
    _, aside, _ = busy.waybill("exceptions", "list", "--offset", "0", "--aside", "--json")
    assert (aside["total"], aside["items"][0]["ref"]) == (1, ref)


def test_the_history_counts_what_was_delivered_and_survives_a_kill(busy):
    delivered = busy.client.status()["counts"]["delivered"]
    before = busy.client.call("history")
    assert len(before["hours"]) == 24
    assert sum(hour["delivered"] for hour in before["hours"]) == delivered
    assert before["hours"][-1]["parked"] > 0
    assert before["hours"][0]["known"] is False
    busy.stop(signal.SIGKILL)
    busy.start()
    busy.until_idle()
    _, after, _ = busy.waybill("history", "accounts", "--hours", "48", "--json")
    assert len(after["hours"]) == 48
    assert sum(hour["delivered"] for hour in after["hours"]) == delivered
    assert busy.waybill("history", "nothing")[0] == 2


def test_the_rows_of_a_read_are_accounted_for_as_they_move(busy):
    (account,) = [
        item for item in busy.client.call("reconcile.flows")["items"] if item["flow"] == "accounts"
    ]
    parked = account["exceptions"]
    assert parked > 0
    assert (account["in_source"], account["delivered"]) == (40, 40 - parked)
    assert account["unexplained"] == 0
    busy.export(ROWS | {"accounts": ROWS["accounts"] | {"001": "Another name"}})
    busy.until_idle()
    code, found, said = busy.waybill("reconcile", "accounts", "--json")
    assert code == 0, said
    assert (found["items"][0]["unchanged"], found["items"][0]["delivered"]) == (39, 1)
    assert found["items"][0]["exceptions_now"] == parked


def test_the_log_is_followed_across_a_restart_and_says_more_when_asked(busy):
    found = busy.client.call("logs.tail", {"flow": "accounts"})
    assert any(line["event"] == "read" for line in found["lines"])
    assert busy.waybill("logs", "debug", "5")[0] == 0
    busy.export(ROWS | {"accounts": ROWS["accounts"] | {"001": "Another name"}})
    busy.until_idle()
    more = busy.client.call("logs.tail", {"after": found["next"], "level": "debug"})
    assert any(line["level"] == "debug" for line in more["lines"])
    assert "Another name" not in str(more)
    assert more["debug_left"] > 200
    busy.stop()
    busy.start()
    again = busy.client.call("logs.tail", {"after": more["next"]})
    assert {"stopped", "started"} <= {line["event"] for line in again["lines"]}
    assert again["debug_left"] == 0
    _, folder, _ = busy.waybill("logs", "folder", "--json")
    assert "waybill.log" in [file["name"] for file in folder["files"]]


def test_the_audit_is_exported_and_settings_say_who_changed_them(busy):
    busy.waybill("pause", "flow", "accounts")
    out = busy.folder / "audit.jsonl"
    assert busy.waybill("audit", "export", "--out", str(out))[0] == 0
    chain = (busy.home / "audit.log").read_text().splitlines()
    assert [json.loads(line) for line in out.read_text().splitlines()] == [
        json.loads(line) for line in chain
    ]
    (first, *_) = busy.waybill("settings", "changes", "--json")[1]["items"]
    assert (first["part"], first["name"]) == ("pause", "flow accounts")
    assert first["by"]
    flow = next(
        one for one in busy.client.call("config.list")["flows"] if one["name"] == "accounts"
    )
    settings = json.dumps({**flow["settings"], "paused": True})
    asked = {"part": "flow", "name": "accounts", "settings": settings}
    assert busy.client.call("config.put", asked)["problems"] == []
    (latest, *_) = busy.client.call("settings.changes")["items"]
    assert (latest["part"], latest["name"], latest["what"]) == ("flow", "accounts", "config.put")
