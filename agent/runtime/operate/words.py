"""Which words may stay in a bundle, and which names of this installation are known."""

from __future__ import annotations

import getpass
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from agent import resources
from agent.canon.reasons import CATALOGUE
from agent.runtime.operate.pseudonyms import KINDS, TABLES, Pseudonyms, vocabulary

_NOBODY: Final = "waybill"
_SECRET: Final = re.compile(r"secret:([\w.-]+)")


@cache
def known() -> frozenset[str]:
    """The words of our own texts: of errors, conditions and the log, of reasons, of the help."""
    pages = sorted((resources.FOLDER / "help").glob("*.md"))
    return vocabulary(
        [
            resources.text("vocabulary.txt"),
            *(f"{one.title} {one.meaning} {one.to_do}" for one in CATALOGUE.values()),
            *(page.read_text(encoding="utf-8") for page in pages),
        ]
    )


def learn(names: Pseudonyms, document: Mapping[str, Any], places: Sequence[Path]) -> None:
    """The names of a configuration and of the machine: they are found in any text."""
    for place in places:
        names.know(str(place), "folder")
    names.know(platform.node(), "host")
    with suppress(KeyError, OSError, ImportError):  # an account without a name
        names.know(getpass.getuser(), "user")
    for section in sorted(TABLES & document.keys()):
        for name in document[section] if isinstance(document[section], dict) else ():
            names.know(name, KINDS[section])
    for field, value in _leaves(document, ""):
        _learn_value(names, field, value)


def _learn_value(names: Pseudonyms, field: str, value: str) -> None:
    if secret := _SECRET.fullmatch(value):
        names.know(secret[1], "secret")
    elif field in KINDS:
        names.know(value, KINDS[field])
        if host := _host(value):
            names.know(host, "host")
    elif names.text(value) != value:
        names.know(value, field or "value")


def learn_actor(names: Pseudonyms, actor: str) -> None:
    """Somebody who did something."""
    if actor and actor != _NOBODY:
        names.know(actor, "user")


def _leaves(value: Any, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, field)
    elif isinstance(value, str):
        yield field, value


def _host(value: str) -> str:
    try:
        return urlsplit(value).hostname or ""
    except ValueError:
        return ""
