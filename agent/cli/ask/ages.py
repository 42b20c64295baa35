"""Ages as people type and read them: `4h`, `2d`, `30m`."""

from __future__ import annotations

import re

from agent.control.client import WrongUse

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PART = re.compile(r"(\d{1,9})\s*([smhd])\s*")


def seconds(text: str | None) -> int | None:
    """An age from its text, None without one. Raises WrongUse."""
    if text is None:
        return None
    if not text.strip() or _PART.sub("", text.strip()):
        raise WrongUse("An age is a number with a unit: 30m, 4h, 2d.")
    return sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(text))


def in_words(age: int) -> str:
    """An age in its largest unit: `4 h`."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if age >= size:
            return f"{age // size} {unit}"
    return f"{age} s"
