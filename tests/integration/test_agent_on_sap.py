"""The real agent, in a process of its own, on an SAP tenant that fails in every way."""

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
kind = "sap"
url = "{url}"
ca_file = "{ca}"
sign_in = {{ flow = "basic", user = "{user}", password = "secret:crm" }}
batch = 10
settles_within = "1s"
"""
ACCOUNTS, CONTACTS = "CorporateAccountCollection", "ContactCollection"


@pytest.fixture
def crm(tmp_path):
    with Sandbox(tmp_path / "crm", crm="sap", seed=3) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def agent(crm, tmp_path):
    target = TARGET.format(url=crm.url, ca=crm.ca_file, user=crm.user)
    agent = AgentHome(tmp_path / "agent", target, crm.credentials["password"])
    yield agent
    agent.close()


def check(crm):
    assert {key: row["Name"] for key, row in crm.records(ACCOUNTS).items()} == ROWS["accounts"]
    assert {row["LastName"] for row in crm.records(CONTACTS).values()} == {
        *ROWS["contacts"].values()
    }
    for name in (ACCOUNTS, CONTACTS):
        for key, entry in crm.write_log(name).items():
            assert (entry["creates"], entry["doubled"]) == (1, 0), key


def test_records_arrive_once_through_faults_of_every_sort(crm, agent):
    for kind in ("commit_then_drop", "drop_before", "unauthorized", "error", "truncated"):
        crm.fault(kind, object=ACCOUNTS, method="POST", times=1)
    crm.fault("lock_row", object=CONTACTS, times=3)
    crm.fault("rate_limit", object=CONTACTS, method="POST", times=1)
    crm.fault("unavailable", times=1, method="GET")
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    check(crm)


def test_an_outcome_that_a_sigkill_left_unknown_is_looked_up_and_not_made_twice(crm, agent):
    crm.fault("commit_then_drop", object=ACCOUNTS, method="POST", times=1)
    agent.export(ROWS)
    agent.start()
    agent.until(lambda _: crm.records(ACCOUNTS), "nothing arrived")
    agent.stop(signal.SIGKILL)
    crm.end_sessions()
    agent.start()
    agent.until_idle()
    check(crm)
