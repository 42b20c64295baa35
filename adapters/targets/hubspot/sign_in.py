"""Signing in to HubSpot: a private app's token, or OAuth (v3) with a refresh token.

An access token lives as long as `expires_in` says (30 minutes) and is renewed a minute before its
end; a 401 all the same renews it once. Of any number of threads only one asks for another. A refresh
token that comes back and is another one is written down before its session is used.
https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import orjson

from adapters.http import Answer, AnswerLost, HttpClient, retry_after
from adapters.settings import secret
from adapters.targets.hubspot.config import HubspotConfig, OAuth, PrivateApp
from agent.errors import CryptoError, TargetAuthError, TargetUnavailable
from agent.ports import AdapterContext

_EARLY = 60.0
_REVOKED = frozenset({"invalid_grant", "BAD_REFRESH_TOKEN"})


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
        self._http = http
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
        used = secret(self._context, sign_in.refresh_token)
        answer = self._ask(sign_in, used)
        said = _parsed(answer)
        if answer.status != 200:
            raise self._refused(answer, said)
        token, seconds = said.get("access_token"), said.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise _senseless()
        renewed = said.get("refresh_token")
        if isinstance(renewed, str) and renewed not in {"", used}:
            self._unwritten = used, renewed
            self._write_down(sign_in)
        life = max(seconds - _EARLY, seconds / 2)
        return Session(token, self._context.clock.monotonic() + life)

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

    def _ask(self, sign_in: OAuth, refresh_token: str) -> Answer:
        form = {
            "grant_type": "refresh_token",
            "client_id": sign_in.client_id,
            "client_secret": secret(self._context, sign_in.client_secret),
            "refresh_token": refresh_token,
        }
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        }
        url = f"{self._config.url.rstrip('/')}/oauth/v3/token"
        try:
            content = urlencode(form).encode()
            return self._http.request("POST", url, headers=headers, content=content)
        except AnswerLost as lost:
            raise TargetUnavailable(
                f"HubSpot did not answer the sign-in. {lost.reason}", code="SIGN_IN_LOST"
            ) from None

    def _refused(
        self, answer: Answer, said: Mapping[str, object]
    ) -> TargetAuthError | TargetUnavailable:
        if answer.status >= 500 or answer.status in {408, 429, 477}:
            return TargetUnavailable(
                f"HubSpot could not sign the agent in ({answer.status}).",
                code="SERVER_UNAVAILABLE",
                retry_after=retry_after(answer.headers, self._context.clock.now()),
            )
        error = said.get("error") or said.get("status") or said.get("category")
        if answer.status not in {400, 401, 403} or not isinstance(error, str):
            return _senseless()
        text = str(said.get("error_description") or said.get("message") or "")[:120]
        if error in _REVOKED:
            return TargetAuthError(
                f"HubSpot no longer accepts the sign-in: {text or error}.",
                code="AUTH_REVOKED",
                hint="Install the app again in the account and set its new refresh token.",
            )
        return TargetAuthError(
            f"HubSpot refused the sign-in ({error[:40]}): {text or 'no reason given'}.",
            code="AUTH_REFUSED",
            hint="Check client_id and its secret, and that the app is installed in the account.",
        )


def _parsed(answer: Answer) -> Mapping[str, object]:
    try:
        said = orjson.loads(answer.body) if answer.is_json else None
    except orjson.JSONDecodeError:
        said = None
    return said if isinstance(said, dict) else {}


def _senseless() -> TargetUnavailable:
    return TargetUnavailable(
        "The sign-in was answered in a form that makes no sense.",
        code="BAD_RESPONSE",
        hint="A proxy or sign-in page may stand in between; check url and proxy.",
    )
