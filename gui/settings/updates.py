"""Which version runs, whether there is a newer one, and how one is brought in. Nothing pops up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.kit import Card, Flow, button, idle, label, muted, tell
from gui.session import Session
from gui.theme import Space


class UpdatesView(QWidget):
    """The version in use, and what looking for another one told."""

    wanted = Signal()
    """Look whether there is a newer one."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, Space.M, 0, 0)
        layout.setSpacing(Space.M)
        card = Card(self.tr("Version"))
        self.version = label()
        self.news = label()
        self.news.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        self.news.hide()
        self.hint = muted()
        self.hint.hide()
        self.look = button(
            self.tr("Look for a newer version"), self.wanted.emit, icon="refresh",
            why_not=session.why_not("engineer"),
        )  # fmt: skip
        row = Flow()
        row.addWidget(self.look)
        for each in (self.version, self.news, self.hint):
            card.add(each)
        card.add(row)
        layout.addWidget(card)
        how = Card(self.tr("How to bring in a newer version"))
        for text in (
            self.tr("Run the newer installer on this computer, as an administrator."),
            self.tr(
                "The service stops for a moment, keeps queue, keys and configuration, and starts"
                " again as the newer version. Records that wait go on waiting meanwhile."
            ),
            self.tr(
                "The newer version is on trial first: if it does not become healthy, the former"
                " one comes back by itself, with everything as it was."
            ),
        ):
            how.add(label(text))
        layout.addWidget(how)
        layout.addStretch(1)

    def show_status(self, status: Mapping[str, Any]) -> None:
        """Which version the service has."""
        told = self.tr("The service on {machine} has version {version}.")
        self.version.setText(
            told.format(
                machine=status.get("agent") or "–", version=status.get("version") or "–"
            )
        )  # fmt: skip

    def show_checked(self, answer: Mapping[str, Any]) -> None:
        """What the service found when it looked."""
        idle(self.look)
        newer = str(answer.get("newest") or "")
        if newer:
            told = self.tr("Version {version} is there.").format(version=newer)
        else:
            told = self.tr("This is the newest version.")
        self._say(told, "warning" if newer else "ok")
        hint, notes = (str(answer.get(part) or "") for part in ("hint", "notes"))
        self.hint.setText(" ".join(filter(None, (hint, notes))))
        self.hint.setVisible(bool(self.hint.text()))

    def show_unable(self, text: str) -> None:
        """It could not be looked for."""
        idle(self.look)
        self._say(text, "warning")

    def _say(self, text: str, kind: str) -> None:
        self.news.setText(text)
        tell(self.news, kind)
        self.news.show()
