"""One environment's REST API: calls in a session, collections page by page. No retries but one.

Of a 401 it is known that nothing happened, so the call is made once more with a new token; a
password stays the same, so that its 401 stops the target. Every request says
`REST-Framework-Version`, which decides the syntax of queries and the form of errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adapters.http import Answer, AnswerLost, HttpClient
from adapters.targets.oracle import decode, query, trouble
from adapters.targets.oracle.config import OracleConfig
from adapters.targets.oracle.profile import EntityMap
from adapters.targets.oracle.sign_in import Session, SignIn
from agent.errors import TargetAuthError, TargetUnavailable
from agent.ports import AdapterContext

BATCH = "application/vnd.oracle.adf.batch+json"
ITEM = "application/vnd.oracle.adf.resourceitem+json"


class Client:
    """Signs in at the first call."""

    def __init__(self, config: OracleConfig, context: AdapterContext) -> None:
        self.http = HttpClient(config, context)
        self._base = config.url.rstrip("/")
        self._version = config.api_version
        self._framework = str(config.framework_version)
        self._clock = context.clock
        self._sign_in = SignIn(config, context, self.http)

    def path(self, entity: EntityMap, below: str) -> str:
        """The path of something below the version: `accounts/CDRM_1`."""
        return f"/{entity.api}/resources/{self._version}/{below}"

    def call(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """ONE attempt. Raises TargetUnavailable, TargetAuthError, AnswerLost."""
        session = self._sign_in.session()
        answer = self._once(session, method, path, content, headers or {})
        if answer.status == 401 and self._sign_in.renewable:
            session = self._sign_in.renew(session)
            answer = self._once(session, method, path, content, headers or {})
        if answer.status == 401:
            raise TargetAuthError(
                "Oracle does not accept the sign-in (401).",
                code="SESSION_REFUSED" if self._sign_in.renewable else "AUTH_REFUSED",
                hint="Check user name and password, and that the account is not locked."
                if not self._sign_in.renewable
                else "Check the scope of the application, and that the user exists in Oracle.",
            )
        trouble.stop(answer, self._clock.now())
        return answer

    def read(self, path: str) -> Answer:
        """A GET, whose lost answer only means that it must be asked again."""
        try:
            answer = self.call("GET", path)
        except AnswerLost as lost:
            raise TargetUnavailable(
                f"A question was not answered. {lost.reason}", code="ANSWER_LOST"
            ) from None
        if answer.status >= 500 or answer.status == 408:
            raise TargetUnavailable(
                f"Oracle could not answer a question ({answer.status}).", code="SERVER_UNAVAILABLE"
            )
        return answer

    def page(
        self, entity: EntityMap, condition: str, fields: str, order: str, below: str = ""
    ) -> tuple[list[decode.Row], bool]:
        """One page of a collection, and whether there may be more. Raises QueryRefused."""
        where = self.path(entity, below or entity.resource)
        answer = self.read(query.address(where, condition, fields, order=order))
        if answer.status >= 400:
            raise trouble.query_refused(answer, entity.shown)
        return decode.rows_of(answer)

    def rows(
        self, entity: EntityMap, condition: str, fields: str, below: str = ""
    ) -> Iterator[decode.Row]:
        """Every record of a collection that meets a condition, in the order of Oracle's numbers."""
        beyond = ""
        while True:
            rows, more = self.page(entity, f"{condition}{beyond}", fields, entity.id, below)
            yield from rows
            if not more:
                return
            beyond = f" and {entity.id} > {decode.number(rows[-1], entity)}"

    def _once(
        self,
        session: Session,
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str],
    ) -> Answer:
        said = {
            "authorization": session.authorization,
            "accept": "*/*",
            "rest-framework-version": self._framework,
            **headers,
        }
        return self.http.request(method, f"{self._base}{path}", headers=said, content=content)
