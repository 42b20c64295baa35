"""`$batch`: many change sets, or many queries, in one request. Pure.

Each record has a change set of its own: a change set happens whole or not at all, and so one record's
refusal is its own (SAP's C4CODATAAPIDEVGUIDE, `$batch`). A JSON text holds no line break, so no
boundary can stand in a body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser

from adapters.http import Answer

BATCH = "multipart/mixed; boundary=batch_waybill"
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})( |$)")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one record."""

    method: str
    path: str
    """Relative to the service: `ContactCollection('00163E...')`."""
    body: bytes = b""
    headers: Mapping[str, str] | None = None


def changes(wanted: Sequence[Change]) -> bytes:
    """A body that makes each of these changes, each for itself."""
    parts = [_change_set(number, change) for number, change in enumerate(wanted, 1)]
    return b"".join([*parts, b"--batch_waybill--\r\n"])


def reads(queries: Sequence[str]) -> bytes:
    """A body that asks all of these; SAP wants two empty lines after each."""
    lines = []
    for query in queries:
        lines += ["--batch_waybill", "content-type: application/http"]
        lines += ["content-transfer-encoding: binary", "", f"GET {query} HTTP/1.1"]
        lines += ["accept: application/json", "", "", ""]
    return "\r\n".join([*lines, "--batch_waybill--", ""]).encode()


def _change_set(number: int, change: Change) -> bytes:
    name = f"set_{number}"
    headers = {
        "accept": "application/json",
        "content-id": str(number),
        **({"content-type": "application/json"} if change.body else {}),
        "content-length": str(len(change.body)),
        "odata-no-response-payload": "true",
        **(change.headers or {}),
    }
    lines = [
        "--batch_waybill",
        f"content-type: multipart/mixed; boundary={name}",
        "",
        f"--{name}",
        "content-type: application/http",
        "content-transfer-encoding: binary",
        "",
        f"{change.method} {change.path} HTTP/1.1",
        *(f"{key}: {value}" for key, value in headers.items()),
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + change.body + f"\r\n--{name}--\r\n".encode()


def answers(answer: Answer, count: int) -> list[Answer] | None:
    """The answer to each part, in order; None: this is not exactly that many answers."""
    if answer.status not in {200, 202} or answer.media != "multipart/mixed":
        return None
    whole = _parsed(
        b"content-type: " + answer.headers["content-type"].encode() + b"\r\n\r\n" + answer.body
    )
    parts = whole.get_payload() if whole.is_multipart() and not whole.defects else None
    if not isinstance(parts, list) or len(parts) != count:
        return None
    found = [_answered(part) for part in parts]
    return [each for each in found if each is not None] if None not in found else None


def _parsed(text: bytes) -> Message:
    return BytesParser().parsebytes(text)


def _answered(part: object) -> Answer | None:
    if not isinstance(part, Message) or part.defects:
        return None
    if part.is_multipart():  # a change set that was done has its answers inside
        inner = part.get_payload()
        return _answered(inner[0]) if isinstance(inner, list) and len(inner) == 1 else None
    content = part.get_payload(decode=True)
    if part.get_content_type() != "application/http" or not isinstance(content, bytes):
        return None
    first, _, rest = content.lstrip().partition(b"\n")
    status = _STATUS.match(first)
    if status is None:
        return None
    head, _, body = rest.replace(b"\r\n", b"\n").partition(b"\n\n")
    if rest.startswith((b"\n", b"\r\n")):  # no header at all
        head, body = b"", rest
    headers = {}
    for line in head.decode("latin-1").splitlines():
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return Answer(int(status[1]), headers, body.strip())
