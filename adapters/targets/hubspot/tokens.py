"""The token endpoint of HubSpot's OAuth (v3): one attempt, its refusals in words."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import orjson

from adapters.http import Answer, AnswerLost, HttpClient, retry_after
from adapters.settings import HttpSettings
from agent.errors import TargetAuthError, TargetUnavailable
from agent.ports import AdapterContext

_REVOKED = frozenset({"invalid_grant", "BAD_REFRESH_TOKEN", "BAD_AUTH_CODE"})


class Tokens:
    """Asks for tokens."""

    def __init__(
        self, config: HttpSettings, context: AdapterContext, http: HttpClient, again: str
    ) -> None:
        self._config = config
        self._context = context
        self._http = http
        self._again = again
        """What to do about a grant that is over."""

    def ask(self, form: Mapping[str, str]) -> Mapping[str, object]:
        """What the endpoint says with 200. Raises TargetUnavailable, TargetAuthError."""
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        }
        url = f"{self._config.url.rstrip('/')}/oauth/v3/token"
        try:
            content = urlencode(form).encode()
            answer = self._http.request("POST", url, headers=headers, content=content)
        except AnswerLost as lost:
            raise TargetUnavailable(
                f"HubSpot did not answer the sign-in. {lost.reason}", code="SIGN_IN_LOST"
            ) from None
        said = _parsed(answer)
        if answer.status != 200:
            raise self._refused(answer, said)
        return said

    def _refused(
        self, answer: Answer, said: Mapping[str, object]
    ) -> TargetAuthError | TargetUnavailable:
        if answer.status >= 500 or answer.status in {408, 429, 477}:
            return TargetUnavailable(
                f"HubSpot could not sign the agent in ({answer.status}).",
                code="SERVER_UNAVAILABLE",
                retry_after=retry_after(answer.headers, self._context.clock.now()),
            )
        error = said.get("error") or said.get("status") or said.get("category")
        if answer.status not in {400, 401, 403} or not isinstance(error, str):
            return senseless()
        text = str(said.get("error_description") or said.get("message") or "")[:120]
        if error in _REVOKED:
            return TargetAuthError(
                f"HubSpot no longer accepts the sign-in: {text or error}.",
                code="AUTH_REVOKED",
                hint=self._again,
            )
        return TargetAuthError(
            f"HubSpot refused the sign-in ({error[:40]}): {text or 'no reason given'}.",
            code="AUTH_REFUSED",
            hint="Check client_id and its secret, and that the app is installed in the account.",
        )


def _parsed(answer: Answer) -> Mapping[str, object]:
    try:
        said = orjson.loads(answer.body) if answer.is_json else None
    except orjson.JSONDecodeError:
        said = None
    return said if isinstance(said, dict) else {}


def senseless() -> TargetUnavailable:
    """An answer that no token endpoint gives."""
    return TargetUnavailable(
        "The sign-in was answered in a form that makes no sense.",
        code="BAD_RESPONSE",
        hint="A proxy or sign-in page may stand in between; check url and proxy.",
    )
