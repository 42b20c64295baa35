"""Base of the parts that a page of daily work stacks one above the other."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gui import kit
from gui.pages.base import Page
from gui.pages.desk.wording import Wording
from gui.theme import Space


class View(QWidget):
    """Knows its page (whom to ask, where faults are shown) and the words."""

    def __init__(self, page: Page, words: Wording) -> None:
        super().__init__()
        self.page, self.words = page, words
        self.bridge, self.session = page.bridge, page.session
        self.layout_ = QVBoxLayout(self)
        self.layout_.setContentsMargins(0, 0, 0, 0)
        self.layout_.setSpacing(Space.M)

    def sizeHint(self) -> QSize:  # noqa: N802 Qt's name
        return super().sizeHint() if self._is_in_front() else QSize(0, 0)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 Qt's name
        # A stack is as tall as its tallest part: one that is not seen must not make it scroll.
        return super().minimumSizeHint() if self._is_in_front() else QSize(0, 0)

    def heightForWidth(self, width: int) -> int:  # noqa: N802 Qt's name
        return super().heightForWidth(width) if self._is_in_front() else 0

    def _is_in_front(self) -> bool:
        stack = self.parentWidget()
        return not isinstance(stack, QStackedWidget) or stack.currentWidget() is self

    def refresh(self) -> None:
        """Ask the service for what is shown."""

    def search(self) -> None:
        """Put the keyboard into the filter, if there is one."""

    def on_key(self, keys: str, pressed: object) -> None:
        """A shortcut that works while the keyboard is inside this part."""
        made = QShortcut(QKeySequence(keys), self)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.activated.connect(pressed)


def fit(table: kit.Table, rows: int, most: int) -> None:
    """As tall as its rows, up to a bound: the page scrolls, not the table."""
    height = table.verticalHeader().defaultSectionSize()
    head = table.horizontalHeader().sizeHint().height()
    head += table.horizontalScrollBar().sizeHint().height()
    table.setFixedHeight(head + min(rows, most) * height + 2 * table.frameWidth() + Space.XS)
