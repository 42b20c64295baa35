"""Who is who, where the comparison with the CRM is not certain: a person looks, and says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Signal

from gui.kit import Card, Column, Flow, RowsModel, Table, button, label, muted
from gui.wizard.step import Step

_AT_ONCE: Final = 200
_ROWS: Final = 4


class Uncertain(Card):
    """The records of which more than one could be meant, and what is said of each."""

    decided = Signal()

    def __init__(self, step: Step) -> None:
        super().__init__(self.tr("Records that are not certain"))
        self._step, self._session = step, step.session
        self._flow = ""
        self._item: Mapping[str, Any] = {}
        self.about = muted(
            self.tr(
                "Nothing is sent for these until somebody has said who they are. Choose one, then"
                " what it is."
            )
        )
        self.items = RowsModel((
            Column(self.tr("Record of the ERP"), _named, width=330),
            Column(self.tr("Why it is asked"), self._reason, width=330),
        ))  # fmt: skip
        self.table = Table(self.items, self.tr("Records that are not certain"))
        self.table.chosen.connect(self._chosen)
        self.question = label()
        self.candidates = RowsModel((
            Column(self.tr("Record of the CRM"), _named, width=330),
            Column(self.tr("What speaks for it"), self._evidence, width=260),
            Column(self.tr("Has the key"), "key", width=90),
        ))  # fmt: skip
        self.choices = Table(self.candidates, self.tr("Records of the CRM that may be meant"))
        self.choices.chosen.connect(self._offer)
        for table in (self.table, self.choices):
            table.setFixedHeight((_ROWS + 1) * table.verticalHeader().defaultSectionSize())
        why = self._session.why_not("operator")
        self.same = button(
            self.tr("It is this record of the CRM"), self._link, kind="primary", why_not=why
        )
        self.new = button(self.tr("It is new"), lambda: self._decide(create=True), why_not=why)
        self.leave_out = button(
            self.tr("Leave it out"), lambda: self._decide(leave_out=True), why_not=why
        )
        row = Flow()
        for press in (self.same, self.new, self.leave_out):
            row.addWidget(press)
        for widget in (self.about, self.table, self.question, self.choices):
            self.add(widget)
        self.add(row)
        self.hide()

    def look(self, flow: str) -> None:
        """Ask for those of this flow that are open."""
        self._flow = flow
        asked = {"flow": flow, "kind": "ambiguous", "limit": _AT_ONCE}
        self._step.ask("link.show", asked, self._show)

    # --- inside -----------------------------------------------------------------------------------

    def _show(self, answer: Mapping[str, Any]) -> None:
        found = [each for each in answer.get("items") or () if each["state"] == "open"]
        self.items.set_rows(found)
        self.setVisible(bool(found))
        self._item = {}
        if found:
            self.table.selectRow(0)
            self._chosen()

    def _chosen(self) -> None:
        item = self.table.current()
        if item is None:
            return
        self._item = item
        question = self.tr("Which record of the CRM is {key}?")
        self.question.setText(question.format(key=item["external_id"]))
        self.candidates.set_rows(item.get("candidates") or ())
        self.choices.clearSelection()
        if self.candidates.rowCount():
            self.choices.selectRow(0)
        self._offer()

    def _offer(self) -> None:
        found = self.choices.current() if self.choices.selected() else None
        may = self._session.may("operator")
        self.same.setEnabled(may and bool(found and found.get("id") and not found.get("key")))
        for press in (self.new, self.leave_out):
            press.setEnabled(may and bool(self._item))

    def _link(self) -> None:
        found = self.choices.current()
        if found is not None:
            self._decide(crm_id=found["id"])

    def _decide(self, **said: object) -> None:
        asked = {"flow": self._flow, "item": self._item["item"], **said}
        for press in (self.same, self.new, self.leave_out):
            press.setEnabled(False)
        self._step.ask("link.decide", asked, self._took, self._refused)

    def _took(self, _answer: Mapping[str, Any]) -> None:
        self.decided.emit()
        self.look(self._flow)

    def _reason(self, row: Mapping[str, Any]) -> str:
        return self._session.phrase(row.get("reason"))

    def _evidence(self, row: Mapping[str, Any]) -> str:
        return "; ".join(map(self._session.phrase, row.get("evidence") or ()))

    def _refused(self, fault: Any) -> None:
        self._step.show_fault(fault)
        self._offer()


def _named(row: Mapping[str, Any]) -> str:
    fields = row.get("fields") or {}
    told = [str(value) for value in fields.values() if value]
    return ", ".join(told) or str(row.get("external_id") or row.get("id") or "")
