"""A question inside the page, never in front of it: what would happen, yes and no."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout

from gui.kit.basics import button, label, tell
from gui.kit.flow import Flow
from gui.theme import Space


class ConfirmBar(QFrame):
    """Hidden until asked. `ask` shows it and takes the keyboard; Esc is no."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "warning")
        self._yes: Callable[[str], object] | None = None
        self._needs_text = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        self.question = label()
        self.text = QLineEdit()
        self.text.textChanged.connect(self._typed)
        self.text.returnPressed.connect(self._say_yes)
        self.yes = button("", self._say_yes, kind="primary")
        self.no = button(self.tr("Cancel"), self.dismiss)
        row = Flow(right=True)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        layout.addWidget(self.question)
        layout.addWidget(self.text)
        layout.addLayout(row)
        self.hide()

    def ask(
        self,
        question: str,
        yes: str,
        done: Callable[[str], object],
        *,
        reason: str = "",
        danger: bool = False,
    ) -> None:
        """Ask. `yes` names the object and the side ("Send 3 records to Salesforce again").

        `reason`: a text is asked for too (this is its label), and `done` gets it.
        """
        self._yes = done
        self._needs_text = bool(reason)
        self.question.setText(question)
        self.yes.setText(yes)
        self.yes.setAccessibleName(yes)
        self.yes.setAccessibleDescription(question)
        tell(self.yes, "danger" if danger else "primary")
        self.text.clear()
        self.text.setVisible(self._needs_text)
        self.text.setPlaceholderText(reason)
        self.text.setAccessibleName(reason)
        self._typed()
        self.show()
        (self.text if self._needs_text else self.no if danger else self.yes).setFocus()

    def dismiss(self) -> None:
        """No: nothing happens."""
        self._yes = None
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _typed(self) -> None:
        self.yes.setEnabled(not self._needs_text or bool(self.text.text().strip()))

    def _say_yes(self) -> None:
        if self._yes is not None and self.yes.isEnabled():
            done, self._yes = self._yes, None
            self.hide()
            done(self.text.text().strip())
