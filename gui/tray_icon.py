"""The icon beside the clock: state as a shape, a menu, messages. It never takes the keyboard.

It survives a tray host that comes late or dies, and a service that does: then it is grey and
says "status unknown". Closing it stops nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTime, QTimer, Signal
from PySide6.QtGui import QAction, QCursor, QGuiApplication, QPalette
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from agent.control.api import State
from gui import tray_drawings
from gui.bridge import Bridge, Fault
from gui.causes import causes_of
from gui.kit import copy_text
from gui.sentences import sentence, state
from gui.session import Session
from gui.support import status_for_support
from gui.toasts import Toast, Toasts

_HOST_MS: Final = 10_000
_FRAME_MS: Final = 600
_LOOK_MS: Final = 30_000
_TOAST_MS: Final = 10_000
_LONGEST_TIP: Final = 120  # Windows cuts at 127
_MIDNIGHT: Final = 24 * 60


class TrayIcon(QObject):
    """Shows the state of a bridge's service and carries what a person chooses in the menu."""

    opens = Signal(str, object)
    """The window is wanted: a page (empty: as it was), and where on it."""
    closes = Signal()
    """The icon is not wanted any more."""
    host_changed = Signal(bool)
    """Whether something shows icons now."""

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge)
        self._bridge, self._session = bridge, session
        self._clock = QElapsedTimer()
        self._clock.start()
        self._groups: list[Mapping[str, Any]] | None = None
        self._shown: Toast | None = None
        self._frame = 0
        self._has_host = QSystemTrayIcon.isSystemTrayAvailable()
        self._toasts = Toasts(lambda text: self.tr("Solved: {cause}").format(cause=text))
        self.menu = QMenu()
        self.icon = QSystemTrayIcon(self)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self._message_clicked)
        self._moving = QTimer(self, interval=_FRAME_MS)
        self._moving.timeout.connect(self._move)
        host = QTimer(self, interval=_HOST_MS)
        host.timeout.connect(self.look_for_host)
        host.start()
        look = QTimer(self, interval=_LOOK_MS)
        look.timeout.connect(self._consider)
        look.start()
        bridge.status_changed.connect(lambda _status: self._show())
        bridge.lost.connect(lambda _code, _title: self._show())
        bridge.changed.connect(self._topic_changed)
        bridge.connected.connect(lambda: self._topic_changed("exceptions"))
        session.look_changed.connect(self._build_menu)
        session.role_changed.connect(self._show)
        self._build_menu()

    @property
    def has_host(self) -> bool:
        """Whether something shows icons, as far as was last seen."""
        return self._has_host

    def show(self) -> None:
        """Appear, now or as soon as there is a host."""
        self.icon.show()

    def look_for_host(self) -> None:
        """A host may come late, and one that died may come back: then the icon is put there."""
        has_host = QSystemTrayIcon.isSystemTrayAvailable()
        if has_host and not self._has_host:
            self.icon.hide()
            self.icon.show()
        if has_host != self._has_host:
            self._has_host = has_host
            self.host_changed.emit(has_host)

    def person_looks(self) -> None:
        """The window is in front: what stands needs no message."""
        self._toasts.seen(self._seconds())

    # --- the menu ---------------------------------------------------------------------------------

    def _build_menu(self) -> None:
        menu = self.menu
        menu.clear()
        self.attention = self._action("", lambda: self.opens.emit("exceptions", {}))
        self._line = menu.addSeparator()
        self.open = self._action(self.tr("Open Waybill"), lambda: self.opens.emit("", None))
        menu.setDefaultAction(self.open)
        self.pause = menu.addMenu(self.tr("Pause"))
        for text, minutes in (
            (self.tr("For 15 minutes"), lambda: 15),
            (self.tr("For 1 hour"), lambda: 60),
            (self.tr("Until tomorrow 06:00"), _until_six),
            (self.tr("Until I resume"), lambda: None),
        ):
            action = QAction(text, self.pause)
            action.triggered.connect(lambda _on=False, of=minutes: self._pause(of()))
            self.pause.addAction(action)
        self.resume = self._action(self.tr("Resume"), self._resume)
        self.scan = self._action(self.tr("Check sources now"), self._scan)
        menu.addSeparator()
        self.setup = self._action(self.tr("Set up…"), lambda: self.opens.emit("setup", None))
        self.copy = self._action(self.tr("Copy status for support"), self._copy)
        self.about = self._action("", lambda: self.opens.emit("about", None))
        # Not "Quit": that would be read as "stop the integration".
        self.close = self._action(
            self.tr("Close tray icon (the service keeps running)"), self.closes.emit
        )
        self.icon.setContextMenu(menu)
        self._show()

    def _action(self, text: str, does: Any) -> QAction:
        action = QAction(text, self.menu)
        action.triggered.connect(lambda _on=False: does())
        self.menu.addAction(action)
        return action

    def _pause(self, minutes: int | None) -> None:
        self._wish("pause", {"kind": "all", "minutes": minutes})

    def _resume(self) -> None:
        self._wish("resume", {"kind": "all"})

    def _scan(self) -> None:
        self._wish("scan", {})

    def _wish(self, method: str, params: Mapping[str, object]) -> None:
        self._bridge.ask(method, params, None, self._refused, owner=self)

    def _refused(self, fault: Fault) -> None:
        """A person pressed it, so he is told why it did not happen."""
        told = self._session.fault(fault)
        self._pop(Toast(f"{told['title']} {told['hint']}".strip(), "overview"))

    def _copy(self) -> None:
        copy_text(status_for_support(self._session, self._bridge))

    def _activated(self, how: QSystemTrayIcon.ActivationReason) -> None:
        reasons = QSystemTrayIcon.ActivationReason
        if how in {reasons.Trigger, reasons.DoubleClick}:
            self.opens.emit("", None)
        elif how == reasons.MiddleClick:
            self.menu.popup(QCursor.pos())

    # --- what it shows ----------------------------------------------------------------------------

    def _show(self) -> None:
        status = self._bridge.status
        shown = state(status)
        text = sentence(self._session, status)
        is_working = bool(status and status.get("activity") == "working")
        place = str((status or {}).get("agent") or "")
        tip = f"Waybill {place}: {text}" if place else f"Waybill: {text}"
        if is_working and shown is not State.FINE:
            tip += " " + self.tr("Delivering.")
        tip = tip if len(tip) <= _LONGEST_TIP else f"{tip[: _LONGEST_TIP - 1]}…"
        if self.icon.toolTip() != tip:
            self.icon.setToolTip(tip)
        if is_working and not self._moving.isActive():
            self._moving.start()
        elif not is_working:
            self._moving.stop()
            self._frame = 0
        self._draw(shown, is_working=is_working)
        self._show_menu(status, shown, text)
        self._consider()

    def _show_menu(self, status: Mapping[str, Any] | None, shown: State, text: str) -> None:
        calls = shown in {State.ACTION, State.RECORDS} and self._session.sees("operator")
        self.attention.setText(_plain(text.rstrip(".") + "…"))
        self.attention.setVisible(calls)
        self._line.setVisible(calls)
        is_paused = bool(status and status.get("activity") == "paused")
        why = self._session.why_not_all("operator")
        self.pause.menuAction().setVisible(not is_paused)
        self.resume.setVisible(is_paused)
        for action in (self.pause.menuAction(), self.resume, self.scan):
            action.setEnabled(status is not None and not why)
            action.setToolTip(why)
        self.setup.setVisible(status is not None and self._session.may("engineer"))
        version = str((status or {}).get("version") or "")
        self.about.setText(self.tr("About Waybill {version}").format(version=version).strip())

    def _draw(self, shown: State, *, is_working: bool) -> None:
        chosen = self._session.choice("tray_icon", "auto")
        window = QGuiApplication.palette().color(QPalette.ColorRole.Window)
        dark = chosen == "dark" or (chosen == "auto" and _system_is_dark(window.lightness()))
        frame = self._frame if is_working else None
        self.icon.setIcon(tray_drawings.icon(shown, dark=dark, frame=frame))

    def _move(self) -> None:
        self._frame = (self._frame + 1) % tray_drawings.FRAMES
        self._draw(state(self._bridge.status), is_working=True)

    # --- messages ---------------------------------------------------------------------------------

    def _topic_changed(self, topic: str) -> None:
        if topic == "exceptions" and self._session.sees("operator"):
            self._bridge.ask("exceptions.groups", {}, self._take_groups, owner=self)

    def _take_groups(self, answer: dict[str, Any]) -> None:
        items = answer.get("items")
        self._groups = items if isinstance(items, list) else []
        self._consider()

    def _consider(self) -> None:
        status = self._bridge.status
        if status is None:  # a service that is away is no news: the icon says it
            return
        groups = self._groups if self._session.sees("operator") else None
        causes = causes_of(self._session, status, groups)
        for toast in self._toasts.consider(self._seconds(), causes, quiet=self._is_quiet()):
            self._pop(toast)

    def _is_quiet(self) -> bool:
        if self._session.choice("toasts", "on") == "off":
            return True
        begin, end = (
            QTime.fromString(self._session.choice(name, ""), "HH:mm")
            for name in ("quiet_from", "quiet_to")
        )
        if not (begin.isValid() and end.isValid()):
            return False
        now = QTime.currentTime()
        return begin <= now < end if begin <= end else now >= begin or now < end

    def _pop(self, toast: Toast) -> None:
        self._shown = toast
        place = str((self._bridge.status or {}).get("agent") or "")
        title = f"Waybill – {place}" if place else "Waybill"
        self.icon.showMessage(title, toast.text, self.icon.icon(), _TOAST_MS)

    def _message_clicked(self) -> None:
        if self._shown is not None:
            self.opens.emit(self._shown.page, dict(self._shown.target))

    def _seconds(self) -> float:
        return self._clock.elapsed() / 1000


def _plain(text: str) -> str:
    return text.replace("&", "&&")


def _until_six() -> int:
    """Minutes until six o'clock tomorrow."""
    now = QTime.currentTime()
    return _MIDNIGHT - (now.hour() * 60 + now.minute()) + 6 * 60


def _system_is_dark(lightness: int) -> bool:
    """Whether the bar is dark, as far as the system tells; else as our own window is."""
    scheme = QGuiApplication.styleHints().colorScheme()
    if scheme == Qt.ColorScheme.Unknown:
        return lightness < 128
    return scheme == Qt.ColorScheme.Dark
