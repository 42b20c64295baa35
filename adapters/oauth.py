"""OAuth 2.0 client credentials (RFC 6749, 4.4): a bearer token, asked for and kept until it ends.

For targets that no vendor's own sign-in covers. Of any number of threads only one asks.
"""

from __future__ import annotations

import base64
import threading
from typing import Literal
from urllib.parse import quote, urlencode

import orjson
from pydantic import BaseModel, ConfigDict, Field, field_validator

from adapters.http import Answer, AnswerLost, HttpClient, origin, retry_after
from adapters.settings import HttpSettings, SecretRef, secret
from agent.errors import TargetAuthError, TargetUnavailable
from agent.ports import AdapterContext

_EARLY = 30.0
"""Seconds before its end at which a token is not used any more."""
_USUAL = 3600.0


class OAuth(BaseModel):
    """Client credentials of an OAuth server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token_url: str = Field(description="The OAuth server's token endpoint.")
    client_id: str = Field(min_length=1, description="Who the agent is there.")
    client_secret: SecretRef = Field(description='Its secret: "secret:NAME".')
    scope: str = Field("", description="What is asked for, where the server wants it said.")
    more: dict[str, str] = Field(
        default_factory=dict, description="Further form fields, such as audience. No secrets here."
    )
    send: Literal["body", "basic"] = Field(
        "body", description="Whether id and secret go in the form or in an Authorization header."
    )

    @field_validator("token_url")
    @classmethod
    def _safe(cls, url: str) -> str:
        origin(url)  # raises ValueError, which is what a validator may raise
        return url


class Bearer:
    """The token that every sender of a target shares."""

    def __init__(self, settings: HttpSettings, oauth: OAuth, context: AdapterContext) -> None:
        self._oauth = oauth
        self._context = context
        self._http = HttpClient(settings.model_copy(update={"url": oauth.token_url}), context)
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    def token(self, refused: str = "") -> str:
        """A token that is not `refused`. Raises TargetUnavailable, TargetAuthError."""
        with self._lock:
            now = self._context.clock.monotonic()
            if not self._token or self._token == refused or now >= self._until:
                self._token = ""
                self._token, life = self._asked()
                self._until = now + max(life - _EARLY, 1.0)
            return self._token

    def close(self) -> None:
        """Release connections."""
        self._http.close()

    def _asked(self) -> tuple[str, float]:
        form = {"grant_type": "client_credentials", **self._oauth.more}
        if self._oauth.scope:
            form["scope"] = self._oauth.scope
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        }
        pair = self._oauth.client_id, secret(self._context, self._oauth.client_secret)
        if self._oauth.send == "basic":
            joined = ":".join(quote(part, safe="") for part in pair)
            headers["authorization"] = f"Basic {base64.b64encode(joined.encode()).decode()}"
        else:
            form |= {"client_id": pair[0], "client_secret": pair[1]}
        try:
            answer = self._http.request(
                "POST", self._oauth.token_url, headers=headers, content=urlencode(form).encode()
            )
        except AnswerLost as lost:
            raise TargetUnavailable(
                f"The sign-in was not answered. {lost.reason}", code="SIGN_IN_LOST"
            ) from None
        return self._understood(answer)

    def _understood(self, answer: Answer) -> tuple[str, float]:
        try:
            said = orjson.loads(answer.body) if answer.is_json else None
        except orjson.JSONDecodeError:
            said = None
        if answer.status >= 500 or answer.status in {408, 429}:
            raise TargetUnavailable(
                f"The sign-in server could not sign the agent in ({answer.status}).",
                code="SERVER_UNAVAILABLE",
                retry_after=retry_after(answer.headers, self._context.clock.now()),
            )
        if isinstance(said, dict) and answer.status != 200 and isinstance(said.get("error"), str):
            raise TargetAuthError(
                f"The sign-in was refused ({said['error'][:40]}).",
                code="AUTH_REFUSED",
                hint="Check client_id, its secret, the scope, and that the grant is allowed.",
            )
        token = said.get("access_token") if isinstance(said, dict) else None
        if answer.status != 200 or not isinstance(token, str) or not token:
            raise TargetUnavailable(
                "The sign-in was answered in a form that makes no sense.",
                code="BAD_RESPONSE",
                hint="Check token_url; a proxy or sign-in page may stand in between.",
            )
        life = said.get("expires_in") if isinstance(said, dict) else None
        return token, float(life) if isinstance(life, int | float) else _USUAL


def unauthorized(what: str) -> TargetAuthError:
    """A token that was just given is refused."""
    return TargetAuthError(
        f"{what} refuses a token that was just given.",
        code="SESSION_REFUSED",
        hint="Check scope and audience, and what the client is allowed there.",
    )
