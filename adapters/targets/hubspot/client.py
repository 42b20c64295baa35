"""One account's API: calls with a token. No retries but one: a 401.

A 401 means that nothing happened, so the call is made once more in a new session.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import orjson

from adapters.http import Answer, AnswerLost, HttpClient
from adapters.targets.hubspot import decode, trouble
from adapters.targets.hubspot.config import HubspotConfig
from adapters.targets.hubspot.sign_in import Session, SignIn
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Allowance
from agent.ports import AdapterContext

_HEADERS = {"accept": "application/json", "content-type": "application/json"}
_PREFIX = "x-hubspot-ratelimit-"


def allowances(headers: Mapping[str, str], now: float) -> Iterator[Allowance]:
    """`X-HubSpot-RateLimit-Max`, `-Remaining`, `-Daily`: the daily ones are absent with OAuth.

    Source: https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
    """
    most, left = _number(headers, "max"), _number(headers, "remaining")
    interval = _number(headers, "interval-milliseconds") or 10_000
    if most and left is not None:
        window = timedelta(milliseconds=interval)
        yield Allowance(f"API calls in {window.total_seconds():g} s", window, most, left, at=now)
    most, left = _number(headers, "daily"), _number(headers, "daily-remaining")
    if most and left is not None:
        yield Allowance("API calls in a day", timedelta(days=1), most, left, at=now)


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(_PREFIX + name, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 13 else None


class Refused(TargetUnavailable):
    """A read was refused. `everyone`: what that says of all records of its object, if it does."""

    def __init__(self, answer: Answer) -> None:
        error = trouble.errors_of(answer)
        self.everyone = trouble.everyone(answer.status, error)
        super().__init__(
            f"HubSpot refused a read ({answer.status} {error.get('category') or 'no category'}).",
            code="READ_REFUSED",
            hint="An object, property or scope may be missing; test the target.",
        )


class Client:
    """Signs in at the first call."""

    def __init__(self, config: HubspotConfig, context: AdapterContext) -> None:
        self.http = HttpClient(config, context, allowances)
        self.objects = config.objects_path
        self._url = config.url.rstrip("/")
        self._clock = context.clock
        self._sign_in = SignIn(config, context, self.http)

    def call(self, method: str, path: str, content: bytes | None = None) -> Answer:
        """ONE attempt. Raises TargetUnavailable, TargetAuthError, AnswerLost."""
        session = self._sign_in.session()
        answer = self._send(session, method, path, content)
        if answer.status == 401:
            session = self._sign_in.renew(session)
            answer = self._send(session, method, path, content)
        if answer.status == 401:
            raise TargetAuthError(
                "HubSpot refuses a token that it has just given.",
                code="SESSION_REFUSED",
                hint="Check that the app is still installed in the account.",
            )
        trouble.stop(answer, self._clock.now())
        return answer

    def read(self, method: str, path: str, body: object = None) -> Answer:
        """A call that changes nothing, whose lost answer only means that it must be asked again."""
        content = None if body is None else orjson.dumps(body)
        try:
            answer = self.call(method, path, content)
        except AnswerLost as lost:
            raise TargetUnavailable(
                f"A read was not answered. {lost.reason}", code="ANSWER_LOST"
            ) from None
        if answer.status >= 500 or answer.status == 408:
            raise TargetUnavailable(
                f"HubSpot could not answer a read ({answer.status}).", code="SERVER_UNAVAILABLE"
            )
        return answer

    def records(self, method: str, path: str, body: object = None) -> decode.Page:
        """A read whose answer is a list of records."""
        return decode.page(self.done(method, path, body))

    def done(self, method: str, path: str, body: object = None) -> Answer:
        """A call that may be repeated at any time, and was not refused. Raises Refused too."""
        answer = self.read(method, path, body)
        if answer.status >= 400:
            raise Refused(answer)
        return answer

    def write(self, path: str, content: bytes) -> Answer:
        """A write that was taken, at least in part. Raises Refused, AnswerLost and the others."""
        answer = self.call("POST", path, content)
        if answer.status >= 500 or not answer.is_json:
            raise AnswerLost(f"HubSpot answered {answer.status} where results belong.")
        if answer.status >= 400:
            raise Refused(answer)
        return answer

    def _send(self, session: Session, method: str, path: str, content: bytes | None) -> Answer:
        headers: dict[str, str] = {**_HEADERS, "authorization": f"Bearer {session.token}"}
        return self.http.request(method, self._url + path, headers=headers, content=content)
