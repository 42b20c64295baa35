"""Real records, one at a time: as they came, what becomes of them, and what would be sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QTabWidget

from gui import theme
from gui.kit import Card, Column, RowsModel, Table, button, label
from gui.session import Session


class RecordView(Card):
    """Goes through the records that a preview answered."""

    moved = Signal(int)
    """Another record is shown, by its number from 0."""

    def __init__(self, session: Session) -> None:
        super().__init__(self.tr("Real records"))
        self._session = session
        self._items: Sequence[Mapping[str, Any]] = ()
        self._of = 0
        self.at = 0
        self.back = button("◀", lambda: self.go(self.at - 1), name=self.tr("The record before"))
        self.on = button("▶", lambda: self.go(self.at + 1), name=self.tr("The next record"))
        self.place = label(wrap=False)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.on)
        row.addWidget(self.place)
        row.addStretch(1)
        self.add(row)
        name, value = self.tr("Column"), self.tr("Value")
        self.before = RowsModel(
            (Column(name, "name", width=200), Column(value, "value", width=260))
        )
        self.after = RowsModel(
            (
                Column(self.tr("Field"), "name", width=180),
                Column(self.tr("In force"), "was", width=180),
                Column(self.tr("This draft"), "value", width=220),
            )
        )
        self.sent = QPlainTextEdit(readOnly=True)
        self.sent.setTabChangesFocus(True)
        self.sent.setFont(theme.font("code"))
        self.sent.setAccessibleName(self.tr("What will be sent"))
        self.tabs = QTabWidget()
        self.tabs.addTab(Table(self.before, self.tr("The record as it came")), self.tr("Before"))
        self.tabs.addTab(Table(self.after, self.tr("What becomes of it")), self.tr("After"))
        self.tabs.addTab(self.sent, self.tr("What will be sent"))
        self.tabs.setCurrentIndex(1)
        self.tabs.setMinimumHeight(190)
        self.add(self.tabs)
        self.go(0)

    def show_preview(self, tried: Mapping[str, Any]) -> None:
        """What `mapping.preview` answered; the number of the record stays."""
        self._items = tried.get("items") or ()
        self._of = int(tried.get("records") or 0)
        self.go(self.at)

    def go(self, number: int) -> None:
        """Show the record of this number, if there is one."""
        count = len(self._items)
        former, self.at = self.at, max(0, min(number, count - 1))
        self.back.setEnabled(self.at > 0)
        self.on.setEnabled(self.at + 1 < count)
        if not count:
            self.place.setText(self.tr("No record to look at yet. Nothing is sent."))
            self.before.set_rows([])
            self.after.set_rows([])
            self.sent.clear()
            return
        item = self._items[self.at]
        told = self.tr("Record {number} of {count}: {place}")
        self.place.setText(
            told.format(number=self.at + 1, count=count, place=self._session.place(item))
        )
        self._show(item)
        if self.at != former:
            self.moved.emit(self.at)

    def _show(self, item: Mapping[str, Any]) -> None:
        row = item.get("row") or {}
        self.before.set_rows([{"name": name, "value": said(value)} for name, value in row.items()])
        made, published = self._outcome(item), self._outcome(item.get("published"))
        names = dict.fromkeys([*made, *published])
        self.after.set_rows(
            [{"name": n, "was": said(published.get(n)), "value": said(made.get(n))} for n in names]
        )
        if "fields" in item:
            whole = {"external_id": item.get("external_id"), **item["fields"]}
            self.sent.setPlainText(json.dumps(whole, ensure_ascii=False, indent=2))
        elif "left_out" in item:
            told = self.tr("Nothing: the rule “{rule}” leaves it out.")
            self.sent.setPlainText(told.format(rule=item["left_out"]))
        else:
            told = self.tr("Nothing, until this is mended: {reason} ({code})")
            self.sent.setPlainText(
                told.format(reason=self._session.why(item), code=item.get("code", ""))
            )

    def _outcome(self, made: object) -> dict[str, Any]:
        """What became of a record, field by field; a refused one has its reason."""
        if not isinstance(made, dict):
            return {}
        if isinstance(fields := made.get("fields"), dict):
            return fields
        if "left_out" in made:
            return {"–": made["left_out"]}
        why = self._session.why(made)
        return {str(made.get("field") or "!"): why} if "reason" in made else {}


def said(value: object) -> str:
    """A value for a table."""
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, bool) else str(value)
