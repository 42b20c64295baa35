"""Signing in to SAP: a technical user with a password, or a token for a signed SAML assertion.

A token is asked for once, shared, and asked for anew when SAP refuses it: there is no refresh token to
lose. Whoever was refused says what it used, and of any number of threads only one asks again.
"""

from __future__ import annotations

import base64
import secrets
import threading
from datetime import timedelta
from urllib.parse import urlsplit

from adapters.http import HttpClient
from adapters.settings import secret
from adapters.targets.sap import assertion
from adapters.targets.sap.assertion import Subject
from adapters.targets.sap.config import Basic, SamlBearer, SapConfig
from adapters.tokens import Manner, Tokens
from agent.errors import TargetAuthError
from agent.ports import AdapterContext

_MANNER = Manner(
    "SAP",
    "Check client_id and its secret, and that the OAuth client may use this scope.",
    "Check the OAuth identity provider (issuer, certificate) and that the user is active and not "
    "locked.",
    skew=timedelta(seconds=90),
)
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
        form = {
            "client_id": sign_in.client_id,
            "grant_type": _GRANT,
            "scope": sign_in.scope,
            "assertion": self._assertion(sign_in, self._url(sign_in)),
        }
        pair = self._basic(sign_in.client_id, sign_in.client_secret)
        tokens = Tokens(self._context, self._http, self._url(sign_in), _MANNER)
        said = tokens.ask(form, {"authorization": pair})
        token = said.get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise tokens.senseless()
        return token

    def _url(self, sign_in: SamlBearer) -> str:
        return f"{self._config.url.rstrip('/')}{sign_in.token_path}"

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
