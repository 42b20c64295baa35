"""Which call of the REST API a request is, and which object it touches."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from adapters.sandbox.salesforce import bulk, composite, describe, graph, single
from adapters.sandbox.salesforce.ids import to_18
from adapters.sandbox.salesforce.options import VERSIONS
from adapters.sandbox.salesforce.org import Org, Visit
from adapters.sandbox.salesforce.query import page_size
from adapters.sandbox.wire import ApiError, Request, Response, answer

_BASE = re.compile(r"/services/data/v(?P<version>\d+\.\d)(?P<rest>/.*)?")
_FROM = re.compile(r"\bFROM\s+(\w+)", re.IGNORECASE)
_OBJECT = re.compile(rb'"object"\s*:\s*"(\w+)"')
_TYPE = re.compile(rb'"type"\s*:\s*"(\w+)"')

Call = Callable[..., Response]


def versions() -> Response:
    """`GET /services/data`, which needs no session."""
    return answer(
        [
            {"label": f"API {version}", "url": f"/services/data/v{version}", "version": version}
            for version in VERSIONS
        ]
    )


def call(org: Org, request: Request) -> Response:
    """Serve a request under `/services/data/vNN.N`. Raises ApiError. Under the org's lock."""
    org.bulk.work()
    found = _BASE.fullmatch(request.path)
    if found is None or found["version"] not in VERSIONS:
        raise _unknown()
    rest = (found["rest"] or "/").rstrip("/") or "/"
    is_known = False
    for method, pattern, serve in _ROUTES:
        match = pattern.fullmatch(rest)
        if match is None:
            continue
        is_known = True
        if method == request.method:
            parts = (unquote(part) for part in match.groups())
            said = request.headers.get("sforce-duplicate-rule-header", "").replace(" ", "").lower()
            org.records.allow_duplicates = "allowsave=true" in said
            return serve(Visit(org, request, found["version"]), *parts)
    if is_known:
        message = f"HTTP Method '{request.method}' not allowed."
        raise ApiError(405, "METHOD_NOT_ALLOWED", message)
    raise _unknown()


def touched(org: Org, request: Request) -> str:
    """The object that a request is about, for faults that are meant for one; empty if none."""
    if request.path.endswith("/composite/graph"):
        return graph.first_object(request.body)
    path = request.path.partition("/sobjects/")[2]
    if path:
        return path.split("/")[0]
    if "/jobs/ingest" in request.path:
        named = _OBJECT.search(request.body)
        return named[1].decode() if named else _of_job(org, request.path)
    if "/query" in request.path:
        found = _FROM.search(request.query.get("q", ""))
        return found[1] if found else ""
    if request.path.endswith("/composite/sobjects"):
        first = to_18(request.query.get("ids", "").split(",")[0])
        sobject = org.schema.by_id(first) if first else None
        if sobject is not None:
            return sobject.name
        named = _TYPE.search(request.body)
        return named[1].decode() if named else ""
    return ""


def _of_job(org: Org, path: str) -> str:
    try:
        return org.bulk.job(path.partition("/jobs/ingest/")[2].partition("/")[0]).sobject.name
    except ApiError:
        return ""


def _resources(visit: Visit) -> Response:
    base = f"/services/data/v{visit.version}"
    return answer({name: f"{base}/{name}" for name in ("limits", "sobjects", "query", "composite")})


def _limits(visit: Visit) -> Response:
    return answer(visit.org.limits())


def _query(visit: Visit) -> Response:
    text = visit.request.query.get("q")
    if text is None:
        raise ApiError(400, "MALFORMED_QUERY", "The q parameter is required")
    return answer(visit.org.queries.first(text, visit.version, _page(visit)))


def _more(visit: Visit, locator: str) -> Response:
    return answer(visit.org.queries.more(locator, visit.version, _page(visit)))


def _objects(visit: Visit) -> Response:
    return answer(describe.everything(visit.org.schema, visit.version))


def _describe(visit: Visit, name: str) -> Response:
    return answer(describe.one(visit.org.sobject(name), visit.version))


def _create_job(visit: Visit) -> Response:
    return answer(bulk.shown(visit.org.bulk.create(visit.request.json()), visit.version))


def _job(visit: Visit, job_id: str) -> Response:
    return answer(bulk.shown(visit.org.bulk.job(job_id), visit.version))


def _move_job(visit: Visit, job_id: str) -> Response:
    job, asked = visit.org.bulk.job(job_id), visit.request.json()
    visit.org.bulk.move(job, asked.get("state") if isinstance(asked, dict) else None)
    return answer(bulk.shown(job, visit.version))


def _remove_job(visit: Visit, job_id: str) -> Response:
    visit.org.bulk.remove(visit.org.bulk.job(job_id))
    return Response(204)


def _upload(visit: Visit, job_id: str) -> Response:
    visit.org.bulk.upload(visit.org.bulk.job(job_id), visit.request.body)
    return Response(201)


def _results(visit: Visit, job_id: str, which: str) -> Response:
    content = bulk.results(visit.org.bulk.job(job_id), which)
    return Response(200, content, content_type="text/csv")


def _page(visit: Visit) -> int:
    header = visit.request.headers.get("sforce-query-options", "")
    return page_size(header, visit.org.options.page_size)


def _unknown() -> ApiError:
    return ApiError(404, "NOT_FOUND", "The requested resource does not exist")


_BY_ID = r"/sobjects/(\w+)/(\w+)"
_BY_KEY = r"/sobjects/(\w+)/(\w+)/([^/]+)"
_TABLE: tuple[tuple[str, str, Call], ...] = (
    ("GET", r"/", _resources),
    ("GET", r"/limits", _limits),
    ("GET", r"/query", _query),
    ("GET", r"/query/([^/]+)", _more),
    ("GET", r"/sobjects", _objects),
    ("GET", r"/sobjects/(\w+)/describe", _describe),
    ("POST", r"/sobjects/(\w+)", single.create),
    ("GET", _BY_ID, single.read),
    ("PATCH", _BY_ID, single.update),
    ("DELETE", _BY_ID, single.delete),
    ("GET", _BY_KEY, single.read_by_key),
    ("PATCH", _BY_KEY, single.upsert),
    ("DELETE", _BY_KEY, single.delete_by_key),
    ("POST", r"/jobs/ingest", _create_job),
    ("GET", r"/jobs/ingest/(\w+)", _job),
    ("PATCH", r"/jobs/ingest/(\w+)", _move_job),
    ("DELETE", r"/jobs/ingest/(\w+)", _remove_job),
    ("PUT", r"/jobs/ingest/(\w+)/batches", _upload),
    (
        "GET",
        r"/jobs/ingest/(\w+)/(successfulResults|failedResults|unprocessed[rR]ecords)",
        _results,
    ),
    ("POST", r"/composite/graph", graph.serve),
    ("POST", r"/composite/sobjects", composite.create),
    ("PATCH", r"/composite/sobjects", composite.update),
    ("DELETE", r"/composite/sobjects", composite.delete),
    ("PATCH", r"/composite/sobjects/(\w+)/(\w+)", composite.upsert),
)
_ROUTES = [(method, re.compile(pattern), serve) for method, pattern, serve in _TABLE]
