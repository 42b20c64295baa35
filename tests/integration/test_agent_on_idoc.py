"""The real agent, in a process of its own, writing IDoc files that SAP's side reads and answers."""

from __future__ import annotations

import signal

import pytest

from tests.idoc_reader import Reader
from tests.integration.agent_home import AgentHome

ROWS = {
    "accounts": {f"{i:03}": f"Customer {i}" for i in range(30)},
    "contacts": {f"C-{i:03}": f"Person {i}" for i in range(10)},
}
TARGET = """
[targets.crm]
kind = "idoc"
folder = "{out}"
receipts = "{back}"
check_after = "100ms"
settles_within = "300ms"
"""


@pytest.fixture
def agent(tmp_path):
    out, back = tmp_path / "out", tmp_path / "back"
    out.mkdir()
    back.mkdir()
    agent = AgentHome(tmp_path / "agent", TARGET.format(out=out.as_posix(), back=back.as_posix()))
    yield agent
    agent.close()


def names(reader, entity, field):
    return {key: said[field] for (kind, key), said in reader.records.items() if kind == entity}


def test_each_record_is_read_once_in_effect_also_when_the_agent_is_killed(agent, tmp_path):
    reader = Reader(tmp_path / "out", tmp_path / "back")
    agent.export(ROWS)
    agent.start()
    agent.until(lambda _: reader.run(), "no file was written")
    agent.stop(signal.SIGKILL)
    agent.start()
    agent.client.call("scan")
    agent.until(lambda status: not reader.run() and status["idle"], "it is never idle")
    assert names(reader, "account", "name") == ROWS["accounts"]
    assert set(names(reader, "contact", "last_name").values()) == set(ROWS["contacts"].values())
    assert agent.client.status()["counts"]["parked"] == 0


def test_what_sap_refuses_is_parked_and_the_others_arrive(agent, tmp_path):
    reader = Reader(tmp_path / "out", tmp_path / "back", {"007": "ZBP004\nThe partner is blocked."})
    agent.export({"accounts": ROWS["accounts"], "contacts": {}})
    agent.start()
    agent.client.call("scan")
    agent.until(
        lambda status: not reader.run() and status["counts"]["parked"] == 1 and status["idle"],
        "it is never idle",
    )
    wanted = {key: name for key, name in ROWS["accounts"].items() if key != "007"}
    assert names(reader, "account", "name") == wanted
