"""The first rows of a source as a table, as the service reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.kit import Column, RowsModel, Table, muted
from gui.places.findings import Findings
from gui.session import Session
from gui.theme import Space

_HIGH: Final = 8
"""Rows in sight; the others are scrolled to."""


class Preview(QWidget):
    """Hidden until it shows something."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.table: Table | None = None
        self.about = muted()
        self.findings = Findings(session)
        self._session = session
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(Space.S)
        self._layout.addWidget(self.about)
        self._layout.addWidget(self.findings)
        self.hide()

    def show_answer(self, answer: Mapping[str, Any]) -> None:
        """Show what `sources.look` or `sources.preview` answered."""
        self.clear()
        columns, rows = answer.get("columns") or [], answer.get("rows") or []
        if columns:
            name = str(answer.get("name") or "")
            told = self.tr("{rows} rows, {columns} columns.").format(
                rows=self._session.number(len(rows)), columns=self._session.number(len(columns))
            )
            self.about.setText(f"{name}: {told}" if name else told)
            self._show_table([str(column["name"]) for column in columns], rows)
        self.about.setVisible(bool(columns))
        nothing = "" if columns else self.tr("There is nothing to read here yet.")
        self.findings.show_findings(answer.get("findings") or [], nothing)
        self.show()

    def clear(self) -> None:
        """Show nothing."""
        if self.table is not None:
            self._layout.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
            self.table = None
        self.findings.clear()
        self.hide()

    def _show_table(self, names: list[str], rows: list[list[Any]]) -> None:
        shown = [Column(name, _cell(place), width=120) for place, name in enumerate(names)]
        model = RowsModel(shown, [{"cells": row} for row in rows])
        table = self.table = Table(model, self.tr("First rows"))
        high = table.verticalHeader().defaultSectionSize()
        table.setFixedHeight((min(len(rows), _HIGH) + 2) * high)
        self._layout.addWidget(table)


def _cell(place: int) -> Callable[[Mapping[str, Any]], str]:
    def text(row: Mapping[str, Any]) -> str:
        cells = row["cells"]
        value = cells[place] if place < len(cells) else None
        return "" if value is None else str(value)

    return text
