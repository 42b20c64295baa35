"""Oracle CX Sales' side of the wire as the sandbox asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from adapters.sandbox.core import Core
from adapters.sandbox.dialect import About, Held
from adapters.sandbox.faults import Worded
from adapters.sandbox.oracle.collections import Collections
from adapters.sandbox.oracle.options import OracleOptions
from adapters.sandbox.oracle.records import Records, Row, missing
from adapters.sandbox.oracle.routes import BASE, Routes
from adapters.sandbox.oracle.schema import OWNER, load
from adapters.sandbox.oracle.signin import TOKEN, SignIn
from adapters.sandbox.window import Limit
from adapters.sandbox.wire import ApiError, NotJson, Request, Response, dumps

_WRITES = frozenset({"POST", "PATCH", "PUT", "DELETE"})
_ERROR = "application/vnd.oracle.adf.error+json"
_TITLES = {400: "Bad Request", 404: "Not Found", 500: "Internal Server Error"}
_LOGIN_PAGE = b"""<!DOCTYPE html>
<html><head><title>Oracle Applications Cloud</title></head><body><form action="/oam/login">
<input name="userid"><input name="password" type="password"></form></body></html>
"""


_INACTIVE = {"error": "invalid_grant", "error_description": "The user is not active."}
_MAINTENANCE = b"<html><body>Oracle Cloud is under maintenance</body></html>"
_FAULTS: Mapping[Worded, Response] = {
    "html": Response(200, _LOGIN_PAGE, content_type="text/html; charset=UTF-8"),
    "malformed": Response(200, dumps({"items": "none", "parts": 0})),
    "sign_in": Response(400, dumps(_INACTIVE)),
    "limit": Response(429, b"Too Many Requests", {"Retry-After": "60"}, "text/plain"),
    "rate_limit": Response(429, b"Too Many Requests", {}, "text/plain"),
    "busy": Response(503, b"Service Unavailable", {"Retry-After": "30"}, "text/plain"),
    "unavailable": Response(503, _MAINTENANCE, content_type="text/html"),
}


class Oracle:
    """One environment. The caller holds the core's lock."""

    def __init__(
        self, core: Core, overlays: Sequence[Mapping[str, Any]], saved: Mapping[str, Any] | None
    ) -> None:
        options = core.options
        if not isinstance(options, OracleOptions):
            raise TypeError("this environment has options of its own")
        self._core = core
        self._options = options
        self._records = Records(core, options, load(*overlays))
        self._collections = Collections(core, options, self._records, BASE)
        self._routes = Routes(options, self._records, self._collections)
        self._signin = SignIn(core, options)
        self._calls = 0
        if saved is not None:
            self._records.store.load(saved)

    @property
    def sign_ins(self) -> int:
        """Tokens handed out so far."""
        return self._signin.tokens_given

    def about(self, request: Request) -> About:
        """What a request is about."""
        if not self._routes.is_api(request):
            return About(is_sign_in=request.path == TOKEN)
        name = self._routes.touched(request)
        return About(name, is_data=True, is_write=request.method in _WRITES)

    def serve(self, request: Request) -> Response:
        """Answer a request. Raises ApiError."""
        if request.path == TOKEN and request.method == "POST":
            return self._signin.token(request)
        if not self._routes.is_api(request):
            raise missing()
        if not self._signin.is_good(request.headers.get("authorization", "")):
            return _unauthorized()
        self._calls += 1
        asked = request.headers.get("rest-framework-version", "1")
        framework = int(asked) if asked.isdecimal() else 1
        try:
            return self._routes.call(request, framework)
        except ApiError as error:
            if framework < 4:  # before it, details are for who asks for them
                return _plain(error)
            return self.worded(error)

    def worded(self, error: ApiError) -> Response:
        """One error, in a batch with the part that failed where the service names it."""
        if self._options.plain_errors or isinstance(error, NotJson):
            return _plain(error)
        part = error.details.get("part")
        attribute = str(error.details.get("attribute", ""))
        if error.code.startswith("ORA-") or self._options.names_part == "none":
            part = None
        path = f"/{attribute}" if attribute else ""
        if part is not None and self._options.names_part == "path":
            path = f"/parts/{part['id']}{path}"
        title = _TITLES.get(error.status, error.message)
        body: dict[str, Any] = {"title": title, "status": str(error.status)}
        detail = {"detail": error.message, "o:errorCode": error.code, "o:errorPath": path}
        body["o:errorDetails"] = [detail]
        if part is not None and self._options.names_part == "parts":
            body = {"parts": [{**part, "payload": body}]}
        return Response(error.status, dumps(body), error.headers, _ERROR)

    def fault(self, kind: Worded) -> Response:
        """The answer to a request that met a fault."""
        if kind == "unauthorized":
            return _unauthorized()
        if kind == "error":
            return self.worded(ApiError(500, "JBO-29000", "Unexpected exception caught."))
        return _FAULTS[kind]

    def held(self, name: str) -> Iterator[Held]:
        """All living records of a resource (`accounts/Address` for a child); children by name."""
        resource = self._records.resources.get(name)
        if resource is None:
            raise missing()
        for row in self._records.inside(resource, None):
            yield Held(row.id, _key(row), partial(self._shown, row))

    def counts(self) -> dict[str, int]:
        """How many records each resource holds."""
        return {name: len(table.rows) for name, table in self._records.store.tables.items()}

    def usage(self) -> str:
        """Calls so far; Oracle publishes no limit."""
        return f"{self._calls} calls"

    def limits(self) -> list[Limit]:
        """Oracle publishes none."""
        return []

    def enter(self, name: str, fields: Mapping[str, Any]) -> str:
        """Create a record as a person at the pages would. Raises ApiError."""
        with self._records.all_or_none():
            return self._records.create(self._records.resources[name], fields, None).id

    def change(self, name: str, record_id: str, fields: Mapping[str, Any]) -> None:
        """Change a record as a person at the pages would. Raises ApiError."""
        with self._records.all_or_none():
            self._records.update(self._records.store.tables[name].rows[record_id], fields)

    def end_sessions(self) -> None:
        """Let every token run out."""
        self._signin.expire_all()

    def dump(self) -> dict[str, Any]:
        """The environment's records."""
        return self._records.store.dump()

    def trust(self, pem: bytes) -> None:
        """Trust assertions of this key's or certificate's owner."""
        self._signin.register(pem)

    def _shown(self, row: Row) -> dict[str, Any]:
        shown: dict[str, Any] = {name: row.values.get(name) for name in row.kind.attributes}
        for name, attribute in row.kind.attributes.items():
            parent = self._records.referred(attribute, row.values.get(name))
            if parent is not None:
                shown[f"{name}.key"] = _key(parent)
        if OWNER in row.values:
            shown["owner.key"] = _key(self._records.owner(row))
        for child in row.kind.children.values():
            shown[child.last] = [self._shown(each) for each in self._records.inside(child, row)]
        return shown


def _key(row: Row) -> str:
    return row.kind.external_id(row.values)


def _unauthorized() -> Response:
    headers = {"WWW-Authenticate": 'Basic realm="owsm"'}
    return Response(401, b"Unauthorized", headers, "text/plain")


def _plain(error: ApiError) -> Response:
    return Response(error.status, error.message.encode(), error.headers, "text/plain")
