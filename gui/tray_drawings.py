"""The seven states as icons: another silhouette each, drawn anew for 16, 20, 24 and 32 pixels.

Colour only repeats what the shape says. Every drawing has a halo of one pixel, so that it stands
out on light and on dark bars. While records are delivered, a small arrow moves in the corner;
never over a state that needs a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QIcon,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPen,
    QPixmap,
    QPolygonF,
)

from agent.control.api import State

SIZES: Final = (16, 20, 24, 32)
FRAMES: Final = 3
"""Pictures of the moving arrow."""
_QUIET: Final = frozenset({State.PAUSED, State.SETUP, State.FINE})
"""States that the arrow may cover a corner of."""


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours for one kind of bar."""

    grey: str
    red: str
    amber: str
    blue: str
    green: str
    on_red: str
    sign: str
    """On the other filled shapes."""
    halo: str


ON_LIGHT: Final = Ink(
    grey="#4a5560", red="#a81c14", amber="#8f5600", blue="#0a5fb8", green="#17803f",
    on_red="#ffffff", sign="#ffffff", halo="#ffffff",
)  # fmt: skip
ON_DARK: Final = Ink(
    grey="#c9d1da", red="#e8382b", amber="#ffc14d", blue="#6db3ff", green="#6fe0a2",
    on_red="#ffffff", sign="#10151b", halo="#10151b",
)  # fmt: skip


class Drawing:
    """A canvas of one size: paths in pixels of this size, strokes as wide as it needs."""

    def __init__(self, size: int, ink: Ink) -> None:
        self.size = size
        self.ink = ink
        self.wide = {16: 2.0, 20: 2.0, 24: 3.0, 32: 4.0}[size]
        """Strokes of outlines."""
        self.fine = {16: 2.0, 20: 2.4, 24: 2.8, 32: 3.6}[size]
        """Strokes of signs."""
        self.image = QPixmap(size, size)
        self.image.fill(Qt.GlobalColor.transparent)
        self.painter = QPainter(self.image)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def at(self, x: float, y: float) -> QPointF:
        """A place by sixteenths, on a half pixel of this size, so that edges stay sharp."""
        return QPointF(self._snapped(x), self._snapped(y))

    def fill(self, path: QPainterPath, colour: str) -> None:
        """A filled shape with its halo."""
        self._halo(path)
        self.painter.fillPath(path, QColor(colour))

    def outline(self, path: QPainterPath, colour: str, *, width: float | None = None) -> None:
        """A hollow shape with its halo on both sides."""
        stroke = self._stroked(path, width or self.wide)
        self._halo(stroke)
        self.painter.fillPath(stroke, QColor(colour))

    def sign(self, path: QPainterPath, colour: str, *, width: float | None = None) -> None:
        """A sign inside a shape."""
        self.painter.fillPath(self._stroked(path, width or self.fine), QColor(colour))

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        """A point of a sign."""
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(QColor(colour))
        reach = radius * self.size / 16
        self.painter.drawEllipse(self.at(x, y), reach, reach)

    def path(self, *points: tuple[float, float], closed: bool = False) -> QPainterPath:
        """Straight lines through places."""
        made = QPainterPath()
        corners = QPolygonF([self.at(x, y) for x, y in points])
        made.addPolygon(corners)
        if closed:
            made.closeSubpath()
        return made

    def box(self, left: float, top: float, right: float, bottom: float) -> QRectF:
        """The rectangle between two places."""
        return QRectF(self.at(left, top), self.at(right, bottom))

    def _snapped(self, sixteenth: float) -> float:
        return round(sixteenth * self.size / 16 * 2) / 2

    def _stroked(self, path: QPainterPath, width: float) -> QPainterPath:
        stroker = QPainterPathStroker()
        stroker.setWidth(width)
        stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
        stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return stroker.createStroke(path).simplified()

    def _halo(self, path: QPainterPath) -> None:
        pen = QPen(QColor(self.ink.halo), 2.0)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self.painter.strokePath(path, pen)


