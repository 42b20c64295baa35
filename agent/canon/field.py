"""One field of a contract: its type and what bounds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from agent.model import Scalar


class Kind(StrEnum):
    """The types a field can have."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"
    REF = "ref"
    CODE = "code"
    PHONE = "phone"
    """An E.164 number: `+` and at most 15 digits."""
    EMAIL = "email"
    URL = "url"
    PERCENT = "percent"
    """A decimal that is a share of a hundred: "12.50" is 12.5 %."""


DECIMALS = frozenset({Kind.DECIMAL, Kind.PERCENT})
"""Kinds whose value is decimal text with the contract's places."""


class State(NamedTuple):
    """One state of a code that has a life."""

    name: str
    means: str
    """What it means for people on both sides, as a sentence."""
    next: tuple[str, ...]
    """The states that may follow; none: it is final."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field and its exact type. What does not belong to its kind keeps the default."""

    name: str
    kind: Kind
    required: bool = False
    places: int = 0
    """Decimal places, always written out."""
    max_length: int = 0
    """Characters of a text or reference."""
    entity: str = ""
    """What a reference refers to."""
    codes: frozenset[str] = frozenset()
    """What a code may be."""
    list: str = ""
    """The name of the shared code list, where `codes` came from one."""
    currency: str = ""
    """The field beside it that names the currency: what makes a decimal money."""
    states: tuple[State, ...] = ()
    """The life of a code; empty where its values do not follow each other."""


def may_become(field: Field, old: Scalar, new: Scalar) -> bool:
    """Whether a value may follow another in this field. What has no life may become anything.

    A state may always stay, and any may be the first; none is ever taken back to nothing.
    """
    if not field.states or old is None or old == new:
        return True
    return any(state.name == old and new in state.next for state in field.states)


TEXT_LOST = re.compile("[\x00\ud800-\udfff\ufffd]")
"""NUL, half a surrogate pair, and what a decoder writes for bytes that it could not read."""

INTEGER_PATTERN = "^(0|-?[1-9][0-9]*)$"
DATE_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
INSTANT_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
PHONE_PATTERN = r"^\+[1-9][0-9]{1,14}$"
"""ITU-T E.164: country code and number, at most 15 digits."""
EMAIL_PATTERN = r"^[^\s@,;<>\"]+@[^\s@,;<>\".]+(\.[^\s@,;<>\".]+)+$"
"""One address and nothing around it. Narrower than RFC 5322, as every CRM is."""
URL_PATTERN = r"^https?://[^\s/?#]+([/?#]\S*)?$"

EMAIL_LENGTH = 254
"""RFC 5321, 4.5.3.1.3: a path has 256 characters with its brackets."""
URL_LENGTH = 2000

TYPES: Mapping[Kind, str] = MappingProxyType(
    dict.fromkeys(Kind, "string") | {Kind.INTEGER: "integer", Kind.BOOLEAN: "boolean"}
)
"""The JSON type of each kind."""


def decimal_pattern(places: int) -> str:
    """The one writing of a decimal: no plus, no leading zeros, exactly the places."""
    return "^-?(0|[1-9][0-9]*)" + (rf"\.[0-9]{{{places}}}$" if places else "$")
