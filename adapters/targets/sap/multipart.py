"""`$batch`: many change sets, or many queries, in one request. Pure.

Each record has a change set of its own: a change set happens whole or not at all, and so one record's
refusal is its own (SAP's C4CODATAAPIDEVGUIDE, `$batch`). A JSON text holds no line break, so no
boundary can stand in a body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters import multipart
from adapters.http import Answer

BATCH = "multipart/mixed; boundary=batch_waybill"


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
    return multipart.answers(answer, count) if answer.status in {200, 202} else None
