"""Up to 75 graphs per call, each of them all or none: `POST /composite/graph`, since API v50.

Limits, URLs and shapes: REST API Developer Guide, "Using Composite Graphs", "Composite Graph
Limits" and "Composite Graph"
(https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_graph_limits.htm).
Which words a payload beyond them is refused with is not documented.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from adapters.sandbox.salesforce import single
from adapters.sandbox.salesforce.org import Visit
from adapters.sandbox.salesforce.records import ROLLED_BACK
from adapters.sandbox.salesforce.values import Refusal
from adapters.sandbox.wire import ApiError, NotJson, Request, Response, answer, dumps, loads

SINCE = 50
GRAPHS, NODES, KINDS, DEPTH, FAILURES = 75, 500, 15, 15, 14
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{0,39}")
_REFERENCE = re.compile(r"@\{(\w+)\.(\w+)\}")
_URL = re.compile(r"/services/data/v(?P<version>\d+\.\d)(?P<rest>/sobjects/.+)")
_HALTED = "The transaction was rolled back since another operation in the same transaction failed."

Call = Callable[..., Response]
Result = dict[str, Any]
_CALLS: Sequence[tuple[str, re.Pattern[str], Call]] = [
    ("POST", re.compile(r"/sobjects/(\w+)/?"), single.create),
    ("GET", re.compile(r"/sobjects/(\w+)/(\w+)"), single.read),
    ("PATCH", re.compile(r"/sobjects/(\w+)/(\w+)"), single.update),
    ("DELETE", re.compile(r"/sobjects/(\w+)/(\w+)"), single.delete),
    ("GET", re.compile(r"/sobjects/(\w+)/(\w+)/([^/]+)"), single.read_by_key),
    ("PATCH", re.compile(r"/sobjects/(\w+)/(\w+)/([^/]+)"), single.upsert),
    ("DELETE", re.compile(r"/sobjects/(\w+)/(\w+)/([^/]+)"), single.delete_by_key),
]


class _Node(NamedTuple):
    name: str
    method: str
    url: str
    body: Any

    @property
    def kind(self) -> tuple[str, ...]:
        """What makes nodes different: version, method, object."""
        found = _URL.match(self.url)
        if found is None:
            raise _invalid(f"The url {self.url} is not supported in a composite graph.")
        return (found["version"], self.method, found["rest"].split("/")[2].lower())

    @property
    def refers_to(self) -> set[str]:
        """The nodes whose answers it uses."""
        said = f"{self.url} {dumps(self.body).decode()}"
        return {name for name, _ in _REFERENCE.findall(said)}


def serve(visit: Visit) -> Response:
    """Answer a call. Raises ApiError where the payload as a whole is not right."""
    if float(visit.version) < SINCE:
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    graphs = _graphs(visit.request.json())
    failures = 0
    told: list[Result] = []
    for name, nodes in graphs.items():
        if failures > FAILURES:
            answers, is_good = [_halted(node) for node in nodes], False
        else:
            answers, is_good = _run(visit, nodes)
        failures += not is_good
        response = {"compositeResponse": answers}
        told.append({"graphId": name, "graphResponse": response, "isSuccessful": is_good})
    return answer({"graphs": told})


def first_object(body: bytes) -> str:
    """The object of a payload's first node, for faults that are meant for one; empty if none."""
    found = re.search(rb"/sobjects/(\w+)", body)
    return found[1].decode() if found else ""


# --- the payload ----------------------------------------------------------------------------------


def _graphs(body: Any) -> dict[str, list[_Node]]:
    given = body.get("graphs") if isinstance(body, dict) else None
    if not isinstance(given, list) or not given:
        raise _invalid("The graphs parameter is required")
    if len(given) > GRAPHS:
        raise _invalid(f"A composite graph request takes {GRAPHS} graphs at most.")
    graphs: dict[str, list[_Node]] = {}
    for each in given:
        name = each.get("graphId") if isinstance(each, dict) else None
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name in graphs:
            raise _invalid("Each graph needs a graphId of its own.")
        graphs[name] = _in_order(list(_nodes(each.get("compositeRequest"))))
    every = [node for nodes in graphs.values() for node in nodes]
    if len(every) > NODES:
        raise _invalid(f"A composite graph request takes {NODES} nodes at most.")
    if len({node.kind for node in every}) > KINDS:
        raise _invalid(f"A composite graph request takes {KINDS} different nodes at most.")
    return graphs


