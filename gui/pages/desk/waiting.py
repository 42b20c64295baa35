"""What waits to be sent and goes out by itself: nobody has to do anything, everybody may look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget

from gui import kit
from gui.pages.base import Page
from gui.pages.desk.view import View
from gui.pages.desk.wording import Wording, shown
from gui.theme import Space


class WaitingView(View):
    """The queue in windows: two hundred thousand rows scroll as ten do."""

    def __init__(self, page: Page, words: Wording) -> None:
        super().__init__(page, words)
        self.headline = kit.Headline()
        self.flow = QComboBox()
        self.flow.setAccessibleName(self.tr("Only this flow"))
        self.flow.addItem(self.tr("All flows"), "")
        self.flow.currentIndexChanged.connect(lambda _index: self._look())
        self.rows = kit.PagedModel(
            self.bridge, "queue.window", self._columns(), {"state": "waiting"}
        )
        self.rows.loaded.connect(self._loaded)
        self.rows.failed.connect(self.page.show_fault)
        self.table = kit.Table(self.rows, self.tr("Records that wait to be sent"))
        self.table.opened.connect(self._open)
        self.table.chosen.connect(self._close)
        self.empty = kit.EmptyState(
            self.tr("Nothing is waiting. What changes in the ERP goes out as soon as it is read."),
            icon="ok",
        )
        self.detail = kit.Card()
        self.detail.hide()
        self._values = kit.RowsModel(
            [
                kit.Column(self.tr("Field"), "name", width=180),
                kit.Column(self.tr("Value"), "value", width=320),
            ]
        )
        self.values = kit.Table(self._values, self.tr("What will be sent"))
        self.close_ = kit.button(self.tr("Close"), self._close)
        self.detail.add(self.values)
        self.detail.content.addWidget(self.close_)
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        top.addWidget(kit.label(self.tr("Flow"), wrap=False))
        top.addWidget(self.flow)
        top.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self.layout_.addWidget(self.headline)
        self.layout_.addLayout(top)
        self.layout_.addWidget(self._stack, 1)
        self.layout_.addWidget(self.detail)
        self.on_key("Esc", self._close)

    def _columns(self) -> list[kit.Column]:
        words = self.words
        return [
            kit.Column(self.tr("Record"), "external_id", width=120),
            kit.Column(self.tr("Kind"), lambda row: words.kind(row["entity"]), width=110),
            kit.Column(self.tr("Flow"), "flow", width=110),
            kit.Column(self.tr("What for"), self._what, width=100),
            kit.Column(
                self.tr("Waiting since"), lambda row: words.since(row["created"]), width=130
            ),
            kit.Column(self.tr("Tries"), lambda row: str(row["attempts"]), right=True, width=80),
            kit.Column(self.tr("Next try"), lambda row: words.since(row["due"]), width=130),
            kit.Column(self.tr("Waits for"), "waits_for", width=220),
        ]

    def _what(self, row: Mapping[str, Any]) -> str:
        return self.tr("Delete") if row["op"] == "delete" else self.tr("Write")

    def only(self, flow: str) -> None:
        """Only what belongs to this flow."""
        self._offer()
        self.flow.setCurrentIndex(max(0, self.flow.findData(flow)))

    def search(self) -> None:
        self.flow.setFocus()

    def refresh(self) -> None:
        self._offer()
        self._look()

    def _offer(self) -> None:
        known = {str(self.flow.itemData(number)) for number in range(self.flow.count())}
        for flow in (self.bridge.status or {}).get("flows", ()):
            if flow["name"] not in known:
                self.flow.addItem(flow["name"], flow["name"])

    def _look(self) -> None:
        flow = str(self.flow.currentData() or "")
        self.rows.look({"state": "waiting", **({"flow": flow} if flow else {})})

    def _loaded(self, total: int) -> None:
        self._stack.setCurrentWidget(self.table if total else self.empty)
        if not total:
            self.headline.show_text(self.tr("Nothing is waiting"))
            return
        sentence = (
            self.tr("1 record is waiting to be sent")
            if total == 1
            else self.tr("{records} are waiting to be sent").format(
                records=self.words.records(total)
            )
        )
        below = self.tr("No action is needed: they go out on their own.")
        if why := self._held_up():
            below = f"{why} {below}"
        self.headline.show_text(sentence, below)

    def _held_up(self) -> str:
        """What the service says of targets that take nothing."""
        status = self.bridge.status or {}
        names = {target["name"] for target in status.get("targets", ())}
        found = [
            self.session.said(reason)
            for reason in status.get("reasons", ())
            if str(reason.get("subject") or "").rpartition(" ")[2] in names
        ]
        return " ".join(found[:2])

    # --- one record -------------------------------------------------------------------------------

    def _open(self, number: int) -> None:
        row = self.rows.row(number)
        if row is not None:
            self.page.ask("queue.show", {"seq": row["seq"]}, self._show)

    def _show(self, item: Mapping[str, Any]) -> None:
        kind = self.words.kind(str(item["entity"]))
        self.detail.title.setText(f"{kind} {item['external_id']}")
        self.detail.title.show()
        fields = item.get("fields") or {}
        self._values.set_rows([{"name": n, "value": shown(v)} for n, v in fields.items()])
        self.values.setFixedHeight(170)
        self.detail.show()

    def _close(self) -> None:
        self.detail.hide()
