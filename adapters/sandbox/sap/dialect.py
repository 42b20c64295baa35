"""SAP's side of the wire as the sandbox asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, cast

from adapters.sandbox.core import Core
from adapters.sandbox.dialect import About, Held
from adapters.sandbox.faults import Worded
from adapters.sandbox.sap import batches, oauth
from adapters.sandbox.sap.access import Access
from adapters.sandbox.sap.errors import worded
from adapters.sandbox.sap.oauth import Tokens
from adapters.sandbox.sap.options import SapOptions
from adapters.sandbox.sap.records import Record, Records
from adapters.sandbox.sap.schema import EntityType, load
from adapters.sandbox.sap.service import Service
from adapters.sandbox.window import Limit, Window
from adapters.sandbox.wire import ApiError, NotJson, Request, Response, dumps

_DAY = 24 * 3600
_LOGON_PAGE = b"""<!DOCTYPE html>
<html><head><title>Logon</title></head><body><form method="post"><input name="sap-user">
<input name="sap-password" type="password"><button>Log On</button></form></body></html>
"""
_DOWN_PAGE = b"<html><head><title>503 Service Unavailable</title></head><body></body></html>"

_FAULTS: Mapping[Worded, tuple[int, str, str, str]] = {
    "unauthorized": (401, "", "Logon failed", ""),
    "limit": (429, "", "Request quota exceeded", "3600"),
    "rate_limit": (429, "", "Too many requests", "1"),
    "busy": (503, "", "No free work process", "5"),
    "error": (500, "CX_SY_OPEN_SQL_DB", "An internal error occurred", ""),
}
"""Status, code, words, seconds of `Retry-After`."""


class Sap:
    """One tenant. The caller holds the core's lock."""

    def __init__(
        self, core: Core, overlays: Sequence[Mapping[str, Any]], saved: Mapping[str, Any] | None
    ) -> None:
        self._core = core
        self._schema = load(*overlays, gateway=cast(SapOptions, core.options).gateway)
        self._records = Records(core, self._schema, saved)
        self._tokens = Tokens(core)
        self._access = Access(core, self._tokens)
        self._service = Service(core, self._records, self._access)
        self._calls = Window(core.clock, _DAY)

    @property
    def sign_ins(self) -> int:
        """Sessions opened and tokens given so far."""
        return self._access.opened + self._tokens.given

    def trust(self, pem: bytes) -> None:
        """Accept SAML assertions of this public key's or certificate's owner."""
        self._tokens.trust(pem)

    def about(self, request: Request) -> About:
        """What a request is about; of a batch, what its first part touches."""
        found = self._root(request.path)
        if found is None:
            return About(is_sign_in=request.path == oauth.PATH)
        path = request.path.removeprefix(found[1]).strip("/")
        if path == "$batch":
            name, writes = batches.touched(request.body)
            return About(name, is_data=True, is_write=writes)
        name = path.partition("(")[0]
        is_known = name in self._schema.collections
        return About(name if is_known else "", is_data=True, is_write=request.method != "GET")

    def serve(self, request: Request) -> Response:
        """Answer a request. Raises ApiError."""
        if request.path == oauth.PATH and request.method == "POST":
            return self._tokens.serve(request)
        found = self._root(request.path)
        if found is None:
            raise ApiError(404, "", "Resource not found")
        if not self._calls.take(self._core.options.daily_limit):
            return self.fault("limit")
        try:
            return self._service.serve(*found, request)
        except ApiError as error:
            return self._service.refused(error, request)

    def worded(self, error: ApiError) -> Response:
        """XML, which is SAP's default."""
        text = "Error while parsing the request body" if isinstance(error, NotJson) else ""
        return worded(
            error.status, error.code, text or error.message, xml=True, headers=error.headers
        )

    def fault(self, kind: Worded) -> Response:
        """The answer to a request that met a fault."""
        if kind == "html":
            return Response(200, _LOGON_PAGE, content_type="text/html; charset=utf-8")
        if kind == "sign_in":
            told = {"error": "invalid_grant", "error_description": "User is locked"}
            return Response(400, dumps(told))
        if kind == "malformed":
            return Response(200, dumps({"d": 7}))
        if kind == "unavailable":
            return Response(503, _DOWN_PAGE, content_type="text/html; charset=utf-8")
        status, code, text, seconds = _FAULTS[kind]
        headers = {"Retry-After": seconds} if seconds else {}
        return worded(status, code, text, xml=True, headers=headers)

    def held(self, name: str) -> Iterator[Held]:
        """All living records of a collection; parents also as `AccountID.ERPKey_KUT`."""
        kind = self._kind(name)
        for row in self._records.table(kind).rows.values():
            yield Held(row.id, str(row.values.get(kind.key) or ""), partial(self._shown, row))

    def counts(self) -> dict[str, int]:
        """How many records each collection holds."""
        types = self._schema.types.values()
        return {kind.collection: len(self._records.table(kind).rows) for kind in types}

    def usage(self) -> str:
        """Calls of the day; SAP publishes no limit of its own."""
        return f"{self._calls.used} calls"

    def limits(self) -> list[Limit]:
        """SAP publishes none in a time; a test may set one of the day."""
        return [self._calls.seen("in 24 hours", self._core.options.daily_limit)]

    def enter(self, name: str, fields: Mapping[str, Any]) -> str:
        """Create a record as a person at SAP's own pages would. Raises Refusal."""
        kind = self._kind(name)
        usual = {"RoleCode": "CRM000", "LifeCycleStatusCode": "2", "StatusCode": "2"}
        known = {key: value for key, value in usual.items() if key in kind.properties}
        return self._records.create(kind, {**known, **fields}).id

    def change(self, name: str, record_id: str, fields: Mapping[str, Any]) -> None:
        """Change a record as a person at SAP's own pages would. Raises Refusal."""
        self._records.change(self._records.row(self._kind(name), record_id), fields, "*")

    def end_sessions(self) -> None:
        """Let every CSRF token run out."""
        self._access.end()

    def dump(self) -> dict[str, Any]:
        """Its records."""
        return self._records.store.dump()

    def _root(self, path: str) -> tuple[str, str] | None:
        services = self._schema.services.items()
        return next(((n, r) for n, r in services if path == r or path.startswith(f"{r}/")), None)

    def _kind(self, name: str) -> EntityType:
        kind = self._schema.collections.get(name)
        if kind is None:
            raise ApiError(404, "", f"Invalid resource: {name}")
        return kind

    def _shown(self, row: Record) -> dict[str, Any]:
        fields: dict[str, Any] = dict.fromkeys(row.kind.properties)
        fields |= row.values
        for place in row.kind.properties.values():
            value = row.values.get(place.name)
            if place.refers is not None and value is not None:
                parent = self._parent(*place.refers, str(value))
                if parent is not None:
                    key = parent.kind.key
                    fields[f"{place.name}.{key}"] = parent.values.get(key)
        return {name: value for name, value in fields.items() if name not in ("ETag", "CreatedOn")}

    def _parent(self, kind: str, name: str, value: str) -> Record | None:
        table = self._records.store.tables[kind]
        if name == self._schema.types[kind].id:
            return table.rows.get(value)
        return next(iter(table.find(name, value)), None)
