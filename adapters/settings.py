"""What the configuration classes of adapters share: durations, secret references, HTTP settings.

A secret is configured as `secret:NAME` and stays that text here: its value is asked for at use.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from agent.ports import AdapterContext

_LABEL = "[A-Za-z0-9_-]{1,63}"
SYSTEM, DIRECT, PAC = "system", "direct", "pac+"
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(value: object) -> object:
    found = (
        re.fullmatch(r"(\d+(?:\.\d+)?) ?(ms|s|m|h|d)", value) if isinstance(value, str) else None
    )
    if found:
        return timedelta(seconds=float(found[1]) * _UNITS[found[2]])
    if isinstance(value, timedelta):
        return value
    raise ValueError('write a duration with its unit, such as "30s", "10m" or "2h"')


Duration = Annotated[timedelta, BeforeValidator(_duration)]
SecretRef = Annotated[str, Field(pattern=r"^secret:[A-Za-z0-9._-]+$")]


def secret(context: AdapterContext, reference: str) -> str:
    """The value behind `secret:NAME`. Raises SecretMissing."""
    return context.secrets.get(reference.removeprefix("secret:"))


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_host(host: str) -> bool:
    """Whether this can be a host's name (in its ASCII form) or address."""
    if len(host) <= 253 and re.fullmatch(rf"{_LABEL}(\.{_LABEL})*\.?", host, re.ASCII):
        return True
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


def is_allowed(scheme: str, host: str) -> bool:
    """The outbound policy: https, or http on this machine only."""
    return is_host(host) and (scheme == "https" or (scheme == "http" and is_loopback(host)))


class HttpSettings(BaseModel):
    """What every target that speaks HTTP can be told. Target configurations extend it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(description="Where the target lives: https, or http on this machine only.")
    ca_file: Path | None = Field(
        None, description="Certificates (PEM) to trust beside those of the operating system."
    )
    client_certificate: Path | None = Field(
        None,
        description="Certificate and key (PEM, one file) to show to the target: mutual TLS.",
    )
    client_key_password: SecretRef | None = Field(
        None, description='Password of that key: "secret:NAME". Without one, guard the file.'
    )
    proxy: str | None = Field(
        None,
        description='Proxy to reach the target through: "http://proxy:3128"; "system" for what the'
        ' machine has (Windows: also its script); "pac+https://…/proxy.pac" for a script (Windows);'
        ' "direct" for none. Left out: that of `[agent]`.',
    )
    proxy_user: str = Field("", description="User name for the proxy, where it asks for one.")
    proxy_password: SecretRef | None = Field(
        None, description='Password for the proxy: "secret:NAME".'
    )
    timeout: Duration = Field(
        timedelta(seconds=60),
        gt=timedelta(0),
        le=timedelta(minutes=10),
        description="Longest time for one request, from connecting to the last byte of the answer.",
    )

    @field_validator("url")
    @classmethod
    def _safe_url(cls, url: str) -> str:
        parts = urlsplit(url)  # raises ValueError, which is what a validator may raise
        if "@" in parts.netloc:
            raise ValueError("an address carries no user name or password")
        if not is_allowed(parts.scheme, parts.hostname or ""):
            raise ValueError("write an https address (http is allowed on this machine only)")
        if parts.port == 0 or not re.fullmatch(r"[!-\[\]-~]+", url):
            raise ValueError("this is not a complete address")
        return url

    @field_validator("proxy")
    @classmethod
    def _plain_proxy(cls, proxy: str | None) -> str | None:
        return proxy if proxy in (None, SYSTEM, DIRECT) else _proxy(proxy)


def _proxy(said: str) -> str:
    """A proxy's address, or a script's. Raises ValueError."""
    is_script = said.startswith(PAC)
    parts = urlsplit(said.removeprefix(PAC))
    plain = is_host(parts.hostname or "") and "@" not in said
    if is_script and plain and parts.scheme in ("http", "https"):
        return said
    is_bare = not parts.path.strip("/") and not parts.query
    if is_script or not (plain and is_bare and parts.scheme == "http" and parts.port):
        raise ValueError(
            'write it as "http://host:port", or "system", "direct", "pac+https://host/proxy.pac";'
            " user and password have their own keys"
        )
    return said
