"""A problem for people: what happened, what it means for the data, what to do; and how to copy it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from gui import icons, theme
from gui.kit.basics import SHAPES, Tone, button, label, muted, tell
from gui.kit.clipboard import copy_text
from gui.kit.flow import Flow
from gui.theme import Space


class ProblemPanel(QFrame):
    """Template of every problem: never only red, always selectable, with a code to quote."""

    def __init__(
        self,
        what: str = "",
        meaning: str = "",
        next_step: str = "",
        buttons: Sequence[QPushButton] = (),
        code: str = "",
        tone: Tone = "error",
    ) -> None:
        super().__init__()
        self._picture = QLabel()
        self._picture.setFixedSize(24, 24)
        self.what = label()
        self.what.setFont(theme.font("body", bold=True))
        self.meaning = label()
        self.next_step = label()
        self.code = muted(wrap=False)
        self.copy = button(self.tr("Copy details"), self._copy, kind="link", icon="copy")
        texts = QVBoxLayout()
        texts.setSpacing(Space.XS)
        for widget in (self.what, self.meaning, self.next_step):
            texts.addWidget(widget)
        self._row = Flow()
        for extra in buttons:
            self._row.addWidget(extra)
        self._row.addWidget(self.copy)
        self._row.addWidget(self.code)
        texts.addLayout(self._row)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(Space.M)
        layout.addWidget(self._picture, 0)
        layout.addLayout(texts, 1)
        self.show_problem(what, meaning, next_step, code, tone)

    def add(self, extra: QPushButton) -> None:
        """Another thing that can be done about it."""
        self._row.addWidget(extra)

    def show_problem(
        self,
        what: str,
        meaning: str = "",
        next_step: str = "",
        code: str = "",
        tone: Tone = "error",
    ) -> None:
        """Tell another problem; the buttons stay."""
        tell(self, {"quiet": "quiet", "accent": "info"}.get(tone, tone))
        self._picture.setPixmap(icons.pixmap(SHAPES[tone], getattr(theme.colours(), tone), 24))
        for widget, text in (
            (self.what, what),
            (self.meaning, meaning),
            (self.next_step, next_step),
        ):
            widget.setText(text)
            widget.setVisible(bool(text))
        self.code.setText(code)
        self.setAccessibleName(what)

    def details(self) -> str:
        """What is copied."""
        parts = (self.what.text(), self.meaning.text(), self.next_step.text(), self.code.text())
        return "\n".join(part for part in parts if part)

    def _copy(self) -> None:
        copy_text(self.details())