def _unreachable(on: Drawing) -> None:
    """A hollow box with a question mark."""
    box = QPainterPath()
    box.addRoundedRect(on.box(2, 2, 14, 14), 2, 2)
    on.outline(box, on.ink.grey)
    hook = QPainterPath(on.at(5.75, 6.5))
    hook.cubicTo(on.at(5.75, 3.5), on.at(10.25, 3.5), on.at(10.25, 6.25))
    hook.cubicTo(on.at(10.25, 8), on.at(8, 7.75), on.at(8, 9.25))
    on.sign(hook, on.ink.grey, width=on.fine * 0.8)
    on.dot(8, 11.75, 1.0, on.ink.grey)


def _action(on: Drawing) -> None:
    """A filled square with a cross."""
    square = QPainterPath()
    square.addRoundedRect(on.box(1, 1, 15, 15), 1, 1)
    on.fill(square, on.ink.red)
    for line in (((4.5, 4.5), (11.5, 11.5)), ((11.5, 4.5), (4.5, 11.5))):
        on.sign(on.path(*line), on.ink.on_red)


def _records(on: Drawing) -> None:
    """A filled triangle with an exclamation mark."""
    on.fill(on.path((8, 1), (15.5, 14.5), (0.5, 14.5), closed=True), on.ink.amber)
    on.sign(on.path((8, 6), (8, 9.5)), on.ink.sign)
    on.dot(8, 12.25, 1.1, on.ink.sign)


def _delayed(on: Drawing) -> None:
    """A hollow circle with the hands of a clock."""
    face = QPainterPath()
    face.addEllipse(on.box(2, 2, 14, 14))
    on.outline(face, on.ink.amber)
    on.sign(on.path((8, 4.75), (8, 8.25), (10.75, 9.75)), on.ink.amber, width=on.fine * 0.8)


def _paused(on: Drawing) -> None:
    """Two bars and nothing else."""
    for left in (3, 9.5):
        bar = QPainterPath()
        bar.addRect(on.box(left, 2, left + 3.5, 14))
        on.fill(bar, on.ink.grey)


def _setup(on: Drawing) -> None:
    """A flat hollow box with three points."""
    box = QPainterPath()
    box.addRoundedRect(on.box(1.5, 4, 14.5, 12), 3, 3)
    on.outline(box, on.ink.blue)
    for x in (4.75, 8, 11.25):
        on.dot(x, 8, 1.0, on.ink.blue)


def _fine(on: Drawing) -> None:
    """A filled circle with a tick."""
    disc = QPainterPath()
    disc.addEllipse(on.box(1, 1, 15, 15))
    on.fill(disc, on.ink.green)
    on.sign(on.path((4.5, 8.25), (7, 10.75), (11.5, 5.75)), on.ink.sign)


_DRAWN: Final[dict[State, Callable[[Drawing], None]]] = {
    State.UNREACHABLE: _unreachable,
    State.ACTION: _action,
    State.RECORDS: _records,
    State.DELAYED: _delayed,
    State.PAUSED: _paused,
    State.SETUP: _setup,
    State.FINE: _fine,
}


def _arrow(on: Drawing, frame: int) -> None:
    """A small arrow in the corner that moves to the right."""
    shift = frame * 1.0
    body = on.path(
        *((6 + shift, 10), (9.5 + shift, 10), (9.5 + shift, 7.75), (13.75 + shift, 11.75)),
        *((9.5 + shift, 15.75), (9.5 + shift, 13.5), (6 + shift, 13.5)),
        closed=True,
    )
    on.fill(body, on.ink.blue)


def drawing(state: State, size: int, *, dark: bool, frame: int | None = None) -> QPixmap:
    """One state at one size, for a light or a dark bar. `frame`: with the arrow at this place."""
    on = Drawing(size, ON_DARK if dark else ON_LIGHT)
    _DRAWN[state](on)
    if frame is not None and state in _QUIET:
        _arrow(on, frame % FRAMES)
    on.painter.end()
    return on.image


@cache
def icon(state: State, *, dark: bool, frame: int | None = None) -> QIcon:
    """A state at every size."""
    made = QIcon()
    for size in SIZES:
        made.addPixmap(drawing(state, size, dark=dark, frame=frame))
    return made


def sizes(made: QIcon) -> list[QSize]:
    """The sizes that an icon has drawings of."""
    return list(made.availableSizes())
