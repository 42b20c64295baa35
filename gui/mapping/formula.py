"""Two ways for who knows more: a formula, with the list of functions; and the rule as it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit

from gui.kit import muted
from gui.mapping.choices import Choice, Rule, column_box, fill_columns


class FromFormula(Choice):
    """A formula over columns. Functions and columns are put in by choosing them."""

    def __init__(self) -> None:
        super().__init__()
        self.text = QLineEdit()
        self.text.setPlaceholderText('TRIM(NAME1 & " " & NAME2)')
        self.row(self.tr("Formula"), self.text)
        self.function = QComboBox()
        self.row(self.tr("Put in a function"), self.function)
        self.column = column_box(self)
        self.column.setEditable(False)
        self.row(self.tr("Put in a column"), self.column)
        self.example = muted()
        self.form.addRow(self.example)
        self._more: dict[str, Any] = {}
        self.text.textEdited.connect(self.told)
        self.function.activated.connect(self._put_function)
        self.column.activated.connect(self._put_column)
        self.function.highlighted.connect(self._show_example)

    def know(self, answer: Mapping[str, Any]) -> None:
        """The functions of the service, as `mapping.functions` answers them."""
        self.function.clear()
        self.function.addItem("")
        for one in answer.get("functions") or ():
            self.function.addItem(str(one["name"]), one.get("example"))

    def begin(self, field: Mapping[str, Any], sheet: Mapping[str, Any]) -> None:  # noqa: ARG002 alike in all ways
        fill_columns(self.column, sheet)
        self.column.setCurrentIndex(-1)

    def show_rule(self, rule: Rule) -> None:
        said = rule if isinstance(rule, dict) else {}
        written = {"formula", "column", "columns", "constant", "lookup"}
        self._more = {name: value for name, value in said.items() if name not in written}
        if isinstance(rule, str) and not said:
            self.text.setText(in_formula(rule))
        else:
            self.text.setText(str(said.get("formula", "")))

    def rule(self) -> Rule:
        text = self.text.text().strip()
        return {"formula": text, **self._more} if text else None

    def _put_function(self, index: int) -> None:
        if name := self.function.itemText(index):
            self.text.insert(f"{name}(")
            self._show_example(index)
            self.text.setFocus()
            self.told()

    def _put_column(self, index: int) -> None:
        self.text.insert(in_formula(self.column.itemText(index)))
        self.text.setFocus()
        self.told()

    def _show_example(self, index: int) -> None:
        example = self.function.itemData(index)
        if isinstance(example, dict):
            told = self.tr("For example {formula} with {given} gives {gives}")
            self.example.setText(told.format(**example))
        else:
            self.example.clear()


class AsWritten(Choice):
    """The rule as it stands in the mapping, in JSON: everything that the other ways do not offer."""

    def __init__(self) -> None:
        super().__init__()
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(90)
        self.text.setPlaceholderText('{"column": "TEL", "convert": "phone", "country": "DE"}')
        self.row(self.tr("Rule"), self.text)
        self.wrong = muted()
        self.form.addRow(self.wrong)
        self.text.textChanged.connect(self.told)

    def show_rule(self, rule: Rule) -> None:
        self.text.setPlainText(
            "" if rule is None else json.dumps(rule, ensure_ascii=False, indent=1)
        )

    def rule(self) -> Rule:
        text = self.text.toPlainText().strip()
        self.wrong.clear()
        try:
            return json.loads(text) if text else None
        except ValueError:
            self.wrong.setText(self.tr("This is not written as JSON yet."))
            return None


def in_formula(column: str) -> str:
    """A column's name as a formula writes it."""
    plain = column.isidentifier()
    return column if plain else f"[{column}]"
