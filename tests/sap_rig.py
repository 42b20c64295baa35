"""The SAP target against the sandbox that speaks SAP, for the suites and the fault menu."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.sandbox import Sandbox
from adapters.targets import sap
from adapters.targets.sap import SapConfig
from agent.ports import Target
from tests.http_stub import context

ACCOUNTS = "CorporateAccountCollection"


@dataclass
class SapRig:
    sandbox: Sandbox
    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)
    flow: str = "basic"
    accounts: str = ACCOUNTS
    key: str = "ERPKey_KUT"

    def __post_init__(self) -> None:
        self.target = self.at(self.sandbox.url)

    def at(self, url: str) -> Target:
        crm = self.sandbox
        if self.flow == "basic":
            return self._make(url, crm.credentials["password"], "")
        return self._make(url, crm.client_secret, crm.jwt_key_file.read_text("ascii"))

    def with_wrong_secret(self) -> Target:
        key = "" if self.flow == "basic" else self.sandbox.jwt_key_file.read_text("ascii")
        return self._make(self.sandbox.url, "wrong", key)

    def _make(self, url: str, password: str, key: str) -> Target:
        sign_in = {"flow": self.flow, "user": self.sandbox.user}
        if self.flow == "basic":
            sign_in["password"] = "secret:crm-password"
        else:
            sign_in |= {"client_id": self.sandbox.client_id, "issuer": "WAYBILL"}
            sign_in |= {"client_secret": "secret:crm-password", "key": "secret:crm-key"}
        config = SapConfig(
            url=url,
            sign_in=sign_in,
            ca_file=self.sandbox.ca_file,
            timeout="10s",
            **self.settings,
        )
        return sap.make(config, context(self.folder, crm_password=password, crm_key=key))

    def path(self) -> str:
        return ""

    def held(self):
        return {key: fields["Name"] for key, fields in self.sandbox.records(self.accounts).items()}

    def effects(self, external_id: str) -> int:
        entry = self.sandbox.write_log(self.accounts)[external_id]
        return entry["creates"] + entry["updates"]

    def fault(self, kind: str, method: str = "POST") -> None:
        if kind == "down":
            self.sandbox.stop()
        else:
            self.sandbox.fault(kind, object=self.accounts, method=method, times=1)

    def typed_in(self, name: str, phone: str = "") -> str:
        return self.sandbox.enter(self.accounts, {"Name": name, "Phone": phone or None})

    def keys(self):
        every = self.sandbox.every(self.accounts)
        return {id_: fields.get(self.key) or "" for id_, fields in every.items()}


GATEWAY = {
    "system": "gateway",
    "client": "100",
    "service": "/sap/opu/odata/sap/ZWAYBILL_SRV",
    "id_field": "Guid",
    "id_kind": "guid",
}


def on_premise(sandbox: Sandbox, folder: Path, **settings: Any) -> SapRig:
    """The same target against an on-premise system behind SAP Gateway."""
    return SapRig(
        sandbox, folder, {**GATEWAY, **settings}, accounts="CorporateAccountSet", key="ERPKey"
    )
