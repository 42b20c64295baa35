"""Signing in to HubSpot: a private app's token, or OAuth (v3) with a refresh token.

An access token lives as long as `expires_in` says (30 minutes) and is renewed a minute before its
end; a 401 all the same renews it once. Of any number of threads only one asks for another. A refresh
token that comes back and is another one is written down before its session is used.
https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from adapters.http import HttpClient
from adapters.settings import secret
from adapters.targets.hubspot.config import HubspotConfig
from adapters.targets.hubspot.flows import OAuth, PrivateApp
from adapters.targets.hubspot.tokens import tokens
from agent.errors import CryptoError, SecretMissing, TargetAuthError, TargetUnavailable
from agent.ports import AdapterContext

_EARLY = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """A bearer token, and until when it is good on the monotonic clock."""

    token: str = field(repr=False)
    until: float


class SignIn:
    """Holds the session that every sender of the target shares."""

    def __init__(self, config: HubspotConfig, context: AdapterContext, http: HttpClient) -> None:
        self._config = config
        self._context = context
        again = f"Sign in again: waybill sign-in {context.name}. Nothing is lost meanwhile."
        self._tokens = tokens(config, context, http, again)
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._unwritten: tuple[str, str] | None = None
        """A refresh token that could not be written down yet, after the one that it follows."""

    def session(self) -> Session:
        """The current session; signs in when there is none or it is about to end."""
        with self._lock:
            now = self._context.clock.monotonic()
            if self._session is None or now >= self._session.until:
                self._session = self._sign_in()
            return self._session

    def renew(self, stale: Session) -> Session:
        """Another session than `stale`: one that a neighbour got meanwhile, or a new one."""
        with self._lock:
            if self._session is stale or self._session is None:
                self._session = None
                if isinstance(self._config.sign_in, PrivateApp):
                    raise TargetAuthError(
                        "HubSpot does not accept the private app's token.",
                        code="AUTH_REVOKED",
                        hint=f"Copy the app's current token into {self._config.sign_in.token}.",
                    )
                self._session = self._sign_in()
            return self._session

    def _sign_in(self) -> Session:
        sign_in = self._config.sign_in
        if isinstance(sign_in, PrivateApp):
            return Session(secret(self._context, sign_in.token), float("inf"))
        self._write_down(sign_in)
        used = self._kept(sign_in)
        form = {"grant_type": "refresh_token", "refresh_token": used}
        said = self._tokens.ask(form | sign_in.client(self._context))
        token, seconds = said.get("access_token"), said.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise self._tokens.senseless()
        renewed = said.get("refresh_token")
        if isinstance(renewed, str) and renewed not in {"", used}:
            self._unwritten = used, renewed
            self._write_down(sign_in)
        life = max(seconds - _EARLY, seconds / 2)
        return Session(token, self._context.clock.monotonic() + life)

    def _kept(self, sign_in: OAuth) -> str:
        try:
            return secret(self._context, sign_in.refresh_token)
        except SecretMissing:
            raise TargetAuthError(
                "Nobody has signed in to HubSpot yet.",
                code="NOT_SIGNED_IN",
                hint=f"Sign in once: waybill sign-in {self._context.name}",
            ) from None

    def _write_down(self, sign_in: OAuth) -> None:
        """Keep another refresh token before anything is done with its session.

        The one before it may be dead already, so that what cannot be written is tried again first;
        a token that a person brought meanwhile stays.
        """
        if self._unwritten is None:
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
