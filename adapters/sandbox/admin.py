"""The sandbox's own endpoint: order faults, look at state, records and the write log.

Guarded by the admin token (`Authorization: Bearer ...`). Faults do not touch it, except `down`.

    GET    /sandbox/state                      counts, faults, usage
    GET    /sandbox/records?object=X           external id -> fields; &after= &limit= page through
    GET    /sandbox/log[?object=X]             the write log
    GET    /sandbox/hooks?name=N               what a webhook receiver holds
    GET    /sandbox/faults                     the faults in force
    POST   /sandbox/faults                     order one (see `faults`)
    DELETE /sandbox/faults[?id=N]              lift one, or all
    DELETE /sandbox/sessions                   end every session
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from pydantic import ValidationError

from adapters.sandbox.faults import Fault
from adapters.sandbox.hooks import Hooks
from adapters.sandbox.org import Org
from adapters.sandbox.records import SYSTEM
from adapters.sandbox.schema import SObject
from adapters.sandbox.store import Row
from adapters.sandbox.wire import ApiError, Request, Response, answer

_PAGE = 5000


class Admin:
    """Serves everything under `/sandbox/`."""

    def __init__(self, org: Org, hooks: Hooks, token: str, order: Callable[[Fault], int]) -> None:
        self._org = org
        self._hooks = hooks
        self._token = token
        self._order = order
        self._calls: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("GET", "state"): lambda _request: self.state(),
            ("GET", "records"): self._records,
            ("GET", "log"): self._log,
            ("GET", "hooks"): self._receiver,
            ("GET", "faults"): lambda _request: org.faults.active(),
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
        org = self._org
        with org.lock:
            tables = org.store.tables.items()
            return {
                "requests": org.requests,
                "usage": org.limit_info(),
                "sign_ins": org.signin.tokens_given,
                "records": {name: len(table.rows) for name, table in tables},
                "writes": org.log.totals(),
                "faults": org.faults.active(),
                "hooks": self._hooks.names(),
            }

    def records(self, name: str, after: str = "", limit: int = _PAGE) -> dict[str, Any]:
        """Living records of an object by external id; parents as `Account.ERP_Id__c`."""
        org = self._org
        with org.lock:
            sobject = org.sobject(name)
            key = sobject.key_field.name if sobject.key_field is not None else "Id"
            rows = org.store.table(sobject).rows.values()
            keyed = sorted(
                ((str(row.values[key]), row) for row in rows if row.values.get(key) is not None),
                key=lambda pair: pair[0],
            )
            page = [pair for pair in keyed if pair[0] > after][:limit]
            records = {key: self._shown(sobject, row) for key, row in page}
            is_last = not page or page[-1][0] == keyed[-1][0]
            return {
                "object": sobject.name,
                "total": len(keyed),
                "without_external_id": len(rows) - len(keyed),
                "records": records,
                "next": None if is_last else page[-1][0],
            }

    def write_log(self, name: str = "") -> dict[str, Any]:
        """The write log of one object, or of all."""
        with self._org.lock:
            log = self._org.log.dump()
        return log if not name else {name: log.get(name, {})}

    def hook(self, name: str) -> dict[str, Any]:
        """What a webhook receiver holds."""
        receiver = self._hooks.receiver(name)
        return asdict(receiver)

    def _shown(self, sobject: SObject, row: Row) -> dict[str, Any]:
        shown: dict[str, Any] = {
            name: row.values.get(name) for name in sobject.fields if name not in SYSTEM
        }
        shown["Id"] = row.id
        for field in sobject.fields.values():
            target = row.values.get(field.name) if field.reference_to else None
            parent = self._org.store.row(target) if isinstance(target, str) else None
            if parent is not None and parent.sobject.key_field is not None:
                name = parent.sobject.key_field.name
                shown[f"{field.relationship_name}.{name}"] = parent.values.get(name)
        return shown

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
        self._org.faults.clear(int(number) if number else None)
        return {"lifted": number or "all"}

    def _end_sessions(self, _request: Request) -> dict[str, str]:
        with self._org.lock:
            self._org.signin.expire_all()
        return {"ended": "all"}
