"""HubSpot's answers into receipts and canonical values. Pure and strict.

Results come in no promised order: they are joined with what was sent by trace id, else by the unique
property. A record that is in neither results nor errors proves nothing: it is in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from adapters.http import Answer
from adapters.targets.hubspot.profile import FieldMap, Profile
from adapters.targets.hubspot.trouble import failed, refused
from agent.errors import TargetUnavailable
from agent.model import Ambiguous, Delivered, Message, Receipt, Scalar

_TRACE = "objectWriteTraceId"
_NOWHERE = Ambiguous("BAD_RESPONSE: HubSpot's answer says nothing of this record.")

Found = Mapping[str, Any]
"""One record of an answer: id and properties."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One input of a batch: by what it is found in the answer."""

    trace: str
    id: str


def written(
    answer: Answer, sent: Sequence[Sent], batch: Sequence[Message], profile: Profile
) -> list[Receipt]:
    """Receipts of a batch that writes, in order. `sent` and `batch` say the same of one record."""
    results, errors = _parts(answer)
    if results is None:
        return refused(answer, batch, profile)
    receipts = _delivered(results, sent, profile.key)
    blamed = _blamed(errors, sent, [receipt is None for receipt in receipts])
    for place, message in enumerate(batch):
        if receipts[place] is None and place in blamed:
            receipts[place] = failed(blamed[place], message, profile)
    return [receipt or _NOWHERE for receipt in receipts]


def _parts(answer: Answer) -> tuple[list[Found] | None, list[Mapping[str, Any]]]:
    """Results and errors of a batch; no results: the answer is none to a batch."""
    if answer.status not in {200, 201, 207} or not answer.is_json:
        return None, []
    try:
        said = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return None, []
    results = said.get("results") if isinstance(said, dict) else None
    if not isinstance(results, list) or not all(isinstance(item, dict) for item in results):
        return None, []
    errors = said.get("errors") or []
    return results, [item for item in errors if isinstance(item, dict)]


def _delivered(results: Sequence[Found], sent: Sequence[Sent], key: str) -> list[Receipt | None]:
    named: dict[str, Found] = {}
    for found in results:
        properties = found.get("properties")
        by_key = properties.get(key) if isinstance(properties, dict) else None
        named |= {str(name): found for name in (found.get("id"), by_key, found.get(_TRACE)) if name}
    return [_done(named.get(item.trace) or named.get(item.id)) for item in sent]


def _done(found: Found | None) -> Receipt | None:
    if found is None:
        return None
    record_id = found.get("id")
    return Delivered(record_id) if isinstance(record_id, str) and record_id else _NOWHERE


def _blamed(
    errors: Sequence[Mapping[str, Any]], sent: Sequence[Sent], missing: Sequence[bool]
) -> dict[int, Mapping[str, Any]]:
    """Which error is whose: by trace id or id; the last one without a name is the last one's."""
    found: dict[int, Mapping[str, Any]] = {}
    nameless = []
    for error in errors:
        names = _named(error)
        places = [at for at, item in enumerate(sent) if item.trace in names or item.id in names]
        found |= dict.fromkeys(places, error)
        if not places:
            nameless.append(error)
    rest = [at for at, is_missing in enumerate(missing) if is_missing and at not in found]
    same = {str(error.get("category")) for error in nameless}
    if nameless and (len(rest) == 1 or (len(same) == 1 and len(nameless) == len(rest))):
        found |= dict(zip(rest, [*nameless, *nameless[-1:] * len(rest)], strict=False))
    return found


def _named(error: Mapping[str, Any]) -> set[str]:
    context = error.get("context")
    lists = context.values() if isinstance(context, dict) else ()
    named = {str(each) for items in lists if isinstance(items, list) for each in items}
    return named | ({str(error["id"])} if error.get("id") else set())


# --- records --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """Records of a read, and where the next page starts, if there is one."""

    records: Sequence[Found]
    after: str


def page(answer: Answer) -> Page:
    """A page of records. Raises TargetUnavailable for anything else."""
    results, _ = _parts(answer)
    if results is None:
        raise bad_answer()
    said = orjson.loads(answer.body)
    try:
        after = str(said["paging"]["next"]["after"]) if "paging" in said else ""
    except (KeyError, TypeError):
        raise bad_answer() from None
    return Page(results, after)


def record(found: Found) -> tuple[str, Mapping[str, str | None]]:
    """Id and properties of one record. Raises TargetUnavailable."""
    record_id, properties = found.get("id"), found.get("properties")
    if not isinstance(record_id, str) or not isinstance(properties, dict):
        raise bad_answer()
    return record_id, properties


def bad_answer() -> TargetUnavailable:
    """A read was answered with something else than what belongs there."""
    return TargetUnavailable(
        "HubSpot answered a read in a form that makes no sense.",
        code="BAD_RESPONSE",
        hint="A proxy or sign-in page may stand in between. Nothing was changed.",
    )


def value(text: str | None, field: FieldMap) -> Scalar:
    """One property's text in the canonical form; what does not fit it is shown as it is."""
    if text is None or text == "":
        return None
    if field.kind == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    if field.kind in {"decimal", "integer"}:
        return _number(text, field)
    if field.kind == "date":
        return text[:10]
    if field.kind == "instant":
        return _instant(text)
    return text


def _number(text: str, field: FieldMap) -> Scalar:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    if field.kind == "integer" and number == number.to_integral_value():
        return int(number)
    scaled = f"{number or Decimal(0):.{field.places}f}"  # no minus before a zero
    return scaled if Decimal(scaled) == number else f"{number:f}"


def _instant(text: str) -> str:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return text
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
