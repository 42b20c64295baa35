"""Overview: one sentence, what stands and what to do about it, then every flow with its two sides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton, QVBoxLayout

from gui import commands, sentences
from gui.bridge import Bridge
from gui.kit import Column, EmptyState, Headline, ProblemPanel, RowsModel, Table, button
from gui.overview.card import FlowCard
from gui.overview.lamps import count_of, last_delivery, sides
from gui.pages import entry_of
from gui.pages.base import Page
from gui.places.editor import PlaceEditor
from gui.places.removal import Removal
from gui.session import Session
from gui.theme import Space

_HISTORY_MS: Final = 60_000
_PLACES: Final = (
    ("sources", "sources", "name"),
    ("targets", "destinations", "name"),
    ("flows", "mappings", "flow"),
)
"""What a reason is about, and the page where something is done about it."""
_MOST_CARDS: Final = 12
"""More flows than this are read as a table."""


class OverviewPage(Page):
    """The first page of whoever looks after the agent."""

    key = "overview"
    topics: ClassVar[frozenset[str]] = frozenset({"config"})
    views: ClassVar[tuple[str, ...]] = ("edit", "remove")

    def title(self) -> str:
        return self.tr("Overview")

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self._cards: dict[str, FlowCard] = {}
        self._panels: list[tuple[tuple[str, ...], ProblemPanel]] = []
        self._hours: Mapping[str, Any] = {}
        self.scan = self.add_action(
            self.tr("Check sources now"), lambda: self.ask("scan"), role="operator", icon="refresh",
            whole=True,
        )  # fmt: skip
        self.add_flow = self.add_action(
            self.tr("Add a flow…"), lambda: self.go.emit("setup", {"add": True}), role="engineer",
            icon="add",
        )  # fmt: skip
        self.as_table = self.add_action(self.tr("As a table"), self._toggle)
        self.as_table.setCheckable(True)
        self.headline = Headline()
        self.body.addWidget(self.headline)
        self.removal = Removal(self)
        self.editor = PlaceEditor(self, "flow")
        self.body.addWidget(self.editor)
        self._reasons = QVBoxLayout()
        self._reasons.setSpacing(Space.S)
        self.body.addLayout(self._reasons)
        self.empty = EmptyState(
            self.tr("No flow yet. A flow is one source, one mapping and one destination."),
            self.tr("Set up the first flow"), lambda: self.go.emit("setup", {}),
            icon="overview", why_not=session.why_not("engineer"),
        )  # fmt: skip
        self.body.addWidget(self.empty, 1)
        self._flows = QVBoxLayout()
        self._flows.setSpacing(Space.M)
        self.body.addLayout(self._flows)
        self.rows = RowsModel(self._columns())
        self.table = Table(self.rows, self.tr("Flows"))
        self.table.setMinimumHeight(260)
        self.table.opened.connect(self._open_row)
        self.table.hide()
        self.body.addWidget(self.table, 1)
        self.body.addStretch(0)
        self._clock = QTimer(self, interval=_HISTORY_MS)
        self._clock.timeout.connect(self._follow_history)

    def _columns(self) -> tuple[Column, ...]:
        number = self.session.number
        return (
            Column(self.tr("Flow"), "name", width=150),
            Column(self.tr("Source side"), lambda row: row["source_side"], width=130),
            Column(self.tr("Cloud side"), lambda row: row["cloud_side"], width=130),
            Column(
                self.tr("Last delivered"), lambda row: self.session.when(row["last"]), width=130
            ),
            Column(self.tr("Delivered in 24 h"), lambda r: number(r["day"]), right=True, width=130),
            Column(self.tr("Waiting"), lambda row: number(row["waiting"]), right=True, width=90),
            Column(self.tr("Exceptions"), lambda row: number(row["parked"]), right=True, width=90),
            Column(self.tr("Paused"), lambda r: self.tr("yes") if r["paused"] else "", width=80),
        )

    # --- what is shown ----------------------------------------------------------------------------

    def shown(self) -> None:
        super().shown()
        self._clock.start()

    def hidden(self) -> None:
        super().hidden()
        self._clock.stop()

    def refresh(self) -> None:
        self._ask_history()
        if self.bridge.status is not None:
            self.status_changed(self.bridge.status)

    def status_changed(self, status: Mapping[str, Any]) -> None:
        self._show_sentence(status)
        self._show_reasons(status)
        flows = list(status.get("flows") or ())
        many = len(flows) > _MOST_CARDS
        self.empty.setVisible(not flows)
        self.as_table.setVisible(bool(flows) and not many)
        self.add_flow.setVisible(bool(flows) and self.session.may("engineer"))
        as_table = bool(flows) and (many or self.as_table.isChecked())
        self.table.setVisible(as_table)
        self._show_cards(status, [] if as_table else flows)
        self.rows.set_rows([self._row(status, flow) for flow in flows])

    def _show_sentence(self, status: Mapping[str, Any]) -> None:
        number = self.session.number
        hours = self._hours.get("hours") or ()
        delivered = sum(int(hour.get("delivered") or 0) for hour in hours)
        waiting = count_of(status, "waiting", "sending")
        told = []
        if hours:
            text = self.tr("{count} records reached the CRM in the last 24 hours.")
            told.append(text.format(count=number(delivered)))
        if waiting:
            text = self.tr("{count} wait on this computer and go out by themselves.")
            told.append(text.format(count=number(waiting)))
        told.append(self.tr("Nothing is lost."))
        self.headline.show_text(sentences.sentence(self.session, status), " ".join(told))

    def _show_reasons(self, status: Mapping[str, Any]) -> None:
        wanted = [self._told(reason) for reason in status.get("reasons") or ()]
        parked = count_of(status, "parked", "held")
        if parked:
            text = self.tr("{count} records need attention.").format(
                count=self.session.number(parked)
            )
            meaning = self.tr("They are not in the CRM yet. The others go on.")
            wanted.append(("", "", text, meaning, "", "warning", "exceptions", ""))
        if [told for told, _ in self._panels] == wanted:
            return
        for _, panel in self._panels:
            self._reasons.removeWidget(panel)
            panel.deleteLater()
        self._panels = [(told, self._panel(told)) for told in wanted]
        for _, panel in self._panels:
            self._reasons.addWidget(panel)

    def _told(self, reason: Mapping[str, Any]) -> tuple[str, ...]:
        said = (self.session.said(reason, part) for part in ("title", "meaning", "hint"))
        tone = "error" if reason.get("severity") == "error" else "warning"
        place = commands.place_in(str(reason.get("hint") or ""))
        about = (str(reason.get("code")), str(reason.get("subject")))
        return (*about, *said, tone, *(place or ("", "")))

    def _panel(self, told: tuple[str, ...]) -> ProblemPanel:
        code, subject, what, meaning, hint, tone, page, tab = told
        press = self._button(code, subject, page, tab)
        tones: Any = tone
        return ProblemPanel(what, meaning, hint, [press] if press else [], code, tones)

    def _button(self, code: str, subject: str, page: str, tab: str) -> QPushButton | None:
        """Where something is done about it, for who may see that page.

        `page`, `tab`: where the hint leads, if what it is about has no page of its own.
        """
        status = self.bridge.status or {}
        found = (
            (own, {key: subject})
            for part, own, key in _PLACES
            if any(one["name"] == subject for one in status.get(part) or ())
        )
        other: dict[str, str] = {"tab": tab} if tab else {}
        page, target = next(found, (page, other)) if subject else (page, other)
        entry = entry_of(page)
        if entry is None or not (self.session.sees("operator") and entry.may_be_seen(self.session)):
            return None
        if not code:
            text = self.tr("Look at the exceptions")
        else:
            name = entry.title() if target is other else subject
            text = self.tr("Look at {name}").format(name=name)
        return button(text, lambda: self.go.emit(page, target), kind="primary")

    def _show_cards(self, status: Mapping[str, Any], flows: list[Mapping[str, Any]]) -> None:
        names = [str(flow["name"]) for flow in flows]
        if list(self._cards) != names:
            for card in self._cards.values():
                self._flows.removeWidget(card)
                card.deleteLater()
            self._cards = {name: self._card(name) for name in names}
        for flow in flows:
            self._cards[str(flow["name"])].show_status(status, flow)
        self._show_hours()

    def _card(self, name: str) -> FlowCard:
        card = FlowCard(self.session, name)
        card.wanted.connect(self.go)
        card.paused.connect(self._pause)
        card.acts.connect(self._act)
        self._flows.addWidget(card)
        return card

    def _row(self, status: Mapping[str, Any], flow: Mapping[str, Any]) -> dict[str, Any]:
        source, cloud = sides(self.session, status, flow)
        hours = (self._hours.get("flows") or {}).get(flow["name"]) or ()
        return {
            "name": flow["name"],
            "source_side": source.word,
            "cloud_side": cloud.word,
            "last": last_delivery(status, flow),
            "day": sum(int(hour.get("delivered") or 0) for hour in hours),
            "waiting": count_of(flow, "waiting", "sending"),
            "parked": count_of(flow, "parked", "held"),
            "paused": flow.get("paused"),
        }

    def _follow_history(self) -> None:
        with self.looking(by_itself=True):
            self._ask_history()

    def _ask_history(self) -> None:
        def told(answer: Mapping[str, Any]) -> None:
            self._hours = answer
            if self.bridge.status is not None:
                self.status_changed(self.bridge.status)

        self.ask("history", {"hours": 24}, told)

    def _show_hours(self) -> None:
        flows = self._hours.get("flows") or {}
        for name, card in self._cards.items():
            card.show_hours(flows.get(name) or ())

    # --- what a person does -----------------------------------------------------------------------

    def _toggle(self) -> None:
        if self.bridge.status is not None:
            self.status_changed(self.bridge.status)

    def _pause(self, flow: str, pause: bool) -> None:  # noqa: FBT001 a signal hands it over by place
        self.ask("pause" if pause else "resume", {"kind": "flow", "name": flow})

    def _act(self, action: str, flow: str) -> None:
        if action == "edit":
            self.confirm.dismiss()
            title = self.tr("Change {name}").format(name=flow)
            self.editor.begin(flow, frozenset(self._cards), title)
            return
        flows = (self.bridge.status or {}).get("flows") or ()
        self.removal.ask("flow", flow, [one for one in flows if one["name"] == flow])

    def show_view(self, name: str) -> None:
        if self._cards:
            self._act(name, next(iter(self._cards)))

    def _open_row(self, number: int) -> None:
        row = self.rows.row(number)
        if row is not None and self.session.sees("operator"):
            self.go.emit("exceptions", {"flow": row["name"]})
