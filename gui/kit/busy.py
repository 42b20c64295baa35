"""What a button looks like while the service answers: off, with the word for what happens."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QPushButton

_FORMER: Final = "text-before"


def busy(pressed: QPushButton, text: str) -> None:
    """It works: the button is off and says so, at its width."""
    if pressed.property(_FORMER) is None:
        pressed.setProperty(_FORMER, pressed.text())
    pressed.setMinimumWidth(pressed.width())
    pressed.setText(text)
    pressed.setEnabled(False)


def idle(pressed: QPushButton) -> None:
    """It is done: the button is as it was."""
    former = pressed.property(_FORMER)
    if former is not None:
        pressed.setText(str(former))
        pressed.setProperty(_FORMER, None)
    pressed.setMinimumWidth(0)
    pressed.setEnabled(True)
