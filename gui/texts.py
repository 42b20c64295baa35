"""The files that have what the service says in English in a person's language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "resources" / "translations"

Texts = Mapping[str, Mapping[str, str]]


@cache
def sections_of(what: str, language: str) -> Texts:
    """The sections of `WHAT.LANGUAGE.toml`; none where this language needs no such file."""
    path = FOLDER / f"{what}.{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
