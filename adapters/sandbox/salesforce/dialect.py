"""Salesforce's side of the wire as the sandbox asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from adapters.sandbox.core import Core
from adapters.sandbox.dialect import About, Held
from adapters.sandbox.faults import Worded
from adapters.sandbox.salesforce import routes
from adapters.sandbox.salesforce.org import Org, limit_exceeded
from adapters.sandbox.salesforce.records import SYSTEM
from adapters.sandbox.salesforce.schema import load
from adapters.sandbox.salesforce.store import Row
from adapters.sandbox.window import Limit
from adapters.sandbox.wire import ApiError, NotJson, Request, Response, dumps

_WRITES = frozenset({"POST", "PATCH", "PUT", "DELETE"})
_TOKEN = "/services/oauth2/token"  # noqa: S105 - an address
_PAGE = "/services/oauth2/authorize"
_LOGIN_PAGE = b"""<!DOCTYPE html>
<html><head><title>Login</title></head><body><form action="/login"><input name="username">
<input name="pw" type="password"><button>Log In</button></form></body></html>
"""

_FAULTS: Mapping[Worded, tuple[int, str, str]] = {
    "rate_limit": (403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests Limit exceeded."),
    "busy": (503, "SERVER_UNAVAILABLE", "Server is too busy"),
    "error": (500, "UNKNOWN_EXCEPTION", "An unexpected error occurred."),
    "unavailable": (503, "SERVER_UNAVAILABLE", "Server temporarily unavailable"),
}


class Salesforce:
    """One org. The caller holds the core's lock."""

    def __init__(
        self, core: Core, overlays: Sequence[Mapping[str, Any]], saved: Mapping[str, Any] | None
    ) -> None:
        self._core = core
        self._org = Org(core, load(*overlays), saved)

    @property
    def sign_ins(self) -> int:
        """Tokens handed out so far."""
        return self._org.signin.tokens_given

    def about(self, request: Request) -> About:
        """What a request is about."""
        if not request.path.startswith("/services/data/v"):
            return About(is_sign_in=request.path == _TOKEN)
        name = routes.touched(self._org, request)
        return About(name, is_data=True, is_write=request.method in _WRITES)

    def serve(self, request: Request) -> Response:
        """Answer a request. Raises ApiError."""
        org = self._org
        if request.path == _TOKEN and request.method == "POST":
            return org.signin.token(request)
        if request.path == _PAGE and request.method == "GET":
            return org.signin.page(request)
        if request.path.rstrip("/") == "/services/data" and request.method == "GET":
            return routes.versions()
        if not request.path.startswith("/services/data/v"):
            raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
        if not org.signin.is_good(request.headers.get("authorization", "")):
            raise _session_expired()
        try:
            org.count_call()
            response = routes.call(org, request)
        except ApiError as error:
            response = self.worded(error)
        return self._with_usage(response)

    def worded(self, error: ApiError) -> Response:
        """A list with one error, whatever happened."""
        code = "JSON_PARSER_ERROR" if isinstance(error, NotJson) else error.code
        body = [{"message": error.message, "errorCode": code}]
        return Response(error.status, dumps(body), error.headers)

    def fault(self, kind: Worded) -> Response:
        """The answer to a request that met a fault."""
        match kind:
            case "html":
                return Response(200, _LOGIN_PAGE, content_type="text/html; charset=UTF-8")
            case "malformed":
                return Response(200, dumps({"unexpected": True}))
            case "sign_in":
                body = {"error": "invalid_grant", "error_description": "expired access token"}
                return Response(400, dumps(body))
            case "limit":
                return self._with_usage(self.worded(limit_exceeded()))
            case "unauthorized":
                return self.worded(_session_expired())
            case "rate_limit" | "busy" | "error" | "unavailable":
                return self.worded(ApiError(*_FAULTS[kind]))

    def held(self, name: str) -> Iterator[Held]:
        """All living records of an object; parents as `Account.ERP_Id__c`."""
        self._org.bulk.work()
        sobject = self._org.sobject(name)
        key = sobject.key_field.name if sobject.key_field is not None else "Id"
        for row in self._org.store.table(sobject).rows.values():
            yield Held(row.id, str(row.values.get(key) or ""), partial(self._shown, row))

    def counts(self) -> dict[str, int]:
        """How many records each object holds."""
        return {name: len(table.rows) for name, table in self._org.store.tables.items()}

    def usage(self) -> str:
        """As `Sforce-Limit-Info` says it."""
        return self._org.limit_info()

    def limits(self) -> list[Limit]:
        """How near the calls came to the org's."""
        return [self._org.seen()]

    def enter(self, name: str, fields: Mapping[str, Any]) -> str:
        """Create a record as a person at the org's own pages would. Raises Refusal."""
        self._org.records.allow_duplicates = True
        return self._org.records.create(self._org.sobject(name), fields).id

    def change(self, name: str, record_id: str, fields: Mapping[str, Any]) -> None:
        """Change a record as a person at the org's own pages would. Raises Refusal."""
        row = self._org.store.table(self._org.sobject(name)).rows[record_id]
        self._org.records.update(row, fields)

    def end_sessions(self) -> None:
        """Let every session run out."""
        self._org.signin.expire_all()

    def dump(self) -> dict[str, Any]:
        """The org's records."""
        return self._org.store.dump()

    def trust(self, pem: bytes) -> None:
        """Trust JWTs of this key's or certificate's owner."""
        self._org.signin.register(pem)

    def _with_usage(self, response: Response) -> Response:
        usage = {"Sforce-Limit-Info": self._org.limit_info()}
        return replace(response, headers={**response.headers, **usage})

    def _shown(self, row: Row) -> dict[str, Any]:
        shown: dict[str, Any] = {
            name: row.values.get(name) for name in row.kind.fields if name not in SYSTEM
        }
        shown["Id"] = row.id
        for field in row.kind.fields.values():
            target = row.values.get(field.name) if field.reference_to else None
            parent = self._org.store.row(target) if isinstance(target, str) else None
            if parent is not None and parent.kind.key_field is not None:
                name = parent.kind.key_field.name
                shown[f"{field.relationship_name}.{name}"] = parent.values.get(name)
        return shown


def _session_expired() -> ApiError:
    headers = {"WWW-Authenticate": "Token"}
    return ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid", headers)
