"""Exceptions: what needs a person, what only waits, and what was set aside; never mixed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QTabBar

from gui.bridge import Bridge
from gui.pages.base import Page
from gui.pages.desk.asides import AsidesView
from gui.pages.desk.cause import CauseView
from gui.pages.desk.causes import CausesView
from gui.pages.desk.record import RecordView
from gui.pages.desk.view import View
from gui.pages.desk.waiting import WaitingView
from gui.pages.desk.wording import Wording
from gui.session import Session

_MOVES_MS: Final = 1500
TABS: Final = ("exceptions", "waiting", "aside")


class ExceptionsPage(Page):
    """From the causes to the records of one to the editor of a record, and back with Esc."""

    key = "exceptions"
    min_role = "operator"
    topics = frozenset({"exceptions"})
    views = ("cause", "rule", "replay", "record", "waiting", "aside")

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self.words = Wording(bridge, session)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(self.tr("Which records"))
        self.tabs.setExpanding(False)
        for name in (self.tr("Needs attention"), self.tr("Waiting"), self.tr("Set aside")):
            self.tabs.addTab(name)
        self.tabs.currentChanged.connect(self._turn)
        self.causes = CausesView(self, self.words)
        self.cause = CauseView(self, self.words)
        self.record = RecordView(self, self.words)
        self.waiting = WaitingView(self, self.words)
        self.asides = AsidesView(self, self.words)
        self.front = QStackedWidget()
        for view in (self.causes, self.cause, self.record, self.waiting, self.asides):
            self.front.addWidget(view)
        self.body.addWidget(self.tabs)
        self.body.addWidget(self.front, 1)
        self._inner: View = self.causes
        self._known_waiting = -1
        self._soon = QTimer(self, singleShot=True, interval=_MOVES_MS)
        self._soon.timeout.connect(self._moved)
        self._row = 0
        self.causes.opened.connect(self._open_cause)
        self.cause.back.connect(self._to_causes)
        self.cause.opened.connect(self._open_record)
        self.record.back.connect(self._to_cause)
        self.record.step.connect(self._step)

    def title(self) -> str:
        return self.tr("Exceptions")

    # --- what the window says ---------------------------------------------------------------------

    def refresh(self) -> None:
        view = self.front.currentWidget()
        if isinstance(view, View):
            view.refresh()

    def search(self) -> None:
        view = self.front.currentWidget()
        if isinstance(view, View):
            view.search()

    def status_changed(self, status: Mapping[str, Any]) -> None:
        counts = status.get("counts", {})
        numbers = (
            int(counts.get("parked") or 0),
            int(counts.get("waiting") or 0) + int(counts.get("sending") or 0),
            int(counts.get("set_aside") or 0),
        )
        if numbers[1] != self._known_waiting and not self._soon.isActive():
            self._known_waiting = numbers[1]
            self._soon.start()
        names = (self.tr("Needs attention"), self.tr("Waiting"), self.tr("Set aside"))
        for place, (name, number) in enumerate(zip(names, numbers, strict=True)):
            self.tabs.setTabText(place, f"{name} ({self.words.number(number)})" if number else name)

    def jump(self, target: Mapping[str, Any]) -> None:
        tab = str(target.get("tab") or "exceptions")
        self.tabs.setCurrentIndex(TABS.index(tab) if tab in TABS else 0)
        flow = str(target.get("flow") or "")
        if tab == "waiting":
            self.waiting.only(flow)
        elif target.get("ref"):
            self._row = -1
            self.record.show_record(str(target["ref"]), {})
            self._show(self.record)
        elif target.get("code"):
            names = ("flow", "code", "field")
            found = {name: str(target.get(name) or "") for name in names}
            self._open_cause({**found, "title": found["code"], "count": 0})
            self.cause.refresh()
        elif tab == "exceptions":
            self.causes.only(flow)
            self._to_causes()

    def show_view(self, name: str) -> None:
        tab = TABS.index(name) if name in TABS else 0
        self.tabs.setCurrentIndex(tab)
        if tab:
            return
        if name == "cause" and self.causes.model.rowCount():
            self._open_cause(self.causes.cause(0))
        elif name == "rule" and self.cause.rule.isVisibleTo(self.cause):
            self.cause.rule.click()
        elif name == "replay":
            self.cause.replay.click()
        elif name == "record" and self.cause.rows.rowCount():
            self.cause.table.opened.emit(0)

    # --- from one to the other --------------------------------------------------------------------

    def _turn(self, tab: int) -> None:
        view = (self._inner, self.waiting, self.asides)[tab]
        self.front.setCurrentWidget(view)
        view.refresh()

    def _moved(self) -> None:
        """What waits is not what it was: no event says so, only the status."""
        if self.is_shown and self.front.currentWidget() is self.waiting:
            self.waiting.refresh()

    def _show(self, view: View) -> None:
        self._inner = view
        if self.tabs.currentIndex() == 0:
            self.front.setCurrentWidget(view)
        self.area.verticalScrollBar().setValue(0)

    def _to_causes(self) -> None:
        self._show(self.causes)
        self.causes.refresh()
        self.causes.list.setFocus()

    def _open_cause(self, cause: Mapping[str, Any]) -> None:
        self._show(self.cause)
        self.cause.show_cause(cause)

    def _to_cause(self) -> None:
        if not self.cause.cause:
            self._to_causes()
            return
        self._show(self.cause)
        self.cause.refresh()
        self.cause.table.setFocus()

    def _open_record(self, row: Mapping[str, Any], number: int, total: int) -> None:
        self._row = number
        place = self.tr("{number} of {total}").format(
            number=self.words.number(number + 1), total=self.words.number(total)
        )
        self._show(self.record)
        self.record.show_record(str(row["ref"]), self.cause.cause, place)

    def _step(self, by: int) -> None:
        row = self.cause.rows.row(self._row + by) if self._row >= 0 else None
        if row is not None:
            self.cause.table.selectRow(self._row + by)
            self._open_record(row, self._row + by, self.cause.rows.rowCount())
