"""HubSpot's side of the wire as the sandbox asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from adapters.sandbox.core import Core
from adapters.sandbox.dialect import About, Held
from adapters.sandbox.faults import Worded
from adapters.sandbox.hubspot import routes
from adapters.sandbox.hubspot.account import Account
from adapters.sandbox.hubspot.limits import Limits, exceeded
from adapters.sandbox.hubspot.records import KEY, SYSTEM
from adapters.sandbox.hubspot.search import Search
from adapters.sandbox.hubspot.signin import SignIn, expired
from adapters.sandbox.hubspot.store import Row
from adapters.sandbox.window import Limit
from adapters.sandbox.wire import ApiError, NotJson, Request, Response, dumps

_TOKEN = "/oauth/v3/token"  # noqa: S105 - an address
_PAGE = "/oauth/authorize"
_LOGIN_PAGE = b"""<!DOCTYPE html>
<html><head><title>HubSpot Login</title></head><body><div id="hs-login">Log in</div></body></html>
"""
_FAULTS: Mapping[Worded, tuple[int, str, str]] = {
    "busy": (423, "LOCKED", "The resource is locked."),
    "error": (500, "INTERNAL_ERROR", "internal error"),
    "unavailable": (503, "SERVICE_UNAVAILABLE", "Service temporarily unavailable"),
}


class Hubspot:
    """One account. The caller holds the core's lock."""

    def __init__(
        self, core: Core, overlays: Sequence[Mapping[str, Any]], saved: Mapping[str, Any] | None
    ) -> None:
        self._core = core
        self._account = Account(core, overlays, saved)
        self._search = Search(self._account)
        self._signin = SignIn(core, self._account.options)
        self._limits = Limits(self._account.options, core.clock)

    @property
    def sign_ins(self) -> int:
        """Tokens handed out so far."""
        return self._signin.tokens_given

    def about(self, request: Request) -> About:
        """What a request is about."""
        if request.path == _TOKEN:
            return About(is_sign_in=True)
        if not request.path.startswith(("/crm", "/account-info/")):
            return About()
        name = routes.touched(self._account, request)
        return About(name, is_data=True, is_write=routes.is_write(request))

    def serve(self, request: Request) -> Response:
        """Answer a request. Raises ApiError."""
        if request.path == _TOKEN and request.method == "POST":
            return self._signin.token(request)
        if request.path == _PAGE and request.method == "GET":
            return self._signin.page(request)
        with_oauth = self._signin.check(request.headers.get("authorization", ""))
        is_search = routes.is_search(request)
        try:
            self._limits.count(is_search=is_search)
            response = routes.call(self._account, self._search, request)
        except ApiError as error:
            response = self.worded(error)
        if is_search:
            return response
        told = self._limits.headers(with_oauth=with_oauth)
        return replace(response, headers={**response.headers, **told})

    def worded(self, error: ApiError) -> Response:
        """HubSpot's error envelope."""
        category = "VALIDATION_ERROR" if isinstance(error, NotJson) else error.code
        body = {
            "status": "error",
            "message": error.message,
            "correlationId": f"00000000-0000-0000-0000-{self._core.requests:012d}",
            "category": category,
            **error.details,
        }
        return Response(error.status, dumps(body), error.headers)

    def fault(self, kind: Worded) -> Response:
        """The answer to a request that met a fault."""
        match kind:
            case "html":
                return Response(200, _LOGIN_PAGE, content_type="text/html; charset=UTF-8")
            case "malformed":
                return Response(200, dumps({"status": "COMPLETE"}))
            case "sign_in":
                body = {"error": "invalid_grant", "error_description": "refresh token is revoked"}
                return Response(400, dumps(body))
            case "unauthorized":
                return self.worded(expired())
            case "limit":
                return self.worded(exceeded("DAILY"))
            case "rate_limit":
                return self.worded(exceeded("TEN_SECONDLY_ROLLING"))
            case "busy" | "error" | "unavailable":
                return self.worded(ApiError(*_FAULTS[kind]))

    def held(self, name: str) -> Iterator[Held]:
        """All living records of an object; links as `companies.erp_id`."""
        kind = self._account.object(name)
        for row in self._account.store.table(kind).rows.values():
            yield Held(row.id, str(row.values.get(KEY) or ""), partial(self._shown, row))

    def counts(self) -> dict[str, int]:
        """How many records each object holds."""
        return {name: len(table.rows) for name, table in self._account.store.tables.items()}

    def usage(self) -> str:
        """Calls of the day."""
        return self._limits.shown()

    def limits(self) -> list[Limit]:
        """How near the calls came to each policy."""
        return self._limits.seen()

    def enter(self, name: str, fields: Mapping[str, Any]) -> str:
        """Create a record as a person would. Raises Refusal."""
        kind = self._account.object(name)
        return self._account.records.create(kind, _texts(fields)).id

    def change(self, name: str, record_id: str, fields: Mapping[str, Any]) -> None:
        """Change a record as a person would. Raises Refusal."""
        row = self._account.store.table(self._account.object(name)).rows[record_id]
        self._account.records.update(row, _texts(fields))

    def end_sessions(self) -> None:
        """Let every access token run out."""
        self._signin.expire_all()

    def dump(self) -> dict[str, Any]:
        """The account's records and links."""
        return self._account.dump()

    def _shown(self, row: Row) -> dict[str, Any]:
        shown: dict[str, Any] = {
            name: row.values.get(name) for name in row.kind.properties if name not in SYSTEM
        }
        for name, table in self._account.store.tables.items():
            linked = self._account.associations.of(row.kind.name, row.id, name)
            keys = [table.rows[each].values.get(KEY) for each in linked if each in table.rows]
            if keys:
                shown[f"{name}.{KEY}"] = sorted(str(key) for key in keys)
        return shown


def _texts(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in fields.items()}
