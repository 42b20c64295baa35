"""Copying. What is secret leaves the clipboard again by itself."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

_SECRET_MS: Final = 60_000


def copy_text(text: str) -> None:
    """Put a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)


def copy_secret(text: str, within_ms: int = _SECRET_MS) -> None:
    """Put a secret on the clipboard and take it away again, unless something else is there."""
    clipboard = QGuiApplication.clipboard()
    clipboard.setText(text)

    def clear() -> None:
        if clipboard.text() == text:
            clipboard.clear()

    QTimer.singleShot(within_ms, clipboard, clear)
