"""`$batch` on SAP's side: parts in, parts out; a change set is all or none.

The body is taken apart by hand, line by line, so that a mistake of a client's writer shows: headers,
an empty line, the request, and after a read two empty lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from adapters.sandbox.wire import ApiError, Request, Response

_BOUNDARY = re.compile(r'multipart/mixed\s*;\s*boundary="?([^";\s]+)"?', re.IGNORECASE)
_ASKED = re.compile(rb"^(GET|POST|PATCH|PUT|MERGE|DELETE) /?([^ ?(/]*)", re.MULTILINE)
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Part:
    """One read, or the requests of one change set."""

    requests: Sequence[Request]
    is_change_set: bool


class Broken(ApiError):
    """The body is no `$batch`."""

    def __init__(self, what: str) -> None:
        super().__init__(400, "", f"Invalid batch request: {what}")


def touched(body: bytes) -> tuple[str, bool]:
    """The collection of a batch's first request, and whether anything in it writes."""
    asked = _ASKED.findall(body)
    name = asked[0][1].decode("latin-1") if asked else ""
    return name, any(method != b"GET" for method, _ in asked)


def parts(request: Request, service: str) -> list[Part]:
    """What a batch asks for, in order. Raises ApiError."""
    boundary = _boundary(request.headers.get("content-type", ""))
    found = []
    for text in _split(request.body, boundary):
        head, rest = _headers(text)
        kind = head.get("content-type", "")
        if kind.startswith("multipart/mixed"):
            inner = [_headers(each) for each in _split(rest, _boundary(kind))]
            requests = [_request(*each, service) for each in inner]
            if not requests or any(each.method == "GET" for each in requests):
                raise Broken("a change set holds changes only")
            found.append(Part(requests, is_change_set=True))
        else:
            asked = _request(head, rest, service)
            if asked.method != "GET":
                raise Broken("changes stand in change sets")
            if not rest.endswith(b"\r\n\r\n"):
                raise Broken("two empty lines belong after a GET")
            found.append(Part([asked], is_change_set=False))
    if not found:
        raise Broken("no parts")
    return found


def answered(given: Sequence[Part], serve: Callable[[Part], Sequence[Response]]) -> Response:
    """The answer to all parts. A change set that was refused has one answer, not wrapped."""
    pieces = []
    for part in given:
        responses = serve(part)
        is_done = all(each.status < 400 for each in responses)
        if part.is_change_set and is_done:
            inner = b"".join(_wrapped("ejjeeffe1", each) for each in responses)
            inner += b"--ejjeeffe1--\r\n"
            head = (
                "--ejjeeffe0\r\nContent-Type: multipart/mixed; boundary=ejjeeffe1\r\n"
                f"Content-Length: {len(inner):>10}\r\n\r\n"
            )
            pieces.append(head.encode() + inner + b"\r\n")
        else:
            pieces.append(_wrapped("ejjeeffe0", responses[-1]))
    body = b"".join(pieces) + b"--ejjeeffe0--\r\n"
    headers = {"dataserviceversion": "2.0"}
    return Response(202, body, headers, "multipart/mixed; boundary=ejjeeffe0")


def _wrapped(boundary: str, response: Response) -> bytes:
    lines = [f"HTTP/1.1 {response.status} {_PHRASES.get(response.status, 'Unknown')}"]
    if response.body:
        lines.append(f"Content-Type: {response.content_type}")
    lines.append(f"Content-Length: {len(response.body)}")
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    inside = "\r\n".join([*lines, "", ""]).encode() + response.body
    head = (
        f"--{boundary}\r\nContent-Type: application/http\r\nContent-Length: {len(inside)}\r\n"
        "Content-Transfer-Encoding: binary\r\n\r\n"
    )
    return head.encode() + inside + b"\r\n"


def _boundary(kind: str) -> str:
    found = _BOUNDARY.match(kind)
    if found is None:
        raise Broken("no boundary")
    return found[1]


def _split(body: bytes, boundary: str) -> list[bytes]:
    mark = f"--{boundary}".encode()
    pieces = (b"\r\n" + body).split(b"\r\n" + mark)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise Broken("the last boundary is missing")
    texts = []
    for piece in pieces[1:-1]:
        line, _, text = piece.partition(b"\r\n")
        if line.strip():
            raise Broken("something stands behind a boundary")
        texts.append(text)
    return texts


def _headers(text: bytes) -> tuple[dict[str, str], bytes]:
    head, blank, rest = text.partition(b"\r\n\r\n")
    if not blank:
        raise Broken("no empty line after the headers")
    headers = {}
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return headers, rest


def _request(head: dict[str, str], text: bytes, service: str) -> Request:
    if head.get("content-type") != "application/http":
        raise Broken("a request is application/http")
    first, _, rest = text.partition(b"\r\n")
    words = first.decode("latin-1").split(" ")
    if len(words) != 3 or words[2] != "HTTP/1.1":
        raise Broken("the request line is not one")
    headers, body = _headers(rest) if rest.strip() else ({}, b"")
    length = headers.get("content-length", "")
    if length.isdecimal():
        body = body[: int(length)]
    parts_of = urlsplit(words[1])
    path = f"{service}/{parts_of.path}" if not parts_of.path.startswith("/") else parts_of.path
    query = dict(parse_qsl(parts_of.query, keep_blank_values=True))
    return Request(words[0], path, query, headers, body)
