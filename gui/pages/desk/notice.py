"""A sentence about what came of something, on a ground of its colour."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from gui import kit
from gui.theme import Space


def notice(kind: str = "ok") -> QLabel:
    """Hidden until it has something to say. `kind`: ok, error, warning."""
    made = kit.label(kind=kind)
    made.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
    made.hide()
    return made
