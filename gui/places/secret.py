"""A secret is typed in here and goes to the service; nothing shows it again."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from gui.kit import Card, Flow, button, label, muted
from gui.places.work import Host, work


class SecretCard(Card):
    """Hidden until a secret is to be set. What was typed leaves the field when it is sent."""

    stored = Signal(str)
    """The name of a secret that the service now has."""

    def __init__(self, page: Host) -> None:
        super().__init__(kind="info")
        self._page = page
        self._name = ""
        self.question = label()
        self.value = QLineEdit()
        self.value.setEchoMode(QLineEdit.EchoMode.Password)
        self.value.setAccessibleName(self.tr("New value"))
        self.value.setPlaceholderText(self.tr("New value"))
        self.value.textChanged.connect(self._typed)
        self.value.returnPressed.connect(self._store)
        self.store = button(self.tr("Store"), self._store, kind="primary")
        self.cancel = button(self.tr("Cancel"), self.dismiss)
        row = Flow(right=True)
        row.addWidget(self.cancel)
        row.addWidget(self.store)
        self.add(self.question)
        self.add(muted(self.tr("The service seals it at once. It can be changed, never read.")))
        self.add(self.value)
        self.add(row)
        self.hide()

    def ask_for(self, name: str) -> None:
        """Ask for the value of a secret of this name."""
        self._name = name
        self.question.setText(self.tr("Secret {name}").format(name=name))
        self.value.setAccessibleDescription(self.question.text())
        self.value.clear()
        self.store.setEnabled(False)
        self.show()
        self.value.setFocus()

    def dismiss(self) -> None:
        """Nothing is stored."""
        self.value.clear()
        self.hide()

    def _typed(self, text: str) -> None:
        self.store.setEnabled(bool(text))

    def _store(self) -> None:
        value, name = self.value.text(), self._name
        if not value:
            return
        self.value.clear()

        def done(_answer: object) -> None:
            self.hide()
            self.stored.emit(name)

        work(
            self._page, self.store, self.tr("Storing…"), "secrets.set",
            {"name": name, "value": value}, done,
        )  # fmt: skip
