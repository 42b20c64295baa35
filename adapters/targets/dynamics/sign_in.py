"""Signing in to Microsoft Entra ID: a secret, a certificate, or a person's refresh token.

Tokens live about an hour and say so: a new one is fetched five minutes early, and once after a 401.
Of any number of threads only one signs in. Entra gives a new refresh token with each use and lets
the old one live on (https://learn.microsoft.com/entra/identity-platform/refresh-tokens); the newest
is used, and handed to `keep` where the caller can store it, so that the 90 days begin anew.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import orjson

from adapters.http import Answer, AnswerLost, HttpClient, retry_after
from adapters.settings import secret
from adapters.targets.dynamics import entra
from adapters.targets.dynamics.assertion import Credential
from adapters.targets.dynamics.config import Certificate, ClientSecret, DynamicsConfig
from agent.errors import TargetAuthError, TargetUnavailable
from agent.ports import AdapterContext

_EARLY = 300.0
_SKEW = 90.0
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_FORM_HEADERS = {
    "content-type": "application/x-www-form-urlencoded",
    "accept": "application/json",
}


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """A bearer token, and until when (monotonic seconds) it is used."""

    token: str = field(repr=False)
    until: float


class SignIn:
    """Holds the session that every sender of the target shares."""

    def __init__(
        self,
        config: DynamicsConfig,
        context: AdapterContext,
        http: HttpClient,
        keep: Callable[[str], None] = lambda _token: None,
    ) -> None:
        self._config = config
        self._context = context
        self._http = http
        self._keep = keep
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._refreshed = ""
        tenant = config.sign_in.tenant
        self._endpoint = f"{config.authority}/{tenant}/oauth2/v2.0/token"
        http.allow(config.authority)

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
        form = urlencode(self._form()).encode()
        try:
            answer = self._http.request("POST", self._endpoint, headers=_FORM_HEADERS, content=form)
        except AnswerLost as lost:
            raise TargetUnavailable(
                f"Microsoft Entra did not answer the sign-in. {lost.reason}", code="SIGN_IN_LOST"
            ) from None
        said = parsed(answer)
        if answer.status != 200:
            raise self._refused(answer, said)
        token, lives = said.get("access_token"), said.get("expires_in")
        if not isinstance(token, str) or not token:
            raise _senseless()
        refreshed = said.get("refresh_token")
        if isinstance(refreshed, str) and refreshed:
            self._refreshed = refreshed
            self._keep(refreshed)
        seconds = (
            float(lives) if isinstance(lives, int | float | str) and str(lives).isdigit() else 0
        )
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
            now = self._context.clock.now()
            return {
                **form,
                "grant_type": "client_credentials",
                "client_assertion_type": _ASSERTION,
                "client_assertion": credential.signed(
                    sign_in.client_id, self._endpoint, now, os.urandom(16).hex()
                ),
            }
        return {
            "client_id": sign_in.client_id,
            "scope": f"{self._config.audience}/user_impersonation offline_access",
            "grant_type": "refresh_token",
            "refresh_token": self._refreshed or secret(self._context, sign_in.refresh_token),
        }

    def _refused(
        self, answer: Answer, said: Mapping[str, object]
    ) -> TargetAuthError | TargetUnavailable:
        if answer.status >= 500 or answer.status in {408, 429}:
            return TargetUnavailable(
                f"Microsoft Entra could not sign the agent in ({answer.status}).",
                code="SERVER_UNAVAILABLE",
                retry_after=retry_after(answer.headers, self._context.clock.now()),
            )
        error = said.get("error")
        if not isinstance(error, str):
            return _senseless()
        if error == "temporarily_unavailable":
            return TargetUnavailable(
                "Microsoft Entra is not available for now.", code="SERVER_UNAVAILABLE"
            )
        self._refreshed = ""
        skew = self._http.skew
        if error == "invalid_client" and skew is not None and abs(skew.total_seconds()) > _SKEW:
            minutes = round(abs(skew).total_seconds() / 60)
            return TargetAuthError(
                f"Sign-in refused; this machine's clock differs by {minutes} minutes.",
                code="CLOCK_SKEW",
                hint="Set the clock (switch on time synchronisation), then sign in again.",
            )
        return entra.refused(said)


def parsed(answer: Answer) -> Mapping[str, object]:
    """The JSON object of an answer; empty for anything else."""
    try:
        said = orjson.loads(answer.body) if answer.is_json else None
    except orjson.JSONDecodeError:
        said = None
    return said if isinstance(said, dict) else {}


def _senseless() -> TargetUnavailable:
    return TargetUnavailable(
        "The sign-in was answered in a form that makes no sense.",
        code="BAD_RESPONSE",
        hint="A proxy or sign-in page may stand in between; check url, authority and proxy.",
    )
