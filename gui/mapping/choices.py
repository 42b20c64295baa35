"""The ways in which one field can be filled, each as a small form that makes a rule. Widgets only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from gui.kit import muted
from gui.theme import Space

Rule = Any
"""What stands behind `FIELD =` in the mapping; None: nothing."""

_NUMBERS: Final = frozenset({"decimal", "percent", "integer"})
_DAYS: Final = frozenset({"date", "instant"})
_FORMATS: Final = ("", "%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y")
_KNOWN: Final = frozenset(
    {"column", "decimal", "thousands", "round", "format", "true", "false", "trim", "truncate",
     "blank", "codes", "convert", "lookup", "otherwise", "constant", "formula", "columns"}
)  # fmt: skip


class Choice(QWidget):
    """One way. `rule()` gives what it says now, `show_rule` what stood there before."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setHorizontalSpacing(Space.L)
        self.form.setVerticalSpacing(Space.S)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)

    def begin(self, field: Mapping[str, Any], sheet: Mapping[str, Any]) -> None:
        """Another field, of this mapping."""

    def show_rule(self, rule: Rule) -> None:
        """Fill in what the mapping says."""

    def rule(self) -> Rule:
        """What to write; None while it is not complete."""
        return None

    def row(self, name: str, widget: QWidget) -> QWidget:
        """A line of the form."""
        widget.setAccessibleName(name)
        self.form.addRow(muted(name, wrap=False), widget)
        return widget

    def told(self) -> None:
        """Somebody changed something."""
        self.changed.emit()

    def show_row(self, widget: QWidget, *, shown: bool) -> None:
        """Show or hide a line of the form."""
        self.form.setRowVisible(widget, shown)


class NotSent(Choice):
    """The field is not in the mapping: what the CRM has there stays."""

    def __init__(self) -> None:
        super().__init__()
        self.form.addRow(muted(self.tr("This field is not sent: what the CRM has in it stays.")))


