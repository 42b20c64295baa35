"""What people look at while the agent works: commands against a running one."""

from __future__ import annotations

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
    assert busy.waybill("exceptions", "list", "--offset", "0", "--aside")[0] == 2


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
