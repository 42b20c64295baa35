"""Signing in to Salesforce: client credentials, a signed JWT, or a refresh token that rotates.

Salesforce never says how long a session lives: a 401 says that it is over. `renew` is then asked
with the session that failed, and of any number of threads only one signs in again. The instance
that the answer names must belong to the configured org before anything is sent there.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from adapters.assertions import signed
from adapters.http import HttpClient
from adapters.settings import is_allowed, is_loopback, secret
from adapters.targets.salesforce.config import SalesforceConfig
from adapters.targets.salesforce.flows import Browser, Jwt
from adapters.targets.salesforce.tokens import tokens
from agent.errors import CryptoError, SecretMissing, TargetAuthError, TargetUnavailable
from agent.ports import AdapterContext

_LIFE = timedelta(minutes=3)
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """Where the org's API is, and the bearer token for it."""

    instance: str
    token: str = field(repr=False)

    def headers(self) -> dict[str, str]:
        """What says that a call belongs to this session."""
        return {"authorization": f"Bearer {self.token}"}


class SignIn:
    """Holds the session that every sender of the target shares."""

    def __init__(self, config: SalesforceConfig, context: AdapterContext, http: HttpClient) -> None:
        self._config = config
        self._context = context
        self._http = http
        self._lock = threading.Lock()
        self._session: Session | None = None
        again = "Check that the integration user is active and approved for the app."
        if isinstance(config.sign_in, Browser):
            again = f"Sign in again: waybill sign-in {context.name}. Nothing is lost meanwhile."
        self._tokens = tokens(config, context, http, again)
        self._unwritten: tuple[str, str] | None = None
        """A refresh token that could not be written down yet, after the one that it follows."""

    def session(self) -> Session:
        """The current session; signs in when there is none."""
        with self._lock:
            if self._session is None:
                self._session = self._sign_in()
            return self._session

    def renew(self, stale: Session) -> Session:
        """Another session than `stale`: one that a neighbour got meanwhile, or a new one."""
        with self._lock:
            if self._session is stale or self._session is None:
                self._session = None
                self._session = self._sign_in()
            return self._session

    def _sign_in(self) -> Session:
        form = self._form()
        said = self._tokens.ask(form)
        renewed, used = said.get("refresh_token"), form.get("refresh_token")
        if used and isinstance(renewed, str) and renewed not in {"", used}:
            self._unwritten = used, renewed
            self._write_down()
        token, instance = said.get("access_token"), said.get("instance_url")
        if not isinstance(token, str) or not token or not isinstance(instance, str):
            raise self._tokens.senseless()
        return Session(self._checked(instance), token)

    def _write_down(self) -> None:
        """Keep a rotated refresh token before anything is done with its session.

        The one before it is dead already, so that what cannot be written is tried again first;
        a token that a person brought meanwhile stays.
        """
        sign_in = self._config.sign_in
        if self._unwritten is None or not isinstance(sign_in, Browser):
            return
        used, renewed = self._unwritten
        try:
            if secret(self._context, sign_in.refresh_token) == used:
                name = sign_in.refresh_token.removeprefix("secret:")
                self._context.secrets.set(name, renewed)
        except CryptoError as error:
            raise TargetUnavailable(
                f"The renewed sign-in could not be written down. {error.title}",
                code="SIGN_IN_NOT_KEPT",
                hint=f"{error.hint} It is tried again; do not stop the agent before it worked.",
            ) from error
        self._unwritten = None

    def _form(self) -> dict[str, str]:
        sign_in = self._config.sign_in
        if isinstance(sign_in, Browser):
            return self._refresh(sign_in)
        if isinstance(sign_in, Jwt):
            return {"grant_type": _GRANT, "assertion": self._assertion(sign_in)}
        return {
            "grant_type": "client_credentials",
            "client_id": sign_in.client_id,
            "client_secret": secret(self._context, sign_in.client_secret),
        }

    def _refresh(self, sign_in: Browser) -> dict[str, str]:
        self._write_down()
        try:
            token = secret(self._context, sign_in.refresh_token)
        except SecretMissing:
            raise TargetAuthError(
                "Nobody has signed in to Salesforce yet.",
                code="NOT_SIGNED_IN",
                hint=f"Sign in once: waybill sign-in {self._context.name}",
            ) from None
        return {"grant_type": "refresh_token", "refresh_token": token} | sign_in.client(
            self._context
        )

    def _assertion(self, sign_in: Jwt) -> str:
        claims = {
            "iss": sign_in.client_id,
            "sub": sign_in.user,
            "aud": sign_in.audience,
            "exp": int((self._context.clock.now() + _LIFE).timestamp()),
        }
        return signed(self._context, sign_in.key, claims)

    def _checked(self, instance: str) -> str:
        """The instance, if it is the configured org's; its origin is then allowed."""
        try:
            parts = urlsplit(instance)
            mine = is_allowed(parts.scheme, parts.hostname or "") and belongs(
                parts.hostname or "", urlsplit(self._config.url).hostname or ""
            )
            if not mine and parts.hostname not in self._config.instance_hosts:
                raise ValueError("another host")
            self._http.allow(instance)
        except ValueError:
            raise TargetAuthError(
                "The sign-in names an instance that is not the configured org.",
                code="INSTANCE_REFUSED",
                hint="Check the url (My Domain); add the host to instance_hosts if it is yours.",
            ) from None
        return f"{parts.scheme}://{parts.netloc}"


def belongs(instance: str, configured: str) -> bool:
    """Whether two hosts are the same org: equal, or the same My Domain under the same suffix."""
    if instance == configured:
        return True
    if is_loopback(configured):
        return is_loopback(instance)
    name, _, suffix = configured.partition(".my.")
    other, _, other_suffix = instance.partition(".my.")
    return bool(suffix) and suffix == other_suffix and name.split(".")[0] == other.split(".")[0]
