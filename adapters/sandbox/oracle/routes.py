"""Which call of the REST API a request is: collections, items, children, batches, describe."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

from adapters.sandbox.oracle.collections import Collections
from adapters.sandbox.oracle.options import OracleOptions
from adapters.sandbox.oracle.records import Records, Row, missing, refusal
from adapters.sandbox.oracle.schema import Resource
from adapters.sandbox.wire import ApiError, Request, Response, dumps

VERSION = "11.13.18.05"
BASE = f"RestApi/resources/{VERSION}/"
BATCH = "application/vnd.oracle.adf.batch+json"
_ITEM = "application/vnd.oracle.adf.resourceitem+json"
_COLLECTION = "application/vnd.oracle.adf.resourcecollection+json"
_BODIES = frozenset({"application/json", _ITEM})
_PATH = re.compile(r"/(?P<api>crm|fscm)RestApi/resources/(?P<version>[^/]+)/?(?P<rest>.*)")
_FIRST_PATH = re.compile(rb'"path"\s*:\s*"/([^"]+)"')


class Place(NamedTuple):
    """What a path leads to: a collection, or one record of it."""

    resource: Resource
    owner: Row | None
    row: Row | None


class Routes:
    """Serves calls of one API version. The caller holds the core's lock."""

    def __init__(self, options: OracleOptions, records: Records, collections: Collections) -> None:
        self._options = options
        self._records = records
        self._collections = collections

    def is_api(self, request: Request) -> bool:
        """Whether a request is one to the API."""
        return _PATH.fullmatch(request.path) is not None

    def touched(self, request: Request) -> str:
        """The resource that a request is about (`accounts/Address` for a child); empty if none."""
        found = _PATH.fullmatch(request.path)
        rest = found["rest"] if found else ""
        if not rest:
            first = _FIRST_PATH.search(request.body)
            rest = first[1].decode("utf-8", "replace") if first else ""
        names = rest.strip("/").split("/")
        return f"{names[0]}/{names[3]}" if len(names) > 3 and names[2] == "child" else names[0]

    def call(self, request: Request, framework: int) -> Response:
        """Serve a request. Raises ApiError."""
        found = _PATH.fullmatch(request.path)
        if found is None or found["version"] not in {VERSION, "latest"}:
            raise missing()
        api, rest = found["api"], found["rest"].strip("/")
        if not rest:
            if request.method != "POST" or _media(request) != BATCH:
                raise ApiError(415, "", "Unsupported Media Type")
            return self._batch(request, api)
        if request.method == "GET":
            return self._get(request, api, rest, framework)
        if request.method == "DELETE":
            place = self._place(api, rest)
            with self._records.all_or_none():
                self._records.delete(_must(place))
            return Response(204)
        if _media(request) not in _BODIES:
            raise ApiError(415, "", "Unsupported Media Type")
        return self._write(request, self._place(api, rest))

    def _get(self, request: Request, api: str, rest: str, framework: int) -> Response:
        if rest.endswith("/describe"):
            place = self._place(api, rest.removesuffix("/describe"))
            return Response(200, dumps(self._collections.describe(place.resource)))
        place = self._place(api, rest)
        if place.row is None:
            query = request.query
            page = self._collections.page(place.resource, place.owner, query, framework)
            return Response(200, dumps(page), content_type=_COLLECTION)
        return self._shown(place.row, 200, request.query, framework)

    def _write(self, request: Request, place: Place) -> Response:
        body = _fields(request.json())
        with self._records.all_or_none():
            if request.method == "PATCH":
                row, status = self._records.update(_must(place), body), 200
            elif request.method != "POST" or place.row is not None:
                raise ApiError(405, "", "Method Not Allowed")
            elif request.headers.get("upsert-mode", "").lower() == "true":
                saved = self._records.upsert(place.resource, body, place.owner)
                row, status = saved.row, 201 if saved.created else 200
            else:
                row, status = self._records.create(place.resource, body, place.owner), 201
        return self._shown(row, status, {}, 4)

    def _shown(self, row: Row, status: int, query: Mapping[str, str], framework: int) -> Response:
        asked = self._collections.asked(row.kind, query, framework)
        item = dumps(self._collections.item(row, asked))
        return Response(status, item, content_type=_ITEM)

    # --- batches ---

    def _batch(self, request: Request, api: str) -> Response:
        parts = _parts(request.json())
        done = []
        with self._records.all_or_none():
            for part in parts:
                try:
                    done.append(self._part(part, api))
                except ApiError as error:
                    about = {"part": {name: part.get(name) for name in ("id", "path", "operation")}}
                    status = 400 if error.status == 404 else error.status
                    raise ApiError(
                        status, error.code, error.message, None, {**error.details, **about}
                    ) from None
        return Response(200, dumps({"parts": done}), content_type=BATCH)

    def _part(self, part: Mapping[str, Any], api: str) -> dict[str, Any]:
        operation, payload = part["operation"], part.get("payload")
        place = self._place(api, str(part["path"]).strip("/"))
        if place.resource.name in self._options.no_batch:
            raise refusal("", f"Invalid operation {operation} for the specified resource.")
        shown = {name: part[name] for name in ("id", "path", "operation")}
        row = self._done(operation, place, payload)
        if row is None:
            return shown
        asked = self._collections.asked(row.kind, {}, 4)
        return {**shown, "payload": self._collections.item(row, asked)}

    def _done(self, operation: str, place: Place, payload: object) -> Row | None:
        records = self._records
        match operation:
            case "create":
                return records.create(place.resource, _fields(payload), place.owner)
            case "upsert":
                return records.upsert(place.resource, _fields(payload), place.owner).row
            case "update":
                return records.update(_must(place), _fields(payload))
            case "delete":
                records.delete(_must(place))
                return None
            case "get":
                return _must(place)
            case _:
                raise refusal("", f"Invalid operation {operation} for the specified resource.")

    # --- paths ---

    def _place(self, api: str, rest: str) -> Place:
        """What `accounts/CDRM_1/child/Address/2` leads to. Raises ApiError."""
        names = [unquote(name) for name in rest.split("/")]
        resource = self._records.resources.get(names[0])
        if resource is None or resource.api != api or names[0] in self._options.hidden:
            raise missing()
        owner = None
        while True:
            row = self._records.row(resource, names[1], owner) if len(names) > 1 else None
            if len(names) <= 2:
                return Place(resource, owner, row)
            if names[2] != "child" or len(names) < 4 or names[3] not in resource.children:
                raise missing()
            resource, owner, names = resource.children[names[3]], row, names[3:]


def _must(place: Place) -> Row:
    if place.row is None:
        raise ApiError(405, "", "Method Not Allowed")
    return place.row


def _fields(body: object) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise ApiError(400, "", "The payload is not an object.")
    return body


def _parts(body: object) -> Sequence[Mapping[str, Any]]:
    parts = body.get("parts") if isinstance(body, dict) else None
    if not isinstance(parts, list) or not all(
        isinstance(part, dict) and {"id", "path", "operation"} <= part.keys() for part in parts
    ):
        raise ApiError(400, "", "The batch has no parts, or one without id, path or operation.")
    ids = [part["id"] for part in parts]
    if len(set(ids)) != len(ids):
        raise ApiError(400, "", "Two parts have one id.")
    return parts


def _media(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
