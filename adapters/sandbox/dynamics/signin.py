"""Microsoft Entra ID on the same host: token endpoint and device codes.

Client credentials with a secret or a signed assertion, refresh tokens, device codes (RFC 8628).
Tokens are opaque here; a client is told how long they live. Error bodies and AADSTS numbers follow
https://learn.microsoft.com/entra/identity-platform/reference-error-codes.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from adapters.sandbox.core import Core
from adapters.sandbox.dynamics.options import DynamicsOptions
from adapters.sandbox.wire import Request, Response, answer, dumps, word

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_LONGEST = timedelta(minutes=10)
_LEEWAY = timedelta(minutes=5)
_DEVICE_SECONDS = 900.0


class _Signatures(JWSRegistry):
    """A client may put its whole certificate into the header (`x5c`)."""

    max_header_length = 16_384


_SIGNATURES = _Signatures(algorithms=["PS256", "RS256"])


class Refused(Exception):
    """A refusal of the token endpoint."""

    def __init__(self, error: str, number: int, text: str, status: int = 400) -> None:
        self.status = status
        self.error = error
        self.number = number
        self.text = text
        super().__init__(error)


class SignIn:
    """Checks who asks, hands out tokens, knows which are good. The caller holds the core's lock."""

    def __init__(self, core: Core, options: DynamicsOptions) -> None:
        self.tokens_given = 0
        self._options = options
        self._core = core
        self._said = core.credentials
        self._keys: list[RSAKey] = []
        self._sessions: dict[str, float] = {}
        self._refresh: set[str] = {self._said["refresh_token"]}
        self._devices: dict[str, tuple[str, float, bool]] = {}
        """Device code -> user code, end, whether a person has confirmed it."""
        self._assertions: set[str] = set()

    # --- what an administrator and a person do ---

    def register(self, pem: bytes) -> None:
        """The app knows this certificate (or public key) from now on."""
        key: object = (
            x509.load_pem_x509_certificate(pem).public_key()
            if b"CERTIFICATE" in pem
            else load_pem_public_key(pem)
        )
        if not isinstance(key, RSAPublicKey):
            raise TypeError("the key of an app is an RSA key")
        self._keys.append(RSAKey.import_key(key))

    def confirm(self, user_code: str) -> None:
        """A person types a user code into the page and signs in."""
        for code, (shown, end, _) in self._devices.items():
            if shown == user_code:
                self._devices[code] = (shown, end, True)

    def revoke(self) -> None:
        """Every refresh token is dead: a new password, an administrator."""
        self._refresh.clear()

    def expire_all(self) -> None:
        """End every session."""
        self._sessions.clear()

    # --- endpoints ---

    def serve(self, request: Request) -> Response | None:
        """Answer a request to Entra; None: it is none."""
        if request.path.endswith("/v2.0/.well-known/openid-configuration"):
            return self.discovered()
        if request.path == "/devicelogin" and request.method == "POST":
            self.confirm(request.query.get("code", ""))
            return Response(204)
        if "/oauth2/v2.0/" in request.path and request.method == "POST":
            return self._endpoint(request)
        return None

    def _endpoint(self, request: Request) -> Response:
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        try:
            tenant, _, endpoint = request.path.lstrip("/").partition("/oauth2/v2.0/")
            if tenant != self._said["tenant"]:
                raise Refused("invalid_request", 90002, f"Tenant '{tenant}' not found.")
            if form.get("client_id") != self._said["client_id"]:
                raise Refused("unauthorized_client", 700016, "Application was not found.")
            if endpoint == "devicecode":
                return Response(200, dumps(self._device()))
            return Response(200, dumps(self._token(form)), {"Cache-Control": "no-store"})
        except Refused as refused:
            return self.worded(refused)

    def discovered(self) -> Response:
        """The directory's own description, by which clients find the endpoints (OpenID)."""
        tenant = f"{self._core.url}/{self._said['tenant']}"
        return answer(
            {
                "issuer": f"{tenant}/v2.0",
                "token_endpoint": f"{tenant}/oauth2/v2.0/token",
                "authorization_endpoint": f"{tenant}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{tenant}/oauth2/v2.0/devicecode",
            }
        )

    def worded(self, refused: Refused) -> Response:
        """The error body of Entra."""
        now = self._core.clock.now().strftime("%Y-%m-%d %H:%M:%SZ")
        body = {
            "error": refused.error,
            "error_description": f"AADSTS{refused.number}: {refused.text} Timestamp: {now}",
            "error_codes": [refused.number],
            "timestamp": now,
            "trace_id": "00000000-0000-0000-0000-000000000000",
            "correlation_id": "00000000-0000-0000-0000-000000000000",
        }
        return Response(refused.status, dumps(body))

    def is_good(self, authorization: str) -> bool:
        """Whether a request's `Authorization` names a living session."""
        scheme, _, token = authorization.partition(" ")
        began = self._sessions.get(token.strip())
        if scheme.lower() != "bearer" or began is None:
            return False
        return self._core.clock.monotonic() < began + self._core.options.token_seconds

    def _token(self, form: Mapping[str, str]) -> dict[str, Any]:
        grant = form.get("grant_type", "")
        if grant == "client_credentials":
            self._check_scope(form, "/.default")
            self._check_client(form)
            return self._session()
        self._check_scope(form, "/user_impersonation", needed=grant == "refresh_token")
        if grant == "refresh_token":
            if form.get("refresh_token") not in self._refresh:
                raise Refused("invalid_grant", 50173, "The provided grant has expired.")
            return {**self._session(), "refresh_token": self._new_refresh()}
        if grant == _DEVICE:
            self._check_device(form.get("device_code", ""))
            return {**self._session(), "refresh_token": self._new_refresh()}
        raise Refused("unsupported_grant_type", 70003, "The app requested an unsupported grant.")

    def _check_scope(self, form: Mapping[str, str], end: str, *, needed: bool = True) -> None:
        wanted = f"{self._core.url}{end}"
        if needed and wanted not in form.get("scope", "").split():
            raise Refused("invalid_resource", 500011, "The resource principal was not found.")

    def _check_client(self, form: Mapping[str, str]) -> None:
        if form.get("client_assertion_type") == _ASSERTION:
            self._check_assertion(form.get("client_assertion", ""))
            return
        secret = form.get("client_secret", "")
        if not secret:
            raise Refused("invalid_client", 7000218, "The body must contain client_secret.", 401)
        if not hmac.compare_digest(secret.encode(), self._said["client_secret"].encode()):
            raise Refused("invalid_client", 7000215, "Invalid client secret provided.", 401)

    def _check_assertion(self, assertion: str) -> None:
        claims = self._verified(assertion)
        endpoint = f"{self._core.url}/{self._said['tenant']}/oauth2/v2.0/token"
        me = self._said["client_id"]
        if claims.get("aud") != endpoint or claims.get("iss") != me or claims.get("sub") != me:
            raise Refused("invalid_client", 700023, "Client assertion audience is wrong.", 401)
        now = self._core.clock.now()
        starts, ends = _moment(claims.get("nbf", claims.get("iat"))), _moment(claims.get("exp"))
        if not starts - _LEEWAY <= now < ends + _LEEWAY or ends - starts > _LONGEST:
            raise Refused(
                "invalid_client", 700024, "Client assertion is not within its valid time.", 401
            )
        if not claims.get("jti") or str(claims["jti"]) in self._assertions:
            raise Refused("invalid_client", 700025, "Client assertion was used before.", 401)
        self._assertions.add(str(claims["jti"]))

    def _verified(self, assertion: str) -> Mapping[str, Any]:
        for key in self._keys:
            try:
                found = jwt.decode(assertion, key, registry=_SIGNATURES)
            except (JoseError, ValueError):
                continue
            if "x5t#S256" in found.header or "x5t" in found.header:
                return found.claims
        raise Refused("invalid_client", 700027, "The certificate is not registered.", 401)

    def _device(self) -> dict[str, Any]:
        code, shown = word(self._core.random, 60), word(self._core.random, 9).upper()
        self._devices[code] = (shown, self._core.clock.monotonic() + _DEVICE_SECONDS, False)
        return {
            "device_code": code,
            "user_code": shown,
            "verification_uri": f"{self._core.url}/devicelogin",
            "expires_in": int(_DEVICE_SECONDS),
            "interval": self._options.device_interval,
            "message": f"Open {self._core.url}/devicelogin and enter the code {shown}.",
        }

    def _check_device(self, code: str) -> None:
        _, end, confirmed = self._devices.get(code, ("", -1.0, False))
        if self._core.clock.monotonic() >= end:
            raise Refused("expired_token", 70020, "The device code has expired.")
        if not confirmed:
            raise Refused("authorization_pending", 70016, "The user has not finished yet.")
        if not self._options.person_confirms:
            raise Refused("authorization_declined", 65004, "The user declined to consent.")
        del self._devices[code]

    def _session(self) -> dict[str, Any]:
        token = "eyJ0." + word(self._core.random, 80)
        self._sessions[token] = self._core.clock.monotonic()
        self.tokens_given += 1
        lives = int(self._core.options.token_seconds)
        return {
            "token_type": "Bearer",
            "expires_in": lives,
            "ext_expires_in": lives,
            "access_token": token,
        }

    def _new_refresh(self) -> str:
        """Another refresh token; the ones before live on."""
        made = "0." + word(self._core.random, 60)
        self._refresh.add(made)
        return made


def _moment(seconds: object) -> datetime:
    try:
        return datetime.fromtimestamp(float(str(seconds)), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
