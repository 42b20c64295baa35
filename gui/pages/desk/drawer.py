"""The place for one question at a time, inside the page: what opens here closes what was open."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui import kit
from gui.pages.desk.notice import notice
from gui.theme import Space


class Panel(QFrame):
    """What a drawer holds: it says when it is finished, and Esc finishes it."""

    finished = Signal(str)
    """What came of it, for the notice; empty if nothing was done."""

    def __init__(self, kind: str = "info") -> None:
        super().__init__()
        self.setProperty("kind", kind)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        self.rows.setSpacing(Space.S)

    def begin(self) -> None:
        """Take the keyboard."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.finished.emit("")
        else:
            super().keyPressEvent(event)


class Drawer(QWidget):
    """Holds one panel, or nothing; and below it what came of the last one."""

    closed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(Space.S)
        self.panel: Panel | None = None
        self.notice = notice()
        self._layout.addWidget(self.notice)
        self.setAccessibleName(self.tr("Question"))

    def open(self, panel: Panel) -> None:
        """Show it in place of whatever is there."""
        self._drop()
        self.say("")
        self.panel = panel
        panel.finished.connect(self._finished)
        self._layout.insertWidget(0, panel)
        panel.show()
        panel.begin()
        QTimer.singleShot(0, self, lambda: _into_sight(self))

    def close_panel(self) -> None:
        """Nothing is asked any more."""
        self._drop()

    def say(self, text: str, kind: str = "ok") -> None:
        """What came of it; nothing takes it away."""
        self.notice.setText(text)
        kit.tell(self.notice, kind)
        self.notice.setVisible(bool(text))
        if text:
            QTimer.singleShot(0, self, lambda: _into_sight(self))

    def _finished(self, text: str) -> None:
        self._drop()
        self.say(text)
        self.closed.emit(text)

    def _drop(self) -> None:
        if self.panel is not None:
            panel, self.panel = self.panel, None
            panel.hide()
            self._layout.removeWidget(panel)
            panel.deleteLater()


def _into_sight(widget: QWidget) -> None:
    """Scroll the page so far that all of it is seen, or its top if it is too tall."""
    around = widget.parentWidget()
    while around is not None and not isinstance(around, QScrollArea):
        around = around.parentWidget()
    if around is not None and widget.isVisible():
        half = around.viewport().height() // 2
        around.ensureWidgetVisible(widget, 0, min(Space.L, half))
        top = widget.mapTo(around.viewport(), widget.rect().topLeft()).y()
        if top < 0:
            bar = around.verticalScrollBar()
            bar.setValue(bar.value() + top - Space.S)
