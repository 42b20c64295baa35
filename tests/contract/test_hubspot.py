"""The HubSpot target keeps every promise of the suite, against the sandbox over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from adapters.targets import hubspot
from adapters.targets.hubspot import HubspotConfig
from agent.model import Delivered, Rejected
from agent.ports import Target
from tests.contract.link_suite import LinkSuite
from tests.contract.target_suite import TargetSuite, account
from tests.http_stub import context


@dataclass
class HubspotRig:
    sandbox: Sandbox
    folder: Path
    flow: str

    def __post_init__(self) -> None:
        self.target = self.at(self.sandbox.url)

    def at(self, url: str) -> Target:
        known = self.sandbox.credentials
        return self._make(url, known["private_app_token"], known["client_secret"])

    def with_wrong_secret(self) -> Target:
        return self._make(self.sandbox.url, "pat-wrong", "wrong")

    def _make(self, url: str, token: str, client_secret: str) -> Target:
        known = self.sandbox.credentials
        sign_in = {"flow": self.flow}
        if self.flow == "oauth":
            sign_in |= {
                "client_id": known["client_id"],
                "client_secret": "secret:hs-secret",
                "refresh_token": "secret:hs-refresh",
            }
        else:
            sign_in |= {"token": "secret:hs-token"}
        config = HubspotConfig(
            url=url, sign_in=sign_in, ca_file=self.sandbox.ca_file, timeout="10s"
        )
        secrets = {
            "hs_token": token,
            "hs_secret": client_secret,
            "hs_refresh": known["refresh_token"],
        }
        return hubspot.make(config, context(self.folder, **secrets))

    def path(self) -> str:
        return ""

    def held(self):
        return {key: fields["name"] for key, fields in self.sandbox.records("companies").items()}

    def effects(self, external_id: str) -> int:
        entry = self.sandbox.write_log("companies")[external_id]
        return entry["creates"] + entry["updates"]

    def fault(self, kind: str) -> None:
        if kind == "down":
            self.sandbox.stop()
        else:
            self.sandbox.fault(kind, object="companies", method="POST", times=1)

    def typed_in(self, name: str, phone: str = "") -> str:
        return self.sandbox.enter("companies", {"name": name, "phone": phone})

    def keys(self):
        every = self.sandbox.every("companies")
        return {id_: fields.get("erp_id") or "" for id_, fields in every.items()}


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "sandbox", crm="hubspot", seed=1) as running:
        running.options.interval_limit = 10_000
        yield running
        assert list(running.crashes) == []


class TestHubspot(TargetSuite):
    @pytest.fixture(params=["private_app", "oauth"])
    def rig(self, sandbox, tmp_path, request):
        rig = HubspotRig(sandbox, tmp_path, request.param)
        yield rig
        rig.target.close()

    def test_no_record_is_ever_left_half_written(self, rig):
        rig.target.deliver([account(1), account(2)])
        before = rig.sandbox.records("companies")
        both = {"name": "Other", "website": "x" * 70_000}
        refused, taken = rig.target.deliver(
            [replace(account(1, 2), fields=both), account(2, 2, name="New")]
        )
        assert isinstance(refused, Rejected)
        assert isinstance(taken, Delivered)
        after = rig.sandbox.records("companies")
        assert after["C/1"] == before["C/1"], "nothing of the refused one is there"
        assert after["C/2"]["name"] == "New 2"


class TestHubspotLinks(LinkSuite):
    @pytest.fixture
    def links(self, sandbox, tmp_path):
        rig = HubspotRig(sandbox, tmp_path, "private_app")
        yield rig
        rig.target.close()
