"""Holds: what the guard keeps back, why, which records, and what either decision means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QStackedWidget

from gui import kit
from gui.bridge import Bridge
from gui.kit.flow import Flow
from gui.latest import Latest
from gui.pages.base import Page
from gui.pages.desk.view import fit
from gui.pages.desk.wording import Wording
from gui.session import Session

_AT_ONCE: Final = 200
_ANY_HEIGHT: Final = 16_777_215
"""Of Qt: no bound."""


class HoldsPage(Page):
    """The list above, the hold that is chosen below it."""

    key = "holds"
    topics = frozenset({"holds"})
    views = ("approve",)

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self.words = Wording(bridge, session)
        self.hold: dict[str, Any] = {}
        self._next: str | None = None
        self._wanted = ""
        self._latest = Latest()
        self.headline = kit.Headline()
        self.rejected = QCheckBox(self.tr("Show those that were rejected"))
        self.rejected.toggled.connect(lambda _on: self.refresh())
        words = self.words
        self._holds = kit.RowsModel(
            [
                kit.Column(self.tr("What"), self._what, width=180),
                kit.Column(self.tr("Flow"), "flow", width=130),
                kit.Column(self.tr("Source"), "source", width=130),
                kit.Column(
                    self.tr("Records"), lambda row: words.number(row["count"]), right=True, width=90
                ),
                kit.Column(
                    self.tr("Of"), lambda row: words.number(row["total"]), right=True, width=90
                ),
                kit.Column(self.tr("Since"), lambda row: words.since(row["since"]), width=130),
            ]
        )
        self.table = kit.Table(self._holds, self.tr("Holds"))
        self.table.chosen.connect(self._chosen)
        self.empty = kit.EmptyState(
            self.tr(
                "Nothing is held. When a reading would delete unusually many records, it is kept"
                " back here until somebody looks at it."
            ),
            icon="ok",
        )
        self.detail = kit.Card()
        self.detail.hide()
        self._fill_detail()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self.body.addWidget(self.headline)
        self.body.addWidget(self.rejected, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self.detail, 2)

    def title(self) -> str:
        return self.tr("Holds")

    def _fill_detail(self) -> None:
        self.problem_ = kit.ProblemPanel(tone="warning")
        self._rows = kit.RowsModel(
            [kit.Column(self.tr("Record"), "key", width=260)],
        )
        self.rows = kit.Table(self._rows, self.tr("Records that are held"))
        self.rows.setMinimumHeight(120)
        self.no_rows = kit.muted()
        self.more = kit.button(self.tr("Show more"), self._more, kind="link")
        why = self.session.why_not("operator")
        self.approve = kit.button("", self._approve, kind="danger", why_not=why)
        self.reject = kit.button("", self._reject, kind="primary", why_not=why)
        buttons = Flow()
        buttons.addWidget(self.reject)
        buttons.addWidget(self.approve)
        self.detail.add(self.problem_)
        self.detail.add(buttons)
        self.detail.add(self.no_rows)
        self.detail.content.addWidget(self.rows, 1)
        self.detail.content.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    # --- showing ----------------------------------------------------------------------------------

    def refresh(self) -> None:
        state = "rejected" if self.rejected.isChecked() else "held"
        self.ask("holds.list", {"state": state}, self._latest.only(self._show))

    def jump(self, target: Mapping[str, Any]) -> None:
        self._wanted = str(target.get("flow") or target.get("source") or "")
        self._choose_wanted()

    def show_view(self, name: str) -> None:
        if name == "approve" and self.approve.isEnabled():
            self.approve.click()

    def _what(self, hold: Mapping[str, Any]) -> str:
        names = {
            "deletes": self.tr("Deletes"),
            "changes": self.tr("Unusually many changes"),
            "target_only": self.tr("Only in the CRM"),
        }
        return names.get(str(hold["kind"]), str(hold["kind"]))

    def _show(self, found: Mapping[str, Any]) -> None:
        items = found["items"]
        chosen = self.hold.get("id")
        self._holds.set_rows(items)
        self._stack.setCurrentWidget(self.table if items else self.empty)
        fit(self.table, len(items), 5)
        self._stack.setMaximumHeight(self.table.height() if items else _ANY_HEIGHT)
        place = next((n for n, hold in enumerate(items) if hold["id"] == chosen), 0)
        if items:
            self.table.selectRow(place)
            self._chosen()
        else:
            self.hold = {}
            self.detail.hide()
        self._choose_wanted()
        self._tell(items)

    def _choose_wanted(self) -> None:
        for number in range(self._holds.rowCount() if self._wanted else 0):
            hold = self._holds.row(number)
            if hold is not None and self._wanted in (hold["flow"].split(", "), hold["source"]):
                self.table.selectRow(number)

    def _tell(self, items: list[Mapping[str, Any]]) -> None:
        if self.rejected.isChecked():
            self.headline.show_text(
                self.tr("Rejected"),
                self.tr("These records stay in the CRM until a newer export says otherwise."),
            )
            return
        if not items:
            self.headline.show_text(self.tr("Nothing is held"))
            return
        count = sum(int(hold["count"]) for hold in items)
        self.headline.show_text(
            self.tr("Kept back: {records}").format(records=self.words.records(count))
            if count
            else self.tr("A reading is kept back"),
            self.tr("Nothing of this was sent; everything else goes on. A correct export of the"
                    " ERP voids a hold by itself."),
        )  # fmt: skip

    def _chosen(self) -> None:
        rows = self.table.selected()
        if not rows:
            return
        is_other = rows[0]["id"] != self.hold.get("id")
        self.hold = dict(rows[0])
        self._describe()
        if is_other:
            self._rows.set_rows([])
            self._ask_rows("")

    def _describe(self) -> None:
        hold, words = self.hold, self.words
        records, side = words.records(int(hold["count"])), words.side(hold["flow"].split(", ")[0])
        is_held = hold["state"] == "held"
        if hold["kind"] == "changes":
            meaning = self.tr(
                "An unusually large part of the rows changed at once. The whole reading waits."
            )
            approve = self.tr("Let the changes go to {side} …")
            reject = self.tr("Leave {side} as it is …")
        else:
            meaning = self.tr("The records are still in {side}. Nothing was deleted.")
            approve = self.tr("Delete {records} in {side} …")
            reject = self.tr("Keep {records} in {side} …")
        named = {"records": records, "side": side}
        next_step = self.tr(
            "Look in the ERP whether these rows are really gone. If the export was cut short, let"
            " the ERP export it again."
        )
        self.problem_.show_problem(
            self.session.phrase(hold["reason"]), meaning.format(**named), next_step if is_held else "",
            self.tr("Hold {id}").format(id=hold["id"]), "warning",
        )  # fmt: skip
        for pressed, text in ((self.approve, approve), (self.reject, reject)):
            pressed.setText(text.format(**named))
            pressed.setAccessibleName(pressed.text())
            pressed.setVisible(is_held)
            pressed.setEnabled(is_held and self.session.may("operator"))
        self.detail.show()

    # --- its rows ---------------------------------------------------------------------------------

    def _ask_rows(self, after: str) -> None:
        sees = self.session.sees("operator")
        self.no_rows.setText("" if sees else self.session.why_not("operator"))
        self.no_rows.setVisible(not sees)
        self.rows.setVisible(sees)
        self.more.hide()
        if sees:
            params: dict[str, object] = {"id": self.hold["id"], "limit": _AT_ONCE}
            self.ask("holds.show", params | ({"after": after} if after else {}), self._show_rows)

    def _show_rows(self, found: Mapping[str, Any]) -> None:
        if found["id"] != self.hold.get("id"):
            return
        known = [row for n in range(self._rows.rowCount()) if (row := self._rows.row(n))]
        self._rows.set_rows([*known, *({"key": key} for key in found["rows"])])
        self._next = found["next"]
        self.more.setVisible(self._next is not None)
        self.rows.setVisible(self._rows.rowCount() > 0)

    def _more(self) -> None:
        if self._next is not None:
            self._ask_rows(self._next)

    # --- deciding ---------------------------------------------------------------------------------

    def _approve(self) -> None:
        hold, words = self.hold, self.words
        side = words.side(hold["flow"].split(", ")[0])
        if hold["kind"] == "changes":
            question = self.tr(
                "The reading is taken as it is, and its changes go to {side}."
            ).format(side=side)
            yes = self.tr("Let the changes go to {side}").format(side=side)
        else:
            records = words.records(int(hold["count"]))
            question = self.tr(
                "{records} will be deleted in {side}, or taken out of use there as the mapping"
                " says. Each one is checked once more before: what the ERP exports again until then"
                " stays. This cannot be undone from here."
            ).format(records=records, side=side)
            yes = self.tr("Delete {records} in {side}").format(records=records, side=side)
        ref = hold["id"]
        self.confirm.ask(
            question, yes, lambda _text: self._decide("holds.approve", ref), danger=True
        )

    def _reject(self) -> None:
        hold = self.hold
        side = self.words.side(hold["flow"].split(", ")[0])
        question = self.tr(
            "Nothing is deleted: the records stay in {side} as they are until a newer export says"
            " otherwise."
        ).format(side=side)
        yes = self.reject.text().removesuffix(" …")
        ref = hold["id"]
        self.confirm.ask(question, yes, lambda _text: self._decide("holds.reject", ref))

    def _decide(self, method: str, ref: str) -> None:
        for pressed in (self.approve, self.reject):
            pressed.setEnabled(False)
        self.ask(method, {"id": ref}, lambda _done: self.refresh(), self._refused)

    def _refused(self, fault: Any) -> None:
        with self.looking(by_itself=True):
            self.refresh()
        self.show_fault(fault)
