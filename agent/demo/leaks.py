"""Looks for the ERP's values in the clear, byte by byte, in every file of the agent's home."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_ENCODINGS = ("utf-8", "cp1252", "cp850", "utf-16-le")


def leaks(home: Path, values: Iterable[str]) -> list[str]:
    """What was found where: `queue.db: N of the sample ERP's values`; files may come and go."""
    needles = [forms for value in values if (forms := _forms(value))]
    found = []
    for path in sorted(home.rglob("*")):
        try:
            if path.is_symlink() or not path.is_file():
                continue
            data = path.read_bytes()
        except OSError:
            continue
        hits = sum(any(form in data for form in forms) for forms in needles)
        if hits:
            found.append(f"{path.relative_to(home)}: {hits} of the sample ERP's values")
    return found


def _forms(value: str) -> set[bytes]:
    forms = set()
    for encoding in _ENCODINGS:
        try:
            forms.add(value.encode(encoding))
        except UnicodeEncodeError:
            continue
    return forms | {ascii(value)[1:-1].encode()}  # as JSON and logs would escape it
