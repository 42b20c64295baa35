"""One value against one field: what Salesforce stores for it, or why it refuses.

Text is trimmed and empty text is null; numbers are rounded to the field's scale; instants become
UTC text with milliseconds, so that stored instants sort as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from adapters.sandbox.salesforce.ids import to_18
from adapters.sandbox.salesforce.schema import Field
from adapters.sandbox.store import Value

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s.,;<>]+(\.[^@\s.,;<>]+)+")
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a pair: JSON can spell it, Unicode text cannot hold it."""
_MOST_INT = 2**31 - 1


class Refusal(Exception):
    """Why one record is refused: `code`, a sentence, the fields concerned."""

    def __init__(self, code: str, message: str, *fields: str) -> None:
        self.code = code
        self.message = message
        self.fields = list(fields)
        super().__init__(code)

    @property
    def more(self) -> dict[str, Any]:
        """What the error of a record says beside code, sentence and fields."""
        return {}


class Duplicates(Refusal):
    """A duplicate rule found similar records."""

    def __init__(self, rule: str, ids: list[str]) -> None:
        self._rule, self._ids = rule, ids
        super().__init__("DUPLICATES_DETECTED", "Use one of these records?")

    @property
    def more(self) -> dict[str, Any]:
        """The rule and what it found."""
        found = [{"record": {"Id": record_id}, "matchConfidence": 100} for record_id in self._ids]
        matched = {"matchRecords": found, "size": len(found), "success": True}
        return {
            "duplicateResult": {
                "allowSave": True,
                "duplicateRule": self._rule,
                "matchResults": [matched],
            }
        }


class WrongType(Refusal):
    """A JSON value that the field cannot take: collections and single calls word it differently."""

    def __init__(self, field: Field, value: Any) -> None:
        kind, shown = _json_kind(value)
        self.single = (
            f"Cannot deserialize instance of {field.type} from {kind} value {shown} "
            "or request may be missing a required field"
        )
        super().__init__(
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            f"{field.name}: value not of required type: {shown}",
            field.name,
        )


def accept(field: Field, value: Any) -> Value:
    """What is stored for `value`. Raises Refusal."""
    if value is None:
        if field.type == "boolean":
            raise WrongType(field, value)
        return None
    return _ACCEPT.get(field.type, _text)(field, value)


def instant(value: datetime) -> str:
    """An instant as Salesforce writes it."""
    utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return f"{utc.isoformat(timespec='milliseconds')[:23]}+0000"


def parse_instant(text: str) -> str:
    """ISO 8601 with an offset, as a stored instant. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return instant(moment)


def restore(field: Field, value: Any) -> Value:
    """A stored value again, from its JSON form in a snapshot."""
    if isinstance(value, str) and field.type in ("double", "currency", "percent"):
        return Decimal(value)
    stored: Value = value
    return stored


def index_key(field: Field, value: Value) -> Value:
    """What two values have in common when Salesforce holds them for the same."""
    if isinstance(value, str) and field.is_text and not field.case_sensitive:
        return value.lower()
    return value


def _text(field: Field, value: Any) -> Value:
    if not isinstance(value, str):
        raise WrongType(field, value)
    text = value.strip()
    if not text.isascii() and _SURROGATE.search(text):
        raise WrongType(field, "")
    if len(text) > field.length:
        raise Refusal(
            "STRING_TOO_LONG",
            f"{field.label}: data value too large: {text[:20]} (max length={field.length})",
            field.name,
        )
    return text or None


def _email(field: Field, value: Any) -> Value:
    text = _text(field, value)
    if isinstance(text, str) and not _EMAIL.fullmatch(text):
        raise Refusal(
            "INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {text}", field.name
        )
    return text


def _picklist(field: Field, value: Any) -> Value:
    text = _text(field, value)
    if field.restricted and text is not None and text not in field.picklist:
        raise Refusal(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"{field.label}: bad value for restricted picklist field: {text}",
            field.name,
        )
    return text


def _boolean(field: Field, value: Any) -> Value:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise WrongType(field, value)


def _decimal(field: Field, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise WrongType(field, value)
    try:
        number = Decimal(value)
        if not number.is_finite():
            raise WrongType(field, value)
        rounded = number.quantize(Decimal(1).scaleb(-field.scale), ROUND_HALF_UP)
    except InvalidOperation:
        if isinstance(value, str):
            raise WrongType(field, value) from None
        raise _too_big(field, value) from None
    if abs(rounded) >= Decimal(10) ** (field.precision - field.scale):
        raise _too_big(field, value)
    return rounded


def _int(field: Field, value: Any) -> Value:
    number = _decimal(field, value)
    if number != Decimal(value):
        raise WrongType(field, value)
    if abs(number) > _MOST_INT:
        raise _too_big(field, value)
    return int(number)


def _too_big(field: Field, value: Any) -> Refusal:
    return Refusal(
        "NUMBER_OUTSIDE_VALID_RANGE",
        f"{field.label}: value outside of valid range on numeric field: {value}",
        field.name,
    )


def _date(field: Field, value: Any) -> Value:
    if not isinstance(value, str):
        raise WrongType(field, value)
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        raise WrongType(field, value) from None


def _datetime(field: Field, value: Any) -> Value:
    if not isinstance(value, str):
        raise WrongType(field, value)
    try:
        return parse_instant(value)
    except ValueError:
        raise WrongType(field, value) from None


def _reference(field: Field, value: Any) -> Value:
    if value == "":
        return None
    full = to_18(value) if isinstance(value, str) else None
    if full is None:
        raise Refusal(
            "MALFORMED_ID", f"{field.label}: id value of incorrect type: {value}", field.name
        )
    return full


def _json_kind(value: Any) -> tuple[str, str]:
    if value is None or isinstance(value, bool):
        word = {None: "null", True: "true", False: "false"}[value]
        return f"VALUE_{word.upper()}", word
    if isinstance(value, str):
        return "VALUE_STRING", value
    if isinstance(value, int):
        return "VALUE_NUMBER_INT", str(value)
    if isinstance(value, Decimal):
        return "VALUE_NUMBER_FLOAT", str(value)
    return ("START_ARRAY", "[") if isinstance(value, list) else ("START_OBJECT", "{")


_ACCEPT: dict[str, Callable[[Field, Any], Value]] = {
    "boolean": _boolean,
    "currency": _decimal,
    "date": _date,
    "datetime": _datetime,
    "double": _decimal,
    "email": _email,
    "int": _int,
    "percent": _decimal,
    "picklist": _picklist,
    "reference": _reference,
}
