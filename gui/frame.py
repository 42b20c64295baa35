"""The parts around a page: strip with the machine, banner, navigation, status line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QLocale, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStatusBar,
    QWidget,
)

from agent.control.api import State
from gui import icons, theme
from gui.bridge import Bridge
from gui.kit import Badge, Lamp, button, label
from gui.kit.basics import Mark, tell
from gui.pages import Entry
from gui.sentences import TONES, sentence, state
from gui.session import Session
from gui.theme import Space

_TICK_MS: Final = 1000
_NARROW: Final = 58
"""Width of the navigation without words."""
_ROLE: Final = Qt.ItemDataRole.UserRole
_TESTS: Final = frozenset(
    {"test", "sandbox", "practice", "demo", "dev", "development", "staging", "qa"}
)


def environment_name(environment: str) -> str:
    """`production` is told as Production; what people named themselves stays."""
    return environment[:1].upper() + environment[1:]


class Strip(QFrame):
    """Which machine and environment this is; coloured, with the word TEST, where it is no production."""

    def __init__(self) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        layout.setSpacing(Space.M)
        layout.addWidget(Mark(26))
        self.machine = label("Waybill", wrap=False, font="headline")
        self.environment = label(wrap=False)
        self.test = label(wrap=False)
        self.test.setFont(theme.font("body", bold=True))
        layout.addWidget(self.machine)
        layout.addWidget(self.environment)
        layout.addWidget(self.test)
        layout.addStretch(1)
        self.badge = Badge()
        layout.addWidget(self.badge)
        self.show_place(None)

    def show_place(self, status: Mapping[str, Any] | None) -> None:
        """The machine of a status; the former one stays while nobody answers."""
        if status is not None:
            environment = str(status.get("environment") or "")
            is_test = environment.lower() in _TESTS
            self.machine.setText(str(status.get("agent") or "Waybill"))
            self.environment.setText(environment_name(environment))
            self.environment.setVisible(not is_test or environment.lower() != "test")
            self.test.setText(self.tr("TEST") if is_test else "")
            self.test.setVisible(is_test)
            tell(self, "strip-test" if is_test else "strip")
            for inner in (self.machine, self.environment, self.test):
                tell(inner, "")
        elif not self.property("kind"):
            tell(self, "strip")

    def show_state(self, session: Session, status: Mapping[str, Any] | None) -> None:
        """The state in one word, the same word everywhere."""
        shown = state(status)
        words = {
            State.UNREACHABLE: self.tr("Status unknown"),
            State.ACTION: self.tr("Needs you"),
            State.RECORDS: self.tr("Records need attention"),
            State.DELAYED: self.tr("Delayed"),
            State.PAUSED: self.tr("Paused"),
            State.SETUP: self.tr("Not set up"),
            State.FINE: self.tr("Up to date"),
        }
        self.badge.say(words[shown], TONES[shown])
        self.badge.setToolTip(sentence(session, status))


class Banner(QFrame):
    """Below the strip, while the service is away or waits for a person: what, and one button."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        layout.setSpacing(Space.M)
        self._picture = QLabel()
        self._picture.setFixedSize(20, 20)
        self.text = label()
        self.press = button("", self.pressed.emit)
        layout.addWidget(self._picture)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.press)
        self.hide()

    def show_status(
        self, session: Session, bridge: Bridge, status: Mapping[str, Any] | None
    ) -> None:
        """Only a service that is away or needs a person has something to say here."""
        if status is None:
            told = session.fault(bridge.fault) if bridge.fault is not None else None
            text = (
                "" if told is None else self.tr("Status unknown. {title} {hint}").format_map(told)
            )
            self.say("banner-quiet", text.strip(), self.tr("Try again now"))
        elif state(status) is State.ACTION:
            reason = status["reasons"][0]
            parts = (session.said(reason, part) for part in ("title", "meaning", "hint"))
            self.say("banner-error", " ".join(part for part in parts if part), "")
        else:
            self.say("banner-quiet", "", "")

    def say(self, kind: str, text: str, press: str) -> None:
        """`kind`: banner-error or banner-quiet. No text: there is nothing to say."""
        if text:
            colour, shape = ("error", "error") if kind == "banner-error" else ("quiet", "unknown")
            self._picture.setPixmap(icons.pixmap(shape, getattr(theme.colours(), colour), 20))
            if self.property("kind") != kind:
                tell(self, kind)
            self.text.setText(text)
            self.press.setText(press)
            self.press.setAccessibleName(press)
            self.press.setVisible(bool(press))
        self.setVisible(bool(text))


