"""A secret that a person has to write down: dots, until somebody wants to see it, and soon again."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from gui import theme
from gui.kit.basics import button
from gui.kit.clipboard import copy_secret
from gui.kit.flow import Flow
from gui.theme import Space

_SHOWN_MS: Final = 30_000


class Veiled(QWidget):
    """Covered again after a while, when it is hidden, and when another window comes to the front."""

    def __init__(self, name: str) -> None:
        """`name`: what the screen reader calls it."""
        super().__init__()
        self._secret = ""
        self.line = QLineEdit()
        self.line.setReadOnly(True)
        self.line.setFont(theme.font("code"))
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setAccessibleName(name)
        self.show_it = button(self.tr("Show"), self._toggle)
        self.copy = button(
            self.tr("Copy for one minute"), lambda: copy_secret(self._secret), icon="copy"
        )
        row = Flow()
        row.addWidget(self.show_it)
        row.addWidget(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(self.line)
        layout.addLayout(row)
        self.hides = QTimer(self, singleShot=True, interval=_SHOWN_MS)
        self.hides.timeout.connect(self.cover)

    @property
    def secret(self) -> str:
        """What is kept here; empty: nothing."""
        return self._secret

    def hold(self, secret: str) -> None:
        """Keep this, covered."""
        self.forget()
        self._secret = secret
        self.line.setText(secret)

    def cover(self) -> None:
        """Dots instead of the secret."""
        self.hides.stop()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.deselect()
        self.show_it.setText(self.tr("Show"))

    def forget(self) -> None:
        """It is nowhere here any more, nor on the clipboard."""
        self.cover()
        clipboard = QGuiApplication.clipboard()
        if self._secret and clipboard.text() == self._secret:
            clipboard.clear()
        self._secret = ""
        self.line.clear()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 Qt's name
        self.cover()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 Qt's name
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.cover()
        super().changeEvent(event)

    def _toggle(self) -> None:
        if self.line.echoMode() == QLineEdit.EchoMode.Normal:
            self.cover()
            return
        self.line.setEchoMode(QLineEdit.EchoMode.Normal)
        self.show_it.setText(self.tr("Hide"))
        self.hides.start()
