"""How much a heading says the name of a field, in any of the languages that are known.

A heading is compared as words: case, accents, punctuation and joined-up writing do not matter
("KundenNr.", "kunden_nr" and "Kunden-Nr" are one). Words that only repeat the record's kind
("customer name" in a table of customers) weigh little.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import NamedTuple

from agent.mapping.letters import words_of
from agent.model import Json

ANY = "any"
"""The part of the synonyms that holds for every kind of record."""

LANGUAGES: Mapping[str, str] = MappingProxyType(
    {
        "en": "English",
        "de": "German",
        "fr": "French",
        "es": "Spanish",
        "it": "Italian",
        "nl": "Dutch",
        "erp": "an ERP's own",
    }
)

_EXACT, _ALMOST, _PART = 1.0, 0.8, 0.6
_ALIKE = 0.86  # below this, spellings differ by more than an ending or a slip
_SHORTEST = 4  # shorter words are alike by chance


class Said(NamedTuple):
    """How well a heading names a field: 0 to 1, and why in words."""

    score: float
    why: str


@dataclass(frozen=True, slots=True)
class _Name:
    words: tuple[str, ...]
    text: str
    language: str


class Synonyms:
    """The names of fields, from a document `{ENTITY or "any": {FIELD: {LANGUAGE: [NAME]}}}`."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._names: dict[tuple[str, str], tuple[_Name, ...]] = {}
        for entity, fields in document.items():
            for field, by_language in _table(fields).items():
                self._names[entity, field] = tuple(
                    _Name(words_of(name), name, language)
                    for language, names in _table(by_language).items()
                    if isinstance(names, list)
                    for name in map(str, names)
                )

    def says(self, heading: str, entity: str, field: str) -> Said:
        """How well this heading names this field of this kind of record."""
        words = words_of(heading)
        own = words_of(field)
        if not words:
            return Said(0, "")
        if words in (own, (*words_of(entity), *own)):
            return Said(_EXACT, f"'{heading}' is the field's own name")
        names = self._names.get((entity, field)) or self._names.get((ANY, field), ())
        best = max(
            (_compared(words, name) for name in (_Name(own, field, "en"), *names)),
            key=lambda pair: pair[0],
            default=(0.0, None),
        )
        score, name = best
        if name is None or not score:
            return Said(0, "")
        how = {_EXACT: "is", _ALMOST: "is almost"}.get(score, "holds")
        return Said(score, f"'{heading}' {how} {LANGUAGES[name.language]} '{name.text}'")


def _compared(words: Sequence[str], name: _Name) -> tuple[float, _Name | None]:
    one, other = "".join(words), "".join(name.words)
    if one == other:
        return _EXACT, name
    if min(len(one), len(other)) >= _SHORTEST:
        if SequenceMatcher(None, one, other).ratio() >= _ALIKE:
            return _ALMOST, name
        if len(name.words) > 1 or len(other) > _SHORTEST:
            holds = set(name.words) <= set(words) or one.startswith(other) or one.endswith(other)
            if holds:
                return _PART, name
    return 0.0, None


def _table(value: Json | Iterable[object]) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}
