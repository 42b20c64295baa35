"""Text, codes and yes or no: what is decided by looking at words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from agent.canon import Field, Kind
from agent.canon.check import word_flaw
from agent.mapping.values import Convert, Refused, key_text, text_of
from agent.model import Scalar, Value

CASES: Mapping[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "title": str.title,
}

TRUE_WORDS = frozenset({"true", "1", "yes", "y", "ja", "j"})
FALSE_WORDS = frozenset({"false", "0", "no", "n", "nein"})
"""What a column says that goes into a yes-or-no field as it is, in any case."""


def text(
    field: Field, *, trim: bool, case: str, blank: frozenset[str], from_float: bool
) -> Convert:
    """Text, trimmed or changed in case only where the mapping says so.

    References and codes are always trimmed: padding is never part of a key.
    """
    change = CASES.get(case)
    trimmed = trim or field.kind is not Kind.TEXT

    def convert(value: Value) -> Scalar:
        found = text_of(value, from_float=from_float)
        if found is None:
            return None
        bare = found.strip()
        if not found.strip(" ") or bare in blank or (trimmed and not bare):
            return None
        chosen = bare if trimmed else found
        return checked(field, change(chosen) if change else chosen)

    return convert


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
        return other

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
