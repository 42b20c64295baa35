"""A person signs in to a CRM: in the browser of this machine, or with a code on any machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLineEdit

from gui.bridge import Fault
from gui.kit import Card, Flow, button, copy_text, label
from gui.places.loopback import Loopback
from gui.places.work import Host

_MS: Final = 1000
_PAUSE: Final = 5
"""Seconds between two questions whether a code was confirmed, if the service names none."""


class SignInCard(Card):
    """Hidden until `begin`. The token goes from the CRM to the service, never through here."""

    signed_in = Signal()
    """The service has what it needs."""

    def __init__(self, page: Host, target: str) -> None:
        super().__init__(kind="info")
        self._page, self._target = page, target
        self._id = ""
        self._wait = _PAUSE * _MS
        self.told = label()
        self.code = QLineEdit()
        self.code.setReadOnly(True)
        self.code.setAccessibleName(self.tr("Code"))
        self.address = label()
        self.copy = button(self.tr("Copy the code"), lambda: copy_text(self.code.text()))
        self.open = button(self.tr("Open the page"), self._open, kind="primary")
        self.cancel = button(self.tr("Close"), self.dismiss)
        row = Flow(right=True)
        for press in (self.cancel, self.copy, self.open):
            row.addWidget(press)
        for each in (self.told, self.code, self.address):
            self.add(each)
        self.add(row)
        self.loopback = Loopback(self.tr("Waybill has what it needs. Close this page."), self)
        self.loopback.brought.connect(self._finish)
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._poll)
        self._late = QTimer(self, singleShot=True)
        self._late.timeout.connect(self._expire)
        self.hide()

    def begin(self, how: str) -> None:
        """`browser` or `code`."""
        self.dismiss()
        asked = {"target": self._target, "how": how}
        self._page.ask("sign_in.begin", asked, self._begun)

    def dismiss(self) -> None:
        """Wait no more."""
        self._id = ""
        self.loopback.close()
        self._next.stop()
        self._late.stop()
        self.hide()

    def _begun(self, answer: Mapping[str, Any]) -> None:
        code, port = answer.get("code"), answer.get("port")
        self.address.setText(str(answer["url"]))
        self.code.setText(str(code or ""))
        for each in (self.code, self.copy):
            each.setVisible(bool(code))
        self.open.show()
        self.show()
        if not code and not self.loopback.listen(int(port or 0)):
            told = self.tr(
                "Port {port} of this computer is taken. Close what uses it, then try again."
            )
            self._end(told.format(port=port))
            return
        self._id = str(answer["id"])
        self._late.start(int(answer.get("lives") or 600) * _MS)
        if code:
            self.told.setText(self.tr("Open this page on any device and type in the code:"))
            self._wait = int(answer.get("interval") or _PAUSE) * _MS
            self._next.start(self._wait)
        else:
            self.told.setText(self.tr("Sign in in the browser. It comes back here by itself."))
        self.open.setFocus()

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl(self.address.text()))

    def _finish(self, query: str) -> None:
        asked = {"id": self._id, "query": query}
        self._page.ask("sign_in.finish", asked, self._ended, self._failed)

    def _poll(self) -> None:
        number = self._id

        def done(answer: Mapping[str, Any]) -> None:
            if number != self._id:
                return
            if answer.get("signed_in"):
                self._ended(answer)
            else:
                self._next.start(self._wait)

        if number:
            self._page.ask("sign_in.poll", {"id": number}, done, self._failed)

    def _ended(self, answer: Mapping[str, Any]) -> None:
        well = bool(answer.get("signed_in"))
        self._end(self.tr("Signed in.") if well else self.tr("The sign-in did not succeed."))
        if well:
            self.signed_in.emit()

    def _failed(self, fault: Fault) -> None:
        self.dismiss()
        self._page.show_fault(fault)

    def _expire(self) -> None:
        self._end(self.tr("Nobody signed in in time. Begin again."))

    def _end(self, text: str) -> None:
        self.dismiss()
        self.told.setText(text)
        self.code.hide()
        self.copy.hide()
        self.open.hide()
        self.address.clear()
        self.show()
