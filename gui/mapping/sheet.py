"""A mapping as a table: columns with samples, fields with their rules, real records below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QSplitter, QVBoxLayout, QWidget

from gui.kit import Badge, Column, Flow, RowsModel, Table, label, muted
from gui.mapping.editor import RuleEditor
from gui.mapping.records import RecordView, said
from gui.mapping.rules import problems_of, rows_of, state_said, type_said
from gui.session import Session
from gui.theme import Space

_FILTERS: Final = ("", "mapped", "problems")


class SheetView(QWidget):
    """Shows what the service reads in a draft; an edit goes up as `edited`."""

    edited = Signal(str, object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._sheet: Mapping[str, Any] = {}
        self._tried: Mapping[str, Any] = {}
        self._record = 0
        self._field = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, Space.S, 0, 0)
        layout.setSpacing(Space.M)
        layout.addLayout(self._summary())
        layout.addWidget(self._tables(), 2)
        self.editor = RuleEditor()
        self.editor.edited.connect(self.edited)
        layout.addWidget(self.editor)
        self.records = RecordView(session)
        self.records.moved.connect(self._show_record)
        layout.addWidget(self.records, 1)
        self.changes = RowsModel(
            (
                Column(self.tr("Where"), "place", width=240),
                Column(self.tr("In force"), lambda row: said(row["was"]), width=220),
                Column(self.tr("This draft"), lambda row: said(row["becomes"]), width=220),
            )
        )
        self.diff = Table(self.changes, self.tr("What this draft changes"))
        self.diff.setMinimumHeight(120)
        self.needs = muted()
        for widget in (self.needs, self.diff):
            widget.hide()
            layout.addWidget(widget)

    def _summary(self) -> Flow:
        self.result = Badge()
        self.counts = label(wrap=False)
        self.only = QComboBox()
        self.only.setAccessibleName(self.tr("Which fields are shown"))
        for word, told in zip(
            _FILTERS,
            (
                self.tr("All fields"),
                self.tr("Fields that are sent"),
                self.tr("Fields with problems"),
            ),
            strict=True,
        ):
            self.only.addItem(told, word)
        self.only.activated.connect(lambda _index: self._show())
        row = Flow()
        for widget in (self.result, self.counts, self.only):
            row.addWidget(widget)
        return row

    def _tables(self) -> QSplitter:
        self.columns = RowsModel(
            (
                Column(self.tr("Column"), "name", width=100),
                Column(self.tr("Looks like"), type_said, width=90),
                Column(
                    self.tr("Samples"), lambda row: " | ".join(map(str, row["samples"])), width=140
                ),
            )
        )
        self.column_table = Table(self.columns, self.tr("Columns of the source"))
        self.fields = RowsModel(
            (
                Column(self.tr("Field in the CRM"), self._name, width=150),
                Column(self.tr("State"), state_said, width=80),
                Column(self.tr("Comes from"), "from", width=170),
                Column(self.tr("Becomes"), "becomes", width=130),
                Column(self.tr("Takes"), "kind", width=120),
            )
        )
        self.field_table = Table(self.fields, self.tr("Fields and where they come from"))
        self.field_table.chosen.connect(self._choose_row)
        self.column_table.opened.connect(self._take_column)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.column_table)
        split.addWidget(self.field_table)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 2)
        split.setSizes([300, 640])
        split.setChildrenCollapsible(False)
        split.setMinimumHeight(230)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.editor_focus)
        return split

    # --- what is shown ----------------------------------------------------------------------------

    def show_sheet(self, sheet: Mapping[str, Any]) -> None:
        """Another reading of the draft."""
        self._sheet = sheet
        self.columns.set_rows(sheet.get("columns") or [])
        for widget in (self.needs, self.diff):
            widget.hide()
        self._show()

    def show_tried(self, tried: Mapping[str, Any]) -> None:
        """What the draft made of real records; nothing where it could not be tried."""
        self._tried = tried
        self.records.show_preview(tried)
        self._show()

    def show_diff(self, answer: Mapping[str, Any]) -> None:
        """What the draft says otherwise than what is in force."""
        self.changes.set_rows(answer.get("changes") or [])
        self.needs.setText(str(answer.get("needs") or ""))
        self.needs.show()
        self.diff.setVisible(bool(answer.get("changes")))

    def choose(self, field: str) -> None:
        """Begin with this field."""
        self._field = field
        self._show()

    def editor_focus(self) -> None:
        """Go from the table to the rule of the row."""
        self.editor.way.setFocus()

    def _show(self) -> None:
        only = str(self.only.currentData() or "")
        rows = rows_of(self._session, self._sheet, self._tried, self._record, only)
        self.fields.set_rows(rows)
        names = [row["field"] for row in rows]
        if self._field not in names:
            self._field = names[0] if names else ""
        if names:
            self.field_table.blockSignals(True)  # noqa: FBT003 Qt takes it by place
            self.field_table.selectRow(names.index(self._field))
            self.field_table.blockSignals(False)  # noqa: FBT003 Qt takes it by place
        self.editor.setVisible(bool(names))
        self._show_field()
        self._count(rows)

    def _count(self, rows: list[dict[str, Any]]) -> None:
        number = self._session.number
        sent = sum(1 for row in rows if row["state"] != "quiet")
        wrong = sum(1 for row in rows if row["state"] == "error")
        tried = self._tried
        if self._sheet.get("problems"):
            told = self.tr("{count} problems to mend first")
            self.result.say(told.format(count=len(self._sheet["problems"])), "error")
        elif not tried:
            self.result.say(self.tr("Not tried: no export to look at yet"), "quiet")
        elif tried.get("refused"):
            told = self.tr("{refused} of {records} records would stop")
            words = {"refused": number(tried["refused"]), "records": number(tried["records"])}
            self.result.say(told.format(**words), "warning")
        else:
            told = self.tr("All {records} records would go")
            self.result.say(told.format(records=number(tried.get("records", 0))), "ok")
        told = self.tr("{sent} fields are sent, {wrong} need a look. Nothing is sent from here.")
        self.counts.setText(told.format(sent=sent, wrong=wrong))

    def _show_field(self) -> None:
        fields = self._sheet.get("fields") or ()
        about = next((one for one in fields if one["field"] == self._field), None)
        if about is not None:
            self.editor.show_field(about, self._sheet)
            found = problems_of(self._session, self._sheet, self._tried)
            self.editor.show_problems([*found.get(self._field, []), *found.get("", [])])

    def _show_record(self, number: int) -> None:
        self._record = number
        self._show()

    def _choose_row(self) -> None:
        row = self.field_table.current()
        if row is not None and row["field"] != self._field:
            self._field = str(row["field"])
            self._show_field()

    def _take_column(self, number: int) -> None:
        """Enter on a column: the chosen field comes from it."""
        row = self.columns.row(number)
        if row is not None and self._field and self.editor.way.isEnabled():
            self.edited.emit(self._field, str(row["name"]))

    def _name(self, row: Mapping[str, Any]) -> str:
        return f"{row['field']} *" if row["needed"] else str(row["field"])
