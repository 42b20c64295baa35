"""Countries and currencies as ERPs write them, into the codes of ISO 3166-1 and ISO 4217.

Names of countries come from CLDR in six languages, three-letter and numeric codes from its aliases
(https://cldr.unicode.org). A name that means different countries in two languages means none here.
An ERP's own codes ("D", "UK") are nobody's standard: the mapping lists them under `codes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from babel import Locale
from babel.core import get_global

from agent.canon import Field
from agent.mapping.letters import words_of
from agent.mapping.values import Convert, Refused, key_text
from agent.mapping.words import checked
from agent.model import Scalar, Value

LANGUAGES = ("en", "de", "fr", "es", "it", "nl")

_MARKS = {"€": "EUR", "£": "GBP", "₹": "INR", "₺": "TRY", "₽": "RUB", "₴": "UAH", "₩": "KRW",
          "₪": "ILS", "₫": "VND", "zł": "PLN", "Kč": "CZK", "Fr.": "CHF", "SFr.": "CHF"}  # fmt: skip
"""Marks that belong to one currency; "$" and "kr" belong to many and are refused."""


def country(field: Field, own: Mapping[str, str], blank: frozenset[str]) -> Convert:
    """A country by its code or name; what the mapping lists comes first."""

    def convert(value: Value) -> Scalar:
        word = key_text(value)
        if word is None or word in blank:
            return None
        if word in own:
            return own[word]
        if word in field.codes:
            return word
        found = code_of(word)
        if found is None or found not in field.codes:
            raise Refused("COUNTRY_UNKNOWN", "is no country that is known by this code or name")
        return found

    return convert


def currency(field: Field, own: Mapping[str, str], blank: frozenset[str]) -> Convert:
    """A currency by its code in any case, or by a mark that belongs to one currency."""

    def convert(value: Value) -> Scalar:
        word = key_text(value)
        if word is None or word in blank:
            return None
        return checked(field, own.get(word) or _MARKS.get(word) or word.upper())

    return convert


def code_of(word: str) -> str | None:
    """The code of a country by its code or name in any case; None where it is not known."""
    return _countries().get(_plain(word))


def _plain(word: str) -> str:
    return " ".join(words_of(word)) or word.casefold()


@cache
def _countries() -> Mapping[str, str]:
    """Every code and name that means one country."""
    found: dict[str, str | None] = {}
    for word, code in _said():
        found[word] = code if found.get(word, code) == code else None
    return {word: code for word, code in found.items() if code}


def _said() -> Iterator[tuple[str, str]]:
    aliases: Mapping[str, list[str]] = get_global("territory_aliases")
    for alias, codes in aliases.items():
        if len(alias) == 3 and len(codes) == 1 and len(codes[0]) == 2:
            yield _plain(alias), codes[0]
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                yield _plain(code), code
                yield _plain(name), code
