"""How a language and a country write numbers, dates and the names of months (CLDR, by way of Babel).

`locale = "de"` or `"en-NZ"` says it in one word instead of `decimal`, `thousands` and `format`. It
is never taken from the machine, and a number or date that is written otherwise is refused all the
same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from babel import Locale, UnknownLocaleError

from agent.mapping.letters import words_of

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb", "fi", "cs")
"""Whose data of Babel must be there."""

_SPACES = frozenset("\u00a0\u202f")
_APOSTROPHES = frozenset("\u2019")
_ALSO: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {"de": {"mrz": 3, "maerz": 3, "jaen": 1, "jaenner": 1, "feber": 2}, "en": {"sept": 9}}
)
"""What exports write and CLDR does not list."""


def locale_of(text: str) -> Locale | None:
    """The locale of `de`, `en-NZ` or `pt_BR`; None where there is none of a known language."""
    try:
        found = Locale.parse(text.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return None
    return found if found.language in LANGUAGES else None


def marks(locale: Locale) -> tuple[str, str]:
    """The decimal and the thousands mark."""
    symbols = locale.number_symbols
    said = symbols.get("latn", symbols)
    return _usual(str(said["decimal"])), _usual(str(said["group"]))


def date_format(locale: Locale) -> str:
    """How dates are written in figures, with four digits for the year: %d.%m.%Y."""
    pattern = str(locale.date_formats["short"].pattern)
    return re.sub("y+", "%Y", re.sub("M+", "%m", re.sub("d+", "%d", pattern)))


def months(language: str) -> Mapping[str, int]:
    """The number of a month by its name in this language, in full or short: see `month_word`."""
    return _months(language)


def month_word(name: str) -> str:
    """A name of a month as far as spelling matters: without case, accents and dots."""
    return "".join(words_of(name))


@cache
def _months(language: str) -> Mapping[str, int]:
    locale = Locale(language)
    found: dict[str, int] = dict(_ALSO.get(language, {}))
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                found[month_word(str(name))] = int(number)
    return MappingProxyType(found)


def _usual(mark: str) -> str:
    """The mark that stands for its variants, as `numbers` knows them."""
    if mark in _SPACES:
        return " "
    return "'" if mark in _APOSTROPHES else mark
