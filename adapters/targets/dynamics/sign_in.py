"""Signing in to Microsoft Entra ID: a secret, a certificate, or a person's refresh token.

Tokens live about an hour and say so: a new one is fetched five minutes early, and once after a 401.
Of any number of threads only one signs in. Entra gives a new refresh token with each use and lets
the old one live on (https://learn.microsoft.com/entra/identity-platform/refresh-tokens); the newest
is used and kept as the secret, so that its 90 days begin anew.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from adapters.http import HttpClient
from adapters.settings import secret
from adapters.targets.dynamics.assertion import Credential
from adapters.targets.dynamics.config import DynamicsConfig
from adapters.targets.dynamics.flows import Certificate, ClientSecret, DeviceCode
from adapters.targets.dynamics.tokens import Endpoints, senseless
from agent.errors import CryptoError, SecretMissing, TargetAuthError
from agent.ports import AdapterContext

_EARLY = 300.0
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """A bearer token, and until when (monotonic seconds) it is used."""

    token: str = field(repr=False)
    until: float


class SignIn:
    """Holds the session that every sender of the target shares."""

    def __init__(self, config: DynamicsConfig, context: AdapterContext, http: HttpClient) -> None:
        self._config = config
        self._context = context
        self._endpoints = Endpoints(config.authority, config.sign_in.tenant, http, context)
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._renewed = ("", "")
        """The secret as it stood, and the refresh token that came of it."""

    def session(self) -> Session:
        """The current session; signs in when there is none, or it is about to end."""
        with self._lock:
            if self._session is None or self._context.clock.monotonic() >= self._session.until:
                self._session = None
                self._session = self._sign_in()
            return self._session

    def renew(self, stale: Session) -> Session:
        """Another session than `stale`: one that a neighbour got meanwhile, or a new one."""
        with self._lock:
            if self._session is stale or self._session is None:
                self._session = None
                self._session = self._sign_in()
            return self._session

    def credential(self) -> Credential | None:
        """The certificate that is used, if one is. Raises TargetAuthError, SecretMissing."""
        sign_in = self._config.sign_in
        if isinstance(sign_in, Certificate):
            return Credential(secret(self._context, sign_in.certificate))
        return None

    def _sign_in(self) -> Session:
        said = self._endpoints.ask(self._endpoints.token, self._form())
        if "error" in said:
            self._renewed = ("", "")
            raise self._endpoints.refused(said)
        token, lives = said.get("access_token"), said.get("expires_in")
        if not isinstance(token, str) or not token:
            raise senseless()
        self._keep(said)
        is_told = isinstance(lives, int | float | str) and str(lives).isdigit()
        seconds = float(str(lives)) if is_told else 0.0
        now = self._context.clock.monotonic()
        return Session(token, now + max(seconds - _EARLY, seconds / 2, 1.0))

    def _form(self) -> dict[str, str]:
        sign_in = self._config.sign_in
        form = {"client_id": sign_in.client_id, "scope": f"{self._config.audience}/.default"}
        if isinstance(sign_in, ClientSecret):
            return {
                **form,
                "grant_type": "client_credentials",
                "client_secret": secret(self._context, sign_in.client_secret),
            }
        if isinstance(sign_in, Certificate):
            credential = Credential(secret(self._context, sign_in.certificate))
            now, id_ = self._context.clock.now(), os.urandom(16).hex()
            audience = self._endpoints.token
            return {
                **form,
                "grant_type": "client_credentials",
                "client_assertion_type": _ASSERTION,
                "client_assertion": credential.signed(sign_in.client_id, audience, now, id_),
            }
        return {
            "client_id": sign_in.client_id,
            "scope": f"{self._config.audience}/user_impersonation offline_access",
            "grant_type": "refresh_token",
            "refresh_token": self._refresh_token(sign_in),
        }

    def _refresh_token(self, sign_in: DeviceCode) -> str:
        """The newest one: the secret, unless it is what the newest was made of."""
        try:
            held = secret(self._context, sign_in.refresh_token)
        except SecretMissing:
            raise TargetAuthError(
                "Nobody has signed in to Dynamics 365 yet.",
                code="NOT_SIGNED_IN",
                hint=f"Sign in once: waybill sign-in {self._context.name}",
            ) from None
        before, newest = self._renewed
        if held != before or not newest:
            self._renewed = (held, "")
            return held
        return newest

    def _keep(self, said: Mapping[str, object]) -> None:
        """Keep a renewed refresh token. The one before lives on: that it fails loses nothing now."""
        sign_in, newest = self._config.sign_in, said.get("refresh_token")
        if not isinstance(sign_in, DeviceCode) or not isinstance(newest, str) or not newest:
            return
        before, _ = self._renewed
        self._renewed = (before, newest)
        with suppress(CryptoError):
            name = sign_in.refresh_token.removeprefix("secret:")
            if self._context.secrets.get(name) == before:  # nobody brought another one meanwhile
                self._context.secrets.set(name, newest)
                self._renewed = (newest, "")
