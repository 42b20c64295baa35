"""Puts the window together: one bridge, one session, theme and language as the person chose."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from gui import theme, translations
from gui.bridge import Bridge
from gui.session import Session
from gui.window import Window


def application() -> QApplication:
    """The one application, made at the first call."""
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Waybill")
    app.setApplicationDisplayName("Waybill")
    app.setDesktopFileName("waybill-tray")
    return app


class Face:
    """A window on the service of one home, with what it needs."""

    def __init__(self, home: Path, settings: Path | None = None) -> None:
        """The application must exist. `settings`: a file instead of the person's own."""
        self.bridge = Bridge(home)
        self.session = Session(self.bridge, settings)
        self._dress()
        self.session.look_changed.connect(self._dress)
        self.window = Window(self.bridge, self.session)

    def close(self) -> None:
        """Talk to nobody any more and be gone."""
        self.bridge.stop()
        self.window.close()
        self.window.deleteLater()
        self.bridge.deleteLater()

    def _dress(self) -> None:
        translations.install(self.session.language)
        theme.apply(self.session.theme)
