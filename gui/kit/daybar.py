"""The last 24 hours of a flow as bars: delivered, waiting, exceptions. With a table in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui import theme
from gui.session import moment_of

_PARTS: Final = (("delivered", "ok"), ("waiting", "accent"), ("parked", "error"))
_HEIGHT: Final = 40


class DayBar(QWidget):
    """One column for each hour; `table()` says the same in words for who cannot see it."""

    def __init__(self, name: str = "") -> None:
        """`name`: whose hours these are."""
        super().__init__()
        self._name = name
        self._hours: Sequence[Mapping[str, Any]] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(120)

    def show_hours(self, hours: Sequence[Mapping[str, Any]]) -> None:
        """Hours as `history` answers them: at, delivered, waiting, parked; the oldest first."""
        self._hours = hours
        total = sum(int(hour.get("delivered") or 0) for hour in hours)
        self.setAccessibleName(
            self.tr("{name}: {count} delivered in 24 hours").format(name=self._name, count=total)
        )
        self.setAccessibleDescription("; ".join(": ".join(row[:2]) for row in self.table()))
        self.update()

    def table(self) -> list[tuple[str, str, str, str]]:
        """Hour, delivered, waiting, exceptions; hours in which nothing was are left out."""
        rows = []
        for hour in self._hours:
            told = tuple(str(hour.get(part) or 0) for part, _ in _PARTS)
            if told != ("0", "0", "0"):
                moment = moment_of(str(hour.get("at")))
                rows.append((moment.toString("HH:mm") if moment else "", told[0], told[1], told[2]))
        return rows

    def sizeHint(self) -> QSize:  # noqa: N802 Qt's name
        return QSize(240, _HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 Qt's name
        return QSize(120, _HEIGHT)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._hours:
            index = int(event.pos().x() / max(1, self.width()) * len(self._hours))
            QToolTip.showText(event.globalPos(), self._told(min(index, len(self._hours) - 1)), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 Qt's name and signature
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = theme.colour("raised")
        height = self.height() - 1
        count = max(1, len(self._hours))
        width = self.width() / count
        sums = [sum(int(hour.get(part) or 0) for part, _ in _PARTS) for hour in self._hours]
        most = max(sums, default=0)
        for index, hour in enumerate(self._hours):
            left, bottom = index * width, float(height)
            column = max(2.0, width - 2)
            painter.fillRect(QRectF(left, bottom - 2, column, 2), ground)
            for part, colour in _PARTS:
                number = int(hour.get(part) or 0)
                if number and most:
                    tall = max(3.0, number / most * (height - 2))
                    painter.fillRect(
                        QRectF(left, bottom - tall, column, tall), theme.colour(colour)
                    )
                    bottom -= tall
        painter.setPen(theme.colour("border"))
        painter.drawLine(0, height, self.width(), height)
        painter.end()

    def _told(self, index: int) -> str:
        hour = self._hours[index]
        moment = moment_of(str(hour.get("at")))
        return self.tr(
            "{hour}: {delivered} delivered, {waiting} waiting, {parked} exceptions"
        ).format(
            hour=moment.toString("HH:mm") if moment else "",
            delivered=hour.get("delivered") or 0,
            waiting=hour.get("waiting") or 0,
            parked=hour.get("parked") or 0,
        )