def _nodes(given: Any) -> Iterator[_Node]:
    if not isinstance(given, list) or not given:
        raise _invalid("Each graph needs a compositeRequest.")
    seen: set[str] = set()
    for each in given:
        if not isinstance(each, dict):
            raise _invalid("A node is a JSON object.")
        name, method, url = (each.get(key) for key in ("referenceId", "method", "url"))
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name in seen:
            raise _invalid("Each node needs a referenceId of its own.")
        if not isinstance(method, str) or not isinstance(url, str):
            raise _invalid("Each node needs a method and a url.")
        seen.add(name)
        yield _Node(name, method, url, each.get("body"))


def _in_order(nodes: list[_Node]) -> list[_Node]:
    """In the order in which they are done: whom a node refers to comes before it."""
    by_name = {node.name: node for node in nodes}
    above = {name: node.refers_to & by_name.keys() for name, node in by_name.items()}
    try:
        order = list(TopologicalSorter(above).static_order())
    except CycleError:
        raise _invalid("The nodes of a graph refer to each other in a circle.") from None
    depth: dict[str, int] = {}
    for name in order:
        depth[name] = 1 + max((depth[each] for each in above[name]), default=0)
    if max(depth.values()) > DEPTH:
        raise _invalid(f"A graph is {DEPTH} nodes deep at most.")
    return sorted(nodes, key=lambda node: depth[node.name])


# --- one graph ------------------------------------------------------------------------------------


def _run(visit: Visit, nodes: Sequence[_Node]) -> tuple[list[Result], bool]:
    answers: dict[str, Result] = {}
    try:
        with visit.org.records.all_or_none():
            for node in nodes:
                answers[node.name] = _answer(visit, node, answers)
                if answers[node.name]["httpStatusCode"] >= 300:
                    raise ROLLED_BACK
    except Refusal:
        *_, guilty = answers
        return [answers[n.name] if n.name == guilty else _halted(n) for n in nodes], False
    return [answers[node.name] for node in nodes], True


def _answer(visit: Visit, node: _Node, before: Mapping[str, Result]) -> Result:
    try:
        response = _call(visit, node, before)
    except ApiError as error:
        code = "JSON_PARSER_ERROR" if isinstance(error, NotJson) else error.code
        return _told(node, error.status, [{"errorCode": code, "message": error.message}])
    return _told(node, response.status, loads(response.body) if response.body else None)


def _call(visit: Visit, node: _Node, before: Mapping[str, Result]) -> Response:
    url = urlsplit(_filled(node.url, before))
    found = _URL.fullmatch(url.path)
    if found is None:
        raise _invalid(f"The url {node.url} is not supported in a composite graph.")
    query = dict(parse_qsl(url.query))
    body = b"" if node.body is None else dumps(_filled(node.body, before))
    request = Request(node.method, url.path, query, visit.request.headers, body)
    for method, pattern, call in _CALLS:
        match = pattern.fullmatch(found["rest"])
        if match is not None and method == node.method:
            parts = (unquote(part) for part in match.groups())
            return call(Visit(visit.org, request, found["version"]), *parts)
    raise ApiError(405, "METHOD_NOT_ALLOWED", f"HTTP Method '{node.method}' not allowed.")


def _filled(value: Any, before: Mapping[str, Result]) -> Any:
    """With what earlier nodes answered in the place of references to it."""
    if isinstance(value, dict):
        return {key: _filled(each, before) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, before) for each in value]
    if not isinstance(value, str):
        return value

    def found(match: re.Match[str]) -> str:
        body = before[match[1]]["body"] if match[1] in before else None
        if not isinstance(body, dict) or match[2] not in body:
            message = f"Invalid reference specified. No value for {match[2]} found in {match[1]}."
            raise ApiError(400, "PROCESSING_HALTED", message)
        return str(body[match[2]])

    return _REFERENCE.sub(found, value)


def _told(node: _Node, status: int, body: Any) -> Result:
    headers = {}
    if status == 201 and isinstance(body, dict):
        path = urlsplit(node.url).path.partition("/sobjects/")
        headers["Location"] = f"{path[0]}/sobjects/{path[2].split('/')[0]}/{body['id']}"
    return {
        "body": body, "httpHeaders": headers, "httpStatusCode": status, "referenceId": node.name,
    }  # fmt: skip


def _halted(node: _Node) -> Result:
    return _told(node, 400, [{"errorCode": "PROCESSING_HALTED", "message": _HALTED}])


def _invalid(message: str) -> ApiError:
    return ApiError(400, "INVALID_INPUT", message)
