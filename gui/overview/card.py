"""A flow at a glance: its two sides, its last 24 hours, what waits and what needs a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from gui.kit import Badge, Card, DayBar, Lamp, button, label, muted
from gui.overview.lamps import count_of, last_delivery, sides
from gui.session import Session
from gui.theme import Space


class FlowCard(Card):
    """Says what the status says of one flow."""

    wanted = Signal(str, object)
    """Another page and where on it."""
    acts = Signal(str, str)
    """`edit` or `remove`, and which flow."""
    paused = Signal(str, bool)
    """The flow is to be paused (True) or to go on."""

    def __init__(self, session: Session, name: str) -> None:
        super().__init__()
        self._session, self.flow = session, name
        self._is_paused = False
        self.setAccessibleName(name)
        self.name = label(name, font="headline", wrap=False)
        self.what = muted(wrap=False)
        self.badge = Badge()
        self.pause = button(self.tr("Pause"), self._pause, why_not=session.why_not("operator"))
        top = QHBoxLayout()
        top.setSpacing(Space.M)
        top.addWidget(self.name)
        top.addWidget(self.what)
        top.addStretch(1)
        top.addWidget(self.badge)
        for action, said in (("edit", self.tr("Edit…")), ("remove", self.tr("Remove…"))):
            press = button(
                said, partial(self.acts.emit, action, name), kind="link",
                name=f"{said} {name}", why_not=session.why_not("engineer"),
            )  # fmt: skip
            press.setObjectName(action)
            if not session.sees("engineer"):  # to show it would make it a window: it has no parent
                press.hide()
            top.addWidget(press)
        top.addWidget(self.pause)
        self.add(top)
        self.source, self.cloud = Lamp(self.tr("Source side")), Lamp(self.tr("Cloud side"))
        self.bar = DayBar(name)
        self.delivered, self.last = label(wrap=False), muted(wrap=False)
        self.waiting = button("", lambda: self._go("waiting"), kind="link")
        self.parked = button("", lambda: self._go("exceptions"), kind="link")
        self.add(self._body())

    def _body(self) -> QHBoxLayout:
        lamps = QGridLayout()
        lamps.setHorizontalSpacing(Space.M)
        lamps.setVerticalSpacing(Space.XS)
        for row, (lamp, side) in enumerate(
            ((self.source, self.tr("Source side")), (self.cloud, self.tr("Cloud side")))
        ):
            lamps.addWidget(muted(side, wrap=False), row, 0)
            lamps.addWidget(lamp, row, 1)
        counts = QVBoxLayout()
        counts.setSpacing(0)
        counts.addWidget(self.delivered)
        counts.addWidget(self.last)
        links = QVBoxLayout()
        links.setSpacing(0)
        links.addWidget(self.waiting)
        links.addWidget(self.parked)
        body = QHBoxLayout()
        body.setSpacing(Space.XL)
        body.addLayout(lamps)
        body.addWidget(self.bar, 1)
        body.addLayout(counts)
        body.addLayout(links)
        return body

    def show_status(self, status: Mapping[str, Any], flow: Mapping[str, Any]) -> None:
        """As the service tells it now."""
        session, number = self._session, self._session.number
        self.what.setText(f"{flow['source']} → {flow['target']} · {flow['entity']}")
        source, cloud = sides(session, status, flow)
        self.source.say(*source)
        self.cloud.say(*cloud)
        parked = count_of(flow, "parked", "held")
        waiting = count_of(flow, "waiting", "sending", "waiting for parent", "behind", "later")
        self._is_paused = bool(flow.get("paused"))
        if self._is_paused:
            self.badge.say(self.tr("Paused"), "quiet")
        elif parked:
            self.badge.say(self.tr("Needs attention"), "warning")
        elif "error" in {source.tone, cloud.tone}:
            self.badge.say(self.tr("Stands still"), "error")
        elif waiting:
            self.badge.say(self.tr("Sending"), "accent")
        else:
            self.badge.say(self.tr("Up to date"), "ok")
        name = self.tr("Resume") if self._is_paused else self.tr("Pause")
        self.pause.setText(name)
        self.pause.setAccessibleName(f"{name} {self.flow}")
        self.last.setText(
            self.tr("last {when}").format(when=session.when(last_delivery(status, flow)))
        )
        told = self.tr("{count} waiting").format(count=number(waiting))
        self.waiting.setText(told)
        self.waiting.setAccessibleName(f"{self.flow}: {told}")
        told = self.tr("{count} exceptions").format(count=number(parked))
        self.parked.setText(told)
        self.parked.setAccessibleName(f"{self.flow}: {told}")
        for link in (self.waiting, self.parked):
            link.setEnabled(session.sees("operator"))

    def show_hours(self, hours: Sequence[Mapping[str, Any]]) -> None:
        """Its last 24 hours, as `history` answers them."""
        self.bar.show_hours(hours)
        total = sum(int(hour.get("delivered") or 0) for hour in hours)
        told = self.tr("{count} delivered in 24 h").format(count=self._session.number(total))
        self.delivered.setText(told)

    def _pause(self) -> None:
        self.paused.emit(self.flow, not self._is_paused)

    def _go(self, tab: str) -> None:
        self.wanted.emit("exceptions", {"flow": self.flow, "tab": tab})
