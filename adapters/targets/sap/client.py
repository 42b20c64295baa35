"""One tenant's OData services: requests in a session, never more at a time than SAP advises.

No retries but two, both of requests to which nothing happened: a write without a good CSRF token, and
a 401. Each is sent once more in a new session.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from adapters.http import Answer, AnswerLost, HttpClient
from adapters.targets.sap import decode, multipart, trouble
from adapters.targets.sap.config import SapConfig
from adapters.targets.sap.encode import Way
from adapters.targets.sap.multipart import Change
from adapters.targets.sap.profile import EntityMap
from adapters.targets.sap.rows import Row
from adapters.targets.sap.session import Session, Sessions, addressed
from adapters.targets.sap.sign_in import SignIn
from agent.errors import TargetUnavailable
from agent.ports import AdapterContext

_PAGES = 10_000
"""A query whose pages never end makes no sense."""


class Client:
    """Signs in at the first request; shared by all senders of the target."""

    def __init__(self, config: SapConfig, context: AdapterContext) -> None:
        self.http = HttpClient(config, context)
        self.on_premise = config.on_premise
        self.way = Way(config.verb, conditional=config.on_premise)
        self._clock = context.clock
        self._config = config
        self._url = config.url.rstrip("/")
        sign_in = SignIn(config, context, self.http)
        self._sessions = Sessions(config, self.http, sign_in, context.clock)
        self._slots = threading.BoundedSemaphore(config.threads)

    def service(self, entity: EntityMap) -> str:
        """The path of the service that offers an entity's collection."""
        general = self._config.custom_service if entity.custom else self._config.service
        return entity.service or general

    def change(self, service: str, wanted: Sequence[Change]) -> tuple[Answer, list[Answer] | None]:
        """ONE attempt of these changes, each for itself: the whole answer, and one of each.

        None: there is not exactly one answer to each. Raises TargetUnavailable, TargetAuthError,
        AnswerLost.
        """
        headers = {"accept": "multipart/mixed", "content-type": multipart.BATCH}
        body = multipart.changes(wanted)
        answer = self._call("POST", service, f"{service}/$batch", headers, body)
        return answer, multipart.answers(answer, len(wanted))

    def rows(self, service: str, query: str) -> Iterator[Row]:
        """Every row of a query."""
        page = self.page(service, query)
        yield from page.rows
        yield from self._following(service, page)

    def _following(self, service: str, page: decode.Found) -> Iterator[Row]:
        """The rows of the pages after this one."""
        for _ in range(_PAGES):
            if not page.following:
                return
            parts = urlsplit(page.following)
            if not parts.path.startswith(f"{service}/"):
                raise trouble.bad_answer()
            page = decode.found(self.get(service, f"{parts.path}?{parts.query}"))
            yield from page.rows
        raise trouble.bad_answer()

    def several(self, service: str, queries: Sequence[str]) -> Iterator[Row]:
        """Every row of these queries; more than one are asked in one request."""
        if len(queries) < 2:
            for query in queries:
                yield from self.rows(service, query)
            return
        headers = {"accept": "multipart/mixed", "content-type": multipart.BATCH}
        body = multipart.reads(queries)
        answer = _readable(self._asked("POST", service, f"{service}/$batch", headers, body))
        answers = multipart.answers(answer, len(queries))
        if answers is None:
            raise trouble.bad_answer()
        for each in answers:
            trouble.stop(each, self._clock.now())
            page = decode.found(_readable(each))
            yield from page.rows
            yield from self._following(service, page)

    def page(self, service: str, query: str) -> decode.Found:
        """One page of a query."""
        return decode.found(self.get(service, f"{service}/{query}"))

    def get(self, service: str, path: str, accept: str = "application/json") -> Answer:
        """A read, whose lost answer only means that it must be asked again."""
        return _readable(self._asked("GET", service, path, {"accept": accept}))

    def _asked(
        self,
        method: str,
        service: str,
        path: str,
        headers: Mapping[str, str],
        content: bytes | None = None,
    ) -> Answer:
        try:
            return self._call(method, service, path, headers, content)
        except AnswerLost as lost:
            raise TargetUnavailable(
                f"A read was not answered. {lost.reason}", code="ANSWER_LOST"
            ) from None

    def _call(
        self,
        method: str,
        service: str,
        path: str,
        headers: Mapping[str, str],
        content: bytes | None = None,
    ) -> Answer:
        with self._slot():
            session = self._sessions.current(service)
            answer = self._send(session, method, path, headers, content)
            if answer.status == 401 or trouble.needs_token(answer):
                session = self._sessions.renew(service, session)
                answer = self._send(session, method, path, headers, content)
            trouble.stop(answer, self._clock.now())
            return answer

    def _send(
        self,
        session: Session,
        method: str,
        path: str,
        headers: Mapping[str, str],
        content: bytes | None,
    ) -> Answer:
        sent = {**session.headers(), **headers}
        url = addressed(f"{self._url}{path}", self._config.client)
        return self.http.request(method, url, headers=sent, content=content)

    @contextmanager
    def _slot(self) -> Iterator[None]:
        """One of the few requests that may run at a time. Raises TargetUnavailable."""
        if not self._slots.acquire(timeout=self._config.timeout.total_seconds()):
            raise TargetUnavailable(
                "SAP answers so slowly that no request could start.",
                code="TOO_SLOW",
                hint="Nothing was sent. Let fewer flows run at once, or ask SAP's operations.",
            )
        try:
            yield
        finally:
            self._slots.release()


def _readable(answer: Answer) -> Answer:
    if answer.status >= 500 or answer.status == 408:
        raise TargetUnavailable(
            f"SAP could not answer a read ({answer.status}).", code="SERVER_UNAVAILABLE"
        )
    if answer.status >= 400:
        raise TargetUnavailable(
            f"SAP refused a query ({answer.status}).",
            code="QUERY_REFUSED",
            params={"status": str(answer.status)},
            hint="A property or collection of the profile may be missing; test the target.",
        )
    return answer
