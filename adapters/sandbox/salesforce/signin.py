"""OAuth sign-in: client credentials and JWT bearer, opaque tokens, sessions that run out.

A client is never told how long its token lives: it learns from a 401, as with the real one.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, unquote

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from adapters.sandbox.core import Core
from adapters.sandbox.salesforce.options import SalesforceOptions
from adapters.sandbox.wire import Request, Response, dumps

_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LONGEST_ASSERTION = timedelta(minutes=3)
_LEEWAY = timedelta(seconds=30)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._"


class _Refused(Exception):
    def __init__(self, error: str, description: str) -> None:
        self.error = error
        self.description = description
        super().__init__(error)


class SignIn:
    """Checks who asks, hands out tokens, knows which are good. The caller holds the org's lock."""

    def __init__(self, core: Core, options: SalesforceOptions) -> None:
        self.tokens_given = 0
        self._core = core
        self._client_id = core.credentials["client_id"]
        self._client_secret = core.credentials["client_secret"]
        self._user = core.credentials["user"]
        self._org_id = core.credentials["org_id"]
        self._user_id = core.credentials["user_id"]
        self._options = options
        self._clock = core.clock
        self._random = core.random
        self._keys: list[RSAKey] = []
        self._sessions: dict[str, float] = {}

    def register(self, pem: bytes) -> None:
        """Trust JWTs that are signed by this certificate's or public key's owner."""
        key: object = (
            x509.load_pem_x509_certificate(pem).public_key()
            if b"CERTIFICATE" in pem
            else load_pem_public_key(pem)
        )
        if not isinstance(key, RSAPublicKey):
            raise TypeError("the key of a connected app is an RSA key")
        self._keys.append(RSAKey.import_key(key))

    def token(self, request: Request) -> Response:
        """Answer `POST /services/oauth2/token`."""
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        try:
            grant = form.get("grant_type", "")
            if grant == "client_credentials":
                self._check_client(form, request.headers.get("authorization", ""))
            elif grant == _JWT_GRANT:
                self._check_assertion(form.get("assertion", ""))
            else:
                raise _Refused("unsupported_grant_type", "grant type not supported")
        except _Refused as refused:
            body = {"error": refused.error, "error_description": refused.description}
            return Response(400, dumps(body))
        return Response(200, dumps(self._new_session()), {"Cache-Control": "no-store"})

    def is_good(self, authorization: str) -> bool:
        """Whether a request's `Authorization` names a living session."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() not in ("bearer", "oauth"):
            return False
        begun = self._sessions.get(token.strip())
        now = self._clock.monotonic()
        return begun is not None and now < begun + self._options.token_seconds

    def expire_all(self) -> None:
        """End every session."""
        self._sessions.clear()

    def _check_client(self, form: Mapping[str, str], authorization: str) -> None:
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        if authorization.lower().startswith("basic "):
            client_id, secret = _basic(authorization[6:])
        if not hmac.compare_digest(client_id.encode(), self._client_id.encode()):
            raise _Refused("invalid_client_id", "client identifier invalid")
        if not hmac.compare_digest(secret.encode(), self._client_secret.encode()):
            raise _Refused("invalid_client", "invalid client credentials")

    def _check_assertion(self, assertion: str) -> None:
        claims = self._verified(assertion)
        if claims.get("iss") != self._client_id:
            raise _Refused("invalid_client_id", "client identifier invalid")
        audience = claims.get("aud")
        known = {*self._options.audiences, self._core.url}
        audiences = audience if isinstance(audience, list) else [audience]
        if not any(str(item).rstrip("/") in known for item in audiences):
            raise _Refused("invalid_grant", "audience is invalid")
        if claims.get("sub") != self._user:
            raise _Refused("invalid_grant", "user hasn't approved this consumer")
        now = self._clock.now()
        if not now - _LEEWAY < _expiry(claims) <= now + _LONGEST_ASSERTION + _LEEWAY:
            raise _Refused("invalid_grant", "expired authorization code")

    def _verified(self, assertion: str) -> Mapping[str, object]:
        for key in self._keys:
            try:
                return jwt.decode(assertion, key, algorithms=["RS256"]).claims
            except (JoseError, ValueError):
                continue
        raise _Refused("invalid_grant", "invalid assertion")

    def _new_session(self) -> dict[str, str]:
        tail = "".join(self._random.choices(_ALPHABET, k=84))
        token = f"{self._org_id[:15]}!{tail}"
        self._sessions[token] = self._clock.monotonic()
        self.tokens_given += 1
        identity = f"https://login.salesforce.com/id/{self._org_id}/{self._user_id}"
        issued_at = str(int(self._clock.now().timestamp() * 1000))
        signed = hmac.digest(
            self._client_secret.encode(), f"{identity}{issued_at}".encode(), sha256
        )
        return {
            "access_token": token,
            "signature": base64.b64encode(signed).decode(),
            "token_format": "opaque",
            "scope": "api",
            "instance_url": self._core.url,
            "id": identity,
            "token_type": "Bearer",
            "issued_at": issued_at,
        }


def _expiry(claims: Mapping[str, object]) -> datetime:
    expires = claims.get("exp")  # also as text: the real one takes that too
    try:
        seconds = float(expires) if isinstance(expires, int | float | str) else -1
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise _Refused("invalid_grant", "expiration is invalid") from None


def _basic(text: str) -> tuple[str, str]:
    try:
        plain = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise _Refused("invalid_client", "invalid client credentials") from None
    client_id, _, secret = plain.partition(":")
    return unquote(client_id), unquote(secret)
