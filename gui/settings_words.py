"""The settings that the service describes (`config.kinds`), in a person's language.

The service names and explains each setting in English. `resources/translations/settings.LANGUAGE.toml`
has the same texts in another language, by their English wording, so that a text that was changed
is told in English until somebody translated it again. The words that may be chosen are the words of
the configuration file; both languages have names for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gui.texts import sections_of

_NAMED_BY_PEOPLE: Final = frozenset({"source", "target", "of"})
"""Choices among these are names that people gave."""


def told(language: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer of `config.kinds` with every text that this language has."""
    texts = sections_of("settings", language)
    titles, helps = texts.get("titles", {}), texts.get("helps", {})
    choices = texts.get("choices", {})

    def field(about: Mapping[str, Any]) -> dict[str, Any]:
        title, help_ = str(about.get("title") or ""), str(about.get("help") or "")
        words = [str(choice) for choice in about.get("choices") or ()]
        if about["name"] in _NAMED_BY_PEOPLE:
            words = []
        return {
            **about, "title": titles.get(title, title), "help": helps.get(help_, help_),
            "choice_titles": {word: choices.get(word, word) for word in words},
        }  # fmt: skip

    return {
        **answer,
        "kinds": [
            {
                **kind, "title": titles.get(str(kind.get("title")), kind.get("title")),
                "fields": [field(each) for each in kind.get("fields") or ()],
            }
            for kind in answer.get("kinds") or ()
        ],
    }  # fmt: skip
