"""Signing in: a user's password, or a token of the identity domain (IDCS).

The domain says how long a token lives; a 401 says it sooner. `renew` is asked with the session that
failed, and of any number of threads only one signs in again. No token is refreshed: an assertion or
a secret gets a new one (https://docs.oracle.com/en/cloud/paas/identity-cloud/rest-api/OATOAuthClientWebApp.html).
"""

from __future__ import annotations

import base64
import threading
from dataclasses import dataclass, field
from datetime import timedelta

from adapters.assertions import signed
from adapters.http import HttpClient
from adapters.settings import secret
from adapters.targets.oracle.config import Basic, ClientCredentials, Jwt, OracleConfig
from adapters.tokens import Manner, Tokens
from agent.ports import AdapterContext

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LIFE = timedelta(minutes=5)
_MARGIN = 60.0
"""Seconds before its end at which a token is not used any more."""
_CHECK = "Check client_id, its secret or key, and that the application is active."
_MANNER = Manner(
    "The identity domain",
    _CHECK,
    "Check that the user is active and that the certificate is the one of the key.",
    meanings={
        "invalid_scope": (
            "AUTH_SCOPE",
            "Give the application the scope of Fusion Applications, and write it as the domain does.",
        ),
        "unauthorized_client": (
            "AUTH_REFUSED",
            "Allow the grant (JWT Assertion or Client Credentials) in the application.",
        ),
    },
    skew=timedelta(seconds=60),
    look="token_url and proxy",
)
"""RFC 6749, 5.2: what the domain says, and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """What goes into `Authorization`, and until when (monotonic seconds; None: not told)."""

    authorization: str = field(repr=False)
    until: float | None = None


class SignIn:
    """Holds the session that every sender of the target shares."""

    def __init__(self, config: OracleConfig, context: AdapterContext, http: HttpClient) -> None:
        self._sign_in_as = config.sign_in
        self._context = context
        self._http = http
        self._lock = threading.Lock()
        self._session: Session | None = None
        if not isinstance(config.sign_in, Basic):
            http.allow(config.sign_in.token_url)

    @property
    def renewable(self) -> bool:
        """Whether signing in again can help: a password stays the same."""
        return not isinstance(self._sign_in_as, Basic)

    def session(self) -> Session:
        """The current session; signs in when there is none that lives."""
        with self._lock:
            now = self._context.clock.monotonic()
            held = self._session
            if held is None or (held.until is not None and now >= held.until):
                self._session = self._sign_in()
            assert self._session is not None  # noqa: S101 - set in the line above
            return self._session

    def renew(self, stale: Session) -> Session:
        """Another session than `stale`: one that a neighbour got meanwhile, or a new one."""
        with self._lock:
            if self._session is stale or self._session is None:
                self._session = None
                self._session = self._sign_in()
            return self._session

    def _sign_in(self) -> Session:
        how = self._sign_in_as
        if isinstance(how, Basic):
            pair = f"{how.user}:{secret(self._context, how.password)}"
            return Session(f"Basic {base64.b64encode(pair.encode()).decode()}")
        form, headers = self._asked(how)
        tokens = Tokens(self._context, self._http, how.token_url, _MANNER)
        said = tokens.ask(form, headers)
        token, life = said.get("access_token"), said.get("expires_in")
        if not isinstance(token, str) or not token or not token.isascii():
            raise tokens.senseless()
        until = None
        if isinstance(life, int | float) and not isinstance(life, bool):
            until = self._context.clock.monotonic() + max(life - _MARGIN, life / 2)
        return Session(f"Bearer {token}", until)

    def _asked(self, how: ClientCredentials | Jwt) -> tuple[dict[str, str], dict[str, str]]:
        headers: dict[str, str] = {}
        form = {"grant_type": "client_credentials", "scope": how.scope}
        if isinstance(how, Jwt):
            form |= {"grant_type": _GRANT, "assertion": self._signed(how, how.user)}
        if how.client_secret is None:  # only a Jwt: the key vouches for the application as well
            form |= {"client_id": how.client_id, "client_assertion_type": _ASSERTION}
            form |= {"client_assertion": self._signed(how, how.client_id)}
        else:
            pair = f"{how.client_id}:{secret(self._context, how.client_secret)}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        return form, headers

    def _signed(self, how: ClientCredentials | Jwt, subject: str) -> str:
        assert isinstance(how, Jwt)  # noqa: S101 - a secret is required of every other kind
        now = self._context.clock.now()
        claims: dict[str, object] = {
            "iss": how.client_id,
            "sub": subject,
            "prn": subject,
            "aud": list(how.audiences),
            "iat": int(now.timestamp()),
            "exp": int((now + _LIFE).timestamp()),
        }
        if how.tenant:
            claims["user.tenant.name"] = how.tenant
        return signed(self._context, how.key, claims, how.key_id)
