"""Text, codes and yes or no: what is decided by looking at words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from agent.canon import Field, Kind
from agent.canon.check import word_flaw
from agent.mapping.values import Altered, Convert, Refused, key_text, text_of
from agent.model import Scalar, Value

CASES: Mapping[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "title": str.title,
}

TRUE_WORDS = frozenset({"true", "1", "yes", "y", "ja", "j"})
FALSE_WORDS = frozenset({"false", "0", "no", "n", "nein"})
"""What a column says that goes into a yes-or-no field as it is, in any case."""


@dataclass(frozen=True, slots=True)
class TextStyle:
    """What a mapping does with a text."""

    trim: bool = False
    case: str = ""
    truncate: bool = False
    """Whether a text that is too long is cut, and counted."""
    from_float: bool = False
    blank: frozenset[str] = frozenset()


def text(field: Field, style: TextStyle) -> Convert:
    """Text, trimmed, cut or changed in case only where the mapping says so.

    References and codes are always trimmed: padding is never part of a key.
    """
    change, blank, from_float = CASES.get(style.case), style.blank, style.from_float
    trimmed = style.trim or field.kind is not Kind.TEXT

    def convert(value: Value) -> Scalar:
        found = text_of(value, from_float=from_float)
        if found is None:
            return None
        bare = found.strip()
        if not found.strip(" ") or bare in blank or (trimmed and not bare):
            return None
        chosen = bare if trimmed else found
        chosen = change(chosen) if change else chosen
        if style.truncate and len(chosen) > field.max_length:
            raise _shortened(field, chosen)
        return checked(field, chosen)

    return convert


def _shortened(field: Field, text: str) -> Altered:
    most = field.max_length
    cut = checked(field, text[:most]).rstrip(" ")
    said = f"had {len(text)} characters and was cut to {most}, as its mapping says"
    return Altered("TRUNCATED", said, cut or None)


def key(field: Field) -> Convert:
    """A reference or a code as it is, without blanks around it."""

    def convert(value: Value) -> Scalar:
        bare = value.strip() if isinstance(value, str) else key_text(value)
        return checked(field, bare) if bare else None

    return convert


def codes(table: Mapping[str, str], other: str | None, blank: frozenset[str]) -> Convert:
    """A code of the ERP into one of the contract. An entry for "" says what blank means."""

    def convert(value: Value) -> Scalar:
        found = key_text(value) or ""
        if found in blank:
            return None
        if found in table:
            return table[found]
        if not found:
            return None
        if other is None:
            raise Refused("CODE_UNKNOWN", "is a code that its mapping does not list")
        raise Altered("DEFAULTED", "is a code that only `other` of its mapping covers", other)

    return convert


def boolean(true: frozenset[str], false: frozenset[str], *, blank: frozenset[str]) -> Convert:
    """Yes or no by the words of the mapping, exactly as they are written there."""

    def convert(value: Value) -> Scalar:
        if isinstance(value, bool):
            return value
        found = _word(value)
        if found in true:
            return True
        if found in false:
            return False
        if not found or found in blank:
            return None
        raise Refused("NOT_A_BOOLEAN", "is a word that means neither true nor false")

    return convert


def plain_boolean(blank: frozenset[str] = frozenset()) -> Convert:
    """Yes or no by the usual words, in any case."""
    by_word = boolean(TRUE_WORDS, FALSE_WORDS, blank=frozenset())

    def convert(value: Value) -> Scalar:
        if isinstance(value, str):
            bare = value.strip()
            return None if bare in blank else by_word(bare.lower())
        return by_word(value)

    return convert


def checked(field: Field, value: str) -> str:
    """The same text, if it may stand in this field."""
    if flaw := word_flaw(field, value):
        raise Refused(*flaw)
    return value


def _word(value: Value) -> str:
    """The word of a value; a number of a yes-or-no column is a whole one."""
    if isinstance(value, (float, bytes)):
        raise Refused("NOT_A_BOOLEAN", "is of a type that means neither true nor false")
    if isinstance(value, Decimal) and value.is_finite() and value in (0, 1):
        return str(int(value))
    return key_text(value) or ""
