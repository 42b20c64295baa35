"""One field of a contract: its type and what bounds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


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


TEXT_LOST = re.compile("[\x00\ud800-\udfff\ufffd]")
"""NUL, half a surrogate pair, and what a decoder writes for bytes that it could not read."""

INTEGER_PATTERN = "^(0|-?[1-9][0-9]*)$"
DATE_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
INSTANT_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"

TYPES: Mapping[Kind, str] = MappingProxyType(
    dict.fromkeys(Kind, "string") | {Kind.INTEGER: "integer", Kind.BOOLEAN: "boolean"}
)
"""The JSON type of each kind."""


def decimal_pattern(places: int) -> str:
    """The one writing of a decimal: no plus, no leading zeros, exactly the places."""
    return "^-?(0|[1-9][0-9]*)" + (rf"\.[0-9]{{{places}}}$" if places else "$")
