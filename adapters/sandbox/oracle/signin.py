"""Who may ask: basic authentication, and the identity domain's tokens (IDCS).

`POST /oauth2/v1/token` takes client credentials (basic, or a signed client assertion) and user
assertions; the scope must be the one that the application was granted.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from adapters.sandbox.core import Core
from adapters.sandbox.oracle.options import OracleOptions
from adapters.sandbox.wire import Request, Response, dumps, word

TOKEN = "/oauth2/v1/token"  # noqa: S105 - an address
AUDIENCES = frozenset({"oauth.idm.oracle.com", "https://identity.oraclecloud.com/"})
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LONGEST = timedelta(hours=1)
_LEEWAY = timedelta(seconds=30)


class _Refused(Exception):
    def __init__(self, error: str, description: str) -> None:
        self.error = error
        self.description = description
        super().__init__(error)


class SignIn:
    """Checks who asks, hands out tokens, knows which are good. The caller holds the core's lock."""

    def __init__(self, core: Core, options: OracleOptions) -> None:
        self.tokens_given = 0
        self._core = core
        self._options = options
        self._said = core.credentials
        self._keys: list[RSAKey] = []
        self._tokens: dict[str, float] = {}

    def register(self, pem: bytes) -> None:
        """Trust assertions that are signed by this certificate's or public key's owner."""
        key: object = (
            x509.load_pem_x509_certificate(pem).public_key()
            if b"CERTIFICATE" in pem
            else load_pem_public_key(pem)
        )
        if not isinstance(key, RSAPublicKey):
            raise TypeError("the key of a confidential application is an RSA key")
        self._keys.append(RSAKey.import_key(key))

    def is_good(self, authorization: str) -> bool:
        """Whether a request's `Authorization` is the user's, or a living token."""
        scheme, _, rest = authorization.partition(" ")
        if scheme.lower() == "basic":
            return _pair(rest) == (self._said["user"], self._said["password"])
        begun = self._tokens.get(rest.strip()) if scheme.lower() == "bearer" else None
        now = self._core.clock.monotonic()
        return begun is not None and now < begun + self._options.token_seconds

    def expire_all(self) -> None:
        """End every token."""
        self._tokens.clear()

    def token(self, request: Request) -> Response:
        """Answer `POST /oauth2/v1/token`."""
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        try:
            self._check_client(form, request.headers.get("authorization", ""))
            grant = form.get("grant_type", "")
            if grant == _JWT_GRANT:
                self._verified(form.get("assertion", ""), self._said["user"])
            elif grant != "client_credentials":
                raise _Refused("unsupported_grant_type", "The grant type is not supported.")
            if form.get("scope") != self._said["scope"]:
                raise _Refused("invalid_scope", "The scope is not granted to the client.")
        except _Refused as refused:
            body = {"error": refused.error, "error_description": refused.description}
            return Response(401 if refused.error == "invalid_client" else 400, dumps(body))
        token = word(self._core.random, 80)
        self._tokens[token] = self._core.clock.monotonic()
        self.tokens_given += 1
        life = int(self._options.token_seconds)
        given = {"access_token": token, "token_type": "Bearer", "expires_in": life}
        return Response(200, dumps(given), {"Cache-Control": "no-store"})

    def _check_client(self, form: Mapping[str, str], authorization: str) -> None:
        scheme, _, rest = authorization.partition(" ")
        if scheme.lower() == "basic":
            pair = _pair(rest)
            wanted = (self._said["client_id"], self._said["client_secret"])
            if not hmac.compare_digest(":".join(pair).encode(), ":".join(wanted).encode()):
                raise _Refused("invalid_client", "Client authentication failed.")
            return
        try:
            self._verified(form.get("client_assertion", ""), self._said["client_id"])
        except _Refused as refused:
            raise _Refused("invalid_client", refused.description) from None

    def _verified(self, assertion: str, subject: str) -> None:
        claims = self._opened(assertion)
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if claims.get("iss") != self._said["client_id"] or claims.get("sub") != subject:
            raise _Refused("invalid_grant", "The assertion is of another issuer or subject.")
        if not AUDIENCES & {str(each) for each in audiences}:
            raise _Refused("invalid_grant", "The assertion is for another audience.")
        now = self._core.clock.now()
        if not now - _LEEWAY < _expiry(claims) <= now + _LONGEST + _LEEWAY:
            raise _Refused("invalid_grant", "The assertion has expired.")

    def _opened(self, assertion: str) -> Mapping[str, object]:
        for key in self._keys:
            try:
                return jwt.decode(assertion, key, algorithms=["RS256"]).claims
            except (JoseError, ValueError):
                continue
        raise _Refused("invalid_grant", "The assertion's signature cannot be verified.")


def _expiry(claims: Mapping[str, object]) -> datetime:
    expires = claims.get("exp")
    try:
        return datetime.fromtimestamp(float(expires) if isinstance(expires, int) else -1, UTC)
    except (ValueError, OverflowError, OSError):
        raise _Refused("invalid_grant", "The assertion's end is invalid.") from None


def _pair(text: str) -> tuple[str, str]:
    try:
        plain = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    user, _, password = plain.partition(":")
    return user, password
