"""The session of one OData service: its CSRF token and the cookies that the token is bound to.

A token is fetched with a read of the service, reused, and fetched anew when a write is refused with
`x-csrf-token: Required`. Sent without its cookies it is refused too (SAP KBA 3048103). A service
that gives no token needs none: SAP asks none of OAuth clients and integration users.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field

from adapters.http import Answer, AnswerLost, HttpClient
from adapters.targets.sap import trouble
from adapters.targets.sap.config import SapConfig
from adapters.targets.sap.sign_in import SignIn
from agent.errors import TargetUnavailable
from agent.ports import Clock

_NEXT_COOKIE = re.compile(r",\s*(?=[^;,=\s]+=)")
_CLIENT = re.compile(r"[?&]sap-client=")
_KINDS = frozenset({"application/json", "application/atomsvc+xml", "application/xml", "text/xml"})


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """What belongs to every request of a session."""

    authorization: str = field(repr=False)
    token: str = field(repr=False)
    cookies: str = field(repr=False)

    def headers(self) -> dict[str, str]:
        """The headers of a request in this session. English: refusals are told by their words."""
        headers = {
            "authorization": self.authorization,
            "accept": "application/json",
            "accept-language": "en",
        }
        if self.token:
            headers["x-csrf-token"] = self.token
        if self.cookies:
            headers["cookie"] = self.cookies
        return headers


class Sessions:
    """The sessions that every sender of the target shares, one per service."""

    def __init__(self, config: SapConfig, http: HttpClient, sign_in: SignIn, clock: Clock) -> None:
        self._url = config.url.rstrip("/")
        self._client = config.client
        self._http = http
        self._sign_in = sign_in
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[str, Session] = {}

    def current(self, service: str) -> Session:
        """The session of a service; opens one when there is none."""
        with self._lock:
            if service not in self._open:
                self._open[service] = self._fetch(service)
            return self._open[service]

    def renew(self, service: str, stale: Session) -> Session:
        """Another session than `stale`: one that a neighbour got meanwhile, or a new one."""
        with self._lock:
            if self._open.get(service) in (stale, None):
                self._open.pop(service, None)
                self._open[service] = self._fetch(service)
            return self._open[service]

    def _fetch(self, service: str) -> Session:
        authorization = self._sign_in.header()
        answer = self._ask(service, authorization)
        if answer.status == 401 and self._sign_in.forget(authorization):
            authorization = self._sign_in.header()
            answer = self._ask(service, authorization)
        trouble.stop(answer, self._clock.now())
        if answer.status == 404:
            raise missing(service)
        if answer.status >= 400:
            raise TargetUnavailable(
                f"SAP could not open a session ({answer.status}).", code="SERVER_UNAVAILABLE"
            )
        if answer.media not in _KINDS:
            raise trouble.bad_answer()
        token = answer.headers.get("x-csrf-token", "")
        return Session(authorization, _plain(token), cookies(answer))

    def _ask(self, service: str, authorization: str) -> Answer:
        headers = {
            "authorization": authorization,
            "accept": "application/json",
            "accept-language": "en",
            "x-csrf-token": "fetch",
        }
        url = addressed(f"{self._url}{service}/?$format=json", self._client)
        try:
            return self._http.request("GET", url, headers=headers)
        except AnswerLost as lost:
            raise TargetUnavailable(
                f"SAP did not answer the sign-in. {lost.reason}", code="SIGN_IN_LOST"
            ) from None


def addressed(url: str, client: str) -> str:
    """An address at one client of an on-premise system (SAP's parameter `sap-client`)."""
    if not client or _CLIENT.search(url):
        return url
    return f"{url}{'&' if '?' in url else '?'}sap-client={client}"


def missing(service: str) -> TargetUnavailable:
    """The tenant does not serve this path."""
    return TargetUnavailable(
        f"There is no OData service at {service}.",
        code="SERVICE_MISSING",
        params={"service": service},
        hint="Check `service` and `custom_service`, and that the communication arrangement offers "
        "them; on-premise, that the service is active (/IWFND/MAINT_SERVICE). Nothing was sent.",
    )


def cookies(answer: Answer) -> str:
    """The `Cookie` header that answers all `Set-Cookie` headers of an answer."""
    said = answer.headers.get("set-cookie", "")
    pairs = [each.partition(";")[0].strip() for each in _NEXT_COOKIE.split(said)]
    return "; ".join(_plain(pair) for pair in pairs if "=" in pair)


def _plain(text: str) -> str:
    """A header's value that may be sent back; empty where it could not."""
    return text if text.isascii() and text.isprintable() else ""
