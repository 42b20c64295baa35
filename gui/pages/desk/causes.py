"""Everything that needs a person, by cause: one line for each, the worst first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPalette, QPen, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from gui import kit, theme
from gui.kit.flow import Flow
from gui.latest import Latest
from gui.pages.base import Page
from gui.pages.desk.drawer import Drawer
from gui.pages.desk.scope import Scope
from gui.pages.desk.sheets import ExportPanel, ImportPanel
from gui.pages.desk.view import View
from gui.pages.desk.wording import Wording
from gui.theme import Space

Index = QModelIndex | QPersistentModelIndex
_CAUSE: Final = Qt.ItemDataRole.UserRole
_BELOW: Final = Qt.ItemDataRole.UserRole + 1
_COUNT: Final = Qt.ItemDataRole.UserRole + 2


class CausesView(View):
    """The headline, the list of causes, and the way to and from a spreadsheet."""

    opened = Signal(object)
    """A cause, as the service sent it."""

    def __init__(self, page: Page, words: Wording) -> None:
        super().__init__(page, words)
        self.flow = ""
        self._total = 0
        self._latest = Latest()
        self.headline = kit.Headline()
        self.drawer = Drawer()
        self.model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(_Lines(self.list))
        self.list.setAccessibleName(self.tr("Causes"))
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setUniformItemSizes(True)
        self.list.activated.connect(self._open)
        self.list.clicked.connect(self._open)
        self.empty = kit.EmptyState(self.tr("Nothing needs attention."), icon="ok")
        self.loading = kit.muted(self.tr("Asking the service …"))
        self.export = kit.button(
            self.tr("Export as CSV …"), self._export, why_not=self.session.why_not("operator")
        )
        self.import_ = kit.button(
            self.tr("Import corrected CSV …"),
            self._import,
            why_not=self.session.why_not("operator"),
        )
        self.all = kit.button(self.tr("Show all flows"), self._show_all, kind="link")
        self.all.hide()
        row = Flow()
        for pressed in (self.export, self.import_, self.all):
            row.addWidget(pressed)
        self._stack = QStackedWidget()
        for widget in (self.loading, self.list, self.empty):
            self._stack.addWidget(widget)
        self.layout_.addWidget(self.headline)
        self.layout_.addLayout(row)
        self.layout_.addWidget(self.drawer)
        self.layout_.addWidget(self._stack, 1)
        self.drawer.closed.connect(lambda _text: self.refresh())

    def refresh(self) -> None:
        params: dict[str, object] = {"flow": self.flow} if self.flow else {}
        self.page.ask("exceptions.groups", params, self._latest.only(self._show))

    def only(self, flow: str) -> None:
        """Only what belongs to this flow."""
        self.flow = flow
        self.all.setVisible(bool(flow))

    def _show_all(self) -> None:
        self.only("")
        self.refresh()

    # --- showing ----------------------------------------------------------------------------------

    def _show(self, found: Mapping[str, Any]) -> None:
        items = found["items"]
        chosen = self.list.currentIndex().row()
        self._total = int(found["total"])
        if len(items) < self.model.rowCount():
            self.model.removeRows(len(items), self.model.rowCount() - len(items))
        for number, cause in enumerate(items):
            if number >= self.model.rowCount():
                self.model.appendRow(QStandardItem())
            self._fill(self.model.item(number), cause)
        if items:
            place = min(max(chosen, 0), len(items) - 1)
            self.list.setCurrentIndex(self.model.index(place, 0))
        self._stack.setCurrentWidget(self.list if items else self.empty)
        self.export.setEnabled(bool(items) and self.session.may("operator"))
        self._tell(len(items))

    def _fill(self, item: QStandardItem, cause: Mapping[str, Any]) -> None:
        title = self.session.said(cause).removesuffix(".")
        if cause.get("field"):
            title += f" ({cause['field']})"
        below = self._below(cause)
        item.setText(title)
        item.setData(dict(cause), _CAUSE)
        item.setData(below, _BELOW)
        item.setData(self.words.number(cause["count"]), _COUNT)
        records = self.words.records(int(cause["count"]))
        item.setData(f"{title}: {records}. {below}", Qt.ItemDataRole.AccessibleTextRole)
        item.setToolTip(f"{title}\n{below}")

    def _below(self, cause: Mapping[str, Any]) -> str:
        flow = str(cause.get("flow") or "")
        parts = [self.words.kind(cause["entity"])] if cause.get("entity") else []
        parts.append(f"{flow} → {self.words.side(flow)}" if flow else self.tr("while reading"))
        parts.append(self.tr("since {time}").format(time=self.words.since(cause["since"])))
        if told := self.words.amounts(cause.get("amounts")):
            parts.append(self.tr("{amounts} at stake").format(amounts=told))
        if words := cause.get("words"):
            named = ", ".join(
                f"“{each['word']}” {self.words.number(each['count'])}×" for each in words
            )
            parts.append(self.tr("the ERP says {words}").format(words=named))
        return "  ·  ".join(parts)

    def _tell(self, causes: int) -> None:
        counts = (self.bridge.status or {}).get("counts", {})
        waiting = int(counts.get("waiting") or 0) + int(counts.get("sending") or 0)
        if waiting:
            rest = self.tr("Waiting to be sent: {records}. They go out on their own.").format(
                records=self.words.records(waiting)
            )
        else:
            rest = self.tr("Everything else is delivered.")
        self.empty.text.setText(self.tr("Nothing needs attention.") + " " + rest)
        if not causes:
            self.headline.show_text(self.tr("Nothing needs attention"))
            return
        sentence = self.tr("Needs attention: {records}").format(
            records=self.words.records(self._total)
        )
        if causes > 1:
            sentence += ", " + self.tr("from {count} causes").format(count=causes)
        self.headline.show_text(
            sentence, self.tr("They stop nothing else, and nothing is lost.") + " " + rest
        )

    def cause(self, number: int) -> dict[str, Any]:
        """One of them, as the service sent it."""
        found: dict[str, Any] = self.model.index(number, 0).data(_CAUSE)
        return found

    # --- doing ------------------------------------------------------------------------------------

    def _open(self, index: Index) -> None:
        cause = index.data(_CAUSE)
        if cause is not None:
            self.opened.emit(cause)

    def _export(self) -> None:
        scope = Scope(self._total, flow=self.flow)
        self.drawer.open(ExportPanel(self.bridge, self.session, self.words, scope))

    def _import(self) -> None:
        self.drawer.open(ImportPanel(self.bridge, self.session, self.words))


class _Lines(QStyledItemDelegate):
    """Two lines and a number: what is wrong, and whose, since when, how much is at stake."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002, N802 Qt's
        height = 2 * option.fontMetrics.height() + 2 * Space.M
        return QSize(200, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, theme.colour("accent_fill"))
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        inner = option.rect.adjusted(Space.M, Space.S, -Space.M, -Space.S)
        number = self._number(painter, inner, str(index.data(_COUNT)))
        words = inner.adjusted(0, 0, -number - Space.M, 0)
        line = words.height() // 2
        painter.setFont(theme.font("body", bold=True))
        painter.setPen(theme.colour("text"))
        self._line(painter, QRect(words.left(), words.top(), words.width(), line), option.text)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colour("text" if chosen else "muted"))
        below = QRect(words.left(), words.top() + line, words.width(), line)
        self._line(painter, below, str(index.data(_BELOW)))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(option.palette.color(QPalette.ColorRole.Accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(option.rect.adjusted(1, 1, -1, -1))
        painter.restore()

    def _number(self, painter: QPainter, inner: QRect, text: str) -> int:
        painter.setFont(theme.font("body", bold=True))
        wide = painter.fontMetrics().horizontalAdvance(text) + 2 * Space.M
        tall = painter.fontMetrics().height() + Space.XS
        badge = QRectF(
            inner.right() - wide, inner.center().y() - tall / 2, float(wide), float(tall)
        )
        painter.setPen(QPen(theme.colour("warning"), 1))
        painter.setBrush(theme.colour("warning_fill"))
        painter.drawRoundedRect(badge, tall / 2, tall / 2)
        painter.setPen(theme.colour("text"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
        return wide

    def _line(self, painter: QPainter, place: QRect, text: str) -> None:
        cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, int(flags), cut)
