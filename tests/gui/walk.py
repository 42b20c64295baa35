"""Walks over every widget of a window and tells what a person could not read, reach or hear."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QScrollBar,
    QSplitter,
    QStackedWidget,
    QStatusBar,
    QTabBar,
    QTabWidget,
    QTextEdit,
    QWidget,
)

CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit,
    QTabBar, QTextEdit,
)  # fmt: skip
ARRANGED_BY_QT = (
    QAbstractScrollArea, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QMainWindow,
    QSplitter, QStackedWidget, QStatusBar, QTabBar, QTabWidget,
)  # fmt: skip
"""Parents whose children Qt itself lays over each other."""
SLACK = 1


def name_of(widget: QWidget) -> str:
    """How a fault names a widget."""
    text = getattr(widget, "text", None)
    said = text() if callable(text) else ""
    return f"{type(widget).__name__} {str(said)[:50]!r} {widget.accessibleName()[:40]!r}".strip()


def seen(root: QWidget) -> Iterator[QWidget]:
    """Everything that is shown, also what must be scrolled to."""
    for widget in root.findChildren(QWidget):
        if widget.isVisible() and not widget.isWindow():
            yield widget


def is_inside(widget: QWidget, kinds: tuple[type, ...]) -> bool:
    """Whether it is a part that Qt made for one of these."""
    parent = widget.parentWidget()
    return parent is not None and isinstance(parent, kinds)


def is_scrolled(widget: QWidget) -> bool:
    """Whether its parent shows a part of it only, by scrolling."""
    parent = widget.parentWidget()
    return parent is not None and isinstance(parent.parentWidget(), QAbstractScrollArea)


# --- what cannot be read --------------------------------------------------------------------------


def clipped(root: QWidget) -> list[str]:
    """Texts that have less room than they need, and widgets that their parents cut."""
    found = []
    for widget in seen(root):
        if isinstance(widget, QLabel) and widget.text() and not _fits(widget):
            found.append(f"clipped: {name_of(widget)} {widget.size().toTuple()}")
        elif (
            isinstance(widget, QAbstractButton)
            and widget.text()
            and not is_inside(widget, (QAbstractScrollArea, QHeaderView, QTabBar))
        ):
            need = widget.minimumSizeHint()
            if widget.width() + SLACK < need.width() or widget.height() + SLACK < need.height():
                found.append(f"clipped: {name_of(widget)} {widget.size().toTuple()}")
        parent = widget.parentWidget()
        if (
            parent is not None
            and not is_scrolled(widget)
            and not isinstance(parent, ARRANGED_BY_QT)
            and not _within(parent.rect(), widget.geometry())
        ):
            found.append(f"cut by its parent: {name_of(widget)} {widget.geometry().getRect()}")
    return found


def _fits(label: QLabel) -> bool:
    if label.wordWrap():
        return label.heightForWidth(label.width()) <= label.height() + SLACK
    need = label.sizeHint()
    return need.width() <= label.width() + SLACK and need.height() <= label.height() + SLACK


def _within(outer: QRect, inner: QRect) -> bool:
    return inner.isEmpty() or outer.adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(inner)


def overlapping(root: QWidget) -> list[str]:
    """Siblings of which one covers the other."""
    found = []
    for parent in [root, *seen(root)]:
        if isinstance(parent, ARRANGED_BY_QT):
            continue
        children = [
            child
            for child in parent.findChildren(
                QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly
            )
            if child.isVisible() and not child.isWindow() and not child.geometry().isEmpty()
        ]
        for one, other in itertools.combinations(children, 2):
            shared = one.geometry().intersected(other.geometry())
            if shared.width() > SLACK and shared.height() > SLACK:
                found.append(f"overlap: {name_of(one)} and {name_of(other)}")
    return found


# --- what cannot be heard or reached --------------------------------------------------------------


def controls(root: QWidget) -> list[QWidget]:
    """What a person can use."""
    return [
        widget
        for widget in seen(root)
        if isinstance(widget, CONTROLS)
        and not is_inside(widget, (*CONTROLS, QScrollBar, QHeaderView))
        and not isinstance(widget, QHeaderView)
    ]


def nameless(root: QWidget) -> list[str]:
    """Controls of which a screen reader could say no more than what kind they are."""
    found = []
    for widget in controls(root):
        spoken = QAccessible.queryAccessibleInterface(widget)
        name = spoken.text(QAccessible.Text.Name) if spoken is not None else ""
        if not (name or widget.accessibleName()) and not isinstance(widget, QTabBar):
            found.append(f"nameless: {name_of(widget)} in {name_of(widget.parentWidget())}")
    return found


def unreachable(window: QWidget, root: QWidget) -> list[str]:
    """Controls that are on and that the Tab key never comes to."""
    wanted = {
        widget
        for widget in controls(root)
        if widget.isEnabled() and not _is_other_radio(widget) and not _is_passive(widget)
    }
    reached: set[QWidget] = set()
    start = None
    for _ in range(3 * len(wanted) + 40):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None or now is start:
            break
        start = start or now
        reached.add(now)
    return [f"not reached by Tab: {name_of(widget)}" for widget in wanted - reached]


def _is_other_radio(widget: QWidget) -> bool:
    """In a group of radio buttons, Tab goes to one and the arrows to the others."""
    return isinstance(widget, QAbstractButton) and widget.autoExclusive() and not widget.isChecked()


def _is_passive(widget: QWidget) -> bool:
    """A locked line that only shows: the button beside it is what is used."""
    is_locked = isinstance(widget, QLineEdit) and widget.isReadOnly()
    return is_locked and widget.focusPolicy() == Qt.FocusPolicy.NoFocus
