"""Signing in to SAP: a technical user with a password, or a token for a signed SAML assertion.

A token is asked for once, shared, and asked for anew when SAP refuses it: there is no refresh token to
lose. Whoever was refused says what it used, and of any number of threads only one asks again.
"""

from __future__ import annotations

import base64
import secrets
import threading
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import orjson

from adapters.http import Answer, AnswerLost, HttpClient, retry_after
from adapters.settings import secret
from adapters.targets.sap import assertion, trouble
from adapters.targets.sap.assertion import Subject
from adapters.targets.sap.config import Basic, SamlBearer, SapConfig
from agent.errors import TargetAuthError, TargetUnavailable
from agent.ports import AdapterContext

_SKEW = timedelta(seconds=90)
_GRANT = "urn:ietf:params:oauth:grant-type:saml2-bearer"


class SignIn:
    """Says who the agent is, on every request."""

    def __init__(self, config: SapConfig, context: AdapterContext, http: HttpClient) -> None:
        self._config = config
        self._context = context
        self._http = http
        self._lock = threading.Lock()
        self._bearer = ""

    def header(self) -> str:
        """The `Authorization` of a request. Raises TargetUnavailable, TargetAuthError."""
        sign_in = self._config.sign_in
        if isinstance(sign_in, Basic):
            return self._basic(sign_in.user, sign_in.password)
        with self._lock:
            if not self._bearer:
                self._bearer = f"Bearer {self._token(sign_in)}"
            return self._bearer

    def forget(self, refused: str) -> bool:
        """Whether another header than the refused one may help: a new token is then asked for."""
        if isinstance(self._config.sign_in, Basic):
            return False
        with self._lock:
            if self._bearer == refused:
                self._bearer = ""
            return True

    def _basic(self, user: str, reference: str) -> str:
        pair = f"{user}:{secret(self._context, reference)}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"

    def _token(self, sign_in: SamlBearer) -> str:
        url = f"{self._config.url.rstrip('/')}{sign_in.token_path}"
        form = {
            "client_id": sign_in.client_id,
            "grant_type": _GRANT,
            "scope": sign_in.scope,
            "assertion": self._assertion(sign_in, url),
        }
        headers = {
            "authorization": self._basic(sign_in.client_id, sign_in.client_secret),
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        }
        try:
            answer = self._http.request(
                "POST", url, headers=headers, content=urlencode(form).encode()
            )
        except AnswerLost as lost:
            raise TargetUnavailable(
                f"SAP did not answer the sign-in. {lost.reason}", code="SIGN_IN_LOST"
            ) from None
        said = _parsed(answer)
        if answer.status != 200:
            raise self._refused(answer, said)
        token = said.get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise trouble.bad_answer()
        return token

    def _assertion(self, sign_in: SamlBearer, recipient: str) -> str:
        try:
            key = assertion.private_key(secret(self._context, sign_in.key))
        except (ValueError, TypeError):
            raise TargetAuthError(
                "The private key for the sign-in cannot be used.",
                code="SIGN_IN_KEY",
                hint=f"Set {sign_in.key} to an RSA private key in PEM form, without a password.",
            ) from None
        audience = sign_in.audience or urlsplit(self._config.url).netloc
        subject = Subject(sign_in.issuer, sign_in.user, sign_in.client_id, audience, recipient)
        reference = f"_{secrets.token_hex(16)}"
        text = assertion.signed(subject, key, self._context.clock.now(), reference)
        return base64.b64encode(text.encode()).decode()

    def _refused(
        self, answer: Answer, said: Mapping[str, object]
    ) -> TargetAuthError | TargetUnavailable:
        if answer.status >= 500 or answer.status in {408, 429}:
            return TargetUnavailable(
                f"SAP could not sign the agent in ({answer.status}).",
                code="SERVER_UNAVAILABLE",
                retry_after=retry_after(answer.headers, self._context.clock.now()),
            )
        error = said.get("error")
        if answer.status not in {400, 401, 403} or not isinstance(error, str):
            return trouble.bad_answer()
        skew = self._http.skew
        if error == "invalid_grant" and skew is not None and abs(skew) > _SKEW:
            minutes = round(abs(skew).total_seconds() / 60)
            return TargetAuthError(
                f"Sign-in refused; this machine's clock differs by {minutes} minutes.",
                code="CLOCK_SKEW",
                hint="Set the clock (switch on time synchronisation), then sign in again.",
            )
        text = str(said.get("error_description") or "no reason given")[:120]
        if error == "invalid_grant":
            return TargetAuthError(
                f"SAP no longer accepts the sign-in: {text}.",
                code="AUTH_REVOKED",
                hint="Check the OAuth identity provider (issuer, certificate) and that the user is "
                "active and not locked.",
            )
        return TargetAuthError(
            f"SAP refused the sign-in ({error[:40]}): {text}.",
            code="AUTH_REFUSED",
            hint="Check client_id and its secret, and that the OAuth client may use this scope.",
        )


def _parsed(answer: Answer) -> Mapping[str, object]:
    try:
        said = orjson.loads(answer.body) if answer.is_json else None
    except orjson.JSONDecodeError:
        said = None
    return said if isinstance(said, dict) else {}
