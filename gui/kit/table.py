"""The table of every list: whole rows, fixed heights, widths that a person drags, keys that work."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from gui.kit.clipboard import copy_text
from gui.kit.rows import ColumnsModel, Row

_ROW_PADDING = 12


class Table(QTableView):
    """Shows a model of the kit. Enter or a double click opens a row, Ctrl+C copies rows."""

    opened = Signal(int)
    """The number of the row."""
    chosen = Signal()
    """The selection is another one."""

    def __init__(self, model: ColumnsModel, name: str, *, many: bool = False) -> None:
        """`name`: what the screen reader calls it. `many`: several rows may be selected."""
        super().__init__()
        self.rows = model
        self.setAccessibleName(name)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        modes = QAbstractItemView.SelectionMode
        self.setSelectionMode(modes.ExtendedSelection if many else modes.SingleSelection)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + _ROW_PADDING)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for number, column in enumerate(model.columns):
            self.setColumnWidth(number, column.width)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self.selectionModel().selectionChanged.connect(lambda _new, _old: self.chosen.emit())

    def selected(self) -> list[Row]:
        """The selected rows that are here, from the top."""
        numbers = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [row for number in numbers if (row := self.rows.row(number)) is not None]

    def current(self) -> Row | None:
        """The row with the cursor."""
        return self.rows.row(self.currentIndex().row()) if self.currentIndex().isValid() else None

    def minimumSizeHint(self) -> QSize:  # noqa: N802 Qt's name
        return QSize(200, 4 * self.verticalHeader().defaultSectionSize())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        elif event.matches(QKeySequence.StandardKey.Copy):
            copy_text(self.as_text())
        else:
            super().keyPressEvent(event)

    def as_text(self) -> str:
        """The selected rows with their titles, between tabs."""
        columns = self.rows.columns
        titles = "\t".join(column.title for column in columns)
        rows = ("\t".join(column.of(row) for column in columns) for row in self.selected())
        return "\n".join([titles, *rows])

    def scrollTo(  # noqa: N802 Qt's name
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Up and down only: choosing a row must not throw the columns about."""
        across = self.horizontalScrollBar().value()
        super().scrollTo(index, hint)
        self.horizontalScrollBar().setValue(across)