class FromColumn(Choice):
    """A column, and how its words are read."""

    def __init__(self) -> None:
        super().__init__()
        self._more: dict[str, Any] = {}
        self._converts: Any = None
        self._thousands: Any = None
        self.column = column_box(self)
        self.row(self.tr("Column"), self.column)
        self.decimal = QComboBox()
        for mark, said in (("", self.tr("as it is (1234.5)")), (",", "1234,5"), (".", "1234.5")):
            self.decimal.addItem(said, mark)
        self.row(self.tr("Decimal mark"), self.decimal)
        self.round = QCheckBox(self.tr("Round what has more places"))
        self.row(self.tr("Rounding"), self.round)
        self.format = QComboBox(editable=True)
        self.format.addItems(_FORMATS)
        self.row(self.tr("How dates are written"), self.format)
        self.yes, self.no = QLineEdit(), QLineEdit()
        self.row(self.tr("Words for yes"), self.yes)
        self.row(self.tr("Words for no"), self.no)
        self.trim = QCheckBox(self.tr("Take blanks away around it"))
        self.row(self.tr("Blanks"), self.trim)
        self.cut = QCheckBox(self.tr("Cut what is too long"))
        self.row(self.tr("Length"), self.cut)
        self.codes = QPlainTextEdit()
        self.codes.setTabChangesFocus(True)
        self.codes.setPlaceholderText(self.tr("One a line: word in the ERP = word in the CRM"))
        self.codes.setFixedHeight(90)
        self.row(self.tr("Words"), self.codes)
        self.blank = QLineEdit()
        self.blank.setPlaceholderText(
            self.tr("What the ERP writes for nothing, such as 00.00.0000")
        )
        self.row(self.tr("Nothing is"), self.blank)
        for box in (self.column, self.decimal, self.format):
            box.currentTextChanged.connect(self.told)
        for tick in (self.round, self.trim, self.cut):
            tick.toggled.connect(self.told)
        for text in (self.yes, self.no, self.blank):
            text.textEdited.connect(self.told)
        self.codes.textChanged.connect(self.told)

    def begin(self, field: Mapping[str, Any], sheet: Mapping[str, Any]) -> None:
        fill_columns(self.column, sheet)
        kind = field["kind"]
        for widget, shown in (
            (self.decimal, kind in _NUMBERS), (self.round, kind in _NUMBERS),
            (self.format, kind in _DAYS), (self.yes, kind == "boolean"),
            (self.no, kind == "boolean"), (self.trim, kind in {"text", "code", "ref"}),
            (self.cut, kind == "text"), (self.codes, kind == "code"),
        ):  # fmt: skip
            self.show_row(widget, shown=shown)
        allowed = ", ".join(field.get("codes") or ())
        self.codes.setToolTip(
            self.tr("In the CRM: {words}").format(words=allowed) if allowed else ""
        )

    def show_rule(self, rule: Rule) -> None:
        said = {"column": rule} if isinstance(rule, str) else dict(rule or {})
        self._more = {name: value for name, value in said.items() if name not in _KNOWN}
        self._converts = said.get("convert")
        self.column.setCurrentText(str(said.get("column", "")))
        self.decimal.setCurrentIndex(max(0, self.decimal.findData(said.get("decimal", ""))))
        self.round.setChecked(said.get("round") is True)
        self.format.setCurrentText(str(said.get("format", "")))
        self.yes.setText(listed(said.get("true")))
        self.no.setText(listed(said.get("false")))
        self.trim.setChecked(said.get("trim") is True)
        self.cut.setChecked(said.get("truncate") is True)
        self.blank.setText(listed(said.get("blank")))
        codes = said.get("codes")
        lines = [f"{a} = {b}" for a, b in codes.items()] if isinstance(codes, dict) else []
        self.codes.setPlainText("\n".join(lines))
        self._thousands = said.get("thousands")

    def rule(self) -> Rule:
        column = self.column.currentText().strip()
        if not column:
            return None
        made: dict[str, Any] = {"column": column}
        if self._converts:
            made["convert"] = self._converts
        made |= self._numbers() | self._texts()
        if codes := pairs(self.codes.toPlainText()):
            made |= {"convert": self._converts or "codes", "codes": codes}
        made |= self._more
        return column if len(made) == 1 else made

    def _numbers(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if self.form.isRowVisible(self.decimal) and self.decimal.currentData():
            made["decimal"] = self.decimal.currentData()
        if self._thousands and made:
            made["thousands"] = self._thousands
        return made

    def _texts(self) -> dict[str, Any]:
        ticks = (("round", self.round), ("trim", self.trim), ("truncate", self.cut))
        made: dict[str, Any] = {name: True for name, tick in ticks if tick.isChecked()}
        if text := self.format.currentText().strip():
            made["format"] = text
        for name, line in (("true", self.yes), ("false", self.no), ("blank", self.blank)):
            if found := unlisted(line.text()):
                made[name] = found
        return made


class FromTable(Choice):
    """A column whose words are looked up in a table of the mapping."""

    def __init__(self) -> None:
        super().__init__()
        self.column = column_box(self)
        self.row(self.tr("Column"), self.column)
        self.table = QComboBox(editable=True)
        self.row(self.tr("Table"), self.table)
        self.otherwise = QComboBox()
        for word, said in (
            ("", self.tr("stop the record with a reason")),
            ("blank", self.tr("send nothing")),
            ("keep", self.tr("keep the word")),
        ):
            self.otherwise.addItem(said, word)
        self.row(self.tr("A word that is not in it"), self.otherwise)
        for box in (self.column, self.table, self.otherwise):
            box.currentTextChanged.connect(self.told)

    def begin(self, field: Mapping[str, Any], sheet: Mapping[str, Any]) -> None:  # noqa: ARG002 alike in all ways
        fill_columns(self.column, sheet)
        self.table.blockSignals(True)  # noqa: FBT003 Qt takes it by place
        self.table.clear()
        self.table.addItems([str(name) for name in sheet.get("lookups") or ()])
        self.table.blockSignals(False)  # noqa: FBT003 Qt takes it by place

    def show_rule(self, rule: Rule) -> None:
        said = {"column": rule} if isinstance(rule, str) else dict(rule or {})
        self._more = {
            name: value for name, value in said.items()
            if name not in {"column", "lookup", "otherwise", "constant", "formula", "columns"}
        }  # fmt: skip
        self.column.setCurrentText(str(said.get("column", "")))
        self.table.setCurrentText(str(said.get("lookup", "")))
        self.otherwise.setCurrentIndex(max(0, self.otherwise.findData(said.get("otherwise", ""))))

    def rule(self) -> Rule:
        column, table = self.column.currentText().strip(), self.table.currentText().strip()
        if not column or not table:
            return None
        made: dict[str, Any] = {"column": column, "lookup": table}
        if self.otherwise.currentData():
            made["otherwise"] = self.otherwise.currentData()
        return made | self._more


class Fixed(Choice):
    """The same for every record."""

    def __init__(self) -> None:
        super().__init__()
        self.value = QComboBox(editable=True)
        self.row(self.tr("Always"), self.value)
        self.value.currentTextChanged.connect(self.told)
        self._kind = "text"

    def begin(self, field: Mapping[str, Any], sheet: Mapping[str, Any]) -> None:  # noqa: ARG002 alike in all ways
        self._kind = field["kind"]
        words: Sequence[str] = field.get("codes") or ()
        self.value.clear()
        self.value.addItems(["true", "false"] if self._kind == "boolean" else list(words))
        self.value.setCurrentText("")

    def show_rule(self, rule: Rule) -> None:
        value = rule.get("constant", "") if isinstance(rule, dict) else ""
        said = json.dumps(value) if isinstance(value, bool | int) else str(value)
        self.value.setCurrentText(said)

    def rule(self) -> Rule:
        text = self.value.currentText().strip()
        if not text:
            return None
        if self._kind == "boolean" and text in {"true", "false"}:
            return {"constant": text == "true"}
        if self._kind == "integer" and text.lstrip("-").isdigit():
            return {"constant": int(text)}
        return {"constant": text}


def column_box(parent: QWidget) -> QComboBox:
    """A box of the source's columns; a name that is not there yet can be typed."""
    box = QComboBox(parent, editable=True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    return box


def fill_columns(box: QComboBox, sheet: Mapping[str, Any]) -> None:
    """Offer the columns of this mapping's source, with a sample each."""
    box.blockSignals(True)  # noqa: FBT003 Qt takes it by place
    box.clear()
    for column in sheet.get("columns") or ():
        box.addItem(str(column["name"]))
        sample = " | ".join(map(str, column.get("samples") or ()))
        box.setItemData(box.count() - 1, sample, 3)  # Qt.ItemDataRole.ToolTipRole
    box.setCurrentText("")
    box.blockSignals(False)  # noqa: FBT003 Qt takes it by place


def listed(value: object) -> str:
    """Words as they are typed, between commas."""
    return ", ".join(map(str, value)) if isinstance(value, list) else ""


def unlisted(text: str) -> list[str]:
    """Words between commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def pairs(text: str) -> dict[str, str]:
    """`A = B`, one a line."""
    found = {}
    for each in text.splitlines():
        left, mark, right = each.partition("=")
        if mark and left.strip():
            found[left.strip()] = right.strip()
    return found
