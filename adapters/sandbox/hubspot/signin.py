"""Sign-in: a private app's token that never ends, and OAuth v3 with refresh tokens."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qsl, urlencode

from adapters.sandbox.core import Core
from adapters.sandbox.hubspot.options import HubspotOptions
from adapters.sandbox.wire import ApiError, Request, Response, dumps, word


class SignIn:
    """Checks who asks, hands out tokens, knows which are good. The caller holds the core's lock."""

    def __init__(self, core: Core, options: HubspotOptions) -> None:
        self.tokens_given = 0
        self._core = core
        self._options = options
        self._refresh_token = core.credentials["refresh_token"]
        self._began: dict[str, float] = {}
        self._codes: dict[str, str] = {}
        """Codes of sign-in pages, and where each was brought."""

    def token(self, request: Request) -> Response:
        """Answer `POST /oauth/v3/token`."""
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        grant = form.get("grant_type", "")
        if grant not in ("refresh_token", "authorization_code"):
            return _refused("unsupported_grant_type", "unsupported grant type")
        known = self._core.credentials
        if form.get("client_id") != known["client_id"] or not hmac.compare_digest(
            form.get("client_secret", "").encode(), known["client_secret"].encode()
        ):
            return _refused("invalid_client", "missing or unknown client id or secret")
        if grant == "authorization_code":
            callback = self._codes.pop(form.get("code", ""), "")
            if not callback or callback != form.get("redirect_uri"):
                return _refused("invalid_grant", "missing or unknown auth code")
        elif form.get("refresh_token") != self._refresh_token:
            return _refused("invalid_grant", "missing or unknown refresh token")
        return Response(200, dumps(self._new()), {"Cache-Control": "no-store"})

    def page(self, request: Request) -> Response:
        """Answer `GET /oauth/authorize` as a person would who is signed in already."""
        asked = request.query
        callback = asked.get("redirect_uri", "")
        is_known = asked.get("client_id") == self._core.credentials["client_id"]
        if not is_known or not callback.startswith("http://localhost:") or not asked.get("scope"):
            return Response(400, b"The app is not known so.", content_type="text/plain")
        brought = {"error": "access_denied", "state": asked.get("state", "")}
        if self._options.person_installs:
            code = word(self._core.random, 36)
            self._codes[code] = callback
            brought = {"code": code, "state": asked.get("state", "")}
        return Response(302, b"", {"Location": f"{callback}?{urlencode(brought)}"})

    def check(self, authorization: str) -> bool:
        """Whether the token is OAuth's. Raises ApiError for one that is not good."""
        scheme, _, token = authorization.partition(" ")
        if scheme != "Bearer" or not token:
            raise ApiError(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
        if hmac.compare_digest(
            token.encode(), self._core.credentials["private_app_token"].encode()
        ):
            return False
        began = self._began.get(token)
        if began is None:
            message = "Authentication credentials are invalid."
            raise ApiError(401, "INVALID_AUTHENTICATION", message)
        over = self._core.clock.monotonic() - began - self._options.token_seconds
        if over >= 0:
            raise expired(over)
        return True

    def expire_all(self) -> None:
        """Let every access token run out."""
        self._began = dict.fromkeys(self._began, float("-inf"))

    def _new(self) -> dict[str, object]:
        token = word(self._core.random, 120)
        self._began[token] = self._core.clock.monotonic()
        self.tokens_given += 1
        if self._options.rotates_refresh_tokens:
            self._refresh_token = "eu1-" + word(self._core.random, 60)
        return {
            "access_token": token,
            "refresh_token": self._refresh_token,
            "expires_in": int(self._options.token_seconds),
            "token_type": "bearer",
            "token_use": "access_token",
            "hub_id": int(self._core.credentials["portal_id"]),
            "scopes": ["oauth", "crm.objects.companies.write"],
            "user_id": 1,
        }


def expired(seconds: float = 7) -> ApiError:
    """The refusal of a token that has run out."""
    shown = int(min(seconds, 10**6))
    message = f"The OAuth token used to make this call expired {shown} second(s) ago."
    return ApiError(401, "EXPIRED_AUTHENTICATION", message)


def _refused(error: str, description: str) -> Response:
    return Response(400, dumps({"error": error, "error_description": description}))
