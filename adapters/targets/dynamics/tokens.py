"""The endpoints of one directory in Microsoft Entra ID: ONE attempt, its answer as it was said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from adapters import tokens
from adapters.http import HttpClient
from adapters.targets.dynamics import entra
from adapters.tokens import clock_wrong, parsed, posted, stop
from agent.errors import TargetAuthError, TargetUnavailable
from agent.ports import AdapterContext

_WHO = "Microsoft Entra"
_SKEW = timedelta(seconds=90)


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
        answer = posted(self._http, url, form, _WHO)
        stop(answer, _WHO, self._context.clock)
        said = parsed(answer)
        if answer.status != 200 and not isinstance(said.get("error"), str):
            raise senseless()
        if said.get("error") == "temporarily_unavailable":
            raise TargetUnavailable(
                "Microsoft Entra is not available for now.", code="SERVER_UNAVAILABLE"
            )
        return said

    def refused(self, said: Mapping[str, object]) -> TargetAuthError:
        """The error for a refusal, which may be the clock's fault."""
        if said.get("error") == "invalid_client":
            wrong = clock_wrong(self._http.skew, _SKEW)
            if wrong is not None:
                return wrong
        return entra.refused(said, self._context.name)


def senseless() -> TargetUnavailable:
    """Something else than a sign-in answered."""
    return tokens.senseless("url, authority and proxy")
