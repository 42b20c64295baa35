"""Oracle answers into records, receipts and canonical values. Pure and strict.

An answer of another shape proves nothing: after a write the records are in doubt, after a question
the target is unavailable. Numbers are read as decimals and written in the contract's places. A
record's path is the one of its `self` link, whose last part may be a hash that nobody else can make
(https://docs.oracle.com/en/cloud/saas/sales/faaps/op-products-get.html).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson

from adapters.http import Answer
from adapters.targets.oracle.encode import Held, Part
from adapters.targets.oracle.profile import EntityMap, FieldMap
from adapters.targets.oracle.query import LIMIT, ROW_KIND, ROWS
from agent.errors import TargetUnavailable
from agent.model import Ambiguous, Delivered, Receipt, Scalar

Row = Mapping[str, Any]
_PATH = re.compile(r"/resources/[^/?#]+/([^?#]+)")
_SENSELESS = "BAD_RESPONSE: Oracle answered a write in a form that makes no sense."


# --- writes ---------------------------------------------------------------------------------------


def written(answer: Answer, sent: Sequence[Part], entity: EntityMap) -> dict[int, Receipt]:
    """Receipts by position of a write that was answered with 2xx."""
    positions = dict.fromkeys(part.position for part in sent)
    if len(sent) == 1:
        (part,) = sent
        if part.operation == "delete":  # whatever else has a body was not said by the resource
            return {part.position: Delivered() if answer.status == 204 else Ambiguous(_SENSELESS)}
        item = _item(answer)
        number = item.get(entity.id) if item is not None else None
        good = Delivered(_number_text(number)) if _is_number(number) else Ambiguous(_SENSELESS)
        return {part.position: good}
    answered = _parts(answer)
    if answered is None or {part.id for part in sent} != answered.keys():
        return dict.fromkeys(positions, Ambiguous(_SENSELESS))
    receipts: dict[int, Receipt] = {}
    for part in sent:
        if part.id != f"m{part.position}":
            continue  # a row of the record, whose number is not the record's
        number = (answered[part.id] or {}).get(entity.id)
        receipts[part.position] = Delivered(_number_text(number) if _is_number(number) else "")
    return receipts


def _item(answer: Answer) -> Row | None:
    try:
        said = orjson.loads(answer.body) if answer.is_json else None
    except orjson.JSONDecodeError:
        return None
    return said if isinstance(said, dict) else None


def _parts(answer: Answer) -> dict[str, Row | None] | None:
    said = _item(answer)
    parts = said.get("parts") if said is not None else None
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        return None
    found: dict[str, Row | None] = {}
    for part in parts:
        payload = part.get("payload")
        found[str(part.get("id"))] = payload if isinstance(payload, dict) else None
    return found if len(found) == len(parts) else None


# --- records --------------------------------------------------------------------------------------


def rows_of(answer: Answer) -> tuple[list[Row], bool]:
    """The records of a page, and whether there may be more. Raises TargetUnavailable.

    A page is full when it holds what the answer says was the limit: `hasMore` is not reliable.
    """
    try:
        page: Any = json.loads(answer.body, parse_float=Decimal) if answer.is_json else None
        items = page["items"]
    except (ValueError, TypeError, KeyError):
        raise bad_answer() from None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad_answer()
    limit = page.get("limit")
    most = min(LIMIT, limit) if isinstance(limit, int) and limit > 0 else LIMIT
    return items, len(items) >= most


def bad_answer() -> TargetUnavailable:
    """A question was answered with something else than what belongs there."""
    return TargetUnavailable(
        "Oracle answered a question in a form that makes no sense.",
        code="BAD_RESPONSE",
        hint="A proxy or sign-in page may stand in between. Nothing was changed.",
    )


def external_id(row: Row, entity: EntityMap) -> str:
    """The record's key of ours, empty where it has none. Raises TargetUnavailable."""
    key = row.get(entity.key, 0)
    if not isinstance(key, str | None):
        raise bad_answer()
    if entity.system and row.get(entity.system) != entity.system_value:
        return ""
    return key or ""


def number(row: Row, entity: EntityMap) -> str:
    """Oracle's number of the record. Raises TargetUnavailable."""
    found = row.get(entity.id)
    if not _is_number(found):
        raise bad_answer()
    return _number_text(found)


def path(row: Row) -> str:
    """Where the record is, below the version. Raises TargetUnavailable."""
    links = row.get("links")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("rel") == "self":
            found = _PATH.search(str(link.get("href")))
            if found is not None:
                return found[1].rstrip("/")
    raise bad_answer()


def held(row: Row, entity: EntityMap, fields: Sequence[str] = ()) -> Held:
    """A record as it is addressed, with these canonical fields (no references)."""
    where = {str(each.get(ROW_KIND)): path(each) for each in reversed(list(_children(row)))}
    values = {name: read(row, entity.fields[name]) for name in fields}
    return Held(number(row, entity), path(row), values, where)


def read(row: Row, field: FieldMap) -> Scalar:
    """One canonical field; a reference as Oracle's number."""
    if field.row:
        found = next((r for r in _children(row) if r.get(ROW_KIND) == field.row), {})
        return _scalar(found.get(field.name), field)
    return _scalar(row.get(field.name), field)


def _children(row: Row) -> Iterator[Row]:
    children = row.get(ROWS)
    if isinstance(children, dict):  # framework version 3 and later: a collection
        children = children.get("items")
    for each in children if isinstance(children, list) else ():
        if isinstance(each, dict):
            yield each


def _scalar(value: object, field: FieldMap) -> Scalar:
    if value is None or isinstance(value, bool):
        return value
    if field.kind == "boolean" and value in {"Y", "N", "true", "false"}:
        return value in {"Y", "true"}
    if field.kind in {"decimal", "integer"} and isinstance(value, int | Decimal):
        return _places(Decimal(value), field)
    if field.kind in {"moment", "date"}:
        return str(value)[:10]
    return _instant(str(value)) if field.kind == "instant" else str(value)


def _instant(text: str) -> str:
    """In UTC, to the second, as the contracts write it; what is no time is shown as it is."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return text
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def _places(value: Decimal, field: FieldMap) -> Scalar:
    """In the contract's places; what does not fit them is shown in full, as a difference."""
    if field.kind == "integer" and value == value.to_integral_value():
        return int(value)
    scaled = f"{value or Decimal(0):.{field.places}f}"  # no minus before a zero
    return scaled if Decimal(scaled) == value else f"{value:f}"


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return value.isdecimal()
    return isinstance(value, int) and not isinstance(value, bool)


def _number_text(value: object) -> str:
    return str(value)
