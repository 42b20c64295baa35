"""One value against one property: what HubSpot stores for it, or why it refuses.

Values are text on the wire, whatever the property's type; empty text clears.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.sandbox.hubspot.schema import Property
from adapters.sandbox.wire import ApiError

_LONGEST = 65_536
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s.,;<>]+(\.[^@\s.,;<>]+)+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


class Refusal(Exception):
    """Why one record is refused: category, a sentence, its status as a single call."""

    def __init__(self, category: str, message: str, status: int = 400) -> None:
        self.category = category
        self.message = message
        self.status = status
        super().__init__(category)


class Invalid(Exception):
    """Why one value is refused: HubSpot's name for the error, and a sentence."""

    def __init__(self, error: str, message: str) -> None:
        self.error = error
        self.message = message
        super().__init__(error)


def accept(item: Property, text: str) -> str | None:
    """What is stored for a text. Raises Invalid."""
    if item.read_only:
        raise Invalid("READ_ONLY_VALUE", f'"{item.name}" is a read only property')
    if not text:
        return None
    return _ACCEPT[item.type](item, text)


def text_of(value: Any) -> str:
    """A value as it must come: text. Raises ApiError for the whole request."""
    if isinstance(value, str):
        return value
    kind = "null" if value is None else type(value).__name__
    message = f"Invalid input JSON: Cannot deserialize value of type `String` from {kind} value"
    raise ApiError(400, "VALIDATION_ERROR", message)


def instant(when: datetime) -> str:
    """As HubSpot writes instants."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"


def _string(item: Property, text: str) -> str:
    if len(text) > _LONGEST:
        raise Invalid("VALUE_TOO_LONG", f'"{item.name}" is longer than {_LONGEST} characters')
    if item.name == "email" and not _EMAIL.fullmatch(text):
        raise Invalid("INVALID_EMAIL", f"Email address {text} is invalid")
    return text


def _number(_item: Property, text: str) -> str:
    try:
        if _NUMBER.fullmatch(text):
            return format(Decimal(text).normalize(), "f")
    except InvalidOperation:
        pass
    raise Invalid("INVALID_LONG", f"{text} was not a valid number.")


def _bool(item: Property, text: str) -> str:
    if text.lower() in item.values | {"true", "false"}:
        return text.lower()
    raise Invalid("INVALID_OPTION", f"{text} was not one of the allowed options")


def _date(_item: Property, text: str) -> str:
    try:
        if text.lstrip("-").isdecimal():
            when = datetime.fromtimestamp(int(text) / 1000, UTC)
            if when.time().isoformat() != "00:00:00":
                raise Invalid("INVALID_DATE", f"{text} is at {when.time()} UTC, not midnight!")
            return when.date().isoformat()
        return date.fromisoformat(text).isoformat()
    except (ValueError, OverflowError, OSError):
        raise Invalid("INVALID_DATE", f"{text} was not a valid date.") from None


def _datetime(_item: Property, text: str) -> str:
    try:
        if text.lstrip("-").isdecimal():
            return instant(datetime.fromtimestamp(int(text) / 1000, UTC))
        when = datetime.fromisoformat(text)
        return instant(when if when.tzinfo else when.replace(tzinfo=UTC))
    except (ValueError, OverflowError, OSError):
        raise Invalid("INVALID_DATE", f"{text} was not a valid date.") from None


def _option(item: Property, text: str) -> str:
    if text not in item.values:
        raise Invalid("INVALID_OPTION", f"{text} was not one of the allowed options")
    return text


_ACCEPT: dict[str, Callable[[Property, str], str]] = {
    "string": _string,
    "number": _number,
    "bool": _bool,
    "date": _date,
    "datetime": _datetime,
    "enumeration": _option,
}
