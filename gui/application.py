"""Puts window and tray together, and decides when the program ends.

The tray is never the only way in: without a tray a person's start shows the window, and closing
it ends the program. Started by the system (`--autostart`), nothing is shown but the icon, and
who may not talk to the service never hears of it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from gui import theme, translations
from gui.bridge import Bridge
from gui.kit.basics import mark_icon
from gui.session import Session
from gui.single import SingleInstance
from gui.tray_icon import TrayIcon
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
    app.setQuitOnLastWindowClosed(False)
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
        self.window.setWindowIcon(mark_icon())

    def close(self) -> None:
        """Talk to nobody any more and be gone."""
        self.bridge.stop()
        self.window.close()
        self.window.deleteLater()
        self.bridge.deleteLater()

    def _dress(self) -> None:
        translations.install(self.session.language)
        theme.apply(self.session.theme)


class Program(QObject):
    """Window and tray of one person."""

    ends = Signal()
    """Nothing of it is wanted any more."""

    def __init__(
        self, home: Path, single: SingleInstance, *, autostart: bool, settings: Path | None = None
    ) -> None:
        super().__init__()
        self.face = Face(home, settings)
        self.tray = TrayIcon(self.face.bridge, self.face.session)
        self.tray.opens.connect(self._open)
        self.tray.closes.connect(self._close_tray)
        self._is_tray_wanted = True
        self.face.window.closed.connect(self._window_closed)
        self.face.window.in_front.connect(self.tray.person_looks)
        single.raised.connect(self.face.window.come_up)
        if autostart:
            self.face.bridge.lost.connect(self._leave_quietly)
        self.tray.show()
        self.face.bridge.start()
        if not autostart:
            self.face.window.come_up()

    def _open(self, page: str, target: object) -> None:
        if page:
            self.face.window.open(page, target if isinstance(target, dict) else None)
        self.face.window.come_up()

    def _close_tray(self) -> None:
        """A window that is open stays; without one the program ends."""
        self._is_tray_wanted = False
        self.tray.icon.hide()
        if not self.face.window.isVisible():
            self.ends.emit()

    def _window_closed(self) -> None:
        if not (self._is_tray_wanted and self.tray.has_host):
            self.ends.emit()

    def _leave_quietly(self, code: str, _title: str) -> None:
        if code == "NOT_ALLOWED" and not self.face.window.isVisible():
            self.ends.emit()


def show(home: Path, *, autostart: bool) -> int:
    """Run until it is closed; Qt's exit code."""
    app = application()
    single = SingleInstance(home)
    if not single.is_first(wants_window=not autostart):
        return 0
    program = Program(home, single, autostart=autostart)
    program.ends.connect(app.quit)
    code = app.exec()
    program.tray.icon.hide()
    program.face.close()
    single.close()
    return code
