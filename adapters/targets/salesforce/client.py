"""One org's REST API: calls in a session, queries page by page. No retries but one: a 401.

A 401 means that nothing happened, so the call is made once more in a new session.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from adapters.http import Answer, AnswerLost, HttpClient
from adapters.targets.salesforce import decode, trouble
from adapters.targets.salesforce.config import SalesforceConfig
from adapters.targets.salesforce.sign_in import Session, SignIn
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Allowance
from agent.ports import AdapterContext

_JSON = "application/json"
_USAGE = re.compile(r"(?<![\w-])api-usage=(\d{1,12})/(\d{1,12})(?!\d)")


def usage(headers: Mapping[str, str], now: float) -> Iterator[Allowance]:
    """`Sforce-Limit-Info: api-usage=18/5000`: requests of the org in a rolling day, and its most.

    Source: the REST API developer guide, "Limit Info Header"; it says no time of a reset.
    """
    found = _USAGE.search(headers.get("sforce-limit-info", ""))
    if found and (most := int(found[2])):
        left = max(0, most - int(found[1]))
        yield Allowance("API requests in 24 hours", timedelta(days=1), most, left, at=now)


class Client:
    """Signs in at the first call."""

    def __init__(self, config: SalesforceConfig, context: AdapterContext) -> None:
        self.http = HttpClient(config, context, usage)
        self.root = f"/services/data/{config.api_version}"
        self._clock = context.clock
        self._sign_in = SignIn(config, context, self.http)
        self._headers: dict[str, str] = {}
        if config.allow_duplicates:
            self._headers["sforce-duplicate-rule-header"] = "allowSave=true"

    def call(
        self, method: str, path: str, content: bytes | None = None, media: str = _JSON
    ) -> Answer:
        """ONE attempt; `media` is what goes and comes.

        Raises TargetUnavailable, TargetAuthError, AnswerLost.
        """
        session = self._sign_in.session()
        answer = self._send(session, method, path, content, media)
        if answer.status == 401:
            session = self._sign_in.renew(session)
            answer = self._send(session, method, path, content, media)
        if answer.status == 401:
            raise TargetAuthError(
                "Salesforce refuses a session that it has just opened.",
                code="SESSION_REFUSED",
                hint="Check the app's session policies and IP restrictions.",
            )
        trouble.stop(answer, self._clock.now())
        return answer

    def _send(
        self, session: Session, method: str, path: str, content: bytes | None, media: str
    ) -> Answer:
        headers = {"accept": media, "content-type": media, **self._headers, **session.headers()}
        url = f"{session.instance}{path}"
        return self.http.request(method, url, headers=headers, content=content)

    def read(self, path: str, media: str = _JSON) -> Answer:
        """A GET, whose lost answer only means that it must be asked again."""
        try:
            answer = self.call("GET", path, media=media)
        except AnswerLost as lost:
            raise TargetUnavailable(
                f"A read was not answered. {lost.reason}", code="ANSWER_LOST"
            ) from None
        if answer.status >= 500 or answer.status == 408:
            raise TargetUnavailable(
                f"Salesforce could not answer a read ({answer.status}).", code="SERVER_UNAVAILABLE"
            )
        return answer

    def query(self, encoded: str) -> decode.Found:
        """The first page of a query, which is URL-encoded already."""
        return self._page(f"{self.root}/query?q={encoded}")

    def records(self, encoded: str) -> Iterator[Mapping[str, Any]]:
        """Every record of a query."""
        page = self.query(encoded)
        yield from page.records
        while page.following:
            page = self._page(page.following)
            yield from page.records

    def serves_version(self) -> bool:
        """Whether the org offers the configured API version at all. Raises TargetUnavailable."""
        answer = self.read(f"{self.root}/")
        if answer.status != 200:
            return False
        if not decode.is_object(answer):  # a sign-in page of a proxy says 200 too
            raise decode.bad_answer()
        return True

    def _page(self, path: str) -> decode.Found:
        answer = self.read(path)
        if answer.status == 404 and not self.serves_version():
            raise trouble.retired()
        if answer.status >= 400:
            errors = trouble.errors_of(answer)
            code = str(errors[0]["errorCode"]) if errors else "no code"
            raise TargetUnavailable(
                f"Salesforce refused a query ({answer.status} {code}).",
                code="QUERY_REFUSED",
                params={"status": str(answer.status)},
                hint="A field or object of the profile may be missing; test the target.",
            )
        return decode.found(answer)
