"""Signing in to Salesforce: client credentials or a signed JWT; no refresh token to lose.

Salesforce never says how long a session lives: a 401 says that it is over. `renew` is then asked
with the session that failed, and of any number of threads only one signs in again. The instance
that the answer names must belong to the configured org before anything is sent there.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from adapters.http import Answer, AnswerLost, HttpClient, retry_after
from adapters.settings import is_allowed, is_loopback, secret
from adapters.targets.salesforce.config import Jwt, SalesforceConfig
from agent.errors import TargetAuthError, TargetUnavailable
from agent.ports import AdapterContext

_LIFE = timedelta(minutes=3)
_SKEW = timedelta(seconds=90)
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
        form = urlencode(self._form()).encode()
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        }
        url = f"{self._config.url.rstrip('/')}/services/oauth2/token"
        try:
            answer = self._http.request("POST", url, headers=headers, content=form)
        except AnswerLost as lost:
            raise TargetUnavailable(
                f"Salesforce did not answer the sign-in. {lost.reason}", code="SIGN_IN_LOST"
            ) from None
        said = _parsed(answer)
        if answer.status != 200:
            raise self._refused(answer, said)
        token, instance = said.get("access_token"), said.get("instance_url")
        if not isinstance(token, str) or not token or not isinstance(instance, str):
            raise _senseless()
        return Session(self._checked(instance), token)

    def _form(self) -> dict[str, str]:
        sign_in = self._config.sign_in
        if isinstance(sign_in, Jwt):
            return {"grant_type": _GRANT, "assertion": self._assertion(sign_in)}
        return {
            "grant_type": "client_credentials",
            "client_id": sign_in.client_id,
            "client_secret": secret(self._context, sign_in.client_secret),
        }

    def _assertion(self, sign_in: Jwt) -> str:
        claims = {
            "iss": sign_in.client_id,
            "sub": sign_in.user,
            "aud": sign_in.audience,
            "exp": int((self._context.clock.now() + _LIFE).timestamp()),
        }
        try:
            key = RSAKey.import_key(secret(self._context, sign_in.key))
            return jwt.encode({"alg": "RS256"}, claims, key)
        except (JoseError, ValueError, TypeError):
            raise TargetAuthError(
                "The private key for the sign-in cannot be used.",
                code="SIGN_IN_KEY",
                hint=f"Set {sign_in.key} to an RSA private key in PEM form, without a password.",
            ) from None

    def _refused(
        self, answer: Answer, said: Mapping[str, object]
    ) -> TargetAuthError | TargetUnavailable:
        if answer.status >= 500 or answer.status in {408, 420, 429}:
            return TargetUnavailable(
                f"Salesforce could not sign the agent in ({answer.status}).",
                code="SERVER_UNAVAILABLE",
                retry_after=retry_after(answer.headers, self._context.clock.now()),
            )
        error = said.get("error")
        if answer.status not in {400, 401, 403} or not isinstance(error, str):
            return _senseless()
        skew = self._http.skew
        if error == "invalid_grant" and skew is not None and abs(skew) > _SKEW:
            minutes = round(abs(skew).total_seconds() / 60)
            return TargetAuthError(
                f"Sign-in refused; this machine's clock differs by {minutes} minutes.",
                code="CLOCK_SKEW",
                hint="Set the clock (switch on time synchronisation), then sign in again.",
            )
        text = str(said.get("error_description") or "")[:120]
        if error == "invalid_grant":
            return TargetAuthError(
                f"Salesforce no longer accepts the sign-in: {text or error}.",
                code="AUTH_REVOKED",
                hint="Check that the integration user is active and approved for the app.",
            )
        return TargetAuthError(
            f"Salesforce refused the sign-in ({error[:40]}): {text or 'no reason given'}.",
            code="AUTH_REFUSED",
            hint="Check client_id and its secret or key, and that the app allows this flow.",
        )

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
