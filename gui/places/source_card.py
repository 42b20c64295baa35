"""A source at a glance: what is read, from where, how it goes, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from gui.kit import Card, Flow, Lamp, button, label, muted, tell
from gui.overview.lamps import side_of
from gui.places.findings import Findings
from gui.places.preview import Preview
from gui.session import Session


class SourceCard(Card):
    """Says what `sources.list` says of one source."""

    wanted = Signal(str, str)
    """What is to be done (`scan`, `preview`, `test`, `edit`, `remove`), and with which source."""

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(name)
        self._session, self.source = session, name
        self.setAccessibleName(name)
        self.lamp = Lamp(name)
        self.add(self.lamp)
        self.place, self.watched, self.last = label(), muted(), muted()
        self.readable = label()
        self.reason = label(kind="warning")
        self.flows = muted()
        for each in (
            self.place, self.watched, self.last, self.readable, self.reason, self.flows,
        ):  # fmt: skip
            self.add(each)
        self.findings, self.preview = Findings(session), Preview(session)
        self.add(self.findings)
        self.add(self.preview)
        row = Flow()
        for action, text, role in (
            ("scan", self.tr("Scan now"), "operator"),
            ("preview", self.tr("Preview 20 rows"), "operator"),
            ("test", self.tr("Test as service"), "operator"),
            ("edit", self.tr("Edit…"), "engineer"),
            ("remove", self.tr("Remove…"), "engineer"),
        ):
            row.addWidget(self._button(action, text, role))
        self.add(row)

    def press(self, action: str) -> QPushButton:
        """The button of an action."""
        found = self.findChild(QPushButton, action)
        if not isinstance(found, QPushButton):
            raise KeyError(action)
        return found

    def _button(self, action: str, text: str, role: str) -> QPushButton:
        made = button(
            text, lambda: self.wanted.emit(action, self.source), name=f"{text} {self.source}",
            why_not=self._session.why_not(role),
        )  # fmt: skip
        made.setObjectName(action)
        return made

    def show_item(self, item: Mapping[str, Any], kind: str) -> None:
        """As the service tells it now; `kind`: in words."""
        session = self._session
        self.lamp.say(*side_of([item], self.source))
        self.place.setText(f"{kind}: {item.get('place')}")
        self.watched.setText(str(item.get("watched") or ""))
        if item.get("last_read"):
            told = self.tr("Last read {when}: {file}").format(
                when=session.when(item["last_read"]), file=item.get("last_file") or "–"
            )
            if item.get("rows") is not None:
                rows = session.number(int(item["rows"]))
                count = self.tr("{count} rows").format(count=rows)
                told = f"{told} · {count}"
        else:
            told = self.tr("Nothing was read yet.")
        self.last.setText(told)
        is_readable = item.get("readable")
        if is_readable is None:
            told = self.tr("Whether the service can read it is not known yet.")
        elif is_readable:
            told = self.tr("The service can read it.")
        else:
            told = self.tr("The service cannot read it.")
        self.readable.setText(told)
        tell(self.readable, "error" if is_readable is False else "muted")
        self.reason.setText(str(item.get("reason") or ""))
        self.reason.setVisible(bool(item.get("reason")))
        flows = ", ".join(item.get("flows") or ())
        told = self.tr("Flows: {names}").format(names=flows) if flows else ""
        self.flows.setText(told or self.tr("No flow reads it yet."))
