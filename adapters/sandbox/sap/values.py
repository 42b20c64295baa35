"""Values as OData v2 JSON carries them: in, checked as SAP does, and out.

Inside, a Decimal is a `Decimal`, a point in time an ISO text in UTC with seven decimals of a second.
An empty text and null are the same: SAP stores neither, and no blanks at the end of a text.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from adapters.sandbox.sap.schema import Property
from adapters.sandbox.store import Value

_ISO = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d{1,7})?(Z)?", re.ASCII)
_EPOCH = re.compile(r"/Date\((-?\d{1,15})\)/", re.ASCII)


class Refusal(Exception):
    """A record is not taken: status and words."""

    def __init__(self, text: str, status: int = 400, code: str = "") -> None:
        self.text = text
        self.status = status
        self.code = code
        super().__init__(text)


def accept(place: Property, raw: Any) -> Value:
    """A value from a request body. Raises Refusal."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) != (place.type == "Boolean") or not isinstance(raw, bool | str):
        raise _invalid(place)  # numbers that are Edm.Decimal travel as text
    if isinstance(raw, bool):
        return raw
    if place.type == "Decimal":
        return _decimal(place, raw)
    if place.type == "Guid":
        return _guid(place, raw)
    return _text(place, raw) if place.type == "String" else _instant(place, raw)


def _text(place: Property, raw: str) -> str | None:
    raw = raw.rstrip(" ")  # fixed lengths hold no blanks at the end
    if place.size and len(raw) > place.size:
        raise Refusal(f"Property '{place.name}' exceeds maximum length of {place.size}")
    if place.codes and raw not in place.codes:
        raise Refusal(f"Value {raw} for {place.name} is not valid")
    return raw or None


def _guid(place: Property, raw: str) -> str:
    try:
        return str(UUID(raw))
    except ValueError:
        raise _invalid(place) from None


def _decimal(place: Property, raw: str) -> Decimal:
    try:
        value = Decimal(raw)
    except InvalidOperation:
        raise _invalid(place) from None
    if not value.is_finite():
        raise _invalid(place)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > place.size:
        raise _invalid(place)
    return value


def _instant(place: Property, raw: str) -> str:
    if epoch := _EPOCH.fullmatch(raw):
        when = datetime.fromtimestamp(int(epoch[1]) / 1000, UTC)
        return iso(when)
    found = _ISO.fullmatch(raw)
    if found is None or (place.type == "DateTimeOffset") != bool(found[3]):
        raise _invalid(place)
    try:
        datetime.fromisoformat(found[1])
    except ValueError:
        raise _invalid(place) from None
    return f"{found[1]}.{(found[2] or '.')[1:]:0<7}Z"


def _invalid(place: Property) -> Refusal:
    return Refusal(f"Invalid value for property '{place.name}' of type Edm.{place.type}")


def iso(when: datetime) -> str:
    """A point in time as it is stored."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"


def shown(place: Property, value: Value) -> Any:
    """A value as JSON answers carry it."""
    if value is None:
        return "" if place.type == "String" else False if place.type == "Boolean" else None
    if isinstance(value, Decimal):
        return f"{value:.{place.size}f}"
    if place.type in {"DateTime", "DateTimeOffset"}:
        return f"/Date({milliseconds(str(value))})/"
    return value


def milliseconds(stored: str) -> int:
    """Since 1970, of a stored point in time."""
    when = datetime.fromisoformat(f"{stored[:26]}+00:00")
    return round(when.timestamp() * 1000)


def etag(stored: str) -> str:
    """The version of a record, from its `ETag`."""
    return f"W/\"datetimeoffset'{stored.replace(':', '%3A')}'\""
