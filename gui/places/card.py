"""A source or a destination at a glance: how it is, what a test found, what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from gui.kit import Card, Flow, Lamp, button, label
from gui.overview.lamps import side_of
from gui.places.findings import Findings
from gui.session import Session


class PlaceCard(Card):
    """The base of both; what a kind of place says beside this, it adds itself."""

    wanted = Signal(str, str)
    """What is to be done (the name of an action), and with which place."""

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(name)
        self.session, self.place_name = session, name
        self.setAccessibleName(name)
        self.lamp = Lamp(name)
        self.add(self.lamp)
        self.reason = label(kind="warning")
        self.reason.hide()
        self.findings = Findings(session)

    def show_item(self, item: Mapping[str, Any]) -> None:
        """As the service tells it now."""
        self.lamp.say(*side_of(self.session, [item], self.place_name))
        self.reason.setText(self.session.reason(item))
        self.reason.setVisible(bool(item.get("reason")))

    def press(self, action: str) -> QPushButton:
        """The button of an action."""
        found = self.findChild(QPushButton, action)
        if not isinstance(found, QPushButton):
            raise KeyError(action)
        return found

    def add_actions(self, *actions: tuple[str, str, str]) -> None:
        """A button for each: the name of the action, its text, the role that it needs."""
        row = Flow()
        for action, text, role in actions:
            row.addWidget(self._button(action, text, role))
        self.add(row)

    def _button(self, action: str, text: str, role: str) -> QPushButton:
        made = button(
            text, lambda: self.wanted.emit(action, self.place_name),
            name=f"{text} {self.place_name}", why_not=self.session.why_not(role),
        )  # fmt: skip
        made.setObjectName(action)
        return made
