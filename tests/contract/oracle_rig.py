"""An Oracle target and the sandbox behind it, for every suite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adapters.sandbox import Sandbox
from adapters.targets import oracle
from adapters.targets.oracle import OracleConfig
from agent.ports import Target
from tests.http_stub import context


@dataclass
class OracleRig:
    """Accounts are the record that the suites write."""

    sandbox: Sandbox
    folder: Path
    flow: str = "basic"
    method: str = "POST"
    """Of the request that the next fault meets: new records are posted, a stamp is a PATCH."""
    settings: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.config: OracleConfig
        self.target = self.at(self.sandbox.url)

    def at(self, url: str) -> Target:
        said = self.sandbox.credentials
        key = self.sandbox.jwt_key_file.read_text("ascii") if self.flow == "jwt" else ""
        return self._make(url, said["password"], said["client_secret"], key)

    def with_wrong_secret(self) -> Target:
        return self._make(self.sandbox.url, "wrong", "wrong", "not a key")

    def _make(self, url: str, password: str, client_secret: str, key: str) -> Target:
        said = self.sandbox.credentials
        sign_in: dict[str, object] = {"flow": self.flow}
        if self.flow == "basic":
            sign_in |= {"user": said["user"], "password": "secret:crm-password"}
        else:
            sign_in |= {
                "token_url": f"{self.sandbox.url}/oauth2/v1/token",
                "client_id": said["client_id"],
                "scope": said["scope"],
            }
        if self.flow == "jwt":
            sign_in |= {"user": said["user"], "key": "secret:crm-key"}
        if self.flow == "client_credentials":
            sign_in |= {"client_secret": "secret:crm-secret"}
        self.config = OracleConfig.model_validate(
            {
                "url": url,
                "sign_in": sign_in,
                "ca_file": self.sandbox.ca_file,
                "timeout": "10s",
                **self.settings,
            }
        )
        secrets = context(self.folder, crm_password=password, crm_secret=client_secret, crm_key=key)
        return oracle.make(self.config, secrets)

    def path(self) -> str:
        return ""

    def held(self) -> Mapping[str, str]:
        found = self.sandbox.records("accounts").items()
        return {key: fields["OrganizationName"] for key, fields in found}

    def effects(self, external_id: str) -> int:
        entry = self.sandbox.write_log("accounts")[external_id]
        return int(entry["creates"] + entry["updates"])

    def fault(self, kind: str) -> None:
        if kind == "down":
            self.sandbox.stop()
        else:
            self.sandbox.fault(kind, object="accounts", method=self.method, times=1)

    def typed_in(self, name: str, phone: str = "") -> str:
        return self.sandbox.enter(
            "accounts", {"OrganizationName": name, "PhoneNumber": phone or None}
        )

    def keys(self) -> Mapping[str, str]:
        every = self.sandbox.every("accounts")
        return {id_: fields.get("SourceSystemReferenceValue", "") for id_, fields in every.items()}
