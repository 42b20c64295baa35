"""The `multipart/mixed` of a `$batch` that is asked. Pure.

Lines end with CRLF, as the Web API wants it; answers come in the order of the requests
(https://learn.microsoft.com/power-apps/developer/data-platform/webapi/execute-batch-operations-using-web-api).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

BOUNDARY = "batch_waybill"
"""It never occurs in a body: JSON has no line that begins with two dashes."""
CONTENT_TYPE = f'multipart/mixed; boundary="{BOUNDARY}"'


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
