"""The real agent, in a process of its own, on a Dataverse environment that fails in every way."""

from __future__ import annotations

import signal

import pytest

from adapters.sandbox import Sandbox
from tests.integration.agent_home import AgentHome

ROWS = {
    "accounts": {f"{i:03}": f"Customer {i}" for i in range(60)},
    "contacts": {f"C-{i:03}": f"Person {i}" for i in range(20)},
}
TARGET = """
[targets.crm]
kind = "dynamics"
url = "{url}"
authority = "{url}"
ca_file = "{ca}"
sign_in = {{ flow = "client_credentials", tenant = "{tenant}", client_id = "{id}", client_secret = "secret:crm" }}
batch = 20
apart = 5
settles_within = "1s"
"""


@pytest.fixture
def crm(tmp_path):
    with Sandbox(tmp_path / "crm", crm="dynamics", seed=3) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def agent(crm, tmp_path):
    said = crm.credentials
    target = TARGET.format(url=crm.url, ca=crm.ca_file, tenant=said["tenant"], id=said["client_id"])
    agent = AgentHome(tmp_path / "agent", target, said["client_secret"])
    yield agent
    agent.close()


def check(crm, without=()):
    """What the environment holds, and what was done to it."""
    held = {key: row["name"] for key, row in crm.records("account").items()}
    assert held == {key: name for key, name in ROWS["accounts"].items() if name not in without}
    people = {row["lastname"] for row in crm.records("contact").values()}
    assert people == {*ROWS["contacts"].values()}
    for table in ("account", "contact"):
        for key, entry in crm.write_log(table).items():
            assert (entry["creates"], entry["updates"], entry["doubled"]) == (1, 0, 0), key


def test_records_arrive_once_through_faults_of_every_sort(crm, agent):
    for kind in ("commit_then_drop", "drop_before", "unauthorized", "error", "html"):
        crm.fault(kind, object="account", method="POST", times=1)
    crm.fault("lock_row", object="contact", times=3)
    crm.fault("rate_limit", object="contact", method="POST", times=1)
    crm.fault("unavailable", times=1, method="GET")
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    check(crm)


def test_an_outcome_that_a_sigkill_left_unknown_is_looked_up_and_not_made_twice(crm, agent):
    crm.fault("commit_then_drop", object="account", method="POST", times=1)
    agent.export(ROWS)
    agent.start()
    agent.until(lambda _: crm.records("account"), "nothing arrived")
    agent.stop(signal.SIGKILL)
    crm.end_sessions()
    agent.start()
    agent.until_idle()
    check(crm)


def test_one_bad_record_among_many_is_parked_alone(crm, agent):
    crm.fault("partial", object="account", field="name", contains="Customer 33",
              message="Credit check failed.")  # fmt: skip
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    check(crm, without={"Customer 33"})
    code, groups, _ = agent.waybill("exceptions", "groups", "--json")
    assert code == 0
    assert "PLUGIN_REFUSED" in str(groups)
