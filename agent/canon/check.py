"""Whether a value is what its field must be: exact, without conversion.

A problem says code, field and lengths, never the value: it may end in a log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

from agent.canon import limits
from agent.canon.codes import SAID, UNKNOWN
from agent.canon.contract import Contract
from agent.canon.field import (
    DATE_PATTERN,
    INSTANT_PATTERN,
    TEXT_LOST,
    Field,
    Kind,
    decimal_pattern,
)
from agent.canon.forms import FORMS, Flaw, form_flaw
from agent.model import Problem, Scalar

_DATE = re.compile(DATE_PATTERN)
_INSTANT = re.compile(INSTANT_PATTERN)


def check(field: Field, value: Scalar) -> Problem | None:
    """What is wrong with this value in this field, or None."""
    flaw = flaw_of(field, value)
    return Problem(flaw[0], f"{field.name} {flaw[1]}.", field.name) if flaw else None


def check_all(contract: Contract, fields: Mapping[str, Scalar]) -> tuple[Problem, ...]:
    """What is wrong with a whole record, in the order of the contract."""
    unknown = [
        Problem("FIELD_UNKNOWN", f"{name} is no field of {contract.reference}.", name)
        for name in fields
        if name not in contract.fields
    ]
    found = [
        check(field, fields.get(name))
        for name, field in contract.fields.items()
        if field.required or name in fields
    ]
    return (*(problem for problem in found if problem), *unknown)


def flaw_of(field: Field, value: Scalar) -> Flaw | None:
    """Like `check`, for who says it in words of their own."""
    if value is None:
        return REQUIRED if field.required else None
    return _CHECKS[field.kind](field, value)


REQUIRED: Flaw = ("REQUIRED_MISSING", "is required and blank")


def text_flaw(value: str, max_length: int) -> Flaw | None:
    """What is wrong with a text that is not blank."""
    if len(value) > max_length:
        return "TOO_LONG", f"has {len(value)} characters, {max_length} are allowed"
    if "\0" in value or not (value.isascii() or TEXT_LOST.search(value) is None):
        return "TEXT_INVALID", "holds a character that was lost in decoding, or a NUL"
    return None


def code_flaw(field: Field, value: str) -> Flaw | None:
    """What is wrong with a code."""
    if value in field.codes:
        return None
    return UNKNOWN[field.list], SAID[field.list]


def word_flaw(field: Field, value: str) -> Flaw | None:
    """What is wrong with a text that is not blank, in a field of any kind that holds text."""
    if field.kind is Kind.CODE:
        return code_flaw(field, value)
    if field.kind in FORMS:
        return text_flaw(value, field.max_length or len(value)) or form_flaw(field.kind, value)
    return text_flaw(value, field.max_length)


def _text(field: Field, value: Scalar) -> Flaw | None:
    if not isinstance(value, str):
        return "TEXT_INVALID", "is no text"
    if not value.strip(" "):
        return "TEXT_INVALID", "is blank text where null is due"
    return text_flaw(value, field.max_length)


def _ref(field: Field, value: Scalar) -> Flaw | None:
    if isinstance(value, str) and value != value.strip():
        return "TEXT_INVALID", "has white space around an external id"
    return _text(field, value)


def _code(field: Field, value: Scalar) -> Flaw | None:
    return code_flaw(field, value) if isinstance(value, str) else ("TEXT_INVALID", "is no text")


def _formed(field: Field, value: Scalar) -> Flaw | None:
    return word_flaw(field, value) if isinstance(value, str) else ("TEXT_INVALID", "is no text")


def _integer(_field: Field, value: Scalar) -> Flaw | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return "NOT_A_NUMBER", "is no integer"
    if abs(value) > limits.LARGEST_INTEGER:
        return "TOO_LONG", f"is beyond ±{limits.LARGEST_INTEGER}"
    return None


def _decimal(field: Field, value: Scalar) -> Flaw | None:
    if not isinstance(value, str) or not _decimal_of(field.places).fullmatch(value):
        return "NOT_A_NUMBER", f"is no plain decimal text with {field.places} places"
    if value.startswith("-") and not value.strip("-0."):
        return "NOT_A_NUMBER", "is a negative zero"
    digits = len(value.lstrip("-").replace(".", ""))
    if digits > limits.MOST_DIGITS:
        return "TOO_LONG", f"has {digits} digits, {limits.MOST_DIGITS} are allowed"
    return None


@lru_cache(maxsize=64)
def _decimal_of(places: int) -> re.Pattern[str]:
    return re.compile(decimal_pattern(places))


def _boolean(_field: Field, value: Scalar) -> Flaw | None:
    return None if isinstance(value, bool) else ("NOT_A_BOOLEAN", "is neither true nor false")


def _date(_field: Field, value: Scalar) -> Flaw | None:
    if isinstance(value, str) and _DATE.fullmatch(value) and _exists(date.fromisoformat, value):
        return None
    return "NOT_A_DATE", "is no date of the form YYYY-MM-DD"


def _instant(_field: Field, value: Scalar) -> Flaw | None:
    if (
        isinstance(value, str)
        and _INSTANT.fullmatch(value)
        and _exists(datetime.fromisoformat, value)
    ):
        return None
    return "NOT_A_DATE", "is no instant of the form YYYY-MM-DDTHH:MM:SSZ"


def _exists(parse: Callable[[str], object], value: str) -> bool:
    try:
        parse(value)
    except ValueError:
        return False
    return True


_CHECKS: Mapping[Kind, Callable[[Field, Scalar], Flaw | None]] = MappingProxyType(
    {
        Kind.TEXT: _text,
        Kind.INTEGER: _integer,
        Kind.DECIMAL: _decimal,
        Kind.BOOLEAN: _boolean,
        Kind.DATE: _date,
        Kind.INSTANT: _instant,
        Kind.REF: _ref,
        Kind.CODE: _code,
        Kind.PHONE: _formed,
        Kind.EMAIL: _formed,
        Kind.URL: _formed,
        Kind.PERCENT: _decimal,
    }
)
