"""Small widgets: texts that can be selected, buttons, cards, badges, lamps, empty states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui import icons, theme
from gui.theme import Space

Tone = Literal["ok", "warning", "error", "quiet", "accent"]
_TEXT_FLAGS: Final = Qt.TextInteractionFlag.TextSelectableByMouse


def label(text: str = "", kind: str = "", *, wrap: bool = True, font: str = "body") -> QLabel:
    """A plain text that can be selected with the mouse. `kind`: muted, error, warning, ok."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setTextInteractionFlags(_TEXT_FLAGS)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setWordWrap(wrap)
    if wrap:
        policy = made.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    if font != "body":
        made.setFont(theme.font(font))
    if kind:
        made.setProperty("kind", kind)
    return made


def muted(text: str = "", *, wrap: bool = True) -> QLabel:
    """A text that explains."""
    return label(text, "muted", wrap=wrap)


def heading(text: str = "") -> QLabel:
    """The title of a part of a page."""
    return label(text, font="headline")


def tell(widget: QWidget, kind: str) -> None:
    """Give a widget another `kind`, so that the style sheet sees it."""
    widget.setProperty("kind", kind)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def line() -> QFrame:
    """A thin line between parts."""
    made = QFrame()
    made.setProperty("kind", "line")
    made.setFixedHeight(1)
    return made


def button(
    text: str,
    pressed: Callable[[], object] | None = None,
    *,
    kind: str = "",
    icon: str = "",
    name: str = "",
    why_not: str = "",
) -> QPushButton:
    """A button. `kind`: primary, danger, link. `why_not`: it is off, and says why.

    `name`: what a screen reader says when the text alone does not tell the object.
    """
    made = QPushButton(text)
    made.setAccessibleName(name or text.replace("&", ""))
    made.setAutoDefault(False)
    if kind:
        made.setProperty("kind", kind)
    if icon:
        made.setIcon(icons.icon(icon, "accent_text" if kind == "primary" else "text"))
    if why_not:
        made.setEnabled(False)
        made.setToolTip(why_not)
    if pressed is not None:
        made.clicked.connect(lambda _checked=False: pressed())
    return made


class Headline(QWidget):
    """The first sentence of a page, and the reassurance below it."""

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        self.sentence = label(font="title")
        self.below = muted()
        self.below.hide()
        layout.addWidget(self.sentence)
        layout.addWidget(self.below)

    def show_text(self, sentence: str, below: str = "") -> None:
        """Say this."""
        self.sentence.setText(sentence)
        self.below.setText(below)
        self.below.setVisible(bool(below))


class Card(QFrame):
    """A framed part. `kind`: card, quiet, info, ok, warning, error."""

    def __init__(self, title: str = "", kind: str = "card") -> None:
        super().__init__()
        self.setProperty("kind", kind)
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        self.content.setSpacing(Space.S)
        self.title = heading(title)
        self.content.addWidget(self.title)  # first: shown without a parent it were a window
        self.title.setVisible(bool(title))

    def add(self, item: QWidget | QLayout) -> None:
        """Put something below what is there."""
        if isinstance(item, QWidget):
            self.content.addWidget(item)
        else:
            self.content.addLayout(item)


class Badge(QLabel):
    """A state as a word on a coloured ground. The word says it all; the colour only repeats it."""

    def __init__(self, text: str = "", tone: Tone = "quiet") -> None:
        super().__init__(text)
        self._tone: Tone = tone
        self.setTextInteractionFlags(_TEXT_FLAGS)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContentsMargins(Space.S, 2, Space.S, 2)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)

    def say(self, text: str, tone: Tone) -> None:
        """Another state."""
        self._tone = tone
        self.setText(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.colour(f"{self._tone}_fill"))
        painter.setPen(QPen(theme.colour(self._tone), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.end()
        super().paintEvent(event)


class Lamp(QWidget):
    """One side of a flow: a shape for the state, and its word. Never a colour alone."""

    def __init__(self, side: str = "") -> None:
        """`side`: what it is a lamp of, for the screen reader and the tool tip."""
        super().__init__()
        self._side = side
        self._tone: Tone = "quiet"
        self._shape = QLabel()
        self._shape.setFixedSize(16, 16)
        self.word = label(wrap=False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(self._shape)
        layout.addWidget(self.word)
        layout.addStretch(1)

    def say(self, word: str, tone: Tone, why: str = "") -> None:
        """`why`: the sentence behind the word, shown as a tool tip."""
        self._tone = tone
        self.word.setText(word)
        told = f"{self._side}: {word}" if self._side else word
        self.setAccessibleName(told)
        self.setToolTip(why or told)
        self._shape.setPixmap(icons.pixmap(SHAPES[tone], getattr(theme.colours(), tone), 16))


SHAPES: Final[dict[Tone, str]] = {
    "ok": "ok",
    "warning": "warning",
    "error": "error",
    "quiet": "unknown",
    "accent": "activity",
}
"""The shape that goes with a tone, so that nobody needs the colour."""


class EmptyState(QFrame):
    """What a page shows when there is nothing yet: what it is for, and the first step."""

    def __init__(
        self,
        text: str,
        press: str = "",
        pressed: Callable[[], object] | None = None,
        *,
        icon: str = "",
        why_not: str = "",
    ) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        layout.setSpacing(Space.M)
        layout.addStretch(1)
        if icon:
            picture = QLabel()
            picture.setPixmap(icons.pixmap(icon, theme.colours().muted, 40))
            picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(picture)
        self.text = label(text)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.text)
        self.buttons = QHBoxLayout()
        self.buttons.addStretch(1)
        self.press = button(press, pressed, kind="primary", why_not=why_not)
        self.buttons.addWidget(self.press)
        self.buttons.addStretch(1)
        layout.addLayout(self.buttons)
        self.press.setVisible(bool(press))
        layout.addStretch(1)

    def add(self, second: QPushButton) -> None:
        """Another way to begin."""
        self.buttons.insertWidget(self.buttons.count() - 1, second)


class Mark(QWidget):
    """The sign of Waybill: a folded document that goes somewhere."""

    def __init__(self, size: int = 28) -> None:
        super().__init__()
        self._size = size
        self.setFixedSize(size, size)

    def sizeHint(self) -> QSize:  # noqa: N802 Qt's name
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 Qt's name and signature
        painter = QPainter(self)
        paint_mark(painter, QRectF(self.rect()))
        painter.end()


def mark_icon() -> QIcon:
    """The sign as the icon of windows, at the usual sizes."""
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        image = QPixmap(size, size)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        paint_mark(painter, QRectF(0, 0, size, size))
        painter.end()
        made.addPixmap(image)
    return made


def paint_mark(painter: QPainter, within: QRectF) -> None:
    """Draw the sign into a square."""
    unit = within.width() / 24
    painter.save()
    painter.translate(within.topLeft())
    painter.scale(unit, unit)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent"))
    painter.drawRoundedRect(QRectF(1, 1, 22, 22), 6, 6)
    pen = QPen(theme.colour("accent_text"), 2.4)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    points = ((5.5, 8.0), (9.0, 16.5), (12.0, 10.0), (15.0, 16.5), (18.5, 8.0))
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))
    painter.restore()
