"""A secret is typed in here, or taken out of a file; the service gets it, nothing shows it again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLineEdit

from gui.kit import Card, Flow, button, label, muted
from gui.places.work import Host, work

_LARGEST: Final = 65_536
"""Bytes of a key file; more is something else."""


class SecretCard(Card):
    """Hidden until a secret is to be set. What was typed leaves the field when it is sent.

    Keys and certificates (PEM) come as files of this computer: their text is the secret.
    """

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
        self.file = button(self.tr("From a file…"), self._choose)
        self.wrong = label(kind="error")
        self.wrong.hide()
        row = Flow(right=True)
        for press in (self.cancel, self.file, self.store):
            row.addWidget(press)
        self.add(self.question)
        self.add(muted(self.tr("The service seals it at once. It can be changed, never read.")))
        self.add(self.value)
        self.add(self.wrong)
        self.add(row)
        self.hide()

    def ask_for(self, name: str) -> None:
        """Ask for the value of a secret of this name."""
        self._name = name
        self.question.setText(self.tr("Secret {name}").format(name=name))
        self.value.setAccessibleDescription(self.question.text())
        self.value.clear()
        self.wrong.hide()
        self.store.setEnabled(False)
        self.show()
        self.value.setFocus()

    def dismiss(self) -> None:
        """Nothing is stored."""
        self.value.clear()
        self.hide()

    def take_files(self, paths: Sequence[Path]) -> None:
        """Store the text of these files, one after the other: a private key, its certificate."""
        texts = []
        for path in paths:
            try:
                with path.open("rb") as file:
                    read = file.read(_LARGEST + 1)
                text = "" if len(read) > _LARGEST else read.decode("utf-8").strip()
            except OSError as error:
                told = self.tr("{name} cannot be read: {why}.")
                self._tell(told.format(name=path.name, why=error.strerror or ""))
                return
            except UnicodeDecodeError:
                text = ""
            if not text or "\0" in text:
                told = self.tr(
                    "{name} is no text, so it was not stored. Keys and certificates are needed as"
                    " PEM: a text that begins with -----BEGIN."
                )
                self._tell(told.format(name=path.name))
                return
            texts.append(text)
        if texts:
            self._send("\n".join(texts) + "\n")

    def _choose(self) -> None:
        title = self.tr("Key, and certificate if it is needed (PEM)")
        chosen, _ = QFileDialog.getOpenFileNames(self, title)
        self.take_files([Path(each) for each in chosen])

    def _typed(self, text: str) -> None:
        self.store.setEnabled(bool(text))

    def _tell(self, text: str) -> None:
        self.wrong.setText(text)
        self.wrong.show()

    def _store(self) -> None:
        value = self.value.text()
        if not value:
            return
        clipboard = QGuiApplication.clipboard()
        if clipboard.text() == value:
            clipboard.clear()
        self._send(value)

    def _send(self, value: str) -> None:
        name = self._name
        self.value.clear()
        self.wrong.hide()

        def done(_answer: object) -> None:
            self.hide()
            self.stored.emit(name)

        work(
            self._page, self.store, self.tr("Storing…"), "secrets.set",
            {"name": name, "value": value}, done,
        )  # fmt: skip
