"""The OData services: reads, changes, batches, descriptions of records."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote, unquote, urlencode

from adapters.sandbox.core import Core
from adapters.sandbox.sap import batches, described
from adapters.sandbox.sap.access import Access, with_cookies
from adapters.sandbox.sap.batches import Part
from adapters.sandbox.sap.errors import XML_TYPE, worded
from adapters.sandbox.sap.filters import Condition
from adapters.sandbox.sap.options import SapOptions
from adapters.sandbox.sap.records import Record, Records
from adapters.sandbox.sap.schema import EntityType
from adapters.sandbox.sap.values import Refusal, etag, shown
from adapters.sandbox.wire import ApiError, Request, Response, answer, loads

_ONE = re.compile(r"(\w+)\((guid)?'((?:[^']|'')*)'\)")
_VERSION = {"dataserviceversion": "2.0", "cache-control": "no-cache, no-store"}


class Service:
    """Serves requests below the services' paths. The caller holds the core's lock."""

    def __init__(self, core: Core, records: Records, access: Access) -> None:
        self._core = core
        self._options = cast(SapOptions, core.options)
        self._records = records
        self._access = access

    def serve(self, name: str, root: str, request: Request) -> Response:
        """Answer a request to the service `name` at `root`. Raises ApiError."""
        self._access.check(request)
        path = unquote(request.path.removeprefix(root).strip("/"))
        if request.method == "GET":
            response = self._read(name, path, request)
            return with_cookies(response, self._access.given(request))
        self._access.check_token(request)
        if path != "$batch":
            return self._change(path, request)
        given = batches.parts(request, root)
        return batches.answered(given, lambda part: self._part(name, root, part))

    # --- parts of a batch ---

    def _part(self, name: str, root: str, part: Part) -> Sequence[Response]:
        done: list[Response] = []
        request = part.requests[0]
        try:
            if not part.is_change_set:
                return [self._read(name, _path(request, root), request)]
            with self._records.all_or_none():
                for request in part.requests:
                    done.append(self._change(_path(request, root), request))
        except ApiError as error:
            done.append(self.refused(error, request))
        return done

    def refused(self, error: ApiError, request: Request) -> Response:
        """The words of a refusal, in the form that the tenant uses."""
        asked = "json" in request.headers.get("accept", "") + request.query.get("$format", "")
        xml = self._options.xml_errors or not asked
        code = error.code or ("SY/530" if self._options.gateway else "")
        return worded(error.status, code, error.message, xml=xml, headers=error.headers)

    # --- reads ---

    def _read(self, name: str, path: str, request: Request) -> Response:
        here = [kind for kind in self._records.schema.types.values() if kind.service == name]
        if not path:
            sets = [kind.collection for kind in here]
            return Response(200, answer({"d": {"EntitySets": sets}}).body, _VERSION)
        if path == "$metadata":
            wanted = request.query.get("$filter", "").split(",")
            narrowed = any(wanted) and not self._options.gateway
            some = [kind for kind in here if kind.name in wanted] if narrowed else here
            return Response(200, described.document(name, some), _VERSION, XML_TYPE)
        try:
            if one := _ONE.fullmatch(path):
                row = self._row(one, here)
                headers = {**_VERSION, "etag": etag(str(row.values["ETag"]))}
                return Response(200, self._whole(row, request.query), headers)
            return self._listed(self._kind(path, here), request)
        except Refusal as refusal:
            raise ApiError(refusal.status, refusal.code, refusal.text) from None

    def _row(self, one: re.Match[str], here: Sequence[EntityType]) -> Record:
        kind = self._kind(one[1], here)
        if kind.guid != bool(one[2]):
            raise Refusal(f"Malformed URI literal syntax in the key of {one[1]}")
        return self._records.row(kind, one[3].replace("''", "'"))

    def _whole(self, row: Record, query: Mapping[str, str]) -> bytes:
        """One record: Sales Cloud puts it under `results`, a gateway does not."""
        told = self._shown(row, row.kind, query)
        return answer({"d": told if self._options.gateway else {"results": told}}).body

    def _kind(self, collection: str, here: Sequence[EntityType]) -> EntityType:
        kind = self._records.schema.collections.get(collection)
        if kind is None or kind not in here:
            raise Refusal(f"Invalid resource: {collection}", 404)
        if collection in self._options.forbidden:
            raise Refusal(f"No authorization to access {collection}", 403)
        return kind

    def _listed(self, kind: EntityType, request: Request) -> Response:
        query = request.query
        rows = self._found(kind, query.get("$filter", ""))
        order, _, way = query.get("$orderby", kind.id).partition(" ")
        if order not in kind.properties:
            raise Refusal(f"Property '{order}' not found")
        rows.sort(key=lambda row: str(row.values.get(order) or ""), reverse=way == "desc")
        start = _count(query, "$skiptoken", 1) - 1 + _count(query, "$skip", 0)
        most = _count(query, "$top", len(rows))
        page = min(most, self._options.page_size)
        body: dict[str, Any] = {
            "results": [self._shown(row, kind, query) for row in rows[start : start + page]]
        }
        if query.get("$inlinecount") == "allpages":
            body["__count"] = str(len(rows))
        if most > page and len(rows) > start + page:
            more = {**query, "$skiptoken": str(start + page + 1), "$top": str(most - page)}
            more.pop("$skip", None)
            body["__next"] = f"{self._core.url}{request.path}?{urlencode(more)}"
        return Response(200, answer({"d": body}).body, _VERSION)

    def _found(self, kind: EntityType, condition: str) -> list[Record]:
        table = self._records.table(kind)
        if not condition:
            return list(table.rows.values())
        parsed = Condition(kind, condition)
        if parsed.equals is not None and None not in parsed.equals[1]:
            name, values = parsed.equals
            if name == kind.id:
                some = [table.rows[str(v)] for v in values if v in table.rows]
                return [row for row in some if parsed.test(row.values)]
            if name in (kind.key, kind.number, kind.parent):
                some = [row for value in values for row in table.find(name, value)]
                return [row for row in some if parsed.test(row.values)]
        return [row for row in table.rows.values() if parsed.test(row.values)]

    def _shown(self, row: Record, kind: EntityType, query: Mapping[str, str]) -> dict[str, Any]:
        names = query.get("$select", "").split(",") if query.get("$select") else kind.properties
        unknown = [name for name in names if name not in kind.properties]
        if unknown:
            raise Refusal(f"Property '{unknown[0]}' not found")
        about = {
            "uri": self._address(row),
            "type": f"{kind.service}.{kind.name}",
            "etag": etag(str(row.values["ETag"])),
        }
        return {
            "__metadata": about,
            **{name: shown(kind.properties[name], row.values.get(name)) for name in names},
        }

    def _address(self, row: Record) -> str:
        root = self._records.schema.services[row.kind.service]
        prefix = "guid" if row.kind.guid else ""
        return f"{self._core.url}{root}/{row.kind.collection}({prefix}'{quote(row.id)}')"

    # --- changes ---

    def _change(self, path: str, request: Request) -> Response:
        here = list(self._records.schema.types.values())
        try:
            one = _ONE.fullmatch(path)
            if one is None:
                if request.method != "POST":
                    raise Refusal("Method not allowed", 405)
                return self._created(self._kind(path, here), request)
            row, match = self._row(one, here), request.headers.get("if-match", "")
            if request.method == "DELETE":
                self._records.check_version(row, match)
                self._records.delete(row)
            elif request.method in self._options.verbs:
                whole = request.method == "PUT"
                self._records.change(row, _body(request), match, whole=whole)
            else:
                raise Refusal("Method not allowed", 405)
        except Refusal as refusal:
            raise ApiError(refusal.status, refusal.code, refusal.text) from None
        return Response(204, b"", _VERSION)

    def _created(self, kind: EntityType, request: Request) -> Response:
        row = self._records.create(kind, _body(request))
        headers = {
            **_VERSION,
            "location": self._address(row),
            "etag": etag(str(row.values["ETag"])),
        }
        if request.headers.get("odata-no-response-payload") == "true" and (
            not self._options.gateway
        ):
            return Response(201, b"", headers)
        return Response(201, self._whole(row, {}), headers)


def _body(request: Request) -> Mapping[str, Any]:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refusal("Unsupported media type requested", 415)
    body = loads(request.body)
    if not isinstance(body, dict):
        raise Refusal("Error while parsing the request body")
    return body


def _path(request: Request, root: str) -> str:
    return unquote(request.path.removeprefix(root).strip("/"))


def _count(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    if not text.isdecimal():
        raise Refusal(f"Invalid value for {name}")
    return int(text)
