"""One cause: what it means, what can be done for all of its records, and the records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from gui import kit
from gui.bridge import Fault
from gui.kit.flow import Flow
from gui.latest import Latest
from gui.pages.base import Page
from gui.pages.desk.aside import AsidePanel
from gui.pages.desk.drawer import Drawer
from gui.pages.desk.replay import ReplayPanel
from gui.pages.desk.rule import RulePanel
from gui.pages.desk.scope import Scope
from gui.pages.desk.sheets import ExportPanel
from gui.pages.desk.view import View
from gui.pages.desk.wording import Wording


class CauseView(View):
    """Actions for the whole cause, or for the records that are selected."""

    back = Signal()
    opened = Signal(object, int, int)
    """A record (as the service lists it), its place in the list, and how long that is."""

    def __init__(self, page: Page, words: Wording) -> None:
        super().__init__(page, words)
        self.cause: dict[str, Any] = {}
        self._latest = Latest()
        self.to_causes = kit.button(
            self.tr("‹ All causes"), self.back.emit, kind="link", name=self.tr("Back to all causes")
        )
        self.problem = kit.ProblemPanel(tone="warning")
        why = self.session.why_not
        self.rule = kit.button("", self._rule, kind="primary", why_not=why("operator"))
        self.replay = kit.button("", self._replay, why_not=why("operator"))
        self.aside = kit.button("", self._aside, why_not=why("operator"))
        self.export = kit.button(self.tr("Export as CSV …"), self._export, why_not=why("operator"))
        self.drawer = Drawer()
        self.drawer.closed.connect(self._done)
        self.rows = kit.PagedModel(self.bridge, "exceptions.window", self._columns())
        self.rows.loaded.connect(self._loaded)
        self.rows.failed.connect(self._missing)
        self.table = kit.Table(self.rows, self.tr("Records of this cause"), many=True)
        self.table.opened.connect(self._open)
        self.table.chosen.connect(self._name_buttons)
        self._total = 0
        self._lay_out()
        self.on_key("Esc", self._escape)
        self.on_key("Ctrl+R", self._replay)

    def _columns(self) -> list[kit.Column]:
        words = self.words
        return [
            kit.Column(self.tr("Record"), "external_id", width=110),
            kit.Column(self.tr("Customer"), lambda row: str(row.get("customer") or ""), width=190),
            kit.Column(self.tr("What is wrong"), self.session.why, width=300),
            kit.Column(
                self.tr("At stake"),
                lambda row: (
                    f"{row.get('currency') or ''} {words.amount(row['amount'])}".strip()
                    if row.get("amount") is not None
                    else ""
                ),
                right=True,
                width=120,
            ),
            kit.Column(self.tr("Since"), lambda row: words.since(row["since"]), width=110),
            kit.Column(self.tr("Read from"), self.session.place, width=190),
        ]

    def _lay_out(self) -> None:
        actions = Flow()
        for pressed in (self.rule, self.replay, self.aside, self.export):
            actions.addWidget(pressed)
        top = QHBoxLayout()
        top.addWidget(self.to_causes)
        top.addStretch(1)
        self.layout_.addLayout(top)
        self.layout_.addWidget(self.problem)
        self.layout_.addLayout(actions)
        self.layout_.addWidget(self.drawer)
        self.layout_.addWidget(self.table, 1)

    # --- showing ----------------------------------------------------------------------------------

    def show_cause(self, cause: Mapping[str, Any]) -> None:
        """Begin with another cause."""
        self.cause = dict(cause)
        self._latest.drop()
        self._total = int(cause.get("count") or 0)
        self.drawer.close_panel()
        self.drawer.say("")
        self.table.clearSelection()
        self._tell()
        self.rows.look(self._where())
        self.table.setFocus()

    def refresh(self) -> None:
        if self.cause:
            self.rows.look(self._where())
            where = {name: value for name, value in self._where().items() if name != "field"}
            self.page.ask("exceptions.groups", where, self._latest.only(self._refreshed))

    def _refreshed(self, found: Mapping[str, Any]) -> None:
        field = self.cause.get("field")
        for cause in found["items"]:
            if cause["code"] == self.cause["code"] and (not field or cause.get("field") == field):
                self.cause = dict(cause)
                self._total = int(cause["count"])
                break
        self._tell()

    def _where(self) -> dict[str, object]:
        if self._is_unreadable:  # of no flow yet: its source could not read it
            return {"code": self.cause.get("code")}
        where = {name: self.cause.get(name) for name in ("flow", "code", "field")}
        return {name: value for name, value in where.items() if value}

    @property
    def _is_unreadable(self) -> bool:
        return str(self.cause.get("example") or "").startswith("U")

    @property
    def _side(self) -> str:
        return self.words.side(str(self.cause.get("flow") or ""))

    def _tell(self) -> None:
        said = self.session.said
        title = said(self.cause).removesuffix(".")
        if self.cause.get("field"):
            title += f" ({self.cause['field']})"
        title += f": {self.words.records(self._total)}"
        if told := self.words.amounts(self.cause.get("amounts")):
            title += ", " + self.tr("{amounts} at stake").format(amounts=told)
        owner = self.words.owner(str(self.cause.get("owner") or ""))
        meaning = said(self.cause, "meaning")
        to_do = said(self.cause, "to_do")
        if owner:
            to_do += " " + self.tr("Who can do it: {owner}.").format(owner=owner)
        self.problem.show_problem(
            title, meaning, to_do, str(self.cause.get("code") or ""), "warning"
        )
        self._name_buttons()

    def _name_buttons(self) -> None:
        words, some = self.words, self._selected()
        count = len(some) or self._total
        records = words.records(count)
        fixable = bool(self.cause.get("words"))
        self.rule.setVisible(fixable)
        self.rule.setText(self.tr("Fix for all like this …"))
        self.replay.setText(
            self.tr("Send {records} to {side} again …").format(records=records, side=self._side)
        )
        self.aside.setText(self.tr("Set {records} aside …").format(records=records))
        for pressed in (self.replay, self.aside):
            # What could not be read is put right in the ERP: there is nothing to send or set aside.
            can = count > 0 and not self._is_unreadable
            pressed.setEnabled(can and self.session.may("operator"))
            pressed.setAccessibleName(pressed.text())

    def _selected(self) -> tuple[str, ...]:
        """References, when a person marked more than one."""
        rows = self.table.selected()
        return tuple(str(row["ref"]) for row in rows) if len(rows) > 1 else ()

    def _loaded(self, total: int) -> None:
        self._total = total
        self._tell()

    def _missing(self, fault: Fault) -> None:
        self.page.show_fault(fault)

    # --- doing ------------------------------------------------------------------------------------

    def _scope(self) -> Scope:
        refs = self._selected()
        flow, code, field = (str(self.cause.get(name) or "") for name in ("flow", "code", "field"))
        return Scope(len(refs) or self._total, flow, code, field, refs)

    def _rule(self) -> None:
        said = self.cause.get("words") or []
        self.drawer.open(RulePanel(self.bridge, self.session, self.words, said, self._side))

    def _replay(self) -> None:
        scope = self._scope()
        if scope.count and self.session.may("operator"):
            panel = ReplayPanel(self.bridge, self.session, self.words, scope, self._side)
            self.drawer.open(panel)

    def _aside(self) -> None:
        panel = AsidePanel(self.bridge, self.session, self.words, self._scope(), self._side)
        self.drawer.open(panel)

    def _export(self) -> None:
        self.drawer.open(ExportPanel(self.bridge, self.session, self.words, self._scope()))

    def _done(self, text: str) -> None:
        if text:
            self.table.clearSelection()
            self.refresh()
        self.table.setFocus()

    def _escape(self) -> None:
        if self.drawer.panel is not None:
            self.drawer.close_panel()
            self.table.setFocus()
        else:
            self.back.emit()

    def _open(self, number: int) -> None:
        row = self.rows.row(number)
        if row is not None:
            self.opened.emit(dict(row), number, self._total)
