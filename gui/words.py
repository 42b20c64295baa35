"""The service's texts in a person's language, found by their codes.

The service sends a code, its parameters and English text. The files `words.<language>*.toml` beside
the translations have the texts of codes they know: a table for each code, with any of `title`,
`meaning`, `hint`, `to_do`, `text`, `reason`, where `{name}` stands for a parameter. A part may have
several wordings: the first whose parameters were all sent is used. Without one it is told in English,
better than with a hole. A finding (`text`) of an error is told as the error is (`title`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from gui.texts import FOLDER

Wording = str | list[str]
Texts = Mapping[str, Mapping[str, Wording]]


@cache
def texts_of(language: str) -> Texts:
    """What one language knows; nothing for English, which the service speaks itself."""
    found: dict[str, Mapping[str, Wording]] = {}
    for path in sorted(FOLDER.glob(f"words.{language}*.toml")):
        with path.open("rb") as file:
            for code, texts in tomllib.load(file).items():
                # A condition has a title, the doctor's finding of the same code a text.
                found[code] = {**found.get(code, {}), **texts}
    return found


def said(language: str, item: Mapping[str, Any], part: str) -> str:
    """A part (`title`, `meaning`, `hint`, `text` ...) of what carries a code, translated or not."""
    params = item.get("params")
    named = params if isinstance(params, dict) else {}
    for wording in wordings(language, str(item.get("code") or ""), part):
        try:
            return wording.format_map(named)
        except (KeyError, IndexError, ValueError):
            continue
    return str(item.get(part) or "")


def wordings(language: str, code: str, part: str) -> list[str]:
    """What a language has for a part of a code, in the order in which it is tried."""
    texts = texts_of(language).get(code, {})
    found: list[str] = []
    for name in (part, "title") if part == "text" else (part,):
        wording = texts.get(name, [])
        found += [wording] if isinstance(wording, str) else wording
    return found
