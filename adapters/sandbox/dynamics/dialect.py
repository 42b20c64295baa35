"""One environment as the sandbox asks for it: who serves a request, and how faults are worded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from adapters.sandbox.core import Core
from adapters.sandbox.dialect import About, Held
from adapters.sandbox.dynamics import batch
from adapters.sandbox.dynamics.metadata import Metadata, privileges
from adapters.sandbox.dynamics.options import DynamicsOptions
from adapters.sandbox.dynamics.query import Queries, etag
from adapters.sandbox.dynamics.records import Records
from adapters.sandbox.dynamics.schema import SYSTEM, TableKind, load
from adapters.sandbox.dynamics.signin import Refused, SignIn
from adapters.sandbox.dynamics.store import Row, Store
from adapters.sandbox.faults import Worded
from adapters.sandbox.window import Limit, Window
from adapters.sandbox.wire import ApiError, NotJson, Request, Response, answer, dumps

_ROOT = re.compile(r"/api/data/v9\.[0-2]/")
_RECORD = re.compile(r"(\w+)(?:\((.*)\))?")
_UPSERT = "/Microsoft.Dynamics.CRM.UpsertMultiple"
_FIVE_MINUTES = 300.0
_PRIVILEGES = "/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()"
_ACCESS = {"GET": "Read", "POST": "Create", "DELETE": "Delete"}
_METADATA = ("EntityDefinitions", "RelationshipDefinitions")
_LOGIN_PAGE = b"""<!DOCTYPE html>
<html><head><title>Sign in to your account</title></head><body><form action="/login">
<input name="loginfmt"><input name="passwd" type="password"></form></body></html>
"""
_LIMITS: Mapping[Worded, tuple[str, str]] = {
    "limit": (
        "0x80072321",
        (
            "Combined execution time of incoming requests exceeded limit of 1,200,000 milliseconds "
            "over time window of 300 seconds. Decrease number of concurrent requests or reduce the "
            "duration of requests and try again later."
        ),
    ),
    "rate_limit": (
        "0x80072322",
        "Number of requests exceeded the limit of 6000 over time window of 300 seconds.",
    ),
    "busy": ("0x80072326", "Number of concurrent requests exceeded the limit of 52."),
}


class Dynamics:
    """One environment. The caller holds the core's lock."""

    def __init__(
        self, core: Core, overlays: Sequence[Mapping[str, Any]], saved: Mapping[str, Any] | None
    ) -> None:
        options = core.options
        assert isinstance(options, DynamicsOptions)  # noqa: S101 - `Kind.options` says so
        self._core = core
        self._options = options
        self._store = Store(load(overlays, bare=options.bare), core.random)
        self._records = Records(self._store, core, options)
        self._queries = Queries(self._store)
        self._metadata = Metadata(self._store, options.key_status)
        self._sign_in = SignIn(core, options)
        self._window = Window(core.clock, _FIVE_MINUTES)
        if saved is None:
            self._furnish()
        else:
            self._store.load(saved)

    def _furnish(self) -> None:
        make = self._records.create
        tables = self._store.schema.tables
        for code, name in (("EUR", "Euro"), ("USD", "US Dollar"), ("CHF", "Swiss Franc")):
            make(tables["transactioncurrency"], {"isocurrencycode": code, "currencyname": name})
        group = make(tables["uomschedule"], {"name": "Default Unit"})
        bind = {"uomscheduleid@odata.bind": f"/uomschedules({group.id})"}
        make(tables["uom"], {"name": "Primary Unit", **bind})
        settings = {
            "name": "sandbox",
            "oobpricecalculationenabled": int(self._options.reprices),
            "createproductswithoutparentinactivestate": self._options.active_products,
        }
        make(tables["organization"], settings)

    @property
    def sign_ins(self) -> int:
        """Tokens handed out so far."""
        return self._sign_in.tokens_given

    # --- requests ---

    def about(self, request: Request) -> About:
        """What a request is about; a batch is about the table of its first request."""
        if "/oauth2/v2.0/" in request.path:
            return About(is_sign_in=True)
        root = _ROOT.match(request.path)
        if root is None:
            return About()
        path = request.path[root.end() :]
        if path == "$batch":
            try:
                first = batch.parts(request, 10**6)[0]
            except (ApiError, IndexError):
                return About("", is_data=True, is_write=True)
            inner = self.about(first)
            return inner._replace(is_write=inner.is_write or first.method != "GET")
        found = _RECORD.match(path)
        table = self._store.schema.by_set(found[1]) if found else None
        is_metadata = path.startswith(_METADATA)
        is_write = request.method != "GET" and not is_metadata
        return About(table.name if table else "", is_data=True, is_write=is_write)

    def serve(self, request: Request) -> Response:
        """Answer a request. Raises ApiError."""
        signing_in = self._sign_in.serve(request)
        if signing_in is not None:
            return signing_in
        root = _ROOT.match(request.path)
        if root is None:
            raise ApiError(404, "0x8006088a", "Resource not found.")
        if not self._sign_in.is_good(request.headers.get("authorization", "")):
            raise _no_session()
        if not self._options.has_user:
            raise ApiError(403, "0x80072560", "The user is not a member of the organization.")
        if not self._window.take(self._options.requests_limit):
            raise self._too_many(_LIMITS["rate_limit"], self._window.left())
        path = request.path[root.end() :]
        if path == "$batch":
            inside = batch.parts(request, self._options.operations_limit)
            prefer = request.headers.get("prefer", "")
            return self._with_usage(
                batch.answer(inside, self._part, goes_on="odata.continue-on-error" in prefer)
            )
        return self._with_usage(self._routed(path, request))

    def _part(self, request: Request) -> Response:
        try:
            root = _ROOT.match(request.path)
            if root is None:
                raise ApiError(404, "0x8006088a", "Resource not found.")
            return self._routed(request.path[root.end() :], request)
        except ApiError as error:
            return self.worded(error)

    def _routed(self, path: str, request: Request) -> Response:
        if path.startswith(_METADATA):
            return self._metadata.serve(path, request)
        if path in ("WhoAmI", "WhoAmI()") and request.method == "GET":
            return answer({"UserId": self._core.credentials["user_id"]})
        if path.endswith(_PRIVILEGES) and request.method == "GET":
            return self._privileges(path)
        is_many = path.endswith(_UPSERT)
        found = _RECORD.fullmatch(path.removesuffix(_UPSERT))
        table = self._store.schema.by_set(found[1]) if found else None
        if found is None or table is None:
            name = found[1] if found else path
            raise ApiError(404, "0x8006088a", f"Resource not found for the segment '{name}'.")
        self._check_rights(table, _ACCESS.get(request.method, "Write"))
        if is_many:
            return self._upsert_many(table, request)
        if found[2] is None:
            return self._of_set(table, request)
        return self._of_record(table, found[2], request)

    def _check_rights(self, table: TableKind, access: str) -> None:
        privilege = f"prv{access}{table.name}"
        if table.name in self._options.unreadable or privilege in self._options.lacking:
            text = f"Principal user is missing {privilege} privilege."
            raise ApiError(403, "0x80040220", text)

    def _privileges(self, path: str) -> Response:
        """What the application user's roles give it."""
        user = self._core.credentials["user_id"]
        if self._options.secretive or path != f"systemusers({user}){_PRIVILEGES}":
            text = "Principal user is missing prvReadUser privilege."
            raise ApiError(403, "0x80040220", text)
        told = [
            {"PrivilegeId": each["PrivilegeId"], "PrivilegeName": each["Name"], "Depth": "Global"}
            for table in self._store.schema.tables.values()
            for each in privileges(table)
            if table.name not in self._options.unreadable
            and each["Name"] not in self._options.lacking
        ]
        return answer({"RolePrivileges": told})

    def _upsert_many(self, table: TableKind, request: Request) -> Response:
        if table.name in self._options.one_by_one:
            raise ApiError(
                400, "0x80040800", "The method being invoked does not support provided entity type."
            )
        targets = request.json().get("Targets")
        if request.method != "POST" or not isinstance(targets, list):
            raise ApiError(400, "0x80048d19", "Targets are missing.")
        with self._records.transaction():
            for target in targets:
                found = _RECORD.fullmatch(str(target.get("@odata.id", "")).lstrip("/"))
                kind = target.get("@odata.type", "").removeprefix("#")
                if kind != f"Microsoft.Dynamics.CRM.{table.name}":
                    raise ApiError(400, "0x80048d19", "A target has no @odata.type.")
                if found is None or found[1] != table.set or found[2] is None:
                    raise ApiError(400, "0x80048d19", "A target has no @odata.id.")
                self._records.upsert(table, found[2], target)
        return Response(204)

    def _of_set(self, table: TableKind, request: Request) -> Response:
        if request.method == "POST":
            row = self._records.create(table, request.json())
            return Response(204, headers=self._entity(table, row.id))
        if request.method != "GET":
            raise ApiError(405, "0x80060888", "The method is not allowed.")
        size = self._options.page_size
        asked = re.search(r"odata\.maxpagesize=(\d+)", request.headers.get("prefer", ""))
        if asked is not None:
            size = min(size, int(asked[1]))
        return answer(self._queries.page(self._api, table, request.query, size))

    def _of_record(self, table: TableKind, inside: str, request: Request) -> Response:
        if request.method == "PATCH":
            return self._patch(table, inside, request)
        row, _ = self._records.addressed(table, inside)
        if row is None:
            raise ApiError(404, "0x80040217", f"{table.name} With Id = {inside} Does Not Exist")
        if request.method == "DELETE":
            with self._records.transaction():
                self._records.delete(row)
            return Response(204)
        if request.method != "GET":
            raise ApiError(405, "0x80060888", "The method is not allowed.")
        return answer(self._queries.shown(table, row, request.query))

    def _patch(self, table: TableKind, inside: str, request: Request) -> Response:
        body = request.json()
        expected = request.headers.get("if-match", "")
        only = "update" if expected else ""
        if request.headers.get("if-none-match", "") == "*":
            only = "create"
        if expected not in ("", "*"):
            row, _ = self._records.addressed(table, inside)
            if row is not None and etag(row) != expected:
                raise ApiError(
                    412,
                    "0x80060882",
                    "The version of the existing record doesn't match the RowVersion property "
                    "provided.",
                )
        with self._records.transaction():
            row, created = self._records.upsert(table, inside, body, only=only)
        if "return=representation" in request.headers.get("prefer", ""):
            shown = self._queries.shown(table, row, request.query)
            return Response(201 if created else 200, dumps(shown), {"ETag": etag(row)})
        return Response(204, headers=self._entity(table, inside))

    # --- words ---

    @property
    def _api(self) -> str:
        return f"{self._core.url}/api/data/v9.2"

    def _entity(self, table: TableKind, inside: str) -> dict[str, str]:
        return {"OData-EntityId": f"{self._api}/{table.set}({inside})"}

    def worded(self, error: ApiError) -> Response:
        """An `error` with code and message."""
        code = "0x80048d19" if isinstance(error, NotJson) else error.code
        body = {"error": {"code": code, "message": error.message}}
        return Response(error.status, dumps(body), error.headers)

    def fault(self, kind: Worded) -> Response:
        """The answer to a request that met a fault."""
        match kind:
            case "html":
                return Response(200, _LOGIN_PAGE, content_type="text/html; charset=utf-8")
            case "malformed":
                return Response(200, dumps({"unexpected": True}))
            case "sign_in":
                return self._sign_in.worded(
                    Refused("invalid_client", 7000222, "The client secret keys are expired.", 401)
                )
            case "unauthorized":
                return self.worded(_no_session())
            case "limit" | "rate_limit" | "busy":
                return self.worded(self._too_many(_LIMITS[kind]))
            case "error":
                return self.worded(ApiError(500, "0x80040216", "An unexpected error occurred."))
            case "unavailable":
                return self.worded(ApiError(503, "", "The service is unavailable."))

    def _too_many(self, said: tuple[str, str], wait: float = 2) -> ApiError:
        return ApiError(429, *said, {"Retry-After": str(max(1, round(wait)))})

    def _with_usage(self, response: Response) -> Response:
        left = max(0, self._options.requests_limit - self._window.used)
        usage = {
            "x-ms-ratelimit-burst-remaining-xrm-requests": str(left),
            "x-ms-ratelimit-time-remaining-xrm-requests": "1,200.00",
            "OData-Version": "4.0",
        }
        return replace(response, headers={**response.headers, **usage})

    # --- behind it ---

    def held(self, name: str) -> Iterator[Held]:
        """All living records of a table; parents as `parentaccountid.erp_id`."""
        table = self._store.schema.tables.get(name)
        if table is None:
            raise ApiError(404, "0x8006088a", f"Resource not found for the segment '{name}'.")
        key = self._store.schema.key
        for row in self._store.table(table).rows.values():
            yield Held(row.id, str(row.values.get(key) or ""), partial(self._shown, row))

    def _shown(self, row: Row) -> dict[str, Any]:
        shown: dict[str, Any] = {
            name: row.values.get(name) for name in row.kind.columns if name not in SYSTEM
        }
        for name, leads in row.kind.navigation.items():
            other = self._store.row(str(row.values.get(leads.column)))
            if other is not None and other.kind.name == leads.table:
                key = self._store.schema.key
                shown[f"{name}.{key}"] = other.values.get(key) or other.values.get(
                    "isocurrencycode"
                )
        return shown

    def counts(self) -> dict[str, int]:
        """How many records each table holds."""
        return {name: len(table.rows) for name, table in self._store.tables.items()}

    def usage(self) -> str:
        """Requests in these five minutes."""
        return f"{self._window.used}/{self._options.requests_limit} in 5 minutes"

    def limits(self) -> list[Limit]:
        """How near the calls came to the service protection's."""
        return [self._window.seen("in 5 minutes", self._options.requests_limit)]

    def enter(self, name: str, fields: Mapping[str, Any]) -> str:
        """Create a record as a person at the app's forms would; its id. Raises ApiError."""
        return self._records.create(self._store.schema.tables[name], fields).id

    def change(self, name: str, record_id: str, fields: Mapping[str, Any]) -> None:
        """Change a record as a person at the app's forms would. Raises ApiError."""
        row = self._store.table(self._store.schema.tables[name]).rows[record_id]
        self._records.update(row, fields)

    def end_sessions(self) -> None:
        """Let every token run out."""
        self._sign_in.expire_all()

    def trust(self, pem: bytes) -> None:
        """The app knows this certificate's or key's owner from now on."""
        self._sign_in.register(pem)

    def dump(self) -> dict[str, Any]:
        """The environment's records."""
        return self._store.dump()


def _no_session() -> ApiError:
    headers = {"WWW-Authenticate": "Bearer authorization_uri=https://login.microsoftonline.com"}
    return ApiError(401, "", "HTTP Error 401 - Unauthorized: Access is denied", headers)
