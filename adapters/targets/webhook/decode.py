"""What a receiver's answer means. Pure.

2xx is success, as the standard says, unless a web page stands where an answer belongs. For a batch
the receiver may judge each message: `{"results": [{"id", "status", "code", "reason"}]}` with status
`ok`, `retry` or `rejected`; a message that it does not name is in doubt, never delivered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from adapters.http import Answer, retry_after
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Ambiguous, BatchRefused, Deferred, Delivered, Message, Receipt, Rejected

_CODE = 60
_REASON = 300


def receipts(
    answer: Answer, batch: Sequence[Message], now: datetime, *, single: bool
) -> list[Receipt]:
    """One receipt each, in order. Raises TargetUnavailable, TargetAuthError."""
    stop(answer, now)
    if 200 <= answer.status < 300:
        return _accepted(answer, batch, single=single)
    if answer.status >= 500 or answer.status == 408 or answer.status < 400:
        return [Ambiguous(f"The receiver answered {answer.status}; the outcome is unknown.")] * len(
            batch
        )
    if answer.status == 409:
        return [Deferred("HTTP_409", "The receiver is busy with this message.")] * len(batch)
    reason = f"The receiver refused the request ({answer.status})."
    code = f"HTTP_{answer.status}"
    refusal = Rejected(code, reason) if single else BatchRefused(code, reason)
    return [refusal] * len(batch)


def stop(answer: Answer, now: datetime) -> None:
    """Raise for an answer that concerns the whole endpoint: nothing happened. Else return."""
    if answer.status == 410:
        raise TargetAuthError(
            "The receiver says that this endpoint is gone for good.",
            code="ENDPOINT_GONE",
            hint="Ask its owner for the new address, set the url, and resume the target.",
        )
    if answer.status in {401, 403}:
        raise TargetAuthError(
            f"The receiver does not accept the signature or the sender ({answer.status}).",
            code="AUTH_REFUSED",
            hint="Check the signing secret on both sides, and both clocks.",
        )
    if answer.status in {404, 405}:
        raise TargetUnavailable(
            f"The receiver takes no messages at this address ({answer.status}).",
            code="ENDPOINT_NOT_FOUND",
            params={"status": str(answer.status)},
            hint="Check the url.",
        )
    if answer.status in {425, 429, 503}:
        raise TargetUnavailable(
            f"The receiver asks to slow down ({answer.status}).",
            code="SERVER_UNAVAILABLE" if answer.status == 503 else "TOO_MANY_REQUESTS",
            retry_after=retry_after(answer.headers, now),
        )


def _accepted(answer: Answer, batch: Sequence[Message], *, single: bool) -> list[Receipt]:
    if answer.media in {"text/html", "application/xhtml+xml"}:
        page = Ambiguous("BAD_RESPONSE: a web page came back instead of the receiver's answer.")
        return [page] * len(batch)
    if single:
        return [Delivered()] * len(batch)
    results = _results(answer.body)
    if results is None:
        return [Delivered()] * len(batch)
    return _judged(results, batch)


def _results(body: bytes) -> object | None:
    """The `results` of an answer; None when it has none and so speaks for all."""
    try:
        said = orjson.loads(body) if body else None
    except orjson.JSONDecodeError:
        # Plain text such as "ok" speaks for all; broken JSON proves nothing.
        return "broken" if body.lstrip()[:1] in {b"{", b"["} else None
    return said.get("results") if isinstance(said, dict) else None


def _judged(results: object, batch: Sequence[Message]) -> list[Receipt]:
    items = results if isinstance(results, list) else []
    named = [item for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)]
    times = Counter(item["id"] for item in named)
    by_id = {item["id"]: item for item in named if times[item["id"]] == 1}
    return [_receipt(by_id.get(message.id)) for message in batch]


def _receipt(item: Mapping[str, Any] | None) -> Receipt:
    if item is None:
        return Ambiguous("BAD_RESPONSE: the receiver's results do not name this message once.")
    code = str(item.get("code") or "REFUSED")[:_CODE]
    reason = str(item.get("reason") or "The receiver gave no reason.")[:_REASON]
    match item.get("status"):
        case "ok":
            return Delivered()
        case "retry":
            return Deferred(code, reason)
        case "rejected":
            return Rejected(code, reason)
        case _:
            return Ambiguous("BAD_RESPONSE: the receiver's result has an unknown status.")
