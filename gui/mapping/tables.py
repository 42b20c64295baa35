"""The lookup tables of a mapping: words of the ERP and what they become, typed in place."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from gui.kit import button, muted
from gui.mapping.choices import pairs
from gui.theme import Space


class TablesView(QWidget):
    """One table at a time. A table in a file or another source is told, not typed here."""

    edited = Signal(str, object)
    """Name of the table, and what is to stand under `lookups.NAME`."""

    def __init__(self) -> None:
        super().__init__()
        self._tables: dict[str, Any] = {}
        self.names = QComboBox()
        self.names.setAccessibleName(self.tr("Table"))
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("Name of a new table, such as units"))
        self.name.setAccessibleName(self.tr("Name of a new table"))
        self.add = button(self.tr("Add a lookup table"), self._add)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.names)
        row.addStretch(1)
        row.addWidget(self.name)
        row.addWidget(self.add)
        self.words = QPlainTextEdit()
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName(self.tr("Words of this table"))
        self.words.setPlaceholderText(self.tr("One a line: word in the ERP = word in the CRM"))
        self.words.setMinimumHeight(140)
        self.save = button(self.tr("Put these words into the draft"), self._save)
        self.about = muted()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, Space.S, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.about)
        layout.addWidget(self.words, 1)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.save)
        layout.addLayout(below)
        self.names.currentTextChanged.connect(self._show)
        self.name.returnPressed.connect(self._add)
        self._show("")

    def show_draft(self, draft: str) -> None:
        """The tables of a draft."""
        try:
            found = tomllib.loads(draft).get("lookups", {})
        except tomllib.TOMLDecodeError:
            return
        if found == self._tables:
            return
        self._tables = found
        former = self.names.currentText()
        self.names.blockSignals(True)  # noqa: FBT003 Qt takes it by place
        self.names.clear()
        self.names.addItems(list(found))
        self.names.setCurrentText(former)
        self.names.blockSignals(False)  # noqa: FBT003 Qt takes it by place
        self._show(self.names.currentText())

    def _show(self, name: str) -> None:
        table: Mapping[str, Any] = self._tables.get(name, {})
        typed = "csv" not in table and "source" not in table
        words = table.get("table", {})
        self.words.setPlainText("\n".join(f"{word} = {becomes}" for word, becomes in words.items()))
        self.words.setVisible(bool(name) and typed)
        self.save.setVisible(bool(name) and typed)
        if not name:
            self.about.setText(
                self.tr("No table yet. A table turns words of the ERP into the CRM's.")
            )
        elif "csv" in table:
            told = self.tr("These words stand in the file lookups/{file}.")
            self.about.setText(told.format(file=table["csv"]))
        elif "source" in table:
            told = self.tr("These words come from the source {source}.")
            self.about.setText(told.format(source=table["source"]))
        else:
            self.about.setText(self.tr("A word that is not here stops its record, with a reason."))

    def _add(self) -> None:
        name = self.name.text().strip()
        if name and name not in self._tables:
            self._tables = {**self._tables, name: {"table": {}}}
            self.names.addItem(name)
            self.names.setCurrentText(name)
            self.name.clear()
            self.words.setFocus()

    def _save(self) -> None:
        name = self.names.currentText()
        words = pairs(self.words.toPlainText())
        if name and words:
            self._tables = {**self._tables, name: {**self._tables.get(name, {}), "table": words}}
            self.edited.emit(name, {**self._tables[name]})
