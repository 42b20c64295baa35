"""Mappings: which column becomes which field, tried on real records before it is in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPlainTextEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.bridge import Bridge
from gui.kit import Badge, EmptyState, busy, idle, muted
from gui.mapping.draft import Draft
from gui.mapping.sheet import SheetView
from gui.mapping.tables import TablesView
from gui.mapping.versions import PublishCard, VersionsView
from gui.pages.base import Page
from gui.session import Session

_PREVIEWED: Final = 200
_CHECKED: Final = 1000


class MappingsPage(Page):
    """A draft is made here, tried on what the ERP exported last, and published."""

    key = "mappings"
    min_role = "operator"
    topics: ClassVar[frozenset[str]] = frozenset({"mappings", "config"})

    def title(self) -> str:
        return self.tr("Mappings")

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self.draft = Draft(self, self)
        self._build()
        self.draft.changed.connect(self._show_draft)
        self.draft.tried.connect(self._show_tried)
        self._type = QTimer(self, singleShot=True, interval=600)
        self._type.timeout.connect(lambda: self.draft.replace(self.text.toPlainText()))

    def _build(self) -> None:
        session = self.session
        self.suggest = self.add_action(self.tr("Auto-match"), self._suggest, role="operator")
        self.check = self.add_action(self.tr("Check 1,000 records"), self._check, role="operator")
        self.diff = self.add_action(self.tr("Compare with what is in force"), self._compare)
        self.flows = QComboBox()
        self.flows.setAccessibleName(self.tr("Flow"))
        self.flows.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.flows.setMinimumWidth(180)
        self.flows.activated.connect(lambda _index: self._open(self.flows.currentData()))
        self.badge = Badge()
        self.about = muted(wrap=False)
        row = QHBoxLayout()
        row.addWidget(self.flows)
        row.addWidget(self.badge)
        row.addWidget(self.about)
        row.addStretch(1)
        self.work = QWidget()
        work = QVBoxLayout(self.work)
        work.setContentsMargins(0, 0, 0, 0)
        work.addLayout(row)
        self.publish_card = PublishCard(session)
        work.addWidget(self.publish_card)
        self.sheet = SheetView(session)
        self.tables = TablesView()
        self.versions = VersionsView(session)
        self.text = self._text_editor()
        self.tabs = QTabWidget()
        for widget, said in (
            (self.sheet, self.tr("Fields")), (self.tables, self.tr("Lookup tables")),
            (self.text, self.tr("As text")), (self.versions, self.tr("Versions")),
        ):  # fmt: skip
            self.tabs.addTab(widget, said)
        work.addWidget(self.tabs, 1)
        self.body.addWidget(self.work, 1)
        self.empty = EmptyState(
            self.tr("No flow yet. A flow is one source, one mapping and one destination."),
            self.tr("Set up the first flow"), lambda: self.go.emit("setup", {}),
            icon="mappings", why_not=session.why_not("engineer"),
        )  # fmt: skip
        self.body.addWidget(self.empty, 1)
        self.drop = self.add_pinned(self.tr("Throw the draft away"), self._drop, role="operator")
        self.save = self.add_pinned(self.tr("Save draft"), self._save, role="operator")
        self.publish = self.add_pinned(
            self.tr("Publish…"), self._ask_publish, kind="primary", role="engineer"
        )
        self._connect()

    def _text_editor(self) -> QPlainTextEdit:
        made = QPlainTextEdit()
        made.setFont(theme.font("code"))
        made.setTabChangesFocus(True)
        made.setAccessibleName(self.tr("The mapping as text"))
        made.setReadOnly(not self.session.may("operator"))
        made.textChanged.connect(self._typed)
        return made

    def _connect(self) -> None:
        may, why = self.session.may("operator"), self.session.why_not("operator")
        self.sheet.editor.set_editable(editable=may, why_not=why)
        self.sheet.edited.connect(self.draft.edit_field)
        self.tables.edited.connect(lambda name, table: self.draft.edit(f"lookups.{name}", table))
        self.versions.wanted.connect(self._ask_restore)
        self.versions.looked.connect(self._look)
        card = self.publish_card
        for signal, method in (
            (card.accepted, "mapping.accept"), (card.withdrawn, "mapping.withdraw"),
            (card.approved, "mapping.approve"),
        ):  # fmt: skip
            signal.connect(lambda method=method: self._do(method, {"flow": self.draft.flow}))
        card.undone.connect(self._ask_undo)

    # --- what is shown ----------------------------------------------------------------------------

    def refresh(self) -> None:
        if self.draft.flow:
            self._refresh_versions()
            self.draft.renew()

    def status_changed(self, status: Mapping[str, Any]) -> None:
        names = [(str(flow["name"]), str(flow["entity"])) for flow in status.get("flows") or ()]
        known = [self.flows.itemData(number) for number in range(self.flows.count())]
        self.work.setVisible(bool(names))
        self.empty.setVisible(not names)
        for each in (self.suggest, self.check, self.diff):
            each.setVisible(bool(names))
        if known != [name for name, _ in names]:
            self.flows.clear()
            for name, entity in names:
                self.flows.addItem(f"{name} ({entity})", name)
            if names and self.draft.flow not in dict(names):
                self._open(names[0][0])
            self.flows.setCurrentIndex(self.flows.findData(self.draft.flow))

    def jump(self, target: Mapping[str, Any]) -> None:
        """`flow`, and `field` to begin with."""
        if flow := target.get("flow"):
            self.flows.setCurrentIndex(self.flows.findData(flow))
            self._open(str(flow))
        if field := target.get("field"):
            self.tabs.setCurrentWidget(self.sheet)
            self.sheet.choose(str(field))

    def _open(self, flow: str) -> None:
        self.confirm.dismiss()
        self.draft.open(flow)
        self._refresh_versions()

    def _refresh_versions(self) -> None:
        flow = self.draft.flow
        self.ask("mapping.versions", {"flow": flow}, self.versions.show_versions)
        proposals: list[Mapping[str, Any]] = []

        def publishes(answer: Mapping[str, Any]) -> None:
            items = answer.get("items") or ()
            waits = next((one for one in items if one["state"] == "watch"), None)
            mine = next((one for one in proposals if one["flow"] == flow), None)
            self.publish_card.show_state(mine, waits)

        def proposed(answer: Mapping[str, Any]) -> None:
            proposals.extend(answer.get("items") or ())
            self.ask("mapping.publishes", {"flow": flow}, publishes)

        self.ask("mapping.proposals", {}, proposed)

    def _show_draft(self) -> None:
        draft = self.draft
        if draft.is_changed:
            self.badge.say(self.tr("Draft, not in force"), "warning")
        else:
            self.badge.say(self.tr("In force"), "ok")
        self.about.setText(draft.about())
        self.sheet.show_sheet(draft.sheet)
        self.tables.show_draft(draft.text)
        if self.text.toPlainText() != draft.text and not self.text.hasFocus():
            self.text.blockSignals(True)  # noqa: FBT003 Qt takes it by place
            self.text.setPlainText(draft.text)
            self.text.blockSignals(False)  # noqa: FBT003 Qt takes it by place
        wrong = bool(draft.sheet.get("problems"))
        for each, role in (
            (self.publish, "engineer"),
            (self.save, "operator"),
            (self.drop, "operator"),
        ):
            each.setEnabled(self.session.may(role) and draft.is_changed)
        self.publish.setEnabled(self.publish.isEnabled() and not wrong)
        draft.try_out(_PREVIEWED)

    def _show_tried(self, tried: Mapping[str, Any]) -> None:
        self.sheet.show_tried(tried)

    def _typed(self) -> None:
        if self.text.toPlainText() != self.draft.text:
            self._type.start()

    # --- what a person does -----------------------------------------------------------------------

    def _suggest(self) -> None:
        sheet = self.draft.sheet
        if not sheet:
            return
        busy(self.suggest, self.tr("Looking …"))

        def done(answer: Mapping[str, Any]) -> None:
            idle(self.suggest)
            self.draft.replace(str(answer["document"]))

        def failed(fault: Any) -> None:
            idle(self.suggest)
            self.show_fault(fault)

        asked = {"source": sheet["source"], "entity": sheet["entity"]}
        self.ask("mapping.suggest", asked, done, failed)

    def _check(self) -> None:
        busy(self.check, self.tr("Checking …"))
        self.draft.try_out(_CHECKED, lambda: idle(self.check))

    def _compare(self) -> None:
        asked = {"flow": self.draft.flow, "draft": self.draft.text}
        self.ask("mapping.diff", asked, self.sheet.show_diff)

    def _save(self) -> None:
        asked = {"flow": self.draft.flow, "draft": self.draft.text}
        self.ask("mapping.draft_save", asked, self.draft.saved)

    def _drop(self) -> None:
        asked = {"flow": self.draft.flow, "draft": ""}
        self.ask("mapping.draft_save", asked, lambda _: self.draft.open(self.draft.flow))

    def _ask_publish(self) -> None:
        def told(answer: Mapping[str, Any]) -> None:
            changes = len(answer.get("changes") or ())
            question = self.tr(
                "Publish this mapping of {flow}? {count} places change. {needs} What changes, and why?"
            ).format(flow=self.draft.flow, count=changes, needs=answer.get("needs", ""))
            self.confirm.ask(
                question, self.tr("Publish the mapping of {flow}").format(flow=self.draft.flow),
                self._publish, reason=self.tr("What changes, and why"),
            )  # fmt: skip

        self.ask("mapping.diff", {"flow": self.draft.flow, "draft": self.draft.text}, told)

    def _publish(self, comment: str) -> None:
        asked = {"flow": self.draft.flow, "draft": self.draft.text, "comment": comment}
        self._do("mapping.publish", asked)

    def _ask_restore(self, number: int) -> None:
        words = {"number": number, "flow": self.draft.flow}
        self.confirm.ask(
            self.tr("Bring version {number} of {flow} into force again?").format(**words),
            self.tr("Bring version {number} into force").format(**words),
            lambda why: self._do(
                "mapping.restore", {"flow": self.draft.flow, "version": number, "comment": why}
            ),
            reason=self.tr("Why"),
        )

    def _ask_undo(self) -> None:
        def told(answer: Mapping[str, Any]) -> None:
            count = sum((answer.get("counts") or {}).values())
            question = self.tr(
                "Take the last publish of {flow} back? The former mapping comes into force, and"
                " {count} records go back to what the CRM held before, but for what was edited there."
            ).format(flow=self.draft.flow, count=self.session.number(count))
            self.confirm.ask(
                question, self.tr("Take the publish back"),
                lambda _: self._do("mapping.undo", {"flow": self.draft.flow}), danger=True,
            )  # fmt: skip

        self.ask("mapping.undo_preview", {"flow": self.draft.flow}, told)

    def _look(self, number: int) -> None:
        asked = {"flow": self.draft.flow, "version": number}
        self.ask("mapping.show", asked, lambda answer: self.draft.replace(str(answer["text"])))
        self.tabs.setCurrentWidget(self.sheet)

    def _do(self, method: str, params: Mapping[str, object]) -> None:
        def done(_answer: Mapping[str, Any]) -> None:
            self.ask(
                "mapping.draft_save", {"flow": self.draft.flow, "draft": ""},
                lambda _: self._open(self.draft.flow),
            )  # fmt: skip

        self.ask(method, params, done)
