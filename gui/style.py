"""The style sheet: shapes and distances of the widgets, in the colours of a theme. Pure.

Widgets of the kit say what they are by the property `kind`; a page never writes a style of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
from typing import Final

_SHEET: Final = Template("""
QBalloonTip QLabel { color: black; }
QToolTip { color: $text; background: $base; border: 1px solid $border; padding: 4px; }
QLabel[kind="muted"] { color: $muted; }
QLabel[kind="error"] { color: $error; }
QLabel[kind="warning"] { color: $warning; }
QLabel[kind="ok"] { color: $ok; }

QPushButton {
  background: $base; color: $text; border: 1px solid $border; border-radius: 6px;
  padding: 5px 14px; min-height: 20px;
}
QPushButton:hover { border-color: $accent; }
QPushButton:pressed { background: $raised; }
QPushButton:focus { border: 2px solid $accent; padding: 4px 13px; }
QPushButton:disabled { color: $disabled; background: $window; }
QPushButton:checked { background: $accent_fill; border-color: $accent; }
QPushButton[kind="primary"] {
  background: $accent; color: $accent_text; border-color: $accent; font-weight: 600;
}
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $raised; color: $disabled; border-color: $border; }
QPushButton[kind="danger"] { color: $error; border-color: $error; }
QPushButton[kind="danger"]:disabled { color: $disabled; border-color: $border; }
QPushButton[kind="danger"]:focus { border: 2px solid $error; }
QPushButton[kind="link"] {
  background: transparent; border: 1px solid transparent; color: $accent; padding: 3px 6px;
  text-align: left; min-height: 18px;
}
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border: 1px solid $accent; }
QPushButton[kind="link"]:disabled { color: $disabled; }
QToolButton { border: 1px solid transparent; border-radius: 6px; padding: 4px; color: $text; }
QToolButton:hover { background: $raised; }
QToolButton:focus { border: 1px solid $accent; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateTimeEdit {
  background: $base; color: $text; border: 1px solid $border; border-radius: 6px;
  padding: 4px 8px; min-height: 20px; selection-background-color: $accent;
  selection-color: $accent_text;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
QComboBox:focus, QDateTimeEdit:focus { border: 2px solid $accent; padding: 3px 7px; }
QLineEdit:read-only, QPlainTextEdit:read-only { background: $window; }
QLineEdit[wrong="true"], QComboBox[wrong="true"], QPlainTextEdit[wrong="true"],
QSpinBox[wrong="true"] { border-color: $error; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDateTimeEdit:disabled { color: $disabled; background: $window; }
QComboBox::drop-down { border: 0; background: transparent; width: 24px; }
QComboBox::down-arrow { image: url($icons/arrow-$on_base.svg); width: 14px; height: 14px; }
QComboBox QAbstractItemView {
  background: $base; color: $text; border: 1px solid $border; outline: 0;
  selection-background-color: $accent_fill; selection-color: $text;
}
QCheckBox, QRadioButton { spacing: 8px; padding: 3px; border: 1px solid transparent; border-radius: 4px; }
QCheckBox:focus, QRadioButton:focus { border-color: $accent; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {
  width: 14px; height: 14px; border: 1px solid $muted; background: $base; border-radius: 3px;
}
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {
  background: $accent; border-color: $accent; image: url($icons/check-$on_accent.svg);
}
QCheckBox::indicator:indeterminate { background: $accent_fill; border-color: $accent; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid $accent; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {
  border-color: $disabled; background: $window;
}

QFrame[kind="card"] { background: $base; border: 1px solid $border; border-radius: 8px; }
QFrame[kind="card"]:focus { border: 2px solid $accent; }
QFrame[kind="quiet"] { background: $quiet_fill; border: 1px solid $border; border-radius: 8px; }
QFrame[kind="info"] { background: $accent_fill; border: 1px solid $accent; border-radius: 8px; }
QFrame[kind="ok"] { background: $ok_fill; border: 1px solid $ok; border-radius: 8px; }
QFrame[kind="warning"] { background: $warning_fill; border: 1px solid $warning; border-radius: 8px; }
QFrame[kind="error"] { background: $error_fill; border: 1px solid $error; border-radius: 8px; }
QFrame[kind="line"] { background: $border; max-height: 1px; border: 0; }
QFrame[kind="footer"] { background: $base; border-top: 1px solid $border; }

QTableView, QListView, QListWidget, QTableWidget {
  background: $base; alternate-background-color: $window; color: $text;
  border: 1px solid $border; border-radius: 6px; gridline-color: $border; outline: 0;
  selection-background-color: $accent_fill; selection-color: $text;
}
QTableView:focus, QListView:focus, QListWidget:focus { border: 1px solid $accent; }
QListWidget[kind="navigation"]:focus { border: 0; border-right: 1px solid $border; }
QTableView::item { padding: 2px 6px; }
QTableView::item:selected, QListView::item:selected { background: $accent_fill; color: $text; }
QHeaderView { background: $window; }
QHeaderView::section {
  background: $window; color: $muted; border: 0; border-bottom: 1px solid $border;
  border-right: 1px solid $border; padding: 5px 6px; font-weight: 600;
}
QTableCornerButton::section { background: $window; border: 0; }

QTabWidget::pane { border: 0; border-top: 1px solid $border; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab {
  color: $muted; padding: 7px 14px; border: 1px solid transparent;
  border-bottom: 3px solid transparent; margin-right: 2px;
}
QTabBar::tab:selected { color: $text; border-bottom: 3px solid $accent; font-weight: 600; }
QTabBar::tab:hover { color: $text; }
QTabBar:focus { outline: 0; }
QTabBar::tab:selected:focus { border: 1px solid $accent; border-bottom: 3px solid $accent; }

QListWidget[kind="navigation"] {
  background: $raised; border: 0; border-radius: 0; border-right: 1px solid $border; padding: 6px;
}
QListWidget[kind="navigation"]::item {
  color: $text; border-radius: 6px; padding: 6px 8px; border: 1px solid transparent;
  border-left: 4px solid transparent;
}
QListWidget[kind="navigation"]::item:hover { background: $base; }
QListWidget[kind="navigation"]::item:selected {
  background: $base; color: $text; border: 1px solid $border; border-left: 4px solid $accent;
}
QListWidget[kind="navigation"]::item:selected:focus { border: 2px solid $accent; border-left: 4px solid $accent; }

QFrame[kind="strip"] { background: $base; border: 0; border-bottom: 1px solid $border; }
QFrame[kind="strip-test"] { background: $test; border: 0; }
QFrame[kind="strip-test"] QLabel { color: $test_text; }
QFrame[kind="banner-error"] { background: $error_fill; border: 0; border-bottom: 2px solid $error; }
QFrame[kind="banner-quiet"] { background: $quiet_fill; border: 0; border-bottom: 2px solid $quiet; }
QStatusBar { background: $raised; border-top: 1px solid $border; color: $muted; }
QStatusBar::item { border: 0; }
QStatusBar QLabel { color: $muted; }
QStatusBar > QLabel { padding: 2px 8px; }

QScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget[kind="scrolled"] { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 5px; margin: 1px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QProgressBar {
  background: $raised; border: 1px solid $border; border-radius: 5px; text-align: center;
  color: $text; min-height: 10px;
}
QProgressBar::chunk { background: $accent; border-radius: 4px; }
QMenu { background: $base; color: $text; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent_fill; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $border; margin: 4px; }
""")


def sheet(colours: Mapping[str, str], icons: str) -> str:
    """The style sheet in these colours, by the fields of `gui.theme.Colours`.

    `icons`: the folder with the drawings, with forward slashes.
    """
    return _SHEET.substitute(
        colours,
        icons=icons,
        on_base="white" if _is_dark(colours["base"]) else "black",
        on_accent="white" if _is_dark(colours["accent"]) else "black",
    )


def _is_dark(colour: str) -> bool:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 299 * red + 587 * green + 114 * blue < 128_000
