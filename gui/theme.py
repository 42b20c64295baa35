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


LIGHT: Final = Colours(
    window="#f3f5f8", base="#ffffff", raised="#e9edf2", text="#18212c", muted="#556170",
    border="#cfd6de", accent="#0a5fb8", accent_text="#ffffff", accent_fill="#e3effb",
    ok="#1a6e3c", ok_fill="#e2f4e8", warning="#8a5200", warning_fill="#fdf0d5",
    error="#b0271d", error_fill="#fce8e6", quiet="#556170", quiet_fill="#e9edf2",
    test="#6a2fa0", test_text="#ffffff", disabled="#8b95a1",
)  # fmt: skip
DARK: Final = Colours(
    window="#14181e", base="#1b2129", raised="#252d37", text="#e7ecf2", muted="#a3aebb",
    border="#3a4450", accent="#6db3ff", accent_text="#06182b", accent_fill="#1b3450",
    ok="#6fd39a", ok_fill="#173526", warning="#f2bd63", warning_fill="#3a2c12",
    error="#ff9489", error_fill="#45201d", quiet="#a3aebb", quiet_fill="#2a323c",
    test="#7b4bb0", test_text="#ffffff", disabled="#6c7784",
)  # fmt: skip
CONTRAST: Final = Colours(
    window="#000000", base="#000000", raised="#000000", text="#ffffff", muted="#ffffff",
    border="#ffffff", accent="#ffff00", accent_text="#000000", accent_fill="#000000",
    ok="#3ff23f", ok_fill="#000000", warning="#ffd200", warning_fill="#000000",
    error="#ff8a8a", error_fill="#000000", quiet="#ffffff", quiet_fill="#000000",
    test="#ffff00", test_text="#000000", disabled="#a8a8a8",
)  # fmt: skip
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
