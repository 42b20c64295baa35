"""What an answer means: by its status, and by the paths of the configuration. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from adapters.http import Answer, retry_after
from adapters.targets.rest.config import Find, RestConfig, Results, Shown, Words
from adapters.targets.rest.paths import Path, parsed
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import (
    Ambiguous,
    BatchRefused,
    Deferred,
    Delivered,
    Message,
    Op,
    Receipt,
    Rejected,
    Scalar,
    Stored,
)

_CODE, _REASON = 60, 300


def receipts(
    answer: Answer, batch: Sequence[Message], config: RestConfig, now: datetime
) -> list[Receipt]:
    """One receipt each, in order. Raises TargetUnavailable, TargetAuthError."""
    status, is_delete = answer.status, batch[0].op is Op.DELETE
    if is_delete and len(batch) == 1 and status in config.gone:
        return [Delivered()]
    document = _document(answer)
    if 200 <= status < 300:
        return _taken(answer, document, batch, config)
    if status not in config.reject:
        stop(answer, now)
    if status >= 500 or status == 408 or status < 400:
        return [Ambiguous(f"The target answered {status}; the outcome is unknown.")] * len(batch)
    if status in config.later:
        return [Deferred(f"HTTP_{status}", f"The target cannot take it now ({status}).")] * len(
            batch
        )
    refused = _rejected(document, config.words, f"HTTP_{status}", batch[0])
    if len(batch) == 1:
        return [refused]
    return [BatchRefused(refused.code, refused.reason)] * len(batch)


def stop(answer: Answer, now: datetime) -> None:
    """Raise for an answer that concerns the whole target: nothing happened. Else return."""
    if answer.status in {401, 403, 407}:
        raise TargetAuthError(
            f"The target does not accept the sign-in or forbids it ({answer.status}).",
            code="AUTH_REFUSED",
            hint="Check sign_in and signature, and what this client is allowed there.",
        )
    if answer.status in {404, 405, 410}:
        raise TargetUnavailable(
            f"The target takes no records at this address ({answer.status}).",
            code="ENDPOINT_NOT_FOUND",
            params={"status": str(answer.status)},
            hint="Check url and path; where it is about one record, name the status in `reject`.",
        )
    if answer.status in {425, 429, 503}:
        raise TargetUnavailable(
            f"The target asks to slow down ({answer.status}).",
            code="SERVER_UNAVAILABLE" if answer.status == 503 else "TOO_MANY_REQUESTS",
            hint="Nothing happened; it is tried again.",
            retry_after=retry_after(answer.headers, now),
        )


def _document(answer: Answer) -> Any:
    """The answer as JSON; None where it is none."""
    if not answer.is_json:
        return None
    try:
        return parsed(answer.body)
    except ValueError:
        return None


def _taken(
    answer: Answer, document: Any, batch: Sequence[Message], config: RestConfig
) -> list[Receipt]:
    if answer.media in {"text/html", "application/xhtml+xml"}:
        page = Ambiguous("BAD_RESPONSE: a web page came back instead of the target's answer.")
        return [page] * len(batch)
    if config.results is None:
        if answer.is_json and answer.body and document is None:
            return [Ambiguous("BAD_RESPONSE: the answer is no JSON.")] * len(batch)
        remote = config.words.remote_id
        return [
            Delivered(remote.text_of(document) if remote is not None and len(batch) == 1 else "")
            for _ in batch
        ]
    return _judged(document, batch, config.results, config.words)


def _judged(
    document: Any, batch: Sequence[Message], results: Results, words: Words
) -> list[Receipt]:
    items = results.each.all(document)
    if results.key is None:
        if len(items) != len(batch):
            broken = Ambiguous("BAD_RESPONSE: the answer has another number of results.")
            return [broken] * len(batch)
        return [
            _judgement(item, message, results, words)
            for item, message in zip(items, batch, strict=True)
        ]
    keys = [results.key.text_of(item) for item in items]
    times = Counter(keys)
    by_key = {key: item for key, item in zip(keys, items, strict=True) if times[key] == 1}
    asked = [m.external_id if results.key_is == "external_id" else m.id for m in batch]
    missing = Ambiguous("BAD_RESPONSE: the results do not name this record once.")
    return [
        _judgement(by_key[key], message, results, words) if key in by_key else missing
        for key, message in zip(asked, batch, strict=True)
    ]


def _judgement(item: Any, message: Message, results: Results, words: Words) -> Receipt:
    state = results.status.text_of(item) if results.status is not None else None
    if state is None or state in results.ok:
        return Delivered(words.remote_id.text_of(item) if words.remote_id else "")
    refused = _rejected(item, words, "REFUSED", message)
    return Deferred(refused.code, refused.reason) if state in results.retry else refused


def _rejected(document: Any, words: Words, code: str, message: Message) -> Rejected:
    said = _said(words.reason, document) or "The target gave no reason."
    for value in sorted(_values(message), key=len, reverse=True):
        said = said.replace(value, "…")
    field = _said(words.field, document)
    return Rejected((_said(words.code, document) or code)[:_CODE], said[:_REASON], field[:_CODE])


def _values(message: Message) -> set[str]:
    """What must not stand in a reason: the record's own values."""
    plain = {str(v) for v in message.fields.values() if v is not None and not isinstance(v, bool)}
    return {value for value in {*plain, message.external_id} if len(value) > 1}


def _said(path: Path | None, document: Any) -> str:
    return "" if path is None else path.text_of(document)


# --- records --------------------------------------------------------------------------------------


def stored(
    answer: Answer, external_id: str, find: Find, fields: Sequence[str], now: datetime
) -> Stored | None:
    """One record; None: it is not there. Raises TargetUnavailable, TargetAuthError."""
    if answer.status in {404, 410}:
        return None
    stop(answer, now)
    document = _document(answer)
    if answer.status != 200 or document is None:
        raise TargetUnavailable(
            f"The target answered a look-up in a form that makes no sense ({answer.status}).",
            code="BAD_RESPONSE",
            hint="Check the path of `find`. Nothing was changed.",
        )
    record = find.at.first(document)
    if record is None:
        return None
    names = [name for name in fields or find.fields if name in find.fields]
    values = {name: _scalar(find.fields[name], record) for name in names}
    return Stored(external_id, _said(find.remote_id, record), values)


def _scalar(shown: Shown, record: Any) -> Scalar:
    value = shown.path.first(record)
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, Decimal)):
        return value if shown.places is None and isinstance(value, int) else _number(value, shown)
    return str(value)


def _number(value: Decimal | int, shown: Shown) -> str:
    """In the places of the canonical value; what does not fit them is shown in full."""
    exact = Decimal(value)
    scaled = f"{exact or Decimal(0):.{shown.places or 0}f}"
    return scaled if shown.places is not None and Decimal(scaled) == exact else f"{exact:f}"
