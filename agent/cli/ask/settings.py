"""Settings in words: from a file with JSON, and one by one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from agent.cli import handed
from agent.control.client import WrongUse

_LARGEST: Final = 256 * 1024

Given = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="SETTING=VALUE", help="A setting, dotted within; repeatable."),
]
From = Annotated[
    Path | None, typer.Option("--from", metavar="FILE", help="Settings as JSON; - reads them here.")
]


def given_settings(
    given: Sequence[str], source: Path | None, otherwise: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """From a file, or what there is `otherwise`; and then what was set. Raises WrongUse."""
    if source is None and not given:
        raise WrongUse("Say what: --set SETTING=VALUE, or --from FILE.")
    pairs = [_pair(word) for word in given]
    settings = _read(source) if source is not None else otherwise()
    for place, value in pairs:
        table = settings
        *inner, last = place.split(".")
        for key in inner:
            below = table.get(key)
            table[key] = dict(below) if isinstance(below, dict) else {}
            table = table[key]
        table[last] = _value(value)
    return settings


def _pair(word: str) -> tuple[str, str]:
    place, is_there, value = word.partition("=")
    if not is_there or not place.strip():
        raise WrongUse(f"--set {word}: a setting is written SETTING=VALUE.")
    return place.strip(), value


def _value(text: str) -> object:
    """JSON where it is some, such as `5`, `true` or `["A"]`; a text otherwise."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _read(source: Path) -> dict[str, Any]:
    try:
        text = handed.piped(_LARGEST) if str(source) == "-" else handed.written(source)
        found = json.loads(text)
    except (OSError, ValueError) as error:
        raise WrongUse(f"{source} is no file with one JSON object.") from error
    if not isinstance(found, dict):
        raise WrongUse(f"{source} is no file with one JSON object.")
    return found
