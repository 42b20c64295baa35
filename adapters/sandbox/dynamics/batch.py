"""`$batch`: requests inside a request, each answered for itself, in order.

Without `Prefer: odata.continue-on-error` it stops at the first error, what was done stays done, and
the outer status is that of the error. Change sets are not practised: they are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from adapters.sandbox.wire import ApiError, Request, Response

_GIVEN = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_LINE = re.compile(r"([A-Z]+) (\S+) HTTP/1\.1")
_PHRASES = {200: "OK", 201: "Created", 204: "No Content", 400: "Bad Request", 404: "Not Found"}
_ANSWERS = "batchresponse_sandbox"
Serve = Callable[[Request], Response]


def parts(request: Request, most: int) -> list[Request]:
    """The requests inside. Raises ApiError."""
    given = _GIVEN.search(request.headers.get("content-type", ""))
    if given is None:
        raise ApiError(400, "0x80048d19", "The batch request has no boundary.")
    boundary = b"--" + given[1].encode()
    pieces = (b"\r\n" + request.body).split(b"\r\n" + boundary)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise ApiError(400, "0x80048d19", "The batch request is not complete.")
    found = [_part(piece, request) for piece in pieces[1:-1]]
    if len(found) > most:
        raise ApiError(400, "0x80060889", f"The batch holds more than {most} requests.")
    return found


def _part(piece: bytes, outer: Request) -> Request:
    _, _, http = piece.partition(b"\r\n\r\n")
    head, _, body = http.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    line = _LINE.match(first)
    if b"multipart/mixed" in piece.partition(b"\r\n\r\n")[0].lower() or line is None:
        raise ApiError(400, "0x80048d19", "This part of the batch is no single request.")
    headers = {"authorization": outer.headers.get("authorization", "")}
    for item in lines:
        name, _, value = item.partition(":")
        headers[name.strip().lower()] = value.strip()
    address = urlsplit(line[2])
    query = dict(parse_qsl(address.query, keep_blank_values=True))
    return Request(line[1], address.path, query, headers, body)


def answer(requests: list[Request], serve: Serve, *, goes_on: bool) -> Response:
    """Serve the requests one by one and wrap their answers."""
    lines: list[bytes] = []
    status = 200
    for request in requests:
        response = serve(request)
        lines += _wrapped(response)
        if response.status >= 400 and not goes_on:
            status = 400
            break
    lines += [f"--{_ANSWERS}--".encode(), b""]
    return Response(
        status, b"\r\n".join(lines), content_type=f"multipart/mixed; boundary={_ANSWERS}"
    )


def _wrapped(response: Response) -> list[bytes]:
    said = {**response.headers, "OData-Version": "4.0"}
    if response.body:
        said["Content-Type"] = "application/json; odata.metadata=minimal"
    return [
        f"--{_ANSWERS}".encode(),
        b"Content-Type: application/http",
        b"Content-Transfer-Encoding: binary",
        b"",
        f"HTTP/1.1 {response.status} {_PHRASES.get(response.status, 'Said')}".encode(),
        *(f"{name}: {value}".encode() for name, value in said.items()),
        b"",
        response.body,
    ]
