"""An answer file sets up a complete agent, from nothing to delivered records, with no human."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from adapters.sandbox import Sandbox
from tests.integration.agent_home import ROOT
from tests.integration.empty_home import EmptyHome
from tests.integration.linked_home import COLUMNS, LinkedHome, enter, keys_of

ANSWERS = """\
version = 1
[agent]
name = "Ulm"
[limits]
reserve_bytes = 0
[ownership.account]
master = "erp"
[targets.crm]
kind = "salesforce"
url = "{url}"
ca_file = "certificates/ca.pem"
settles_within = "1s"
lag = "0s"
sign_in = {{ flow = "client_credentials", client_id = "{id}", client_secret = "secret:crm" }}
[sources.customers]
kind = "files"
folder = "../export"
pattern = "customers.csv"
content = "full"
format = {{ kind = "delimited", delimiter = ";" }}
key = ["NO"]
ready = {{ quiet = "0s" }}
every = "1s"
[flows.customers]
source = "customers"
target = "crm"
entity = "account"
mapping = "mappings/customers.toml"
first_link = {{ match = ["name", "phone"], country = "DE", approve = "certain" }}
[[roles]]
who = "user:nobody"
role = "viewer"
[[alerts]]
name = "dead-man"
kind = "heartbeat"
url = "https://localhost:1/ping"
every = "1h"
[setup]
recovery_key_file = "recovery.txt"
[setup.files]
"certificates/ca.pem" = '{ca}'
[setup.secrets]
crm = {{ env = "CRM_SECRET" }}
[setup.mappings."customers.toml"]
version = 1
entity = "account"
external_id = "NO"
on_leave = "delete"
fields = {{ {fields} }}
"""
ACME = {"name": "Acme Maschinenbau GmbH", "phone": "+49891234567", "billing_street": "Ring 1",
        "billing_postal_code": "80331", "billing_city": "München", "billing_country": "DE"}  # fmt: skip
BRAUN = ACME | {"name": "Braun Optik AG", "phone": "+49897654321", "billing_street": "Tal 2"}


class Unattended(EmptyHome):
    """A folder that an installer has left, and answers beside it."""

    write = LinkedHome.write

    def answer(self, sandbox: Sandbox, **other: str) -> None:
        fields = ", ".join(f'{name} = "{column}"' for name, column in COLUMNS.items())
        text = ANSWERS.format(
            url=sandbox.url, id=sandbox.client_id, ca=sandbox.ca_file, fields=fields
        )
        for old, new in other.items():
            assert old in text
            text = text.replace(old, new)
        (self.folder / "answers.toml").write_text(text, encoding="utf-8")

    def init(self, secret: str, *words: str) -> tuple[int, dict, str]:
        done = subprocess.run(
            [sys.executable, "-m", "agent.cli", "init", "--from", self.folder / "answers.toml",
             "--home", self.home, "--json", *words],
            check=False, cwd=ROOT, capture_output=True, text=True, timeout=120,
            env={**os.environ, "CRM_SECRET": secret}, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert secret not in done.stdout + done.stderr
        return done.returncode, json.loads(done.stdout), done.stderr


@pytest.fixture
def crm(tmp_path):
    with Sandbox(tmp_path / "sandbox", seed=1) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def agent(tmp_path):
    made = Unattended(tmp_path / "agent")
    yield made
    made.close()


@pytest.mark.timeout(300)
def test_answers_alone_make_an_agent_that_links_and_delivers(agent, crm):
    theirs = enter(crm, ACME)
    agent.answer(crm)
    code, said, errors = agent.init(crm.client_secret, "--check")
    assert (code, said["done"]) == (0, "checked"), errors
    assert list(agent.home.iterdir()) == []

    code, said, errors = agent.init(crm.client_secret)
    assert (code, said["done"], said["secrets"]) == (0, "made", ["crm"]), errors
    agent.write({"1": ACME, "2": BRAUN})
    agent.start()
    agent.until(lambda _: sorted(keys_of(crm).values()) == ["1", "2"], "it is not delivered", 120)
    assert keys_of(crm)[theirs] == "1", "what was there is linked, not doubled"
    assert agent.client.status()["agent"] == "Ulm"
    actions = [item["action"] for item in agent.client.call("audit.list", {})["items"]]
    assert "link.approve" in actions

    recovery = (agent.folder / "recovery.txt").read_text()
    key = next(line for line in recovery.splitlines() if not line.startswith("#"))
    assert key not in agent.said()
    proven = agent.client.call("keys.recovery_confirm", {"key": key})
    assert proven["ok"], proven
    assert proven["opened"] > 5

    code, said, errors = agent.init(crm.client_secret)
    assert (code, said["done"]) == (0, "unchanged"), errors
    agent.answer(crm, **{'name = "Ulm"': 'name = "Ulm-2"'})
    code, said, errors = agent.init(crm.client_secret)
    assert (code, said["error"]["code"]) == (2, "HOME_CONFIGURED"), errors
    code, said, errors = agent.init(crm.client_secret, "--replace")
    assert (code, said["done"]) == (0, "replaced"), errors
    agent.until(lambda s: s["agent"] == "Ulm-2", "the answers are not in force")
    assert sorted(keys_of(crm).values()) == ["1", "2"]


def test_answers_with_mistakes_change_nothing_and_tell_them_all(agent, crm):
    agent.answer(
        crm, **{'kind = "files"': 'kind = "fils"', 'env = "CRM_SECRET"': 'env = "NOT_SET"'}
    )
    code, said, errors = agent.init(crm.client_secret)
    assert code == 1
    assert said["error"]["code"] == "CONFIG_INVALID"
    for part in ("sources.customers.kind", "Did you mean files?", "NOT_SET"):
        assert part in errors
    assert list(agent.home.iterdir()) == []
    assert not (agent.folder / "recovery.txt").exists()
