"""What the ready sets for ERPs say of themselves (`packs.list`), in a person's language.

The service speaks English. `resources/translations/packs.LANGUAGE.toml` has the same texts in
another language, by their English wording: a text that was changed is told in English until
somebody translated it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gui.commands import windowed
from gui.texts import sections_of

_SAID: Final = {"title": "titles", "versions": "versions", "connect": "connect"}
"""What a set says of itself, and where the file of a language has it."""


def told(language: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer of `packs.list` in this language, with commands as places of the window."""
    texts = sections_of("packs", language)

    def said(section: str, english: object) -> str:
        text = str(english or "")
        return windowed(texts.get(section, {}).get(text, text))

    return {
        **answer,
        "items": [
            {
                **pack,
                **{part: said(section, pack.get(part)) for part, section in _SAID.items()},
                "settings": [
                    {**each, "title": said("settings", each.get("title"))}
                    for each in pack.get("settings") or ()
                ],
            }
            for pack in answer.get("items") or ()
        ],
    }
