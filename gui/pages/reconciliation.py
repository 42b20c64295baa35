"""Reconciliation: where each row of the last complete reading of a flow ended; the rest is named."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetrics
from PySide6.QtWidgets import QStackedWidget

from gui import kit, theme
from gui.bridge import Bridge
from gui.latest import Latest
from gui.pages.base import Page
from gui.pages.desk.wording import Wording
from gui.session import Session

Index = QModelIndex | QPersistentModelIndex
_LAST_READ: Final = "rows of the last complete read and where each ended"
"""A comparison that the service offers, in its words."""
_JUMPS: Final = {
    "waiting": ("exceptions", {"tab": "waiting"}),
    "exceptions": ("exceptions", {"tab": "exceptions"}),
    "set_aside": ("exceptions", {"tab": "aside"}),
    "held": ("holds", {}),
}
"""Numbers that lead somewhere: the page, and where on it."""


class ReconciliationPage(Page):
    """A row for each flow; what does not add up is red by word and colour."""

    key = "reconciliation"
    topics = frozenset({"exceptions", "holds"})

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self.words = Wording(bridge, session)
        self._latest = Latest()
        self.headline = kit.Headline()
        self.rows = _Flows(self._columns(), self._field)
        self.table = kit.Table(self.rows, self.tr("Where the rows of each flow ended"))
        self.table.clicked.connect(self._pressed)
        self.table.opened.connect(self._opened)
        self.table.chosen.connect(self._describe)
        self.legend = kit.muted(
            self.tr(
                "In source = delivered + unchanged + waiting + exceptions + held + set aside +"
                " left out + other + unexplained. Numbers in colour lead to their records."
            )
        )
        self.detail = kit.label()
        self.offered = kit.muted()
        self.empty = kit.EmptyState(
            self.tr(
                "Nothing was read completely yet. After the first complete reading of a source,"
                " every one of its rows is accounted for here."
            ),
            self.tr("Check sources now"),
            self._scan,
            icon="reconciliation",
            why_not=session.why_not_all("operator"),
        )
        self.scan = self.add_action(
            self.tr("Check sources now"), self._scan, icon="refresh", role="operator", whole=True
        )
        self.copy = self.add_action(self.tr("Copy as table"), self._copy, icon="copy")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self.body.addWidget(self.headline)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self.detail)
        self.body.addWidget(self.legend)
        self.body.addWidget(self.offered)

    def title(self) -> str:
        return self.tr("Reconciliation")

    def _parts(self) -> dict[str, str]:
        return {
            "in_source": self.tr("In source"),
            "unexplained": self.tr("Unexplained"),
            "delivered": self.tr("Delivered"),
            "unchanged": self.tr("Unchanged"),
            "waiting": self.tr("Waiting"),
            "exceptions": self.tr("Exceptions"),
            "held": self.tr("Held"),
            "set_aside": self.tr("Set aside"),
            "left_out": self.tr("Left out"),
            "other": self.tr("Other"),
        }

    def _columns(self) -> list[kit.Column]:
        parts = self._parts()
        columns = [kit.Column(self.tr("Flow"), "flow", width=100)]
        columns += [
            kit.Column(title, partial(self._number, name), right=True, width=_wide(title))
            for name, title in parts.items()
        ]
        columns.append(kit.Column(self.tr("Reading"), self._reading, width=180))
        return columns

    def _number(self, name: str, row: Mapping[str, Any]) -> str:
        return self.words.number(int(row.get(name) or 0))

    def _reading(self, row: Mapping[str, Any]) -> str:
        told = self.words.since(row.get("at"))
        if not row.get("at"):
            return self.tr("No complete reading yet")
        if not row.get("complete"):
            told += " " + self.tr("(not complete)")
        return told

    def _field(self, column: int) -> str:
        names = list(self._parts())
        return names[column - 1] if 0 < column <= len(names) else ""

    # --- showing ----------------------------------------------------------------------------------

    def refresh(self) -> None:
        self.ask("reconcile.flows", {}, self._latest.only(self._show))

    def _show(self, found: Mapping[str, Any]) -> None:
        items = found["items"] if any(row.get("at") for row in found["items"]) else []
        self.rows.set_rows(items)
        self._stack.setCurrentWidget(self.table if items else self.empty)
        self.legend.setVisible(bool(items))
        self.copy.setEnabled(bool(items))
        known = {_LAST_READ: self.tr("the rows of the last complete reading, and where each ended")}
        offered = ", ".join(known.get(str(each), str(each)) for each in found.get("offered") or ())
        self.offered.setText(
            self.tr("The service offers so far: {what}.").format(what=offered) if offered else ""
        )
        self._tell(items)
        self._describe()

    def _tell(self, items: list[Mapping[str, Any]]) -> None:
        if not items:
            self.headline.show_text(self.tr("Nothing to compare yet"))
            return
        unexplained = sum(int(row.get("unexplained") or 0) for row in items)
        whole = sum(int(row.get("in_source") or 0) for row in items)
        if unexplained:
            self.headline.show_text(
                self.tr("Unexplained: {records}").format(
                    records=self.words.records(unexplained)
                ),
                self.tr("They are in the source and in no state. Check the sources; if they stay"
                        " unexplained, send the diagnostics to support."),
            )  # fmt: skip
        else:
            self.headline.show_text(
                self.tr("Everything adds up"),
                self.tr("Each of {records} in the sources is accounted for.").format(
                    records=self.words.records(whole)
                ),
            )

    def _describe(self) -> None:
        rows = self.table.selected()
        if not rows:
            self.detail.hide()
            return
        row = rows[0]
        parts = [
            f"{title}: {self.words.number(int(row.get(name) or 0))}"
            for name, title in self._parts().items()
            if row.get(name)
        ]
        read = str(row.get("read") or "")
        self.detail.setText(f"{row['flow']} ({read}): " + ", ".join(parts))
        self.detail.show()

    # --- doing ------------------------------------------------------------------------------------

    def _pressed(self, index: Index) -> None:
        row = self.rows.row(index.row())
        name = self._field(index.column())
        if row is not None and name in _JUMPS and row.get(name):
            key, target = _JUMPS[name]
            self.go.emit(key, {**target, "flow": row["flow"]})

    def _opened(self, _number: int) -> None:
        self._pressed(self.table.currentIndex())

    def _scan(self) -> None:
        self.ask("scan", {}, lambda _done: self.refresh())

    def _copy(self) -> None:
        columns = self.rows.columns
        lines = ["\t".join(column.title for column in columns)]
        for number in range(self.rows.rowCount()):
            row = self.rows.row(number)
            if row is not None:
                lines.append("\t".join(column.of(row) for column in columns))
        kit.copy_text("\n".join(lines))


def _wide(title: str) -> int:
    """Room for a number and for the title above it."""
    return max(64, QFontMetrics(theme.font("body", bold=True)).horizontalAdvance(title) + 22)


class _Flows(kit.RowsModel):
    """Says in colour and weight what leads somewhere and what does not add up."""

    def __init__(self, columns: list[kit.Column], field: Any) -> None:
        super().__init__(columns)
        self._field = field

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in {Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.FontRole}:
            row, name = self.row(index.row()), self._field(index.column())
            number = int(row.get(name) or 0) if row is not None and name else 0
            colour = ""
            if name == "unexplained":
                colour = "error" if number else "ok"
            elif name in _JUMPS and number:
                colour = "accent"
            if not colour:
                return None
            if role == Qt.ItemDataRole.ForegroundRole:
                return QBrush(theme.colour(colour))
            made = QFont(theme.font("body", bold=True))
            made.setUnderline(colour == "accent")
            return made
        return super().data(index, role)
