"""The agent's status as an icon, and a switch to pause it.

It only shows what the service says, asked every few seconds in a thread of its own. When nobody
answers it says so: grey, "status unknown", never the last good news. The icons differ in shape,
not only in colour. Closing it stops nothing.
"""

from __future__ import annotations

import queue
import sys
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QObject, QRectF, Qt, QThread, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from agent.control.answers import Status
from agent.control.api import headline
from agent.control.client import Client, ControlError

_LOOK_SECONDS: Final = 5.0
_ANSWER_SECONDS: Final = 4.0
_SIZE: Final = 64
_UNKNOWN: Final = "unknown"
_LOOKS: Final = {  # health: sign, border, filling, ink
    "ok": ("\u2713", "#2e7d32", "#2e7d32", "white"),
    "warning": ("!", "#c77700", "#c77700", "white"),
    "error": ("\u00d7", "#b3261e", "#b3261e", "white"),
    _UNKNOWN: ("?", "#757575", "transparent", "#757575"),
}


class NoTray(Exception):
    """Nothing on this desktop shows tray icons."""


class Service(Protocol):
    """What the tray asks (`agent.control.client.Client` is one)."""

    def status(self) -> Status: ...

    def call(self, method: str, params: dict[str, object]) -> object: ...


class Watcher(QThread):
    """Asks the service, again and again, and carries wishes to it."""

    seen = Signal(str, str)
    """Health and sentence."""

    def __init__(self, service: Service, every: float = _LOOK_SECONDS) -> None:
        super().__init__()
        self._service = service
        self._every = every
        self._wishes: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def wish(self, method: str) -> None:
        """Ask the service to pause or resume everything; the answer shows in the status."""
        self._wishes.put(method)

    def finish(self) -> None:
        """Stop asking, and wait for the question that is under way."""
        self._wishes.put(None)
        self.wait()

    def run(self) -> None:
        """The thread's body."""
        wish: str | None = ""
        while wish is not None:
            refused = self._carry(wish)
            try:
                status = self._service.status()
                self.seen.emit(status["health"], refused or headline(status))
            except ControlError as error:
                self.seen.emit(_UNKNOWN, f"Status unknown. {error.title}")
            try:
                wish = self._wishes.get(timeout=self._every)
            except queue.Empty:
                wish = ""

    def _carry(self, wish: str) -> str:
        """Why the service refused a wish; empty when it did not."""
        try:
            if wish:
                self._service.call(wish, {"kind": "all"})
        except ControlError as error:
            return error.title
        return ""


class Tray(QObject):
    """The icon, its tooltip and its menu."""

    def __init__(self, watcher: Watcher) -> None:
        super().__init__()
        self._menu = QMenu()
        self.headline = self._menu.addAction("Status unknown. Asking the service ...")
        self.headline.setEnabled(False)
        self._menu.addSeparator()
        self.pause = self._menu.addAction("Pause all")
        self.resume = self._menu.addAction("Resume all")
        self._menu.addSeparator()
        # Not "Quit": that would be read as "stop the integration".
        self.close = self._menu.addAction("Close this icon (the service keeps running)")
        self.pause.triggered.connect(lambda: watcher.wish("pause"))
        self.resume.triggered.connect(lambda: watcher.wish("resume"))
        self.close.triggered.connect(QApplication.quit)
        self.icon = QSystemTrayIcon(draw(_UNKNOWN))
        self.icon.setContextMenu(self._menu)
        self.show_status(_UNKNOWN, self.headline.text())
        watcher.seen.connect(self.show_status)

    def show_status(self, health: str, sentence: str) -> None:
        """Render what the service said; a health that we do not know is not good news."""
        plain = " ".join(sentence.split())
        self.headline.setText(plain.replace("&", "&&"))
        self.icon.setToolTip(plain)
        self.icon.setIcon(draw(health))
        for action in (self.pause, self.resume):
            action.setEnabled(health != _UNKNOWN)


def draw(health: str) -> QIcon:
    """A disc with a sign; for unknown, an outline."""
    sign, colour, filling, ink = _LOOKS.get(health, _LOOKS[_UNKNOWN])
    image = QPixmap(_SIZE, _SIZE)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(colour))
    painter.setBrush(QColor(filling))
    whole = QRectF(2, 2, _SIZE - 4, _SIZE - 4)
    painter.drawEllipse(whole)
    font = painter.font()
    font.setPixelSize(_SIZE * 3 // 4)
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(whole, Qt.AlignmentFlag.AlignCenter, sign)
    painter.end()
    return QIcon(image)


def show(home: Path) -> int:
    """Show the icon until it is closed; Qt's exit code. Raises NoTray."""
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    if not QSystemTrayIcon.isSystemTrayAvailable():
        raise NoTray
    watcher = Watcher(Client(home, timeout=_ANSWER_SECONDS))
    tray = Tray(watcher)
    tray.icon.show()
    watcher.start()
    code = app.exec()
    watcher.finish()
    return code
