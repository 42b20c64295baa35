"""The whole program with HubSpot on the other side: outages, a crash, limits, parents; each once."""

from __future__ import annotations

import signal
import time

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.hubspot import HubspotOptions
from agent import keys
from agent.control.client import Client
from tests.integration.agent_home import AgentHome

CONFIG = """version = 1
[agent]
name = "hub"
[limits]
reserve_bytes = 0
[ownership.account]
master = "erp"
[ownership.contact]
master = "erp"
[targets.crm]
kind = "hubspot"
url = "{url}"
ca_file = "{ca}"
settles_within = "1s"
lag = "0s"
entities = ["account", "contact"]
sign_in = {{ flow = "private_app", token = "secret:crm" }}
"""
SOURCE = """[sources.{name}]
kind = "files"
folder = "../export"
pattern = "{name}.csv"
content = "full"
format = {{ kind = "delimited", delimiter = ";" }}
key = ["NO"]
ready = {{ quiet = "0s" }}
every = "1s"
[flows.{name}]
source = "{name}"
target = "crm"
entity = "{entity}"
mapping = "mappings/{name}.toml"
"""
MAPPING = 'version = 1\nentity = "{}"\nexternal_id = "NO"\non_leave = "delete"\n[fields]\n'
ACCOUNTS, CONTACTS = 250, 400


def expected(version):
    """All records of a version; a quarter of the second one differs, more would be held."""

    def changed(number):
        return version if number % 4 == 0 else 1

    companies = {f"C-{n}": f"Company {changed(n)} {n}" for n in range(ACCOUNTS)}
    people = {
        f"K-{n}": (f"Person {changed(n)} {n}", [f"C-{(n + changed(n)) % ACCOUNTS}"])
        for n in range(CONTACTS)
    }
    return companies, people


class HubspotHome(AgentHome):
    """An agent with two flows, the second of which needs what the first one brings."""

    def __init__(self, folder, sandbox):
        self.folder, self.home, self.exports = folder, folder / "home", folder / "export"
        self.exports.mkdir(parents=True)
        (self.home / "mappings").mkdir(parents=True)
        self.home.chmod(0o700)
        text = CONFIG.format(url=sandbox.url, ca=sandbox.ca_file)
        text += SOURCE.format(name="customers", entity="account")
        text += SOURCE.format(name="people", entity="contact")
        (self.home / "waybill.toml").write_text(text, encoding="utf-8")
        customers = MAPPING.format("account") + 'name = "NAME"\n'
        people = MAPPING.format("contact") + 'last_name = "NAME"\naccount = "CUSTOMER"\n'
        (self.home / "mappings" / "customers.toml").write_text(customers, encoding="utf-8")
        (self.home / "mappings" / "people.toml").write_text(people, encoding="utf-8")
        keys.initialise(self.home)
        keys.set_secret(self.home, "crm", sandbox.credentials["private_app_token"])
        self.client = Client(self.home, timeout=30)
        self.process = None
        self.errors = folder / "stderr"

    def write(self, name, head, rows):
        fresh = self.exports / ".fresh"
        lines = [head, *(";".join(row) for row in rows)]
        fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
        fresh.replace(self.exports / f"{name}.csv")

    def write_both(self, version):
        companies, people = expected(version)
        self.write("customers", "NO;NAME", companies.items())
        rows = [(key, name, parent) for key, (name, [parent]) in people.items()]
        self.write("people", "NO;NAME;CUSTOMER", rows)


@pytest.fixture
def sandbox(tmp_path):
    options = HubspotOptions(interval_limit=1000)
    with Sandbox(tmp_path / "sandbox", crm="hubspot", seed=1, options=options) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def agent(tmp_path, sandbox):
    made = HubspotHome(tmp_path / "agent", sandbox)
    yield made
    made.close()


def held(sandbox, name):
    """What each contact holds: its name, and the key of the company that it is linked with."""
    found = sandbox.records(name)
    if name == "companies":
        return {key: fields["name"] for key, fields in found.items()}
    linked = "companies.erp_id"
    return {key: (fields["lastname"], fields.get(linked)) for key, fields in found.items()}


def until_there(agent, sandbox, version, within=120.0):
    wanted = expected(version)
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if (held(sandbox, "companies"), held(sandbox, "contacts")) == wanted:
            return
        time.sleep(0.5)
    raise AssertionError(f"it never got there: {agent.client.status()}\n{agent.said()}")


@pytest.mark.timeout(300)
def test_through_an_outage_and_a_crash_everything_is_there_once_and_linked(agent, sandbox):
    agent.write_both(1)
    sandbox.fault("commit_then_drop", object="contacts", path="batch/upsert", times=1)
    sandbox.fault("html", object="contacts", path="batch/upsert", times=1)
    sandbox.fault("busy", object="contacts", path="batch/read", times=1)
    sandbox.fault("commit_then_drop", object="contacts", path="associate", times=1)
    sandbox.fault("rate_limit", object="contacts", path="associate", times=1)
    agent.start()
    agent.until(lambda _: sandbox.records("companies"), "nothing arrives")
    sandbox.fault("down", seconds=1)
    agent.stop(signal.SIGKILL)
    agent.start()
    until_there(agent, sandbox, 1)
    sandbox.lift()
    agent.write_both(2)
    until_there(agent, sandbox, 2)
    agent.until_idle()
    for name, count in (("companies", ACCOUNTS), ("contacts", CONTACTS)):
        log = sandbox.write_log(name)
        assert len(log) == count
        assert {(entry["creates"], entry["doubled"]) for entry in log.values()} == {(1, 0)}
        assert sum(entry["updates"] for entry in log.values()) == -(-count // 4), "and no more"


@pytest.mark.timeout(300)
def test_a_limit_is_never_run_into_for_long_and_everything_arrives(agent, sandbox):
    sandbox.options.interval_limit = 20
    agent.write_both(1)
    agent.start()
    until_there(agent, sandbox, 1)
    asked = sandbox.state()["requests"]
    needed = ACCOUNTS // 100 + 1 + 3 * (CONTACTS // 100)
    assert asked <= 3 * needed, "few requests were refused, and few batches were small"
