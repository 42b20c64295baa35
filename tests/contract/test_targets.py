"""Each target keeps every promise of the suite, against the sandbox over real sockets."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from adapters.targets import salesforce, webhook
from adapters.targets.salesforce import SalesforceConfig
from adapters.targets.webhook import WebhookConfig
from agent.model import Delivered, Rejected, Stamp
from agent.ports import Target
from tests.contract.link_suite import LinkSuite
from tests.contract.target_suite import TargetSuite, account
from tests.http_stub import context


@dataclass
class SalesforceRig:
    sandbox: Sandbox
    folder: Path
    flow: str

    def __post_init__(self) -> None:
        self.target = self.at(self.sandbox.url)

    def at(self, url: str) -> Target:
        return self._make(
            url, self.sandbox.client_secret, self.sandbox.jwt_key_file.read_text("ascii")
        )

    def with_wrong_secret(self) -> Target:
        return self._make(self.sandbox.url, "wrong", "not a key")

    def _make(self, url: str, client_secret: str, key: str) -> Target:
        sign_in = {"flow": self.flow, "client_id": self.sandbox.client_id}
        if self.flow == "jwt":
            sign_in |= {"user": self.sandbox.user, "key": "secret:crm-key"}
        else:
            sign_in |= {"client_secret": "secret:crm-secret"}
        config = SalesforceConfig(
            url=url, sign_in=sign_in, ca_file=self.sandbox.ca_file, timeout="10s"
        )
        return salesforce.make(config, context(self.folder, crm_secret=client_secret, crm_key=key))

    def path(self) -> str:
        return ""

    def held(self):
        return {key: fields["Name"] for key, fields in self.sandbox.records("Account").items()}

    def effects(self, external_id: str) -> int:
        entry = self.sandbox.write_log("Account")[external_id]
        return entry["creates"] + entry["updates"]

    def fault(self, kind: str) -> None:
        if kind == "down":
            self.sandbox.stop()
        else:
            self.sandbox.fault(kind, object="Account", method="PATCH", times=1)

    def typed_in(self, name: str, phone: str = "") -> str:
        return self.sandbox.enter("Account", {"Name": name, "Phone": phone or None})

    def keys(self):
        every = self.sandbox.every("Account")
        return {id_: fields.get("ERP_Id__c") or "" for id_, fields in every.items()}


@dataclass
class WebhookRig:
    sandbox: Sandbox
    folder: Path
    batch: int

    def __post_init__(self) -> None:
        self.target = self.at(self.sandbox.url + self.path())

    def at(self, url: str) -> Target:
        return self._make(url, self.sandbox.hook_secret)

    def with_wrong_secret(self) -> Target:
        wrong = "whsec_" + base64.b64encode(b"w" * 32).decode()
        return self._make(self.sandbox.url + self.path(), wrong)

    def _make(self, url: str, secret: str) -> Target:
        config = WebhookConfig(
            url=url,
            secret="secret:hook",
            batch=self.batch,
            ca_file=self.sandbox.ca_file,
            timeout="10s",
        )
        return webhook.make(config, context(self.folder, hook=secret))

    def path(self) -> str:
        return "/hook/crm"

    def held(self):
        records = self.sandbox.hook("crm").records.get("account", {})
        return {key: held.fields["name"] for key, held in records.items() if not held.deleted}

    def effects(self, external_id: str) -> int:
        return self.sandbox.hook("crm").records["account"][external_id].writes

    def fault(self, kind: str) -> None:
        if kind == "down":
            self.sandbox.stop()
        else:
            self.sandbox.fault(kind, object="crm", times=1)


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", seed=1) as running:
        yield running
        assert list(running.crashes) == []


class TestSalesforce(TargetSuite):
    @pytest.fixture(params=["client_credentials", "jwt"])
    def rig(self, sandbox, tmp_path, request):
        rig = SalesforceRig(sandbox, tmp_path, request.param)
        yield rig
        rig.target.close()

    def test_no_record_is_ever_left_half_written(self, rig):
        rig.target.deliver([account(1), account(2)])
        before = rig.sandbox.records("Account")
        both = {"name": "x" * 300, "credit_limit": "99.00"}
        refused, taken = rig.target.deliver(
            [replace(account(1, 2), fields=both), account(2, 2, name="New")]
        )
        assert isinstance(refused, Rejected)
        assert isinstance(taken, Delivered)
        after = rig.sandbox.records("Account")
        assert after["C/1"] == before["C/1"], "nothing of the refused one is there"
        assert after["C/2"]["Name"] == "New 2"


class TestSalesforceLinks(LinkSuite):
    @pytest.fixture
    def links(self, sandbox, tmp_path):
        sandbox.options.page_size = 200
        rig = SalesforceRig(sandbox, tmp_path, "client_credentials")
        yield rig
        rig.target.close()


class TestWebhook(TargetSuite):
    @pytest.fixture
    def rig(self, sandbox, tmp_path):
        rig = WebhookRig(sandbox, tmp_path, 200)
        yield rig
        rig.target.close()

    def test_it_says_that_nothing_can_be_linked(self, rig):
        assert not rig.target.links
        assert list(rig.target.match("account", ["name"], None).items) == []
        (receipt,) = rig.target.stamp("account", [Stamp("1", "C-1")])
        assert isinstance(receipt, Rejected)
        assert receipt.code == "LINK_UNSUPPORTED"
