"""A person installs the app in an account once, in a browser; what comes of it is a refresh token.

Authorization code with a confidential client and a loopback callback:
https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/oauth/working-with-oauth
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from urllib.parse import parse_qs, urlencode

from adapters.http import HttpClient
from adapters.settings import HttpSettings
from adapters.targets.hubspot.flows import OAuth
from adapters.targets.hubspot.tokens import tokens
from agent.errors import TargetAuthError
from agent.ports import AdapterContext

_AGAIN = "The page was open for too long or was used twice: begin again."


class BrowserSignIn:
    """One sign-in under way (satisfies `agent.ports.PendingSignIn`)."""

    def __init__(
        self, config: HttpSettings, sign_in: OAuth, scopes: Sequence[str], context: AdapterContext
    ) -> None:
        self.port = sign_in.port
        self.secret = sign_in.refresh_token.removeprefix("secret:")
        self._config = config
        self._sign_in = sign_in
        self._scopes = scopes
        self._context = context
        self._state = secrets.token_urlsafe(32)

    @property
    def url(self) -> str:
        """Where the person signs in and installs the app."""
        asked = {
            "client_id": self._sign_in.client_id,
            "redirect_uri": self._sign_in.callback,
            "scope": " ".join(self._scopes),
            "state": self._state,
        }
        return f"{self._sign_in.authorize_url}?{urlencode(asked)}"

    def finish(self, query: str) -> str:
        """The refresh token to keep, for the query that the browser brought back.

        Raises TargetAuthError, TargetUnavailable.
        """
        said = {name: values[0] for name, values in parse_qs(query).items()}
        if not hmac.compare_digest(said.get("state", "").encode(), self._state.encode()):
            raise TargetAuthError(
                "What came back from the browser belongs to another sign-in.",
                code="SIGN_IN_STATE",
                hint="Begin again: waybill sign-in, and use the page that it opens.",
            )
        if "code" not in said:
            raise TargetAuthError(
                f"HubSpot did not sign in ({said.get('error', 'no code')[:40]}).",
                code="AUTH_REFUSED",
                hint="A super admin must install the app, and its scopes must be those configured.",
            )
        form = {
            "grant_type": "authorization_code",
            "code": said["code"],
            "redirect_uri": self._sign_in.callback,
        } | self._sign_in.client(self._context)
        http = HttpClient(self._config, self._context)
        try:
            asked = tokens(self._config, self._context, http, _AGAIN).ask(form)
        finally:
            http.close()
        token = asked.get("refresh_token")
        if not isinstance(token, str) or not token:
            raise TargetAuthError(
                "HubSpot signed in but gave no refresh token.",
                code="NO_REFRESH_TOKEN",
                hint="Check that the app is an OAuth app.",
            )
        return token


def needed(objects: Sequence[str]) -> list[str]:
    """The scopes for reading and writing these objects and for looking at their properties."""
    named = dict.fromkeys("custom" if each.startswith(("p_", "2-")) else each for each in objects)
    rights = [
        f"crm.{what}.{name}.{right}"
        for name in named
        for what, right in (("objects", "read"), ("objects", "write"), ("schemas", "read"))
    ]
    return ["oauth", *rights]
