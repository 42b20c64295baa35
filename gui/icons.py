"""Icons, drawn as lines in SVG (`resources/icons`), in the colours of the theme."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gui import theme


def icon(name: str, colour: str = "text", size: int = 20) -> QIcon:
    """An icon of this name in a colour of the theme (a field of `Colours`)."""
    return QIcon(pixmap(name, getattr(theme.colours(), colour), size))


@cache
def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """One drawing, sharp on the sharpest screen."""
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    drawing = (theme.ICONS / f"{name}.svg").read_text(encoding="utf-8")
    drawing = drawing.replace("currentColor", QColor(colour).name())
    image = QPixmap(round(size * ratio), round(size * ratio))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    renderer.render(painter, QRectF(0, 0, image.width(), image.height()))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image
