"""A person signs in once, in a browser: authorization code with PKCE (RFC 7636), loopback callback.

The app is an External Client App; a public client sends no secret, a confidential one sends its
secret and the verifier (https://developer.salesforce.com/docs, `secure_code_ac_eca`). What comes of
it is a refresh token: that is the secret which the target signs in with from then on.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from urllib.parse import parse_qs, urlencode

from adapters.http import HttpClient
from adapters.settings import HttpSettings
from adapters.targets.salesforce.flows import Browser
from adapters.targets.salesforce.tokens import tokens
from agent.errors import TargetAuthError
from agent.ports import AdapterContext

_AGAIN = "The page was open for too long or was used twice: begin again."
_REFUSED = {"access_denied": "The person or the org's policy did not allow it."}


class BrowserSignIn:
    """One sign-in under way (satisfies `agent.ports.PendingSignIn`)."""

    def __init__(self, config: HttpSettings, sign_in: Browser, context: AdapterContext) -> None:
        self.port = sign_in.port
        self.secret = sign_in.refresh_token.removeprefix("secret:")
        self._config = config
        self._sign_in = sign_in
        self._context = context
        self._state = secrets.token_urlsafe(32)
        self._verifier = secrets.token_urlsafe(64)

    @property
    def url(self) -> str:
        """Where the person signs in."""
        digest = hashlib.sha256(self._verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._sign_in.client_id,
            "redirect_uri": self._sign_in.callback,
            "scope": "api refresh_token",
            "state": self._state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{self._config.url.rstrip('/')}/services/oauth2/authorize?{urlencode(asked)}"

    def finish(self, query: str) -> str:
        """The secret to keep, for the query that the browser brought back.

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
            error = said.get("error", "")
            raise TargetAuthError(
                f"Salesforce did not sign in ({error[:40] or 'no code'}). {_REFUSED.get(error, '')}",
                code="AUTH_REFUSED",
                hint="Check the app's policies and the user's permissions, then begin again.",
            )
        form = {
            "grant_type": "authorization_code",
            "code": said["code"],
            "redirect_uri": self._sign_in.callback,
            "code_verifier": self._verifier,
        } | self._sign_in.client(self._context)
        http = HttpClient(self._config, self._context)
        try:
            asked = tokens(self._config, self._context, http, _AGAIN).ask(form)
        finally:
            http.close()
        token = asked.get("refresh_token")
        if not isinstance(token, str) or not token:
            raise TargetAuthError(
                "Salesforce signed in but gave no refresh token.",
                code="NO_REFRESH_TOKEN",
                hint="Give the app the scope `refresh_token` and let it be valid until revoked.",
            )
        return token
