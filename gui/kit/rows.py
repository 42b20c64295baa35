"""A table model over rows that are all here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

Row = Mapping[str, Any]
Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_TEXTS = frozenset(
    map(
        int,
        (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ),
    )
)


@dataclass(frozen=True)
class Column:
    """One column: its title, and the field of a row or how the text is made of the row."""

    title: str
    text: str | Callable[[Row], str]
    right: bool = False
    """For numbers."""
    width: int = 140

    def of(self, row: Row) -> str:
        """The text of this column for a row."""
        if callable(self.text):
            return self.text(row)
        value = row.get(self.text)
        return "" if value is None else str(value)


_NAMES = ("ref", "id", "name")


def identity(row: Row) -> tuple[object, ...]:
    """What tells a row from the others, whatever else of it changes."""
    named = [(name, str(row[name])) for name in _NAMES if row.get(name) is not None]
    return tuple(named[:1] or sorted((name, repr(value)) for name, value in row.items()))


class ColumnsModel(QAbstractTableModel):
    """What models of rows have in common; rows come from `row`."""

    renewing = Signal()
    """Rows are about to be others: who keeps a choice notes whose it is, not where."""
    renewed = Signal()

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = tuple(columns)

    def row(self, number: int) -> Row | None:
        """The row, or None when it is not here yet."""
        raise NotImplementedError

    def here(self) -> Iterator[tuple[int, Row]]:
        """The rows that are here, with their numbers."""
        raise NotImplementedError

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 Qt's signature
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in _TEXTS:  # painted for each cell of each frame: what is asked most comes first
            row = self.row(index.row())
            return "…" if row is None else self.columns[index.column()].of(row)
        if role == _ALIGNMENT:
            return _RIGHT if self.columns[index.column()].right else _LEFT
        return None

    def headerData(  # noqa: N802 Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if self.columns[section].right else _LEFT
        return self.columns[section].title if role == Qt.ItemDataRole.DisplayRole else None


class RowsModel(ColumnsModel):
    """Rows in memory: for lists that are short by nature."""

    def __init__(self, columns: Sequence[Column], rows: Sequence[Row] = ()) -> None:
        super().__init__(columns)
        self._rows: list[Row] = list(rows)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these; the place in the list stays where it is as far as rows remain."""
        self.renewing.emit()
        before, after = len(self._rows), len(rows)
        if after < before:
            self.beginRemoveRows(QModelIndex(), after, before - 1)
            self._rows = list(rows)
            self.endRemoveRows()
        elif after > before:
            self.beginInsertRows(QModelIndex(), before, after - 1)
            self._rows = list(rows)
            self.endInsertRows()
        else:
            self._rows = list(rows)
        if after:
            self.dataChanged.emit(self.index(0, 0), self.index(after - 1, len(self.columns) - 1))
        self.renewed.emit()

    def here(self) -> Iterator[tuple[int, Row]]:
        return enumerate(self._rows)

    def row(self, number: int) -> Row | None:
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 Qt's signature
        return 0 if parent.isValid() else len(self._rows)
