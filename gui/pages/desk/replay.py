"""Sending records again: what would happen first, then the button that does it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox

from gui import kit
from gui.bridge import Bridge, Fault
from gui.kit.flow import Flow
from gui.pages.desk.drawer import Panel
from gui.pages.desk.scope import Scope
from gui.pages.desk.wording import Wording
from gui.session import Session

_MOST_REASONS = 5


class ReplayPanel(Panel):
    """`210 would now be sent, 2 would stay`, the reasons, and the button that names both."""

    def __init__(
        self, bridge: Bridge, session: Session, words: Wording, scope: Scope, side: str
    ) -> None:
        super().__init__()
        self._bridge, self._session, self._words = bridge, session, words
        self._scope, self._side = scope, side
        self.verdict = kit.heading()
        self.reasons = kit.label()
        self.crm_changed = QCheckBox(
            self.tr("Something was changed in {side} since: also try what it refused for good")
            .format(side=side)
        )  # fmt: skip
        self.crm_changed.toggled.connect(lambda _on: self._look())
        self.yes = kit.button("", self._do, kind="primary", why_not=session.why_not("operator"))
        self.no = kit.button(self.tr("Cancel"), lambda: self.finished.emit(""))
        row = Flow(right=True)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        for widget in (self.verdict, self.reasons):
            self.rows.addWidget(widget)
        self.rows.addWidget(self.crm_changed, 0, Qt.AlignmentFlag.AlignLeft)
        self.rows.addLayout(row)
        self._look()

    def begin(self) -> None:
        self.no.setFocus()

    # --- what would happen ------------------------------------------------------------------------

    def _params(self) -> dict[str, object]:
        changed = {"crm_changed": True} if self.crm_changed.isChecked() else {}
        return {**self._scope.params(), **changed}

    def _look(self) -> None:
        self.yes.setEnabled(False)
        self.verdict.setText(self.tr("Trying it, nothing is sent …"))
        self.reasons.hide()
        self._bridge.ask(
            "exceptions.preview", self._params(), self._told, self._refused, owner=self
        )

    def _told(self, found: Mapping[str, Any]) -> None:
        go, wait, stay = (int(found[f"would_{name}"]) for name in ("go", "wait", "stay"))
        number = self._words.number
        parts = [self.tr("{count} would now pass").format(count=number(go))]
        if wait:
            parts.append(
                self.tr("{count} would wait for another record").format(count=number(wait))
            )
        parts.append(self.tr("{count} would not").format(count=number(stay)))
        self.verdict.setText(", ".join(parts) + ".")
        told = [
            f"{self._words.number(int(each['count']))} × {self._session.phrase(each['why'])} ({each['example']})"
            for each in found["reasons"][:_MOST_REASONS]
        ]
        self.reasons.setText("\n".join(told))
        self.reasons.setVisible(bool(told))
        text = self.tr("Send {records} to {side} again").format(
            records=self._words.records(go + wait), side=self._side
        )
        self.yes.setText(text)
        self.yes.setAccessibleName(text)
        self.yes.setEnabled(bool(go + wait) and self._session.may("operator"))
        if self.yes.isEnabled():
            self.yes.setFocus()

    def _refused(self, fault: Fault) -> None:
        told = self._session.fault(fault)
        self.verdict.setText(told["title"])
        self.reasons.setText(told["hint"])
        self.reasons.setVisible(bool(told["hint"]))

    # --- doing it ---------------------------------------------------------------------------------

    def _do(self) -> None:
        kit.busy(self.yes, self.tr("Sending …"))
        self._bridge.ask("exceptions.replay", self._params(), self._done, self._failed, owner=self)

    def _done(self, found: Mapping[str, Any]) -> None:
        sent = self.tr("{records} will be sent to {side} again.").format(
            records=self._words.records(int(found["replayed"])), side=self._side
        )
        left = int(found.get("refused_count") or 0)
        if left:
            sent += " " + self.tr("Left here: {records}.").format(records=self._words.records(left))
        self.finished.emit(sent)

    def _failed(self, fault: Fault) -> None:
        kit.idle(self.yes)
        self._refused(fault)
