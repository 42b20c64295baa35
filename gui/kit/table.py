"""The table of every list: whole rows, fixed heights, widths that a person drags, keys that work."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from gui.kit.clipboard import copy_text
from gui.kit.rows import ColumnsModel, Row, identity

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
        self._held: dict[int, tuple[object, ...]] | None = None
        """Whose rows are selected and where they stood, while the rows become others."""
        self._cursor: tuple[int, tuple[object, ...]] | None = None
        self.selectionModel().selectionChanged.connect(lambda _new, _old: self._tell())
        model.renewing.connect(self._hold)
        model.renewed.connect(self._follow)

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

    # --- a choice is of records, not of places in the list ----------------------------------------

    def _tell(self) -> None:
        if self._held is None:
            self.chosen.emit()

    def _hold(self) -> None:
        numbers = [index.row() for index in self.selectionModel().selectedRows()]
        self._held = {n: identity(row) for n in numbers if (row := self.rows.row(n)) is not None}
        row = self.current()
        self._cursor = None if row is None else (self.currentIndex().row(), identity(row))

    def _follow(self) -> None:
        held = self._held or {}
        now = self._places([*held.items(), *([self._cursor] if self._cursor else [])])
        numbers = {now[n] for n in held if n in now}
        model = self.selectionModel()
        if numbers != {index.row() for index in model.selectedRows()}:
            choice = QItemSelection()
            for number in sorted(numbers):
                index = self.rows.index(number, 0)
                choice.select(index, index)
            flags = QItemSelectionModel.SelectionFlag
            model.select(choice, flags.ClearAndSelect | flags.Rows)
        at = now.get(self._cursor[0], -1) if self._cursor else -1
        if at >= 0 and at != self.currentIndex().row():
            column = max(0, self.currentIndex().column())
            none = QItemSelectionModel.SelectionFlag.NoUpdate
            model.setCurrentIndex(self.rows.index(at, column), none)
        self._held = None
        if len(numbers) < len(held):
            self.chosen.emit()

    def _places(self, before: Sequence[tuple[int, tuple[object, ...]]]) -> dict[int, int]:
        """Where those stand now that stood at these numbers; without those that are gone."""
        found: dict[int, int] = {}
        moved: list[tuple[int, tuple[object, ...]]] = []
        for number, who in before:
            there = self.rows.row(number) if number < self.rows.rowCount() else None
            if there is not None and identity(there) == who:
                found[number] = number
            else:
                moved.append((number, who))
        if moved:
            count = self.rows.rowCount()
            anywhere = {identity(other): at for at, other in self.rows.here() if at < count}
            found |= {number: anywhere[who] for number, who in moved if who in anywhere}
        return found

    def scrollTo(  # noqa: N802 Qt's name
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Up and down only: choosing a row must not throw the columns about."""
        across = self.horizontalScrollBar().value()
        super().scrollTo(index, hint)
        self.horizontalScrollBar().setValue(across)
