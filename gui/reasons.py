"""Why no record could be made of a row, in a person's language.

The service says it in sentences that are put together: what is wrong, as a field and its columns,
then what is wrong with it; several of one record follow each other, and some end in their code in
brackets. `resources/translations/reasons.LANGUAGE.toml` has the pieces. What is not all made of
known pieces is no reason of this sort.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final, NamedTuple

from gui.texts import sections_of

_HOLE: Final = re.compile(r"\{(\w+)\}")
_FIELD: Final = r"[\w.]+"
"""A field's name has no blanks; the name of a column may have anything."""
_CODED: Final = re.compile(r"(?P<said>.+) (?P<code>\[[A-Z0-9_]+\])", re.DOTALL)
_END: Final = re.compile(r"\. ")
_REMEMBERED: Final = 4096
"""Many rows of a table say the same."""


class _Form(NamedTuple):
    """What sentences look like, and what they are in the person's language."""

    pattern: re.Pattern[str]
    translation: str


class _Grammar(NamedTuple):
    """The pieces of one language."""

    subjects: tuple[_Form, ...]
    sentences: tuple[_Form, ...]
    """Of each predicate: a sentence with any subject or none."""
    limit: str
    several: tuple[_Form, ...]


@lru_cache(maxsize=_REMEMBERED)
def told(language: str, text: str) -> str | None:
    """The reason in this language; None if it is none that the language knows."""
    if not text or not sections_of("reasons", language):
        return None
    coded = _CODED.fullmatch(text)
    if coded is not None:
        found = told(language, coded["said"])
        return None if found is None else f"{found} {coded['code']}"
    grammar = _grammar_of(language)
    return _several(grammar, text) or _sentence(grammar, text)


def _several(grammar: _Grammar, text: str) -> str | None:
    for form in grammar.several:
        found = form.pattern.fullmatch(text)
        if found is None:
            continue
        first, others = _sentence(grammar, found["first"]), _row(grammar, found["others"])
        if first is not None and others is not None:
            return form.translation.format(first=first, count=found["count"], others=others)
    return None


def _row(grammar: _Grammar, text: str) -> str | None:
    """Sentences behind each other. A full stop may also be one of a column's name."""
    made, begin = [], 0
    for end in [*(found.start() + 1 for found in _END.finditer(text)), len(text)]:
        if (sentence := _sentence(grammar, text[begin:end])) is not None:
            made.append(sentence)
            begin = end + 1
    return " ".join(made) if begin > len(text) else None


def _sentence(grammar: _Grammar, text: str) -> str | None:
    for form in grammar.sentences:
        found = form.pattern.fullmatch(text)
        if found is None:
            continue
        parts = found.groupdict()
        subject, limit = parts.pop("_subject"), parts.pop("_limit")
        said = form.translation.format_map(parts)
        if limit:
            said = grammar.limit.format(said=said)
        return f"{_subject(grammar, subject)} {said}." if subject else f"{said}."
    return None


def _subject(grammar: _Grammar, text: str) -> str:
    for form in grammar.subjects:
        if found := form.pattern.fullmatch(text):
            return form.translation.format_map(found.groupdict())
    return text


@cache
def _grammar_of(language: str) -> _Grammar:
    texts = sections_of("reasons", language)
    subjects = "|".join(_pattern(text, named=False) for text in texts["subjects"])
    limit, *several = texts["frames"]
    after = _pattern(limit.replace("{said}", ""), named=False)
    return _Grammar(
        subjects=tuple(
            _Form(_compiled(_pattern(t)), said) for t, said in texts["subjects"].items()
        ),
        sentences=tuple(
            _Form(
                _compiled(rf"(?:(?P<_subject>{subjects}) )?{_pattern(text)}(?P<_limit>{after})?\."),
                said,
            )
            for text, said in _most_first(texts["predicates"])
        ),
        limit=texts["frames"][limit],
        several=tuple(_Form(_compiled(_pattern(t)), texts["frames"][t]) for t in several),
    )


def _most_first(forms: Mapping[str, str]) -> list[tuple[str, str]]:
    """Those that say most themselves come first."""
    return sorted(forms.items(), key=lambda form: -len(_HOLE.sub("", form[0])))


def _pattern(text: str, *, named: bool = True) -> str:
    """What pieces of this form look like."""
    made = []
    for number, part in enumerate(_HOLE.split(text)):  # every second one is a name
        if number % 2 == 0:
            made.append(re.escape(part))
            continue
        what = _FIELD if part == "field" else ".+?"
        made.append(f"(?P<{part}>{what})" if named else f"(?:{what})")
    return "".join(made)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)
