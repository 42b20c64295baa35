"""Takes values out of a driver's message, so that a person may read it in a log."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 300

_BRACKETED = re.compile(r"^(?:\[[^\]]*\]\s*)+")
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|«[^»]*»|„[^“”]*[“”]|“[^”]*”")
_PARENTHESISED_VALUE = re.compile(r"=\s*\([^)]*\)")
_CALLED = re.compile(r"(\s*\(\d{1,3}\))? \(SQL\w+\)")


def scrub(text: str, secrets: Sequence[str] = (), names: Sequence[str] = ()) -> str:
    """The message without secrets and without quoted text, except for `names` we know."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "***")
    text = _BRACKETED.sub("", text.replace("\x00", "").replace("\n", " "))
    known = {name.lower() for name in names}

    def hide(match: re.Match[str]) -> str:
        inner = match.group()[1:-1]
        shown = inner.lower() in known or inner.lower().rpartition(".")[2] in known
        return match.group() if shown else match.group()[0] + "…" + match.group()[-1]

    text = _PARENTHESISED_VALUE.sub("=(…)", _QUOTED.sub(hide, text))
    return " ".join(_CALLED.sub("", text).split())[:LONGEST]
