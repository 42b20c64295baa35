"""OAuth 2.0 client credentials (RFC 6749, 4.4): a bearer token, asked for and kept until it ends.

For targets that no vendor's own sign-in covers. Of any number of threads only one asks.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, field_validator

from adapters import tokens
from adapters.http import Answer, HttpClient, origin
from adapters.settings import HttpSettings, SecretRef, secret
from agent.errors import TargetAuthError
from agent.ports import AdapterContext

_EARLY = 30.0
"""Seconds before its end at which a token is not used any more."""
_USUAL = 3600.0
_WHO = "The sign-in server"


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

    def send(self, attempt: Callable[[str], Answer], who: str) -> Answer:
        """ONE attempt; a 401 means that nothing happened, so a new token may try once more.

        `attempt` sends with the `Authorization` it is given. Raises TargetUnavailable,
        TargetAuthError, and what `attempt` raises.
        """
        token = self.token()
        for _ in range(2):
            answer = attempt(f"Bearer {token}")
            if answer.status != 401:
                return answer
            token = self.token(token)
        raise unauthorized(who)

    def close(self) -> None:
        """Release connections."""
        self._http.close()

    def _asked(self) -> tuple[str, float]:
        form = {"grant_type": "client_credentials", **self._oauth.more}
        if self._oauth.scope:
            form["scope"] = self._oauth.scope
        headers: dict[str, str] = {}
        pair = self._oauth.client_id, secret(self._context, self._oauth.client_secret)
        if self._oauth.send == "basic":
            joined = ":".join(quote(part, safe="") for part in pair)
            headers["authorization"] = f"Basic {base64.b64encode(joined.encode()).decode()}"
        else:
            form |= {"client_id": pair[0], "client_secret": pair[1]}
        answer = tokens.posted(self._http, self._oauth.token_url, form, _WHO, headers)
        return self._understood(answer)

    def _understood(self, answer: Answer) -> tuple[str, float]:
        tokens.stop(answer, _WHO, self._context.clock)
        said = tokens.parsed(answer)
        error = said.get("error")
        if answer.status != 200 and isinstance(error, str):
            raise TargetAuthError(
                f"The sign-in was refused ({error[:40]}).",
                code="AUTH_REFUSED",
                hint="Check client_id, its secret, the scope, and that the grant is allowed.",
            )
        token = said.get("access_token")
        if answer.status != 200 or not isinstance(token, str) or not token:
            raise tokens.senseless("token_url and proxy")
        life = said.get("expires_in")
        return token, float(life) if isinstance(life, int | float) else _USUAL


def unauthorized(what: str) -> TargetAuthError:
    """A token that was just given is refused."""
    return TargetAuthError(
        f"{what} refuses a token that was just given.",
        code="SESSION_REFUSED",
        hint="Check scope and audience, and what the client is allowed there.",
    )
