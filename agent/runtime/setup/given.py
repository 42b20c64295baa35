"""What a parameter holds that is JSON inside a text: checked before anything is made of it. Pure."""

from __future__ import annotations

import json
from typing import Any, Final

from agent.errors import WrongUse

_DEEPEST: Final = 24


def as_object(settings: str, name: str = "settings") -> dict[str, Any]:
    """The object in a text. Raises WrongUse for anything that no configuration could hold."""
    try:
        found = json.loads(settings)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not _is_sane(found, _DEEPEST):
        raise WrongUse(f"{name} is the text of one JSON object.")
    return found


def _is_sane(value: Any, left: int) -> bool:
    """Not nested without end, every text a text, every number one that TOML knows."""
    if left < 0:
        return False
    if isinstance(value, dict):
        return all(_is_sane(key, left) and _is_sane(each, left - 1) for key, each in value.items())
    if isinstance(value, list):
        return all(_is_sane(each, left - 1) for each in value)
    if isinstance(value, str):
        return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return not isinstance(value, float) or value - value == 0  # neither endless nor no number
