"""Whole sentences of the service that carry no code, in a person's language.

Why a column may fill a field, and why two records may be the same, is told in English sentences of
a few forms. `resources/translations/phrases.LANGUAGE.toml` has the forms (`[phrases]`), where
`{name}` stands for what differs, and the words that stand in them (`[words]`). A sentence of no
known form is told as it came. `[places]` says where a record was read. Why no record could be made
of a row is put together of pieces (`gui.reasons`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from gui import reasons
from gui.texts import sections_of

_OURS: Final = frozenset({"how", "language", "what"})
"""What stands for words of ours: the form fits only if these are known."""
_MAYBE_OURS: Final = frozenset({"role"})
"""What is a word of ours or a name: told as it came if it is not known."""
_HOLE: Final = re.compile(r"\{(\w+)\}")

Form = tuple[re.Pattern[str], str]


def told(language: str, sentence: str, section: str = "phrases") -> str:
    """The sentence in this language, or as it came. `section`: of which forms it is."""
    if section == "phrases" and (reason := reasons.told(language, sentence)) is not None:
        return reason
    return _formed(language, section, sentence) or sentence


def _word(language: str, text: str) -> str | None:
    return _formed(language, "words", text)


def _formed(language: str, section: str, text: str) -> str | None:
    for form, translation in _forms(language, section):
        found = form.fullmatch(text)
        if found is None:
            continue
        parts: dict[str, str] = {}
        for name, part in found.groupdict().items():
            ours = _word(language, part) if name in _OURS | _MAYBE_OURS else part
            if ours is None and name in _OURS:
                break
            parts[name] = part if ours is None else ours
        else:
            return translation.format_map(parts)
    return None


@cache
def _forms(language: str, section: str) -> list[Form]:
    """The forms of a section; those that say most themselves are tried first."""
    texts = sections_of("phrases", language).get(section, {})
    most_first = sorted(texts, key=lambda text: -len(_HOLE.sub("", text)))
    return [(pattern_of(text), texts[text]) for text in most_first]


def pattern_of(text: str) -> re.Pattern[str]:
    """What sentences of this form look like."""
    parts = _HOLE.split(text)  # every second one is a name
    made = (f"(?P<{part}>.+?)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    return re.compile("".join(made), re.DOTALL)
