"""What a test found, line by line: how it went, how long it took, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui import icons, theme
from gui.kit import label, muted
from gui.kit.basics import SHAPES, Tone
from gui.session import Session
from gui.theme import Space

_TONES: Final[dict[str, Tone]] = {"error": "error", "warning": "warning"}
_STEPS: Final[dict[str, object]] = {
    "dns": QT_TRANSLATE_NOOP("Steps", "Name"),
    "proxy": QT_TRANSLATE_NOOP("Steps", "Proxy"),
    "tls": QT_TRANSLATE_NOOP("Steps", "Certificate"),
    "sign-in": QT_TRANSLATE_NOOP("Steps", "Sign-in"),
    "permissions": QT_TRANSLATE_NOOP("Steps", "Permissions"),
    "dry run": QT_TRANSLATE_NOOP("Steps", "Trial write"),
}


class Findings(QWidget):
    """Hidden until there is something; every text can be selected."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(Space.S)
        self.hide()

    def show_findings(self, findings: Sequence[Mapping[str, Any]], fine: str = "") -> None:
        """Show these instead; `fine`: what is said when there are none."""
        self.clear()
        told = list(findings) or ([{"level": "info", "text": fine}] if fine else [])
        for _, alike in groupby(told, _alike):
            first, *others = alike
            self._rows.addWidget(self._row(first, len(others)))
        self.setVisible(bool(told))

    def clear(self) -> None:
        """Say nothing."""
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.hide()

    def lines(self) -> list[str]:
        """Everything that is said, label by label."""
        return [each.text() for each in self.findChildren(QLabel) if each.text()]

    def _row(self, finding: Mapping[str, Any], others: int) -> QWidget:
        tone = _TONES.get(str(finding.get("level")), "ok")
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        shape = QLabel()
        shape.setFixedSize(18, 18)
        shape.setPixmap(icons.pixmap(SHAPES[tone], getattr(theme.colours(), tone), 16))
        row.addWidget(shape, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        step = _STEPS.get(str(finding.get("step")))
        text = self._session.said(finding, "text")
        if step is not None:
            name = QCoreApplication.translate("Steps", str(step))
            text = f"{name}: {text}"
        if others:
            more = self.tr("And {count} more like it.")
            text = f"{text} {more.format(count=self._session.number(others))}"
        texts.addWidget(label(text))
        hint = self._session.said(finding, "hint")
        if hint:
            texts.addWidget(muted(hint))
        row.addLayout(texts, 1)
        took = finding.get("took_ms")
        if took is None and finding.get("seconds") is not None:
            took = round(float(finding["seconds"]) * 1000)
        if took is not None:
            told = self.tr("{count} ms").format(count=self._session.number(int(took)))
            row.addWidget(muted(told, wrap=False), 0, Qt.AlignmentFlag.AlignTop)
        return made


def _alike(finding: Mapping[str, Any]) -> tuple[object, ...]:
    """What is fine about one object after the other is one line; what is wrong never is."""
    level = str(finding.get("level"))
    if level in _TONES or not finding.get("code"):
        return (id(finding),)
    return (level, finding.get("step"), finding["code"])
