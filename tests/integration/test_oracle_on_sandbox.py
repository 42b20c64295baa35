"""The real agent delivers to Oracle through bad records, outages and deaths: all there, each once."""

from __future__ import annotations

import signal

import pytest

from adapters.sandbox import Sandbox
from tests.integration.agent_home import AgentHome

TARGET = """
[targets.crm]
kind = "oracle"
url = "{url}"
ca_file = "{ca}"
batch = 50
settles_within = "1s"
sign_in = {{ flow = "client_credentials", client_id = "{client}", client_secret = "secret:crm", \
scope = "{scope}", token_url = "{url}/oauth2/v1/token" }}
"""
ACCOUNTS = {f"{i:03}": f"Customer {i}" for i in range(600)}
ROWS = {"accounts": ACCOUNTS, "contacts": {f"C-{i:03}": f"Person {i}" for i in range(300)}}


@pytest.fixture
def crm(tmp_path):
    with Sandbox(tmp_path / "crm", crm="oracle", seed=1) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def agent(tmp_path, crm):
    said = crm.credentials
    text = TARGET.format(url=crm.url, ca=crm.ca_file, client=said["client_id"], scope=said["scope"])
    made = AgentHome(tmp_path / "agent", text, said["client_secret"])
    yield made
    made.close()


def names(crm: Sandbox) -> dict[str, str]:
    return {key: held["OrganizationName"] for key, held in crm.records("accounts").items()}


def effects(crm: Sandbox) -> set[tuple[int, int, int]]:
    return {
        (each["creates"], each["updates"], each["doubled"])
        for kind in ("accounts", "contacts")
        for each in crm.write_log(kind).values()
    }


@pytest.mark.timeout(300)
@pytest.mark.parametrize("names_part", ["parts", "none"])
def test_records_that_oracle_refuses_are_parked_and_every_other_one_arrives(agent, crm, names_part):
    crm.options.names_part = names_part
    bad = {"007", "111", "112", "590"}
    rows = {key: f"POISON {key}" if key in bad else name for key, name in ACCOUNTS.items()}
    crm.fault("partial", object="accounts", field="OrganizationName", contains="POISON")
    agent.export({**ROWS, "accounts": rows, "contacts": {}})
    agent.start()
    agent.until(lambda s: s["counts"]["parked"] == len(bad) and s["counts"]["waiting"] == 0 and s["idle"], "not all is done", within=120)  # fmt: skip
    assert names(crm) == {key: name for key, name in rows.items() if key not in bad}
    assert effects(crm) == {(1, 0, 0)}
    listed = agent.client.call("exceptions.list", {})["items"]
    assert {item["code"] for item in listed} == {"JBO-27024"}
    crm.lift()
    agent.export({**ROWS, "contacts": {}})
    agent.until(lambda s: s["counts"]["parked"] == 0 and s["idle"], "corrections clear nothing")
    assert names(crm) == ACCOUNTS


@pytest.mark.timeout(300)
def test_through_outages_locks_and_lost_answers_and_a_death_everything_arrives_once(agent, crm):
    for kind, chance in (
        ("commit_then_drop", 0.1), ("drop_before", 0.1), ("unavailable", 0.1),
        ("error", 0.05), ("html", 0.05), ("truncated", 0.05),
    ):  # fmt: skip
        crm.fault(kind, probability=chance, times=2)
    crm.fault("lock_row", times=5)
    agent.export(ROWS)
    agent.start()
    agent.until(lambda _: len(crm.every("accounts")) > 50, "nothing arrives", within=120)
    agent.stop(signal.SIGKILL)
    agent.start()
    agent.until(lambda s: s["counts"]["waiting"] == 0 and s["idle"], "it is never done", within=240)
    assert names(crm) == ACCOUNTS
    people = {key: held["LastName"] for key, held in crm.records("contacts").items()}
    assert people == ROWS["contacts"]
    assert effects(crm) == {(1, 0, 0)}
    assert agent.client.status()["counts"]["parked"] == 0
