"""How parts of an exception are said in one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def told(value: Any) -> str:
    """A part of an act: which fields became what, or a word."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {pair[0]!r} -> {pair[1]!r}" for name, pair in value.items())
    return str(value)


def words(words: Sequence[Mapping[str, Any]], count: int) -> str:
    """`"D" in 200, "Narnia" in 12`."""
    named = ", ".join(f'"{each["word"]}" in {each["count"]:,}' for each in words)
    others = count - sum(each["count"] for each in words)
    return f"{named}, others in {others:,}" if others > 0 else named
