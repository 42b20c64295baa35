"""How everything looks: colours for light, dark and high contrast, spacing, sizes of type.

Fusion on every system, with palettes of our own, because the system's are missing or wrong on
older servers and bare X11; on a Windows that shows high contrast, its own style and palette.
Widgets of ours ask `colours()` when they paint, so that a change of theme needs no more than a
repaint. No colour is written anywhere else.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields
from enum import IntEnum
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from gui.style import sheet

ICONS: Final = Path(__file__).resolve().parent.parent / "resources" / "icons"
THEMES: Final = ("auto", "light", "dark", "contrast")


class Space(IntEnum):
    """Distances in logical pixels."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme. `x_fill` is a ground on which `x` and `text` can be read."""

    window: str
    base: str
    raised: str
    text: str
    muted: str
    border: str
    accent: str
    accent_text: str
    accent_fill: str
    ok: str
    ok_fill: str
    warning: str
    warning_fill: str
    error: str
    error_fill: str
    quiet: str
    quiet_fill: str
    test: str
    test_text: str
    disabled: str


_COLOURS: Final = {
    "window": ("#f3f5f8", "#14181e", "#000000"),
    "base": ("#ffffff", "#1b2129", "#000000"),
    "raised": ("#e9edf2", "#252d37", "#000000"),
    "text": ("#18212c", "#e7ecf2", "#ffffff"),
    "muted": ("#556170", "#a3aebb", "#ffffff"),
    "border": ("#cfd6de", "#3a4450", "#ffffff"),
    "accent": ("#0a5fb8", "#6db3ff", "#ffff00"),
    "accent_text": ("#ffffff", "#06182b", "#000000"),
    "accent_fill": ("#e3effb", "#1b3450", "#000000"),
    "ok": ("#1a6e3c", "#6fd39a", "#3ff23f"),
    "ok_fill": ("#e2f4e8", "#173526", "#000000"),
    "warning": ("#8a5200", "#f2bd63", "#ffd200"),
    "warning_fill": ("#fdf0d5", "#3a2c12", "#000000"),
    "error": ("#b0271d", "#ff9489", "#ff8a8a"),
    "error_fill": ("#fce8e6", "#45201d", "#000000"),
    "quiet": ("#556170", "#a3aebb", "#ffffff"),
    "quiet_fill": ("#e9edf2", "#2a323c", "#000000"),
    "test": ("#6a2fa0", "#7b4bb0", "#ffff00"),
    "test_text": ("#ffffff", "#ffffff", "#000000"),
    "disabled": ("#8b95a1", "#6c7784", "#a8a8a8"),
}
"""Each in light, dark and high contrast."""


def _theme(place: int) -> Colours:
    return Colours(**{name: shown[place] for name, shown in _COLOURS.items()})


LIGHT: Final = _theme(0)
DARK: Final = _theme(1)
CONTRAST: Final = _theme(2)
_BY_NAME: Final = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}
_SIZES: Final = {"title": 1.5, "headline": 1.25, "body": 1.0, "small": 0.9}

_shown: list[Colours] = [LIGHT]


def colours() -> Colours:
    """The colours of the theme that is shown."""
    return _shown[0]


def colour(name: str) -> QColor:
    """One colour of the theme that is shown, by its field of `Colours`."""
    return QColor(getattr(_shown[0], name))


def font(kind: str, *, bold: bool = False) -> QFont:
    """`title`, `headline`, `body`, `small`, or `code` for text of fixed width."""
    made = QFont(QApplication.font())
    if kind == "code":
        made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        made.setPointSizeF(QApplication.font().pointSizeF())
    else:
        made.setPointSizeF(round(made.pointSizeF() * _SIZES[kind] * 2) / 2)
    if bold or kind in {"title", "headline"}:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def apply(name: str) -> None:
    """Show a theme: `auto` follows the system. The application must exist."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    hints = QGuiApplication.styleHints()
    if name == "auto" and sys.platform == "win32" and _system_has_high_contrast():
        _shown[0] = _of_system()
        app.setStyleSheet("")
        app.setStyle("windowsvista")
        return
    if name == "auto":
        name = "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"
    _shown[0] = _BY_NAME[name]
    if app.style().name() != "fusion":
        app.setStyle("fusion")
    app.setPalette(_palette(_shown[0]))
    named = {field.name: getattr(_shown[0], field.name) for field in fields(Colours)}
    app.setStyleSheet(sheet(named, ICONS.as_posix()))


def _palette(shown: Colours) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, name in (
        (roles.Window, shown.window), (roles.WindowText, shown.text), (roles.Base, shown.base),
        (roles.AlternateBase, shown.window), (roles.Text, shown.text),
        (roles.Button, shown.raised), (roles.ButtonText, shown.text),
        (roles.BrightText, shown.error), (roles.ToolTipBase, shown.base),
        (roles.ToolTipText, shown.text), (roles.PlaceholderText, shown.muted),
        (roles.Highlight, shown.accent), (roles.HighlightedText, shown.accent_text),
        (roles.Link, shown.accent), (roles.LinkVisited, shown.accent),
        (roles.Light, shown.base), (roles.Midlight, shown.raised), (roles.Mid, shown.border),
        (roles.Dark, shown.border), (roles.Shadow, shown.border), (roles.Accent, shown.accent),
    ):  # fmt: skip
        palette.setColor(role, QColor(name))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(shown.disabled))
    return palette


def _system_has_high_contrast() -> bool:
    # Since Qt 6.10; an older one says nothing, and then our own palettes serve.
    hints = QGuiApplication.styleHints()
    preference = getattr(
        getattr(hints, "accessibility", lambda: None)(), "contrastPreference", None
    )
    return preference is not None and preference() == Qt.ContrastPreference.HighContrast


def _of_system() -> Colours:
    """The system's palette in our words: it knows one text and one highlight only."""
    palette = QGuiApplication.palette()
    roles = QPalette.ColorRole
    window, text = palette.color(roles.Window).name(), palette.color(roles.WindowText).name()
    light, on_light = (
        palette.color(roles.Highlight).name(),
        palette.color(roles.HighlightedText).name(),
    )
    return Colours(
        window=window, base=window, raised=window, text=text, muted=text, border=text,
        accent=text, accent_text=window, accent_fill=window, ok=text, ok_fill=window,
        warning=text, warning_fill=window, error=text, error_fill=window, quiet=text,
        quiet_fill=window, test=light, test_text=on_light, disabled=text,
    )  # fmt: skip
