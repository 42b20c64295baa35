"""A HubSpot target and the account behind it, for tests: fixtures, and calls past the target."""

from __future__ import annotations

import ssl

import httpx
import pytest

from adapters.sandbox import Sandbox
from adapters.targets import hubspot
from adapters.targets.hubspot import HubspotConfig
from agent.clock import SystemClock
from agent.errors import KeyUnavailable
from agent.model import Delivered
from agent.ports import AdapterContext
from tests.http_stub import Secrets
from tests.integration.test_salesforce_on_sandbox import ROWS, message

ACCOUNT = {"name": "Acme", "credit_limit": "12.50"}


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", crm="hubspot", seed=1) as running:
        running.options.interval_limit = 10_000
        yield running
        assert list(running.crashes) == []


def configured(sandbox, **more):
    if "sign_in" not in more:
        more["sign_in"] = {"flow": "private_app", "token": "secret:token"}
    return HubspotConfig(url=sandbox.url, ca_file=sandbox.ca_file, timeout="10s", **more)


class Keeper(Secrets):
    """Secrets in memory whose place to write may be full."""

    is_full = False

    def set(self, name: str, value: str) -> None:
        if self.is_full:
            raise KeyUnavailable("There is no room.")
        super().set(name, value)


class SignedIn:
    """Makes targets that share their secrets, as agents after each other do."""

    def __init__(self, folder):
        self.secrets = Keeper()
        self.made = []
        self.context = AdapterContext("crm", SystemClock(), self.secrets, folder)

    def __call__(self, sandbox, **more):
        known = sandbox.credentials
        named = {
            "token": known["private_app_token"],
            "secret": known["client_secret"],
            "refresh": known["refresh_token"],
        }
        self.secrets.update({key: each for key, each in named.items() if key not in self.secrets})
        self.made.append(hubspot.make(configured(sandbox, **more), self.context))
        return self.made[-1]


@pytest.fixture
def signed_in(tmp_path):
    signed_in = SignedIn(tmp_path)
    yield signed_in
    for target in signed_in.made:
        target.close()


@pytest.fixture
def target(sandbox, signed_in):
    return signed_in(sandbox)


def deliver(target, entity, external_id, revision=1, **fields):
    (receipt,) = target.deliver([message(entity, external_id, fields, revision)])
    return receipt


def put(target, entity, external_id, **fields):
    receipt = deliver(target, entity, external_id, **fields)
    assert isinstance(receipt, Delivered), receipt
    return receipt.remote_id


def fill(target):
    for entity, rows in ROWS.items():
        for external_id, fields in rows:
            put(target, entity, external_id, **fields)


def call(sandbox, method, path, body=None):
    with httpx.Client(
        base_url=sandbox.url, verify=ssl.create_default_context(cafile=str(sandbox.ca_file))
    ) as client:
        token = sandbox.credentials["private_app_token"]
        headers = {"authorization": f"Bearer {token}"}
        return client.request(method, path, json=body, headers=headers)


def link(sandbox, contact, company):
    inputs = [{"from": {"id": contact}, "to": {"id": company}}]
    path = "/crm/v4/associations/contacts/companies/batch/associate/default"
    assert call(sandbox, "POST", path, {"inputs": inputs}).status_code == 200


def linked(sandbox, contact):
    path = "/crm/v4/associations/contacts/companies/batch/read"
    results = call(sandbox, "POST", path, {"inputs": [{"id": contact}]}).json()["results"]
    return {str(each["toObjectId"]) for item in results for each in item["to"]}


def archive(sandbox, company):
    assert call(sandbox, "DELETE", f"/crm/v3/objects/companies/{company}").status_code == 204
