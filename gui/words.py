"""The service's texts in a person's language, found by their codes.

The service sends a code, its parameters and English text. The files `words.<language>*.toml` beside
the translations have the texts of codes they know: a table for each code, with any of `title`,
`meaning`, `hint`, `to_do`, where `{name}` stands for a parameter. A text whose parameters are not all
there is not used: better English than a hole.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "resources" / "translations"

Texts = Mapping[str, Mapping[str, str]]


@cache
def texts_of(language: str) -> Texts:
    """What one language knows; nothing for English, which the service speaks itself."""
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted(FOLDER.glob(f"words.{language}*.toml")):
        with path.open("rb") as file:
            for code, texts in tomllib.load(file).items():
                # A condition has a title, the doctor's finding of the same code a text.
                found[code] = {**found.get(code, {}), **texts}
    return found


def said(language: str, item: Mapping[str, Any], part: str) -> str:
    """A part (`title`, `meaning`, `hint`, `text` ...) of what carries a code, translated or not."""
    english = str(item.get(part) or "")
    wording = texts_of(language).get(str(item.get("code") or ""), {}).get(part)
    if wording is None:
        return english
    params = item.get("params")
    try:
        return wording.format_map(params if isinstance(params, dict) else {})
    except (KeyError, IndexError, ValueError):
        return english
