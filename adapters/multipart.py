"""The `multipart/mixed` that answers an OData `$batch`: one HTTP answer to each part. Pure.

Boundaries are RFC 2046, section 5.1.1; a part is `application/http`, or a change set that holds
exactly one (OData 2.0 and 4.0, batch processing). Lines may end with LF alone, as some proxies
rewrite them. An answer of another form proves nothing, and is None.
"""

from __future__ import annotations

import re

from adapters.http import Answer

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})(?: |$)")
_BOUNDARY = re.compile(rb'boundary="?([^";\s]{1,120})"?', re.IGNORECASE)
_MIXED = b"multipart/mixed"
_HTTP = b"application/http"


def answers(answer: Answer, count: int) -> list[Answer] | None:
    """The answers inside an answer, in order, if there are exactly `count` whole ones."""
    kind = answer.headers.get("content-type", "").encode("latin-1", "replace")
    parts = _parts(kind, answer.body.replace(b"\r\n", b"\n"))
    if parts is None or len(parts) != count:
        return None
    found = [_answered(part) for part in parts]
    whole = [each for each in found if each is not None]
    return whole if len(whole) == count else None


def _parts(kind: bytes, text: bytes) -> list[bytes] | None:
    """What stands between the boundaries that this content type names; None: they are not whole."""
    given = _BOUNDARY.search(kind)
    if given is None or not kind.lower().startswith(_MIXED):
        return None
    _, *pieces = (b"\n" + text).split(b"\n--" + given[1])
    if not pieces or not pieces.pop().startswith(b"--"):
        return None
    parts = [piece.lstrip(b" \t") for piece in pieces]  # padding that a transport may add
    return parts if all(part.startswith(b"\n") for part in parts) else None


def _answered(part: bytes) -> Answer | None:
    head, gap, content = part.partition(b"\n\n")
    kind = next(
        (line[13:].strip() for line in head.split(b"\n") if line[:13].lower() == b"content-type:"),
        b"",
    )
    if kind.lower().startswith(_MIXED):
        inner = _parts(kind, content)
        return _answered(inner[0]) if inner is not None and len(inner) == 1 else None
    first, _, rest = content.lstrip().partition(b"\n")
    status = _STATUS.match(first)
    if not gap or not kind.lower().startswith(_HTTP) or status is None:
        return None
    lines, _, body = (b"\n" + rest).partition(b"\n\n")
    headers = {}
    for line in lines.decode("latin-1").split("\n")[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return Answer(int(status[1]), headers, body.strip())
