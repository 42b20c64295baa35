"""What the service is, and what around it could keep it from working."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.kit import Badge, Card, button, idle, label, muted
from gui.kit.basics import Tone
from gui.session import Session
from gui.theme import Space

_TONES: Final[dict[str, Tone]] = {"error": "error", "warning": "warning"}


class ServiceView(QWidget):
    """Facts first, then every finding with what to do."""

    wanted = Signal()
    """Look once more."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._facts: dict[str, str] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, Space.M, 0, 0)
        layout.setSpacing(Space.M)
        card = Card(self.tr("The service"))
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(Space.XL)
        card.add(self._form)
        layout.addWidget(card)
        self.findings = Card(self.tr("What is around it"))
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.S)
        self.findings.add(self._list)
        self.again = button(self.tr("Look again"), self.wanted.emit, icon="refresh")
        row = QHBoxLayout()
        row.addWidget(self.again)
        row.addStretch(1)
        self.findings.add(row)
        layout.addWidget(self.findings)
        layout.addStretch(1)

    def show_status(self, status: Mapping[str, Any], home: str) -> None:
        """Version, machine, home."""
        facts = {
            self.tr("Version"): str(status.get("version") or "–"),
            self.tr("Machine"): str(status.get("agent") or "–"),
            self.tr("Environment"): str(status.get("environment") or "–"),
            self.tr("Home folder"): home,
            self.tr("You"): f"{self._session.name} ({self._session.role_name()})",
        }
        if facts == self._facts:
            return
        self._facts = facts
        while self._form.rowCount():
            self._form.removeRow(0)
        for name, value in facts.items():
            self._form.addRow(muted(name, wrap=False), label(value))

    def show_findings(self, findings: Sequence[Mapping[str, Any]]) -> None:
        """As `doctor` answers: account, folders, clock, disk, keys, proxy, versions."""
        idle(self.again)
        while self._list.count():
            item = self._list.takeAt(0)
            if item is not None and (gone := item.widget()) is not None:
                gone.deleteLater()
        words = {"error": self.tr("Error"), "warning": self.tr("Warning")}
        for finding in sorted(findings, key=lambda one: _rank(str(one.get("level")))):
            level = str(finding.get("level"))
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(Space.M)
            row.addWidget(Badge(words.get(level, self.tr("Fine")), _TONES.get(level, "ok")))
            texts = QVBoxLayout()
            texts.setSpacing(0)
            texts.addWidget(label(self._session.said(finding, "text")))
            if finding.get("hint"):
                texts.addWidget(muted(self._session.said(finding, "hint")))
            row.addLayout(texts, 1)
            self._list.addWidget(line)


def _rank(level: str) -> int:
    return {"error": 0, "warning": 1}.get(level, 2)