class Navigation(QListWidget):
    """The pages that this person sees, with their numbers."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "navigation")
        self.setAccessibleName(self.tr("Pages"))
        self.setIconSize(QSize(20, 20))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(self._chosen)
        self._texts: list[str] = []
        self._narrow = False

    def show_entries(self, entries: Sequence[Entry], status: Mapping[str, Any] | None) -> None:
        """List these; the chosen one stays chosen."""
        keys = [entry.key for entry in entries]
        if keys != [self.item(row).data(_ROLE) for row in range(self.count())]:
            chosen = self.key()
            self.blockSignals(True)  # noqa: FBT003 Qt takes it by place
            self.clear()
            for entry in entries:
                item = QListWidgetItem(icons.icon(entry.key), entry.title())
                item.setData(_ROLE, entry.key)
                self.addItem(item)
            self.choose(chosen)
            self.blockSignals(False)  # noqa: FBT003 Qt takes it by place
        self._texts = []
        for row, entry in enumerate(entries):
            number = entry.count(status) if entry.count is not None and status else 0
            text = f"{entry.title()} ({QLocale().toString(number)})" if number else entry.title()
            self._texts.append(text)
            self.item(row).setData(Qt.ItemDataRole.AccessibleTextRole, text)
        self._show_texts()

    def be_narrow(self, narrow: bool) -> None:  # noqa: FBT001 one switch
        """Icons only, where the window has no room for words."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._show_texts()

    def _show_texts(self) -> None:
        for row, text in enumerate(self._texts):
            shown = "" if self._narrow else text
            if self.item(row).text() != shown:
                self.item(row).setText(shown)
            self.item(row).setToolTip(text if self._narrow else "")
        if self._narrow:
            self.setFixedWidth(_NARROW)
            return
        widest = max(
            (
                self.sizeHintForIndex(self.model().index(row, 0)).width()
                for row in range(self.count())
            ),
            default=0,
        )
        self.setFixedWidth(max(190, widest + 24))

    def key(self) -> str:
        """The chosen page."""
        item = self.currentItem()
        return str(item.data(_ROLE)) if self.currentRow() >= 0 else ""

    def choose(self, key: str) -> None:
        """Mark a page as the shown one; one that is not listed marks none."""
        for row in range(self.count()):
            if self.item(row).data(_ROLE) == key:
                self.setCurrentRow(row)
                return
        self.setCurrentRow(-1)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 Qt's name
        return QSize(self.width(), 120)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 Qt's name
        """To come here opens nothing: where no line is marked, Qt would mark the first."""
        if self.currentRow() >= 0:
            super().focusInEvent(event)
            return
        self.blockSignals(True)  # noqa: FBT003 Qt takes it by place
        super().focusInEvent(event)
        self.setCurrentRow(-1)
        self.blockSignals(False)  # noqa: FBT003 Qt takes it by place

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.opened.emit(str(item.data(_ROLE)))


class StatusLine(QStatusBar):
    """State of the service, version, role, and how fresh all this is."""

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__()
        self._bridge, self._session = bridge, session
        self.setSizeGripEnabled(False)
        self.lamp = Lamp(self.tr("Service"))
        self.version = label(wrap=False)
        self.role = label(wrap=False)
        self.age = label(wrap=False)
        self.lamp.setContentsMargins(Space.S, 0, 0, 0)
        self.addWidget(self.lamp, 1)
        for widget in (self.version, self.role, self.age):
            self.addPermanentWidget(widget)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._show_age)

    def show_status(self, status: Mapping[str, Any] | None) -> None:
        """What the service says; None: it is away."""
        shown = state(status)
        text = sentence(self._session, status)
        short = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, 420)
        self.lamp.say(short, TONES[shown], text)
        self.lamp.setAccessibleName(text)
        self.version.setText(
            f"Waybill {status['version']}" if status and status.get("version") else "Waybill"
        )
        role = self._session.role_name()
        if self._session.kinds:
            role = f"{role} ({', '.join(self._session.kinds)})"
        self.role.setText(self.tr("You are: {role}").format(role=role))
        self.role.setVisible(status is not None)
        self._show_age()

    def is_seen(self, seen: bool) -> None:  # noqa: FBT001 one switch
        """Count seconds only while somebody looks."""
        if seen:
            self._show_age()
            self._tick.start()
        else:
            self._tick.stop()

    def _show_age(self) -> None:
        age = self._bridge.age()
        if age is None:
            text = self.tr("Not connected")
        elif age < 10:
            text = self.tr("Connected")  # heartbeats come every 5 s: a number would only flicker
        else:
            text = self.tr("Connected, last word {seconds} s ago").format(seconds=int(age))
        if self.age.text() != text:
            self.age.setText(text)


def pages_seen(
    entries: Sequence[Entry], session: Session, status: Mapping[str, Any] | None
) -> list[Entry]:
    """Those that this person may see now."""
    return [entry for entry in entries if entry.may_be_seen(session) and entry.stands(status)]


def without_margins(layout: QHBoxLayout) -> QWidget:
    """A widget that is only its layout."""
    made = QWidget()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    made.setLayout(layout)
    return made
