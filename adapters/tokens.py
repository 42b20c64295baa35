"""A token endpoint of OAuth 2.0 (RFC 6749, 3.2 and 5.2): ONE form posted, its refusals in words.

What a vendor does in a manner of its own is in its `Manner`; how tokens are kept and renewed is the
business of whoever asks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

import orjson

from adapters.http import Answer, AnswerLost, HttpClient, retry_after
from agent.errors import TargetAuthError, TargetUnavailable
from agent.ports import AdapterContext, Clock

_FORM = {
    "content-type": "application/x-www-form-urlencoded",
    "accept": "application/json",
}
_BUSY = frozenset({408, 429})


@dataclass(frozen=True, slots=True)
class Manner:
    """How one vendor speaks at its token endpoint, and what people are told."""

    who: str
    check: str
    """What to look at when the sign-in is refused."""
    again: str
    """What to do about a grant that is over."""
    revoked: Collection[str] = frozenset({"invalid_grant"})
    """Errors that say that a grant is over."""
    meanings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Error -> code and what to do, where it is neither of the two."""
    named: tuple[str, ...] = ("error",)
    """Where the error may stand, and where its words."""
    worded: tuple[str, ...] = ("error_description",)
    busy: Collection[int] = _BUSY
    """Statuses below 500 that ask for patience."""
    skew: timedelta | None = None
    """How far the clocks may differ before that is what is wrong; None: it never is."""
    look: str = "url and proxy"
    """Settings that may be wrong where something else answers."""


class Tokens:
    """Asks for tokens."""

    def __init__(self, context: AdapterContext, http: HttpClient, url: str, manner: Manner) -> None:
        self._clock = context.clock
        self._url = url
        self._http = http
        self._manner = manner

    def ask(
        self, form: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Mapping[str, object]:
        """What the endpoint says with 200. Raises TargetUnavailable, TargetAuthError."""
        who = self._manner.who
        answer = posted(self._http, self._url, form, who, headers)
        stop(answer, who, self._clock, self._manner.busy)
        said = parsed(answer)
        if answer.status != 200:
            raise self._refused(answer, said)
        return said

    def senseless(self) -> TargetUnavailable:
        """An answer that this endpoint never gives."""
        return senseless(self._manner.look)

    def _refused(
        self, answer: Answer, said: Mapping[str, object]
    ) -> TargetAuthError | TargetUnavailable:
        manner = self._manner
        error = next((said[name] for name in manner.named if said.get(name)), None)
        if answer.status not in {400, 401, 403} or not isinstance(error, str):
            return self.senseless()
        if error == "invalid_grant" and manner.skew is not None:
            wrong = clock_wrong(self._http.skew, manner.skew)
            if wrong is not None:
                return wrong
        text = str(next((said[name] for name in manner.worded if said.get(name)), ""))[:120]
        if error in manner.revoked:
            return TargetAuthError(
                f"{manner.who} no longer accepts the sign-in: {text or error}.",
                code="AUTH_REVOKED",
                hint=manner.again,
            )
        code, hint = manner.meanings.get(error, ("AUTH_REFUSED", manner.check))
        return TargetAuthError(
            f"{manner.who} refused the sign-in ({error[:40]}): {text or 'no reason given'}.",
            code=code,
            hint=hint,
        )


def posted(
    http: HttpClient,
    url: str,
    form: Mapping[str, str],
    who: str,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """The answer to a form. Raises TargetUnavailable: a sign-in may be asked for again."""
    sent = {**_FORM, **(headers or {})}
    try:
        return http.request("POST", url, headers=sent, content=urlencode(form).encode())
    except AnswerLost as lost:
        raise TargetUnavailable(
            f"{who} did not answer the sign-in. {lost.reason}", code="SIGN_IN_LOST"
        ) from None


def stop(answer: Answer, who: str, clock: Clock, busy: Collection[int] = _BUSY) -> None:
    """Raise TargetUnavailable for an endpoint that could not do it now. Else return."""
    if answer.status >= 500 or answer.status in busy:
        raise TargetUnavailable(
            f"{who} could not sign the agent in ({answer.status}).",
            code="SERVER_UNAVAILABLE",
            retry_after=retry_after(answer.headers, clock.now()),
        )


def parsed(answer: Answer) -> Mapping[str, object]:
    """The object that an answer holds; empty where it holds none."""
    try:
        said = orjson.loads(answer.body) if answer.is_json else None
    except orjson.JSONDecodeError:
        said = None
    return said if isinstance(said, dict) else {}


def clock_wrong(skew: timedelta | None, most: timedelta) -> TargetAuthError | None:
    """The error of clocks that differ by more than `most`, which no signature survives."""
    if skew is None or abs(skew) <= most:
        return None
    minutes = round(abs(skew).total_seconds() / 60)
    return TargetAuthError(
        f"Sign-in refused; this machine's clock differs by {minutes} minutes.",
        code="CLOCK_SKEW",
        hint="Set the clock (switch on time synchronisation), then sign in again.",
    )


def senseless(look: str) -> TargetUnavailable:
    """An answer that no token endpoint gives."""
    return TargetUnavailable(
        "The sign-in was answered in a form that makes no sense.",
        code="BAD_RESPONSE",
        hint=f"A proxy or sign-in page may stand in between; check {look}.",
    )
