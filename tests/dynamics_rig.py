"""A Dynamics 365 target and the sandbox environment behind it, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from adapters.sandbox import Sandbox
from adapters.targets import dynamics
from adapters.targets.dynamics import DynamicsConfig
from agent.ports import Clock, Target
from tests.http_stub import context


def certificate(days: int = 365) -> tuple[str, bytes]:
    """A private key with its certificate (PEM), and the certificate alone."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "waybill")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    return (private + public).decode(), public


@dataclass
class DynamicsRig:
    """Keys of the other side are read without our help: `C_2F1` is `C/1`."""

    sandbox: Sandbox
    folder: Path
    flow: str = "client_credentials"
    settings: Mapping[str, Any] = field(default_factory=dict)
    clock: Clock | None = None

    def __post_init__(self) -> None:
        self.pem = ""
        if self.flow == "certificate":
            self.pem, public = certificate()
            self.sandbox.trust_key(public)
        self.target = self.at(self.sandbox.url)

    def at(self, url: str) -> Target:
        said = self.sandbox.credentials
        return self.make(url, said["client_secret"], self.pem, said["refresh_token"])

    def with_wrong_secret(self) -> Target:
        return self.make(self.sandbox.url, "wrong", certificate()[0], "wrong")

    def make(self, url: str, secret: str, pem: str, refresh_token: str) -> Target:
        said = self.sandbox.credentials
        sign_in = {"flow": self.flow, "tenant": said["tenant"], "client_id": said["client_id"]}
        sign_in |= {
            "client_credentials": {"client_secret": "secret:crm-secret"},
            "certificate": {"certificate": "secret:crm-certificate"},
            "device_code": {"refresh_token": "secret:crm-token"},
        }[self.flow]
        config = DynamicsConfig(
            url=url,
            authority=url,
            ca_file=self.sandbox.ca_file,
            timeout="10s",
            sign_in=sign_in,
            **self.settings,
        )
        secrets = {"crm_secret": secret, "crm_certificate": pem, "crm_token": refresh_token}
        return dynamics.make(config, context(self.folder, self.clock, **secrets))

    def path(self) -> str:
        return ""

    def held(self) -> dict[str, str]:
        records = self.sandbox.records("account")
        return {plain(key): fields["name"] for key, fields in records.items()}

    def effects(self, external_id: str) -> int:
        entry = self.sandbox.write_log("account")[external_id.replace("/", "_2F")]
        return entry["creates"] + entry["updates"]

    def fault(self, kind: str) -> None:
        if kind == "down":
            self.sandbox.stop()
        else:
            self.sandbox.fault(kind, object="account", times=1)

    def typed_in(self, name: str, phone: str = "") -> str:
        return self.sandbox.enter("account", {"name": name, "telephone1": phone or None})

    def keys(self) -> dict[str, str]:
        every = self.sandbox.every("account")
        return {id_: plain(fields.get("erp_id") or "") for id_, fields in every.items()}


def plain(key: str) -> str:
    return key.replace("_2F", "/")
