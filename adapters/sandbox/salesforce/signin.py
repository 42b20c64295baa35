"""OAuth sign-in: client credentials, JWT bearer, authorization code with PKCE; sessions run out.

A client is never told how long its token lives: it learns from a 401, as with the real one.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, unquote, urlencode

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from adapters.sandbox.core import Core
from adapters.sandbox.salesforce.options import SalesforceOptions
from adapters.sandbox.wire import Request, Response, dumps, word

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
        self._codes: dict[str, tuple[str, str]] = {}
        """Code of a sign-in page -> challenge and callback."""
        self._refresh: set[str] = set()

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
            renewed = self._granted(form, request.headers.get("authorization", ""))
        except _Refused as refused:
            body = {"error": refused.error, "error_description": refused.description}
            return Response(400, dumps(body))
        said = {**self._new_session(), **renewed}
        return Response(200, dumps(said), {"Cache-Control": "no-store"})

    def page(self, request: Request) -> Response:
        """Answer `GET /services/oauth2/authorize` as a person would who is signed in already."""
        asked = request.query
        callback = asked.get("redirect_uri", "")
        if asked.get("client_id") != self._client_id:
            return Response(400, b"error=invalid_client_id", content_type="text/plain")
        if not callback.startswith("http://localhost:") or asked.get("response_type") != "code":
            return Response(400, b"error=redirect_uri_mismatch", content_type="text/plain")
        brought = {"error": "access_denied", "error_description": "end-user denied authorization"}
        if self._options.person_signs_in:
            brought = {"code": f"aPrx{word(self._random, 40)}"}
            self._codes[brought["code"]] = (asked.get("code_challenge", ""), callback)
        brought["state"] = asked.get("state", "")
        return Response(302, b"", {"Location": f"{callback}?{urlencode(brought)}"})

    def _granted(self, form: Mapping[str, str], authorization: str) -> dict[str, str]:
        """Check a grant; the refresh token that comes with its session, if any. Raises _Refused."""
        grant = form.get("grant_type", "")
        if grant == "client_credentials":
            self._check_client(form, authorization)
        elif grant == _JWT_GRANT:
            self._check_assertion(form.get("assertion", ""))
        elif grant == "authorization_code":
            self._check_public(form)
            self._check_code(form)
            return {"refresh_token": self._new_refresh(), "scope": "refresh_token api"}
        elif grant == "refresh_token":
            self._check_public(form)
            if form.get("refresh_token") not in self._refresh:
                raise _Refused("invalid_grant", "expired access/refresh token")
            if self._options.rotate:
                self._refresh.discard(form["refresh_token"])
                return {"refresh_token": self._new_refresh()}
        else:
            raise _Refused("unsupported_grant_type", "grant type not supported")
        return {}

    def _check_public(self, form: Mapping[str, str]) -> None:
        """A public client has no secret; one that sends a secret must send the right one."""
        self._check_client({"client_secret": self._client_secret, **form}, "")

    def _check_code(self, form: Mapping[str, str]) -> None:
        challenge, callback = self._codes.pop(form.get("code", ""), ("", ""))
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        said = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not callback:
            raise _Refused("invalid_grant", "expired authorization code")
        if said != challenge:
            raise _Refused("invalid_grant", "invalid code verifier")
        if callback != form.get("redirect_uri"):
            raise _Refused("redirect_uri_mismatch", "redirect_uri must match configuration")

    def _new_refresh(self) -> str:
        token = f"5Aep861{word(self._random, 60)}"
        self._refresh.add(token)
        return token

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
