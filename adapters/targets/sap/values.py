"""Canonical values into OData v2 JSON and back. Pure.

OData v2 writes an Edm.Decimal as text, a point in time as `/Date(milliseconds)/` (with `+minutes`
behind it for an Edm.DateTimeOffset), and takes `2015-10-22T00:00:00` in a request
(https://www.odata.org/documentation/odata-version-2-0/json-format/). SAP has no empty text but "".
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from adapters.targets.sap.profile import FieldMap
from agent.model import Scalar

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_EPOCH = re.compile(r"/Date\((-?\d{1,15})([+-]\d{1,4})?\)/", re.ASCII)
_START = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_DAYS = frozenset({"date", "day", "daytext"})


class WrongType(Exception):
    """The value does not fit the kind of its field."""


def sent(field: FieldMap, value: Scalar) -> str | bool | None:
    """The JSON value of one field that is no reference. Raises WrongType."""
    if field.kind == "boolean":
        if not isinstance(value, bool | None):
            raise WrongType
        return bool(value)  # an indicator holds no null
    if value is None:
        return "" if field.kind in {"text", "daytext", "ref"} else None
    if isinstance(value, bool):
        raise WrongType
    if field.kind in {"decimal", "integer"}:
        return _number(str(value))
    if not isinstance(value, str):
        raise WrongType
    return _midnight(field, value) if field.kind in _DAYS else _text(field, value)


def _text(field: FieldMap, text: str) -> str:
    if field.kind == "instant" and _MOMENT.fullmatch(text) is None:
        raise WrongType
    return text


def _number(text: str) -> str:
    if _NUMBER.fullmatch(text) is None:
        raise WrongType
    return text


def _midnight(field: FieldMap, text: str) -> str:
    if _DAY.fullmatch(text) is None:
        raise WrongType
    return f"{text}T00:00:00" if field.kind == "date" else f"{text}T00:00:00Z"


def read(field: FieldMap, value: object) -> Scalar:
    """One field as messages say it; what cannot be understood is shown as it is."""
    if value is None or value == "":
        return None
    if field.kind == "boolean":
        return value if isinstance(value, bool) else str(value)
    if field.kind in {"decimal", "integer"}:
        return _counted(field, str(value))
    if field.kind in _DAYS:
        moment = _moment(str(value))
        return moment[:10] if _DAY.match(moment) else moment
    return _moment(str(value)) if field.kind == "instant" else str(value)


def _counted(field: FieldMap, text: str) -> Scalar:
    """In the contract's places; what does not fit them is shown in full, as a difference."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite():
        return text
    if field.kind == "integer":
        return int(value) if value == value.to_integral_value() else f"{value:f}"
    scaled = f"{value or Decimal(0):.{field.places}f}"  # no minus before a zero
    return scaled if Decimal(scaled) == value else f"{value:f}"


def _moment(text: str) -> str:
    """`/Date(1795219200000)/` as `2026-11-21T00:00:00Z`; anything else as it is."""
    found = _EPOCH.fullmatch(text)
    if found is None:
        return text
    try:
        when = _START + timedelta(milliseconds=int(found[1]))
    except OverflowError:
        return text
    return f"{when.isoformat()[:19]}Z"


def literal(text: str, *, guid: bool = False) -> str:
    """An Edm.String or Edm.Guid in a `$filter` or in a key: a quote is doubled."""
    return ("guid'" if guid else "'") + text.replace("'", "''") + "'"
