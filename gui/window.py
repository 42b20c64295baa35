"""The window: navigation on the left, one page on the right, the service's state around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from gui.bridge import Bridge
from gui.frame import (
    Banner,
    Navigation,
    StatusLine,
    Strip,
    environment_name,
    pages_seen,
    without_margins,
)
from gui.pages import PAGES, entry_of
from gui.pages.base import Page
from gui.session import Session

_DESIGNED: Final = QSize(900, 560)
_START: Final = QSize(1180, 760)
_SMALLEST: Final = QSize(480, 320)
_WORDS_FROM: Final = 760
"""Width from which the navigation has words."""
_FRAME: Final = 40
"""Height that the window manager's title may take."""


class Window(QMainWindow):
    """Shows pages and what the bridge says. Closing it stops nothing."""

    closed = Signal()
    in_front = Signal()
    """A person looks at it."""

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__()
        self.bridge, self.session = bridge, session
        self._pages: dict[str, Page] = {}
        self._key = ""
        self.setMinimumSize(_SMALLEST)
        self._build()
        self._clamp()
        bridge.status_changed.connect(self._show_status)
        bridge.lost.connect(lambda _code, _title: self._show_status(None))
        bridge.changed.connect(self._refresh_topic)
        bridge.connected.connect(self._look_again)
        session.role_changed.connect(self.rebuild)
        session.look_changed.connect(self.rebuild)
        for sequence, does in (
            (Qt.Key.Key_F5, self.refresh),  # the standard one takes Ctrl+R too: send again
            (QKeySequence.StandardKey.Find, self._find),
        ):
            QShortcut(QKeySequence(sequence), self, does)
        for number in range(1, 10):
            QShortcut(
                QKeySequence(f"Ctrl+{number}"), self, lambda row=number - 1: self._open_row(row)
            )

    # --- what others ask of it --------------------------------------------------------------------

    @property
    def page(self) -> Page | None:
        """The page in front."""
        return self._pages.get(self._key)

    def open(self, key: str, target: Mapping[str, Any] | None = None) -> None:
        """Bring a page to the front, and something on it. An unknown page changes nothing."""
        entry = entry_of(key)
        if entry is None or not entry.may_be_seen(self.session):
            return
        former = self.page
        if former is not None and key != self._key:
            former.hidden()
        page = self._pages.get(key)
        if page is None:
            page = entry.make(self.bridge, self.session)
            page.go.connect(self.open)
            self._pages[key] = page
            self._stack.addWidget(page)
        self._key = key
        self._stack.setCurrentWidget(page)
        self.navigation.blockSignals(True)  # noqa: FBT003 Qt takes it by place
        self.navigation.choose(key)
        self.navigation.blockSignals(False)  # noqa: FBT003 Qt takes it by place
        if not page.is_shown:
            page.shown()
            if self.bridge.status is not None:
                page.status_changed(self.bridge.status)
        if target:
            page.jump(target)

    def open_first(self) -> None:
        """Where this person begins: set-up while it is needed, exceptions for an operator."""
        status = self.bridge.status
        seen = pages_seen(PAGES, self.session, status)
        keys = [entry.key for entry in seen]
        parked = int((status or {}).get("counts", {}).get("parked") or 0)
        if self.session.role == "operator" and parked and "exceptions" in keys:
            self.open("exceptions")
        elif keys:
            self.open(keys[0])

    def come_up(self) -> None:
        """Show the window, because a person asked for it."""
        self._clamp()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def refresh(self) -> None:
        """Ask for everything on the page again."""
        if self.bridge.is_connected and self.page is not None:
            with self.page.looking():
                self.page.refresh()
        self.bridge.retry()

    def rebuild(self) -> None:
        """Make everything again: another language, theme or role. The page in front stays."""
        key = self._key
        entry = entry_of(key)
        for page in self._pages.values():
            page.hidden()
        self._pages.clear()
        self._key = ""
        self._build()
        if entry is not None and self.session.sees(entry.role):
            self.open(key)
        elif self.bridge.is_connected:
            self.open_first()

    # --- inside -----------------------------------------------------------------------------------

    def _build(self) -> None:
        self.strip = Strip()
        self.banner = Banner()
        self.banner.pressed.connect(self.bridge.retry)
        self.navigation = Navigation()
        self.navigation.opened.connect(self.open)
        self._stack = QStackedWidget()
        middle = QHBoxLayout()
        middle.addWidget(self.navigation)
        middle.addWidget(self._stack, 1)
        whole = QVBoxLayout()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.strip)
        whole.addWidget(self.banner)
        whole.addWidget(without_margins(middle), 1)
        central = QWidget()
        central.setLayout(whole)
        self.line = StatusLine(self.bridge, self.session)
        self.setCentralWidget(central)
        self.setStatusBar(self.line)
        self.navigation.be_narrow(self.width() < _WORDS_FROM)
        self._show_status(self.bridge.status)
        self.line.is_seen(self.isVisible())

    def _show_status(self, status: Mapping[str, Any] | None) -> None:
        self.strip.show_place(status)
        self.strip.show_state(self.session, status)
        self.banner.show_status(self.session, self.bridge, status)
        self.navigation.show_entries(pages_seen(PAGES, self.session, status), status)
        self.line.show_status(status)
        if status is not None:
            place = (
                f"{status.get('agent')} – {environment_name(str(status.get('environment') or ''))}"
            )
            self.setWindowTitle(f"{place} – Waybill")
            if self.page is not None:
                with self.page.looking(by_itself=True):
                    self.page.status_changed(status)
        elif not self.windowTitle():
            self.setWindowTitle("Waybill")
        if not self._key and self.bridge.is_connected:
            self.open_first()

    def _refresh_topic(self, topic: str) -> None:
        for page in self._pages.values():
            if page.is_shown and topic in page.topics:
                with page.looking(by_itself=True):
                    page.topic_changed(topic)

    def _look_again(self) -> None:
        """The service is back: what could not be asked while it was away is asked now."""
        if self.page is not None and self.page.misses_something:
            with self.page.looking(by_itself=True):
                self.page.refresh()

    def _open_row(self, row: int) -> None:
        if row < self.navigation.count():
            self.navigation.setCurrentRow(row)

    def _find(self) -> None:
        if self.page is not None:
            self.page.search()

    def _clamp(self) -> None:
        """No larger than the screen, and on it."""
        screen = self.screen()
        free = screen.availableGeometry()
        wanted = self.size() if self.isVisible() or self.property("placed") else _START
        size = wanted.boundedTo(QSize(free.width(), free.height() - _FRAME))
        self.setMinimumSize(_SMALLEST.boundedTo(size))
        self.resize(size)
        if not self.property("placed"):
            self.setProperty("placed", True)  # noqa: FBT003 Qt takes it by place
            left = free.left() + (free.width() - size.width()) // 2
            self.move(left, free.top() + max(0, (free.height() - size.height() - _FRAME) // 3))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 Qt's name
        super().resizeEvent(event)
        self.navigation.be_narrow(self.width() < _WORDS_FROM)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 Qt's name
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.in_front.emit()
        if event.type() == QEvent.Type.WindowStateChange:
            self.line.is_seen(not self.isMinimized())
        super().changeEvent(event)

    def showEvent(self, event: QEvent) -> None:  # noqa: N802 Qt's name
        self.line.is_seen(True)  # noqa: FBT003 one switch
        super().showEvent(event)  # type: ignore[arg-type]  # Qt's stub names the narrower class

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 Qt's name
        self.line.is_seen(False)  # noqa: FBT003 one switch
        event.accept()
        self.closed.emit()
