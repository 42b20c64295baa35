"""What was set aside: not sent, and taken back with one button as long as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget

from gui import kit
from gui.pages.base import Page
from gui.pages.desk.notice import notice
from gui.pages.desk.view import View
from gui.pages.desk.wording import Wording
from gui.theme import Space


class AsidesView(View):
    """The list, and the way back."""

    def __init__(self, page: Page, words: Wording) -> None:
        super().__init__(page, words)
        self.headline = kit.Headline()
        self._rows = kit.PagedModel(
            self.bridge,
            "exceptions.window",
            [
                kit.Column(self.tr("Record"), "external_id", width=120),
                kit.Column(self.tr("Kind"), lambda row: words.kind(row["entity"]), width=110),
                kit.Column(
                    self.tr("Customer"), lambda row: str(row.get("customer") or ""), width=190
                ),
                kit.Column(self.tr("What was wrong"), self.session.why, width=320),
                kit.Column(self.tr("Flow"), "flow", width=110),
                kit.Column(self.tr("Since"), lambda row: words.since(row["since"]), width=110),
            ],
            {"aside": True},
        )
        self._rows.loaded.connect(self._loaded)
        self._rows.failed.connect(self.page.show_fault)
        self.table = kit.Table(self._rows, self.tr("Records that were set aside"), many=True)
        self.table.chosen.connect(self._name)
        self.back = kit.button(
            "", self._take_back, kind="primary", why_not=self.session.why_not("operator")
        )
        self.notice = notice()
        self.empty = kit.EmptyState(self.tr("Nothing is set aside."), icon="ok")
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.back)
        row.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self.layout_.addWidget(self.headline)
        self.layout_.addLayout(row)
        self.layout_.addWidget(self.notice)
        self.layout_.addWidget(self._stack, 1)
        self._name()

    def refresh(self) -> None:
        self._rows.look()

    def _loaded(self, total: int) -> None:
        self._stack.setCurrentWidget(self.table if total else self.empty)
        if not total:
            self.headline.show_text(self.tr("Nothing is set aside"))
        else:
            self.headline.show_text(
                self.tr("Set aside: {records}").format(records=self.words.records(total)),
                self.tr("They are not sent. After 7 days they are not kept any more."),
            )
        self._name()

    def _name(self) -> None:
        count = len(self.table.selected())
        self.back.setText(
            self.tr("Take {records} back").format(records=self.words.records(count))
            if count
            else self.tr("Take back")
        )
        self.back.setAccessibleName(self.back.text())
        self.back.setEnabled(bool(count) and self.session.may("operator"))

    def _take_back(self) -> None:
        refs = [row["ref"] for row in self.table.selected()]
        self.page.ask("exceptions.take_back", {"refs": refs}, self._taken)

    def _taken(self, found: Mapping[str, Any]) -> None:
        self.notice.setText(
            self.tr("Needs attention again: {records}.").format(
                records=self.words.records(int(found["taken_back"]))
            )
        )
        self.notice.show()
        self.table.clearSelection()
        self.refresh()
