"""The real agent sends a backlog as bulk jobs: each record once, also when it dies over a job."""

import signal

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.salesforce import SalesforceOptions
from tests.integration.agent_home import AgentHome

CRM = """
[targets.crm]
kind = "salesforce"
url = "{url}"
ca_file = "{ca_file}"
sign_in = {{ flow = "client_credentials", client_id = "{client_id}", client_secret = "secret:crm" }}
settles_within = "2s"
bulk = {{ above = 250, records = 500, poll = "200ms", settles_within = "4s" }}
"""
MANY = 1300


@pytest.fixture
def sandbox(tmp_path):
    options = SalesforceOptions(bulk_seconds=1)
    with Sandbox(tmp_path / "sandbox", seed=1, options=options) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def agent(sandbox, tmp_path):
    said = {key: value for key, value in sandbox.description().items() if isinstance(value, str)}
    agent = AgentHome(tmp_path / "agent", CRM.format(**said), said["client_secret"])
    rows = {f"C{number:04}": f"Name {number}" for number in range(MANY)}
    agent.export({"accounts": rows, "contacts": {}})
    yield agent
    agent.close()


def effects(sandbox):
    log = sandbox.write_log("Account")
    return {key: entry["creates"] + entry["updates"] for key, entry in log.items()}


def test_a_backlog_arrives_by_jobs_and_each_record_once(sandbox, agent):
    agent.start()
    agent.until(lambda status: status["counts"].get("sending", 0) > 250, "no job was ever sent")
    agent.until_idle()
    assert len(sandbox.records("Account")) == MANY
    assert set(effects(sandbox).values()) == {1}


def test_an_agent_that_dies_over_a_job_sends_nothing_twice_and_loses_nothing(sandbox, agent):
    sandbox.options.bulk_seconds = 3
    agent.start()
    agent.until(lambda status: status["counts"].get("sending", 0) > 250, "no job was ever sent")
    agent.stop(signal.SIGKILL)
    agent.start()
    agent.until_idle()
    assert len(sandbox.records("Account")) == MANY
    assert set(effects(sandbox).values()) == {1}
