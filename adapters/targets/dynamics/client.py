"""One environment's Web API: calls in a session, queries page by page. No retries but one: a 401.

A 401 means that nothing happened, so the call is made once more in a new session.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from adapters.http import Answer, AnswerLost, HttpClient
from adapters.multipart import answers
from adapters.targets.dynamics import decode, multipart, trouble
from adapters.targets.dynamics.config import DynamicsConfig
from adapters.targets.dynamics.multipart import Part
from adapters.targets.dynamics.sign_in import Session, SignIn
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Allowance
from agent.ports import AdapterContext

_HEADERS = {
    "accept": "application/json",
    "odata-maxversion": "4.0",
    "odata-version": "4.0",
    "if-none-match": "null",
}


_LEFT = "x-ms-ratelimit-burst-remaining-xrm-requests"
_WINDOW = timedelta(minutes=5)
_MOST = 6000


def usage(headers: Mapping[str, str], now: float) -> Iterator[Allowance]:
    """What is left of the requests that one web server takes of us in five minutes.

    Source: https://learn.microsoft.com/power-apps/developer/data-platform/api-limits
    """
    left = headers.get(_LEFT, "").replace(",", "")
    if left.isdecimal():
        most = max(_MOST, int(left))
        yield Allowance("API requests in five minutes", _WINDOW, most, int(left), at=now)


class Client:
    """Signs in at the first call."""

    def __init__(self, config: DynamicsConfig, context: AdapterContext) -> None:
        self.http = HttpClient(config, context, usage)
        self.root = f"/api/data/{config.api_version}"
        parts = urlsplit(config.url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._clock = context.clock
        self.sign_in = SignIn(config, context, self.http)
        self._write_headers = {
            "mscrm.suppressduplicatedetection": "false" if config.detect_duplicates else "true"
        }

    def now(self) -> datetime:
        """The wall clock."""
        return self._clock.now()

    def call(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """ONE attempt; `path` is below the API's root.

        Raises TargetUnavailable, TargetAuthError, AnswerLost.
        """
        session = self.sign_in.session()
        answer = self._once(method, path, content, headers, session)
        if answer.status == 401:
            session = self.sign_in.renew(session)
            answer = self._once(method, path, content, headers, session)
        if answer.status == 401:
            raise TargetAuthError(
                "Dataverse refuses a token that Entra has just given.",
                code="SESSION_REFUSED",
                hint="Check that the app has an application user in the environment, and that "
                "url and resource name the same environment.",
            )
        trouble.stop(answer, self._clock.now())
        return answer

    def _once(
        self,
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str] | None,
        session: Session,
    ) -> Answer:
        said = {**_HEADERS, "authorization": f"Bearer {session.token}"}
        if content is not None:
            said["content-type"] = "application/json; charset=utf-8"
        if method != "GET":
            said.update(self._write_headers)
        said.update(headers or {})
        url = f"{self._origin}{self.root}/{path}"
        return self.http.request(method, url, headers=said, content=content)

    def batch(self, parts: Sequence[Part]) -> tuple[Answer, list[Answer] | None]:
        """ONE `$batch` whose parts are each done or refused for themselves."""
        headers = {
            "content-type": multipart.CONTENT_TYPE,
            "prefer": "odata.continue-on-error",
        }
        with_headers = [
            Part(p.method, f"{self.root}/{p.path}", p.body, {**self._write_headers, **p.headers})
            for p in parts
        ]
        answer = self.call("POST", "$batch", multipart.build(with_headers), headers)
        return answer, answers(answer, len(parts)) if answer.status == 200 else None

    def read(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """A GET, whose lost answer only means that it must be asked again."""
        try:
            answer = self.call("GET", path, headers=headers)
        except AnswerLost as lost:
            raise TargetUnavailable(
                f"A read was not answered. {lost.reason}", code="ANSWER_LOST"
            ) from None
        if answer.status >= 500 or answer.status == 408:
            raise TargetUnavailable(
                f"Dataverse could not answer a read ({answer.status}).", code="SERVER_UNAVAILABLE"
            )
        return answer

    def query(self, path: str, page: int) -> decode.Found:
        """One page of a query; `following` is the path of the next one, below the API's root."""
        answer = self.read(path, {"prefer": f"odata.maxpagesize={page}"})
        if answer.status >= 400:
            error = trouble.fault(answer)
            raise TargetUnavailable(
                f"Dataverse refused a query ({answer.status} {error.code or 'no code'}).",
                code="QUERY_REFUSED",
                params={"status": str(answer.status)},
                hint="A column or table of the profile may be missing; test the target.",
            )
        found = decode.found(answer)
        return decode.Found(found.records, self._below(found.following))

    def records(self, path: str, page: int) -> Iterator[Mapping[str, Any]]:
        """Every record of a query."""
        while path:
            found = self.query(path, page)
            yield from found.records
            path = found.following

    def _below(self, url: str) -> str:
        """A next link as a path below the root. Raises TargetUnavailable for another place."""
        if not url:
            return ""
        parts = urlsplit(url)
        start = f"{self.root}/"
        if f"{parts.scheme}://{parts.netloc}" != self._origin or not parts.path.startswith(start):
            raise trouble.bad_answer()
        return f"{parts.path.removeprefix(start)}?{parts.query}"
