"""Setting records aside: they are not sent, and somebody says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QLineEdit

from gui import kit
from gui.bridge import Bridge, Fault
from gui.kit.flow import Flow
from gui.pages.desk.drawer import Panel
from gui.pages.desk.notice import notice
from gui.pages.desk.scope import Scope
from gui.pages.desk.wording import Wording
from gui.session import Session


class AsidePanel(Panel):
    """Asks for the reason; it stays with the records and in the audit."""

    def __init__(
        self, bridge: Bridge, session: Session, words: Wording, scope: Scope, side: str
    ) -> None:
        super().__init__("warning")
        self._bridge, self._session, self._words, self._scope = bridge, session, words, scope
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(self.tr("Why? For example: test customers"))
        self.reason.setAccessibleName(self.tr("Why they are set aside"))
        self.reason.textChanged.connect(lambda _text: self._typed())
        self.reason.returnPressed.connect(self._enter)
        text = self.tr("Set {records} aside").format(records=words.records(scope.count))
        self.yes = kit.button(text, self._do, kind="danger", why_not=session.why_not("operator"))
        self.no = kit.button(self.tr("Cancel"), lambda: self.finished.emit(""))
        self.told = notice("error")
        row = Flow(right=True)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        self.rows.addWidget(kit.heading(text + "?"))
        self.rows.addWidget(
            kit.label(
                self.tr(
                    "They are not sent to {side}. You can take them back for 7 days, and what the"
                    " ERP says of them later is sent as ever."
                ).format(side=side)
            )
        )
        self.rows.addWidget(self.reason)
        self.rows.addWidget(self.told)
        self.rows.addLayout(row)
        self._typed()

    def begin(self) -> None:
        self.reason.setFocus()

    def _typed(self) -> None:
        self.yes.setEnabled(bool(self.reason.text().strip()) and self._session.may("operator"))

    def _enter(self) -> None:
        if self.yes.isEnabled():
            self._do()

    def _do(self) -> None:
        kit.busy(self.yes, self.tr("Setting aside …"))
        params = {**self._scope.params(), "reason": self.reason.text().strip()}
        self._bridge.ask("exceptions.set_aside", params, self._done, self._failed, owner=self)

    def _done(self, found: Mapping[str, Any]) -> None:
        self.finished.emit(
            self.tr("Set aside: {records}. They can be taken back for 7 days.").format(
                records=self._words.records(int(found["set_aside"]))
            )
        )

    def _failed(self, fault: Fault) -> None:
        kit.idle(self.yes)
        told = self._session.fault(fault)
        self.told.setText(f"{told['title']} {told['hint']}".strip())
        self.told.show()
