"""Which call of the API a request is, and which object it touches.

The same calls under `/crm/v3/objects/...` and under dated paths, `/crm/objects/2026-03/...`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from adapters.sandbox.hubspot import batches, definitions, links, singles
from adapters.sandbox.hubspot.account import Account
from adapters.sandbox.hubspot.search import Search
from adapters.sandbox.wire import ApiError, Request, Response

Call = Callable[..., Response]

_DATED = re.compile(r"/crm/(objects|properties|associations)/20\d\d-\d\d(?:-beta)?/")
_VERSIONS = {"objects": "v3", "properties": "v3", "associations": "v4"}
_TOUCHED = re.compile(
    r"/crm/v\d/(?:objects|properties|associations)/([^/]+)|/crm-object-schemas/v3/schemas/([^/]+)"
)
_READS = re.compile(r".*/(?:batch/read|search)")


def plain(path: str) -> str:
    """A dated path as the undated one of the same call."""
    return _DATED.sub(lambda found: f"/crm/{_VERSIONS[found[1]]}/{found[1]}/", path)


def touched(account: Account, request: Request) -> str:
    """The object that a request is about; empty if none."""
    found = _TOUCHED.match(plain(request.path))
    if found is None:
        return ""
    name = unquote(found[1] or found[2])
    kind = account.schema.find(name)
    return name if kind is None else kind.name


def is_write(request: Request) -> bool:
    """Whether a request changes records."""
    return request.method != "GET" and not _READS.fullmatch(request.path)


def is_search(request: Request) -> bool:
    """Whether a request is a search, which has a limit of its own."""
    return request.method == "POST" and request.path.endswith("/search")


def call(account: Account, search: Search, request: Request) -> Response:
    """Serve a request. Raises ApiError."""
    path = plain(request.path)
    is_known = False
    for method, pattern, serve in _ROUTES:
        match = pattern.fullmatch(path)
        if match is None:
            continue
        is_known = True
        if method == request.method:
            if is_write(request) and path.startswith("/crm/v3/objects/"):
                account.may_write(unquote(match[1]))
            return serve(account, request, *(unquote(part) for part in match.groups()))
    if is_search(request) and (found := _SEARCH.fullmatch(path)):
        return search.run(request, unquote(found[1]))
    if is_known:
        raise ApiError(405, "METHOD_NOT_ALLOWED", "HTTP 405 Method Not Allowed")
    raise ApiError(404, "NOT_FOUND", f"Unable to find a route for {request.path}")


_NAME = r"([^/]+)"
_OBJECTS = rf"/crm/v3/objects/{_NAME}"
_LINKS = rf"/crm/v4/associations/{_NAME}/{_NAME}"
_PROPERTIES = rf"/crm/v3/properties/{_NAME}"
_SCHEMAS = "/crm-object-schemas/v3/schemas"
_SEARCH = re.compile(rf"{_OBJECTS}/search")
_TABLE: tuple[tuple[str, str, Call], ...] = (
    ("POST", rf"{_OBJECTS}/batch/upsert", batches.upsert),
    ("POST", rf"{_OBJECTS}/batch/create", batches.create),
    ("POST", rf"{_OBJECTS}/batch/update", batches.update),
    ("POST", rf"{_OBJECTS}/batch/read", batches.read),
    ("POST", rf"{_OBJECTS}/batch/archive", batches.archive),
    ("GET", _OBJECTS, singles.listing),
    ("POST", _OBJECTS, singles.create),
    ("GET", rf"{_OBJECTS}/{_NAME}", singles.read),
    ("PATCH", rf"{_OBJECTS}/{_NAME}", singles.update),
    ("DELETE", rf"{_OBJECTS}/{_NAME}", singles.archive),
    ("POST", rf"{_LINKS}/batch/associate/default", links.associate_default),
    ("POST", rf"{_LINKS}/batch/read", links.read),
    ("POST", rf"{_LINKS}/batch/archive", links.archive),
    ("GET", rf"{_LINKS}/labels", links.labels),
    ("GET", _PROPERTIES, definitions.properties),
    ("POST", _PROPERTIES, definitions.make_property),
    ("POST", rf"{_PROPERTIES}/batch/create", definitions.make_properties),
    ("GET", rf"{_PROPERTIES}/{_NAME}", definitions.one_property),
    ("GET", _SCHEMAS, definitions.schemas),
    ("POST", _SCHEMAS, definitions.make_schema),
    ("GET", rf"{_SCHEMAS}/{_NAME}", definitions.schema),
    ("GET", "/account-info/v3/details", definitions.details),
)
_ROUTES = [(method, re.compile(pattern), serve) for method, pattern, serve in _TABLE]
