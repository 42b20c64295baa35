"""Values as far as their writing does not matter: one function per role. Pure.

Empty text means: there is nothing to compare. Telephone numbers follow Google's libphonenumber
(https://github.com/google/libphonenumber); legal forms are listed in `forms`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from agent.matching.forms import split_form

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "æ": "ae",
                          "å": "aa", "œ": "oe", "ł": "l", "đ": "d"})  # fmt: skip
_APART = re.compile(r"[^a-z0-9]+")
_JOINING = frozenset({"und", "and", "et", "y", "the"})
_STREETS = {"str": "strasse", "pl": "platz", "st": "street", "rd": "road", "ave": "avenue",
            "av": "avenue", "ln": "lane", "dr": "drive", "sq": "square", "blvd": "boulevard",
            "avda": "avenida"}  # fmt: skip
"""Written short at the end of a street's name; `str` and `pl` also as the end of a word."""
_GLUED = ("str", "pl")
_HOUSE = re.compile(r"\d+[a-z]?")
_POSTAL = re.compile(r"^[A-Z]{1,3}[- ](?=\d)")
_FREE_FORM = 64
"""Longer texts are no telephone numbers."""
MAILBOXES = frozenset(
    {
        *("info", "office", "mail", "email", "kontakt", "contact", "contacto", "sales", "service"),
        *("verkauf", "vertrieb", "einkauf", "post", "admin", "accounts", "rechnung", "invoice"),
        *("buchhaltung", "support", "zentrale", "hello", "team", "noreply", "postmaster"),
    }
)
"""What stands before the @ of addresses that belong to nobody in person."""


Plain = Callable[[str], str]
"""Brings a text into one writing."""


class Name(NamedTuple):
    """A name taken apart."""

    words: tuple[str, ...]
    """Without legal form and joining words."""
    form: str
    """The legal form in one writing; empty where none is stated."""
    compact: str
    """The words run together."""


class Street(NamedTuple):
    """A street and the number of its house."""

    street: str
    house: str


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Small letters without accents, digits, and single spaces."""
    small = text.casefold().translate(_LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))
    return _APART.sub(" ", bare).strip()


@lru_cache(maxsize=65536)
def folded(word: str) -> str:
    """A word of `plain` as it is without umlauts: `mueller` and `muller` alike. `bauer` too."""
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _joined_letters(words: list[str]) -> list[str]:
    """`g m b h` -> `gmbh`: letters that stand alone beside each other are one abbreviation."""
    found: list[str] = []
    was_letter = False
    for word in words:
        is_letter = len(word) == 1 and word.isalpha()
        if is_letter and was_letter:
            found[-1] += word
        else:
            found.append(word)
        was_letter = is_letter
    return found


def company(text: str) -> Name:
    """The name of a company."""
    words, form = split_form(_joined_letters(plain(text).split()))
    kept = tuple(word for word in words if word not in _JOINING) or tuple(words)
    return Name(kept, form, "".join(kept))


def person(*parts: str) -> Name:
    """The name of a person, from its parts; their order does not matter."""
    words = tuple(sorted(" ".join(plain(part) for part in parts).split()))
    return Name(words, "", "".join(words))


def phone(text: str, country: str) -> str:
    """E.164 without an extension; digits alone where the country is not known. Empty: no number."""
    import phonenumbers  # an agent that links nothing runs without

    try:
        number = phonenumbers.parse(text[:_FREE_FORM], country or None)
    except phonenumbers.NumberParseException:
        digits = "".join(c for c in text if c.isascii() and c.isdigit()).lstrip("0")
        return digits if len(digits) > 5 and len(text) <= _FREE_FORM else ""
    number.extension = None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def email(text: str) -> str:
    """An address, or nothing."""
    found = text.strip().casefold().removeprefix("mailto:")
    return found if found.count("@") == 1 and not found.startswith("@") else ""


def website(text: str) -> str:
    """The host of a web address."""
    host = text.strip().casefold().split("://")[-1].split("/")[0].split("?")[0].split(":")[0]
    host = host.removeprefix("www.")
    return host if "." in host else ""


def tax(text: str) -> str:
    """Letters and digits, without the country in front."""
    found = plain(text).replace(" ", "")
    return re.sub(r"^[a-z]{2}(?=\d)", "", found) if sum(c.isdigit() for c in found) > 4 else ""


def number(text: str) -> str:
    """Letters and digits without zeros in front."""
    return plain(text).replace(" ", "").lstrip("0")


def street(text: str) -> Street:
    """A street in one writing, apart from the number of its house."""
    words = plain(text).split()
    houses = [i for i, word in enumerate(words) if _HOUSE.fullmatch(word)]
    house = ""
    if houses:
        at = houses[0] if houses[0] == 0 else houses[-1]
        house = words.pop(at)
        if at < len(words) and len(words[at]) == 1 and words[at].isalpha() and at > 0:
            house += words.pop(at)
    return Street(_spelt_out(words), house)


def _spelt_out(words: list[str]) -> str:
    """`hauptstr` and `haupt str` as `hauptstrasse`, in one word."""
    if len(words) > 1 and words[-1] in _STREETS:
        return "".join([*words[:-1], _STREETS[words[-1]]])
    whole = "".join(words)
    for short in _GLUED:
        if whole.endswith(short) and len(whole) > len(short) + 2:
            return whole.removesuffix(short) + _STREETS[short]
    return whole


def postal_code(text: str) -> str:
    """`D-80331` -> `80331`."""
    return _POSTAL.sub("", text.strip().upper()).replace(" ", "").replace("-", "")


def city(text: str) -> str:
    """A city in one writing."""
    return plain(text).replace(" ", "")


def country(text: str) -> str:
    """A country by its code; a name of one is not compared."""
    code = text.strip().upper()
    return code if len(code) == 2 and code.isalpha() else ""
