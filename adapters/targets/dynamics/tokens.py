"""The endpoints of one directory in Microsoft Entra ID: ONE attempt, its answer as it was said."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import orjson

from adapters.http import Answer, AnswerLost, HttpClient, retry_after
from adapters.targets.dynamics import entra
from agent.errors import TargetAuthError, TargetUnavailable
from agent.ports import AdapterContext

_SKEW = 90.0
_HEADERS = {
    "content-type": "application/x-www-form-urlencoded",
    "accept": "application/json",
}


class Endpoints:
    """Posts forms to `token` and `devicecode` of a tenant."""

    def __init__(
        self, authority: str, tenant: str, http: HttpClient, context: AdapterContext
    ) -> None:
        self.token = f"{authority}/{tenant}/oauth2/v2.0/token"
        self.device = f"{authority}/{tenant}/oauth2/v2.0/devicecode"
        self._http = http
        self._context = context
        http.allow(authority)

    def ask(self, url: str, form: Mapping[str, str]) -> Mapping[str, object]:
        """What is said, a refusal included (`error`). Raises TargetUnavailable."""
        content = urlencode(form).encode()
        try:
            answer = self._http.request("POST", url, headers=_HEADERS, content=content)
        except AnswerLost as lost:
            raise TargetUnavailable(
                f"Microsoft Entra did not answer the sign-in. {lost.reason}", code="SIGN_IN_LOST"
            ) from None
        if answer.status >= 500 or answer.status in {408, 429}:
            raise TargetUnavailable(
                f"Microsoft Entra could not sign the agent in ({answer.status}).",
                code="SERVER_UNAVAILABLE",
                retry_after=retry_after(answer.headers, self._context.clock.now()),
            )
        said = _parsed(answer)
        if answer.status != 200 and not isinstance(said.get("error"), str):
            raise senseless()
        if said.get("error") == "temporarily_unavailable":
            raise TargetUnavailable(
                "Microsoft Entra is not available for now.", code="SERVER_UNAVAILABLE"
            )
        return said

    def refused(self, said: Mapping[str, object]) -> TargetAuthError:
        """The error for a refusal, which may be the clock's fault."""
        skew = self._http.skew
        is_wrong = skew is not None and abs(skew.total_seconds()) > _SKEW
        if said.get("error") == "invalid_client" and skew is not None and is_wrong:
            minutes = round(abs(skew).total_seconds() / 60)
            return TargetAuthError(
                f"Sign-in refused; this machine's clock differs by {minutes} minutes.",
                code="CLOCK_SKEW",
                hint="Set the clock (switch on time synchronisation), then sign in again.",
            )
        return entra.refused(said, self._context.name)


def senseless() -> TargetUnavailable:
    """Something else than a sign-in answered."""
    return TargetUnavailable(
        "The sign-in was answered in a form that makes no sense.",
        code="BAD_RESPONSE",
        hint="A proxy or sign-in page may stand in between; check url, authority and proxy.",
    )


def _parsed(answer: Answer) -> Mapping[str, object]:
    try:
        said = orjson.loads(answer.body) if answer.is_json else None
    except orjson.JSONDecodeError:
        said = None
    return said if isinstance(said, dict) else {}
