"""The sandbox's own endpoint: order faults, look at state, records and the write log.

Guarded by the admin token (`Authorization: Bearer ...`). Faults do not touch it, except `down`.

    GET    /sandbox/state                      counts, faults, usage
    GET    /sandbox/records?object=X           external id -> fields; &after= &limit= page through;
                                               with the last page those without one, by their own id
    GET    /sandbox/log[?object=X]             the write log
    GET    /sandbox/hooks?name=N               what a webhook receiver holds
    GET    /sandbox/faults                     the faults in force
    POST   /sandbox/faults                     order one (see `faults`)
    DELETE /sandbox/faults[?id=N]              lift one, or all
    DELETE /sandbox/sessions                   end every session
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from pydantic import ValidationError

from adapters.sandbox.core import Core
from adapters.sandbox.dialect import Dialect
from adapters.sandbox.faults import Fault
from adapters.sandbox.hooks import Hooks
from adapters.sandbox.window import Limit
from adapters.sandbox.wire import ApiError, Request, Response, answer

_PAGE = 5000


class Admin:
    """Serves everything under `/sandbox/`."""

    def __init__(
        self, core: Core, dialect: Dialect, hooks: Hooks, order: Callable[[Fault], int]
    ) -> None:
        self._core = core
        self._dialect = dialect
        self._hooks = hooks
        self._token = core.credentials["admin_token"]
        self._order = order
        self._calls: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("GET", "state"): lambda _request: self.state(),
            ("GET", "records"): self._records,
            ("GET", "log"): self._log,
            ("GET", "hooks"): self._receiver,
            ("GET", "faults"): lambda _request: core.faults.active(),
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._lift,
            ("DELETE", "sessions"): self._end_sessions,
        }

    def serve(self, request: Request) -> Response:
        """Answer one request. Raises ApiError."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not hmac.compare_digest(given.encode(), self._token.encode()):
            raise ApiError(401, "NOT_ALLOWED", "This needs the admin token.")
        call = self._calls.get((request.method, request.path.removeprefix("/sandbox/")))
        if call is None:
            raise ApiError(404, "NOT_FOUND", "There is no such page.")
        return answer(call(request))

    def state(self) -> dict[str, Any]:
        """Counts, faults, usage."""
        core, dialect = self._core, self._dialect
        with core.lock:
            return {
                "requests": core.requests,
                "usage": dialect.usage(),
                "traffic": asdict(core.traffic),
                "limits": [limit._asdict() for limit in self._limits()],
                "sign_ins": dialect.sign_ins,
                "records": dict(dialect.counts()),
                "writes": core.log.totals(),
                "faults": core.faults.active(),
                "hooks": self._hooks.names(),
            }

    def _limits(self) -> Iterator[Limit]:
        """Each limit of the vendor's, and how near the calls came to it."""
        yield from self._dialect.limits()
        if (most := self._core.options.at_once) is not None:
            yield Limit("at the same time", most, self._core.traffic.most_at_once, 0)

    def records(self, name: str, after: str = "", limit: int = _PAGE) -> dict[str, Any]:
        """Living records of an object by external id (see `dialect.Held`)."""
        with self._core.lock:
            rows = list(self._dialect.held(name))
            keyed = sorted(
                (row for row in rows if row.external_id), key=lambda row: row.external_id
            )
            page = [row for row in keyed if row.external_id > after][:limit]
            is_last = not page or page[-1].external_id == keyed[-1].external_id
            return {
                "object": name,
                "total": len(keyed),
                "without_external_id": len(rows) - len(keyed),
                "unnamed": {
                    row.id: row.fields() for row in rows if is_last and not row.external_id
                },
                "records": {row.external_id: row.fields() for row in page},
                "next": None if is_last else page[-1].external_id,
            }

    def write_log(self, name: str = "") -> dict[str, Any]:
        """The write log of one object, or of all."""
        with self._core.lock:
            log = self._core.log.dump()
        return log if not name else {name: log.get(name, {})}

    def hook(self, name: str) -> dict[str, Any]:
        """What a webhook receiver holds."""
        receiver = self._hooks.receiver(name)
        return asdict(receiver)

    def _records(self, request: Request) -> dict[str, Any]:
        limit = request.query.get("limit", str(_PAGE))
        if not limit.isdecimal() or int(limit) < 1:
            raise ApiError(400, "BAD_REQUEST", "limit is a number from 1")
        name = request.query.get("object", "")
        return self.records(name, request.query.get("after", ""), int(limit))

    def _log(self, request: Request) -> dict[str, Any]:
        return self.write_log(request.query.get("object", ""))

    def _receiver(self, request: Request) -> dict[str, Any]:
        return self.hook(request.query.get("name", ""))

    def _add_fault(self, request: Request) -> dict[str, int]:
        try:
            fault = Fault.model_validate(request.json())
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()
            )
            raise ApiError(400, "BAD_REQUEST", problems) from None
        if fault.kind == "down" and not fault.seconds:
            raise ApiError(400, "BAD_REQUEST", "down needs seconds: nobody could lift it here")
        return {"id": self._order(fault)}

    def _lift(self, request: Request) -> dict[str, str]:
        number = request.query.get("id")
        if number is not None and not number.isdecimal():
            raise ApiError(400, "BAD_REQUEST", "id is a number")
        self._core.faults.clear(int(number) if number else None)
        return {"lifted": number or "all"}

    def _end_sessions(self, _request: Request) -> dict[str, str]:
        with self._core.lock:
            self._dialect.end_sessions()
        return {"ended": "all"}
