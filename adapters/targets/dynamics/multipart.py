r"""The `multipart/mixed` of a `$batch`: requests in, answers out. Pure.

Lines end with CRLF, as the Web API wants it; answers come in the order of the requests
(https://learn.microsoft.com/power-apps/developer/data-platform/webapi/execute-batch-operations-using-web-api).
An answer of another form proves nothing and is None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adapters.http import Answer

BOUNDARY = "batch_waybill"
"""It never occurs in a body: JSON has no line that begins with two dashes."""
CONTENT_TYPE = f'multipart/mixed; boundary="{BOUNDARY}"'
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")
_GIVEN = re.compile(r'boundary="?([^";]{1,120})"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One request inside a batch. `path` begins with a slash."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def build(parts: Sequence[Part]) -> bytes:
    """The body of one `$batch`."""
    lines: list[bytes] = []
    for part in parts:
        lines += [
            f"--{BOUNDARY}".encode(),
            b"Content-Type: application/http",
            b"Content-Transfer-Encoding: binary",
            b"",
            f"{part.method} {part.path} HTTP/1.1".encode(),
            *(f"{name}: {value}".encode() for name, value in part.headers.items()),
        ]
        if part.body:
            lines.append(b"Content-Type: application/json; type=entry")
        lines += [b"", part.body]
    return b"\r\n".join([*lines, f"--{BOUNDARY}--".encode(), b""])


def parse(answer: Answer, count: int) -> list[Answer] | None:
    """The answers inside an answer, if there are exactly `count` well-formed ones."""
    found = _GIVEN.search(answer.headers.get("content-type", ""))
    if answer.media != "multipart/mixed" or found is None:
        return None
    boundary = found[1].encode()
    pieces = (b"\r\n" + answer.body).split(b"\r\n--" + boundary)
    if len(pieces) != count + 2 or not pieces[-1].startswith(b"--"):
        return None
    parts = [_part(piece) for piece in pieces[1:-1]]
    whole = [part for part in parts if part is not None]
    return whole if len(whole) == count else None


def _part(piece: bytes) -> Answer | None:
    _, gap, http = piece.partition(b"\r\n\r\n")
    head, end, body = http.partition(b"\r\n\r\n")
    status = _STATUS.match(head)
    if not gap or not end or status is None:
        return None
    headers = {}
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    return Answer(int(status[1]), headers, body)
