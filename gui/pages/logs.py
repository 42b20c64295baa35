"""Logs: what the service writes down, as it does; no values of records unless somebody asks for debug."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QStackedWidget

from gui import kit, theme
from gui.bridge import Bridge, Fault
from gui.kit.flow import Flow
from gui.kit.rows import Index
from gui.pages.base import Page
from gui.pages.desk.notice import notice
from gui.session import Session

_EVERY_MS: Final = 1000
_TYPED_MS: Final = 300
_KEPT: Final = 500
_DEBUG_MINUTES: Final = 30
_TONES: Final = {"warning": "warning", "error": "error", "critical": "error"}


class LogsPage(Page):
    """The last 500 lines, live while `follow` is on and the page is in front."""

    key = "logs"
    min_role = "engineer"

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self._lines: deque[Mapping[str, Any]] = deque(maxlen=_KEPT)
        self._after: object = None
        self._round = 0
        self._is_asking = False
        self.copy = self.add_action(self.tr("Copy"), self._copy, icon="copy")
        self.folder = self.add_action(self.tr("Show folder"), self._folder, icon="folder")
        self.debug = self.add_action(self.tr("Debug for 30 minutes"), self._debug, role="engineer")
        self.notice = notice()
        self._make_filters()
        self._rows = _Lines(
            [
                kit.Column(self.tr("Time"), self._time, width=120),
                kit.Column(self.tr("Level"), self._level, width=90),
                kit.Column(self.tr("Flow"), "flow", width=110),
                kit.Column(self.tr("Event"), "event", width=150),
                kit.Column(self.tr("Text"), "text", width=500),
            ]
        )
        self.table = kit.Table(self._rows, self.tr("Lines of the log"), many=True)
        self.table.setFont(theme.font("code"))
        self.table.chosen.connect(self._describe)
        self.detail = kit.label()
        self.detail.hide()
        self.empty = kit.EmptyState(self.tr("No log lines match."), icon="logs")
        filters = Flow()
        for widget in (self.flow, self.level, self.text, self.follow):
            filters.addWidget(widget)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self.body.addLayout(filters)
        self.body.addWidget(self.notice)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self.detail)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._follow_on)

    def _make_filters(self) -> None:
        self.flow = QComboBox()
        self.flow.setAccessibleName(self.tr("Only this flow"))
        self.flow.addItem(self.tr("All flows"), "")
        self.flow.currentIndexChanged.connect(lambda _index: self._restart())
        self.level = QComboBox()
        self.level.setAccessibleName(self.tr("This level and above"))
        for level in ("debug", "info", "warning", "error"):
            self.level.addItem(self._level({"level": level}), level)
        self.level.setCurrentIndex(1)
        self.level.currentIndexChanged.connect(lambda _index: self._restart())
        self.text = QLineEdit()
        self.text.setPlaceholderText(self.tr("Text or record"))
        self.text.setAccessibleName(self.tr("Only lines with this text"))
        self.text.setClearButtonEnabled(True)
        self._settle = QTimer(self, singleShot=True, interval=_TYPED_MS)
        self._settle.timeout.connect(self._restart)
        self.text.textChanged.connect(lambda _text: self._settle.start())
        self.text.setMinimumWidth(160)
        self.follow = QCheckBox(self.tr("Follow"))
        self.follow.setChecked(True)
        self.follow.toggled.connect(self._followed)

    def title(self) -> str:
        return self.tr("Logs")

    def search(self) -> None:
        self.text.setFocus()

    def shown(self) -> None:
        super().shown()
        if self.follow.isChecked():
            self._timer.start()

    def hidden(self) -> None:
        super().hidden()
        self._timer.stop()

    def jump(self, target: Mapping[str, Any]) -> None:
        self._offer()
        self.flow.setCurrentIndex(max(0, self.flow.findData(str(target.get("flow") or ""))))
        if target.get("text"):
            self.text.setText(str(target["text"]))

    # --- asking -----------------------------------------------------------------------------------

    def refresh(self) -> None:
        self._offer()
        self._restart()

    def _offer(self) -> None:
        known = {str(self.flow.itemData(number)) for number in range(self.flow.count())}
        for flow in (self.bridge.status or {}).get("flows", ()):
            if flow["name"] not in known:
                self.flow.addItem(flow["name"], flow["name"])

    def _restart(self) -> None:
        """Other filters: begin anew."""
        self._round += 1
        self._after = None
        self._lines.clear()
        self._is_asking = False
        self._ask()

    def _follow_on(self) -> None:
        with self.looking(by_itself=True):
            self._ask()

    def _ask(self) -> None:
        if self._is_asking:
            return
        self._is_asking = True
        named = {
            "flow": self.flow.currentData(),
            "level": self.level.currentData(),
            "text": self.text.text().strip(),
            "after": self._after,
        }
        params: dict[str, object] = {name: value for name, value in named.items() if value}
        params["limit"] = _KEPT
        number = self._round
        self.ask(
            "logs.tail",
            params,
            lambda found: self._take(number, found),
            lambda fault: self._missed(number, fault),
        )

    def _take(self, number: int, found: Mapping[str, Any]) -> None:
        if number != self._round:
            return
        self._is_asking = False
        self._after = found["next"]
        lines = found["lines"]
        self._lines.extend(lines)
        if lines or not self._lines:
            self._rows.set_rows(list(self._lines))
            self._stack.setCurrentWidget(self.table if self._lines else self.empty)
            if self.follow.isChecked():
                self.table.scrollToBottom()

    def _missed(self, number: int, fault: Fault) -> None:
        if number == self._round:
            self._is_asking = False
            self.show_fault(fault)

    def _followed(self, on: bool) -> None:  # noqa: FBT001 Qt's signal
        if on and self.is_shown:
            self._timer.start()
            self._ask()
        else:
            self._timer.stop()

    # --- showing ----------------------------------------------------------------------------------

    def _time(self, line: Mapping[str, Any]) -> str:
        return self.session.when(line["at"])

    def _level(self, line: Mapping[str, Any]) -> str:
        names = {
            "debug": self.tr("Debug"),
            "info": self.tr("Info"),
            "warning": self.tr("Warning"),
            "error": self.tr("Error"),
            "critical": self.tr("Critical"),
        }
        return names.get(str(line["level"]), str(line["level"]))

    def _describe(self) -> None:
        rows = self.table.selected()
        if len(rows) == 1:
            self.detail.setText(
                f"{self.session.when(rows[0]['at'], short=False)}  {rows[0]['text']}"
            )
        self.detail.setVisible(len(rows) == 1)

    # --- doing ------------------------------------------------------------------------------------

    def _copy(self) -> None:
        if not self.table.selected():
            self.table.selectAll()
        kit.copy_text(self.table.as_text())

    def _folder(self) -> None:
        self.ask("logs.folder", {}, self._show_folder)

    def _show_folder(self, found: Mapping[str, Any]) -> None:
        folder = str(found["folder"])
        kit.copy_text(folder)
        self._say(
            self.tr(
                "The logs are in {folder}. The path is on the clipboard; the folder belongs to the"
                " service's account."
            ).format(folder=folder)
        )

    def _debug(self) -> None:
        self.confirm.ask(
            self.tr(
                "The log tells much more for 30 minutes and then stops by itself. It holds no"
                " values of records."
            ),
            self.tr("Write debug lines for 30 minutes"),
            lambda _text: self.ask("logs.debug", {"minutes": _DEBUG_MINUTES}, self._debugging),
        )

    def _debugging(self, found: Mapping[str, Any]) -> None:
        until = self.session.when(found.get("until"))
        self._say(self.tr("Debug lines are written until {time}.").format(time=until))
        self.level.setCurrentIndex(0)

    def _say(self, text: str) -> None:
        self.notice.setText(text)
        self.notice.show()


class _Lines(kit.RowsModel):
    """Says warnings and errors in their colour too."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 1:
            line = self.row(index.row())
            tone = _TONES.get(str(line["level"])) if line is not None else None
            return QBrush(theme.colour(tone)) if tone else None
        return super().data(index, role)
