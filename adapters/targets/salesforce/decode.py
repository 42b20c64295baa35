"""Salesforce answers into receipts and canonical values. Pure and strict.

A list of results that is not exactly as long as the request, or of another shape, proves nothing:
every record of it is in doubt. Numbers are read as decimals and written in the contract's places.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson

from adapters.http import Answer
from adapters.targets.salesforce.profile import EntityMap, FieldMap, Profile
from adapters.targets.salesforce.trouble import failed, refused
from agent.errors import TargetUnavailable
from agent.model import Ambiguous, Delivered, Message, Op, Receipt, Scalar, Stored


def written(answer: Answer, batch: Sequence[Message], profile: Profile) -> list[Receipt]:
    """Receipts of a collections write (upsert or delete), in order."""
    results = _results(answer, len(batch))
    if results is None:
        return refused(answer, batch, profile)
    return [
        _receipt(result, message, profile) for result, message in zip(results, batch, strict=True)
    ]


def codes(answer: Answer, count: int) -> list[str]:
    """Salesforce's own code of each refused record of a collections write; empty for the others."""
    found = []
    for result in _results(answer, count) or [{}] * count:
        errors = result.get("errors")
        first = errors[0] if isinstance(errors, list) and errors else {}
        found.append(str(first.get("statusCode") or "") if isinstance(first, dict) else "")
    return found


def _results(answer: Answer, count: int) -> list[Mapping[str, Any]] | None:
    if answer.status not in {200, 201} or not answer.is_json:
        return None
    try:
        results = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(results, list) or len(results) != count:
        return None
    if not all(isinstance(r, dict) and isinstance(r.get("success"), bool) for r in results):
        return None
    return results


def _receipt(result: Mapping[str, Any], message: Message, profile: Profile) -> Receipt:
    remote_id = result.get("id")
    if result["success"]:
        if not isinstance(remote_id, str) or not remote_id:
            return Ambiguous("BAD_RESPONSE: Salesforce reports success without a record id.")
        return Delivered(remote_id)
    errors = result.get("errors")
    if not isinstance(errors, list) or not all(isinstance(error, dict) for error in errors):
        return Ambiguous("BAD_RESPONSE: Salesforce refused the record in an unknown form.")
    gone = {"ENTITY_IS_DELETED", "NOT_FOUND"}
    if message.op is Op.DELETE and any(error.get("statusCode") in gone for error in errors):
        return Delivered(remote_id if isinstance(remote_id, str) else "")
    return failed(errors, message, profile)


# --- records --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a query: its records, and where the next one is (a path), if there is one."""

    records: Sequence[Mapping[str, Any]]
    following: str


def found(answer: Answer) -> Found:
    """A page of query results. Raises TargetUnavailable for anything else."""
    try:
        page: Any = json.loads(answer.body, parse_float=Decimal) if answer.is_json else None
        records, done = page["records"], page["done"]
        following = "" if done else page["nextRecordsUrl"]
    except (ValueError, TypeError, KeyError):
        raise bad_answer() from None
    if not isinstance(records, list) or not all(isinstance(item, dict) for item in records):
        raise bad_answer()
    if not isinstance(following, str) or (not done and not following.startswith("/services/data/")):
        raise bad_answer()
    return Found(records, following)


def field_names(answer: Answer) -> frozenset[str]:
    """The names of an object's fields, of its describe answer. Raises TargetUnavailable."""
    try:
        described: Any = orjson.loads(answer.body) if answer.is_json else None
        return frozenset(str(item["name"]) for item in described["fields"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise bad_answer() from None


def is_object(answer: Answer) -> bool:
    """Whether an answer is one JSON object."""
    try:
        return answer.is_json and isinstance(orjson.loads(answer.body), dict)
    except orjson.JSONDecodeError:
        return False


def bad_answer() -> TargetUnavailable:
    """A read was answered with something else than what belongs there."""
    return TargetUnavailable(
        "Salesforce answered a query in a form that makes no sense.",
        code="BAD_RESPONSE",
        hint="A proxy or sign-in page may stand in between. Nothing was changed.",
    )


def stored(
    record: Mapping[str, Any], entity: EntityMap, profile: Profile, fields: Sequence[str]
) -> Stored:
    """One record in canonical fields and wire values."""
    found = candidate(record, entity, profile, fields)
    if not found.external_id:
        raise bad_answer()
    return found


def candidate(
    record: Mapping[str, Any], entity: EntityMap, profile: Profile, fields: Sequence[str]
) -> Stored:
    """Likewise one that need not have an external id of ours: then it is empty."""
    key = profile.external_id_field
    external_id, remote_id = record.get(key, 0), record.get("Id")
    if not isinstance(external_id, str | None) or not isinstance(remote_id, str):
        raise bad_answer()
    values = {name: _read(record, entity.fields[name], key) for name in fields}
    return Stored(external_id or "", remote_id, values)


def _read(record: Mapping[str, Any], field: FieldMap, key: str) -> Scalar:
    if field.kind == "ref":
        parent = record.get(field.relationship)
        found_id = parent.get(key) if isinstance(parent, dict) else None
        return None if found_id is None else str(found_id)
    value = record.get(field.name)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | Decimal) and field.kind in {"decimal", "integer"}:
        return _number(Decimal(value), field)
    if field.kind == "instant":
        return _instant(str(value))
    return next((code for code, word in field.words.items() if word == value), str(value))


def _instant(text: str) -> str:
    """`2026-11-20T21:33:54.000+0000` as the wire form; what is no instant is shown as it is."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return text
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _number(value: Decimal, field: FieldMap) -> Scalar:
    """In the contract's places; what does not fit them is shown in full, as a difference."""
    if field.kind == "integer" and value == value.to_integral_value():
        return int(value)
    scaled = f"{value or Decimal(0):.{field.places}f}"  # no minus before a zero
    return scaled if Decimal(scaled) == value else f"{value:f}"
