"""What was in force when, what waits for a second person, and how a publish is let go or undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.kit import Badge, Card, Column, RowsModel, Table, button, label, muted
from gui.session import Session
from gui.theme import Space


class PublishCard(Card):
    """A publish that waits: for a second person, or for a yes to the first records that went."""

    accepted = Signal()
    withdrawn = Signal()
    approved = Signal()
    undone = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(kind="info")
        self._session = session
        why = session.why_not("engineer")
        self.what = label()
        self.meaning = muted()
        self.accept = button(self.tr("Bring it into force"), self.accepted.emit, why_not=why)
        self.withdraw = button(self.tr("Throw this draft away"), self.withdrawn.emit, why_not=why)
        self.approve = button(
            self.tr("Let the rest go"), self.approved.emit, kind="primary", why_not=why
        )
        self.undo = button(
            self.tr("Take this publish back"), self.undone.emit, kind="danger", why_not=why
        )
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addStretch(1)
        for each in (self.withdraw, self.accept, self.undo, self.approve):
            row.addWidget(each)
        self.add(self.what)
        self.add(self.meaning)
        self.add(row)
        self.hide()

    def show_state(
        self, proposal: Mapping[str, Any] | None, publish: Mapping[str, Any] | None
    ) -> None:
        """The draft that waits for a second person, else the publish that waits for a yes."""
        waits = publish is not None and publish["state"] == "watch" and publish["places"] > 0
        for each, shown in (
            (self.accept, proposal is not None), (self.withdraw, proposal is not None),
            (self.approve, proposal is None and waits), (self.undo, proposal is None and waits),
        ):  # fmt: skip
            each.setVisible(shown)
        self.setVisible(proposal is not None or waits)
        if proposal is not None:
            told = self.tr("{by} wants to change what becomes of money: {fields}.")
            self.what.setText(told.format(by=proposal["by"], fields=", ".join(proposal["fields"])))
            told = self.tr("It is not in force: somebody else must look at it. Comment: {comment}")
            self.meaning.setText(told.format(comment=proposal["comment"]))
        elif waits and publish is not None:
            told = self.tr("The first {sent} records of the new mapping were sent; {waiting} wait.")
            number = self._session.number
            self.what.setText(
                told.format(sent=number(publish["sent"]), waiting=number(publish["waiting"]))
            )
            self.meaning.setText(
                self.tr("Look at these records in the CRM. Then let the rest go, or take it back.")
            )


class VersionsView(QWidget):
    """Every text that was in force, and the way back to it."""

    wanted = Signal(int)
    """This version is to be in force again."""
    looked = Signal(int)
    """Its text is to be looked at as a draft."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.rows = RowsModel(
            (
                Column(self.tr("Version"), "number", right=True, width=80),
                Column(self.tr("Since"), lambda row: session.when(row["at"]), width=150),
                Column(self.tr("By"), "by", width=160),
                Column(self.tr("Comment"), "comment", width=320),
                Column("", lambda row: self.tr("in force") if row["in_force"] else "", width=90),
            )
        )
        self.table = Table(self.rows, self.tr("Versions of this mapping"))
        self.table.setMinimumHeight(200)
        self.look = button(self.tr("Look at it as a draft"), lambda: self._tell(self.looked))
        self.restore = button(
            self.tr("Bring this version into force again"),
            lambda: self._tell(self.wanted),
            why_not=session.why_not("engineer"),
        )
        self.badge = Badge()
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.look)
        row.addWidget(self.restore)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, Space.S, 0, 0)
        layout.addWidget(self.table, 1)
        layout.addLayout(row)
        self.table.chosen.connect(self._follow)
        self._follow()

    def show_versions(self, answer: Mapping[str, Any]) -> None:
        """As `mapping.versions` answers them."""
        self.rows.set_rows(answer.get("items") or [])
        self._follow()

    def _follow(self) -> None:
        found = self.table.selected()
        self.look.setEnabled(bool(found))
        may = self._session.may("engineer")
        self.restore.setEnabled(may and bool(found) and not found[0]["in_force"])

    def _tell(self, signal: Any) -> None:
        if found := self.table.selected():
            signal.emit(int(found[0]["number"]))
