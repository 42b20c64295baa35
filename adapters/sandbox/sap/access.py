"""Who may ask: the technical user or a token's owner; sessions in cookies, CSRF tokens bound to them."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import cast

from adapters.sandbox.core import Core
from adapters.sandbox.sap.oauth import Tokens
from adapters.sandbox.sap.options import SapOptions
from adapters.sandbox.wire import ApiError, Request, Response, word

_COOKIE = "SAP_SESSIONID_C4C_041"


class Access:
    """Checks each request. The caller holds the core's lock."""

    def __init__(self, core: Core, tokens: Tokens) -> None:
        self.opened = 0
        """Sessions so far."""
        self._tokens = tokens
        self._core = core
        self._options = cast(SapOptions, core.options)
        self._sessions: dict[str, tuple[str, float]] = {}
        """CSRF token and begin of each session."""

    def check(self, request: Request) -> None:
        """Whether the user is the technical one, of this client. Raises ApiError."""
        client = request.query.get("sap-client") or request.headers.get("sap-client", "")
        is_elsewhere = self._options.client not in {"", client}
        if is_elsewhere or not self._is_user(request.headers.get("authorization", "")):
            headers = {"WWW-Authenticate": 'Basic realm="SAP NetWeaver Application Server"'}
            raise ApiError(401, "", "Logon failed", headers)

    def check_token(self, request: Request) -> None:
        """Whether a write carries a good CSRF token and the cookie that it belongs to."""
        if not self._options.needs_token:
            return
        token = request.headers.get("x-csrf-token", "")
        held = self._sessions.get(_cookies(request).get(_COOKIE, ""))
        if held is None or held[0] != token or self._is_over(held[1]):
            headers = {"X-CSRF-Token": "Required"}
            raise ApiError(403, "/IWFND/CM_CONSUMER/101", "CSRF token validation failed", headers)

    def given(self, request: Request) -> dict[str, str]:
        """The headers that open a session, where a read asks for a token."""
        if request.headers.get("x-csrf-token", "").lower() != "fetch":
            return {}
        random = self._core.random
        session, raw = word(random, 32), word(random, 16)
        token = base64.b64encode(raw.encode()).decode()
        self._sessions[session] = (token, self._core.clock.monotonic())
        self.opened += 1
        return {
            "X-CSRF-Token": token,
            "Set-Cookie": f"{_COOKIE}={session}; path=/; secure; HttpOnly; SameSite=None",
            # A second header of the same name: the two differ in their writing only.
            "set-cookie": "sap-usercontext=sap-client=041; path=/; "
            "expires=Tue, 19-Jan-2038 03:14:07 GMT",
        }

    def end(self) -> None:
        """End every session, and the tokens of OAuth clients."""
        self._sessions.clear()
        self._tokens.end()

    def _is_over(self, begun: float) -> bool:
        return self._core.clock.monotonic() >= begun + self._options.token_seconds

    def _is_user(self, authorization: str) -> bool:
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return self._tokens.is_good(given)
        if scheme.lower() != "basic":
            return False
        try:
            plain = base64.b64decode(given, validate=True)
        except binascii.Error:
            return False
        wanted = f"{self._core.credentials['user']}:{self._core.credentials['password']}"
        return hmac.compare_digest(plain, wanted.encode())


def with_cookies(response: Response, headers: dict[str, str]) -> Response:
    """An answer with further headers."""
    return Response(
        response.status, response.body, {**response.headers, **headers}, response.content_type
    )


def _cookies(request: Request) -> dict[str, str]:
    pairs = (each.strip().partition("=") for each in request.headers.get("cookie", "").split(";"))
    return {name: value for name, _, value in pairs}
