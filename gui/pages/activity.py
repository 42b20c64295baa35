"""Activity: who did what and when, from the audit; its chain can be checked, its entries exported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QStackedWidget

from agent.control import sheet
from agent.control.client import WrongUse
from gui import kit
from gui.bridge import Bridge, Fault
from gui.kit.flow import Flow
from gui.latest import Latest, Show
from gui.pages.base import Page
from gui.pages.desk.drawer import Drawer, Panel
from gui.pages.desk.notice import notice
from gui.pages.desk.wording import Wording
from gui.session import Session

_AT_ONCE: Final = 200
_TYPED_MS: Final = 300


class ActivityPage(Page):
    """The latest first; older ones come as one scrolls or presses for them."""

    key = "activity"
    min_role = "operator"
    topics = frozenset({"audit"})
    views = ("export",)

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self.words = Wording(bridge, session)
        self._next: int | None = None
        self._latest = Latest()
        self._count = _AT_ONCE
        self.verify = self.add_action(self.tr("Verify the chain"), self._verify, icon="ok")
        self.export = self.add_action(self.tr("Export …"), self._export)
        self.verdict = notice()
        self.drawer = Drawer()
        self.actor = QLineEdit()
        self.actor.setPlaceholderText(self.tr("Who"))
        self.actor.setAccessibleName(self.tr("Only what this person did"))
        self.actor.setClearButtonEnabled(True)
        self.action = QComboBox()
        self.action.setAccessibleName(self.tr("Only this kind of act"))
        for title, name in self._kinds():
            self.action.addItem(title, name)
        self.action.currentIndexChanged.connect(lambda _index: self._look())
        self._settle = QTimer(self, singleShot=True, interval=_TYPED_MS)
        self._settle.timeout.connect(self._look)
        self.actor.textChanged.connect(lambda _text: self._settle.start())
        self._rows = kit.RowsModel(
            [
                kit.Column(self.tr("Entry"), lambda row: str(row["seq"]), right=True, width=70),
                kit.Column(self.tr("When"), lambda row: self.words.since(row["at"]), width=130),
                kit.Column(self.tr("Who"), "actor", width=120),
                kit.Column(self.tr("What"), self._what, width=240),
                kit.Column(self.tr("On what"), "object", width=220),
                kit.Column(self.tr("Result"), self._result, width=140),
            ]
        )
        self.table = kit.Table(self._rows, self.tr("Who did what"), many=True)
        self.table.chosen.connect(self._describe)
        self.detail = kit.label()
        self.detail.hide()
        self.more = kit.button(self.tr("Show older entries"), self._more, kind="link")
        self.more.hide()
        self.empty = kit.EmptyState(self.tr("No activity yet."), icon="activity")
        self._lay_out()

    def _lay_out(self) -> None:
        filters = Flow()
        filters.addWidget(self.actor)
        filters.addWidget(self.action)
        self.actor.setMinimumWidth(160)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        below = QHBoxLayout()
        below.addWidget(self.more)
        below.addStretch(1)
        self.body.addWidget(self.verdict)
        self.body.addWidget(self.drawer)
        self.body.addLayout(filters)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self.detail)
        self.body.addLayout(below)

    def title(self) -> str:
        return self.tr("Activity")

    def show_view(self, name: str) -> None:
        if name == "export":
            self.export.click()

    def search(self) -> None:
        self.actor.setFocus()

    def _kinds(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Everything"), ""),
            (self.tr("Exceptions"), "exceptions"),
            (self.tr("Holds"), "holds"),
            (self.tr("Mappings"), "mapping"),
            (self.tr("Links and duplicates"), "link"),
            (self.tr("Secrets"), "secrets"),
            (self.tr("Keys"), "keys"),
            (self.tr("Configuration"), "config"),
            (self.tr("Pauses"), "pause"),
            (self.tr("Service"), "service"),
        ]

    def _what(self, row: Mapping[str, Any]) -> str:
        names = {
            "exceptions.replay": self.tr("Sent exceptions again"),
            "exceptions.replayed": self.tr("Exceptions sent again"),
            "exceptions.set_aside": self.tr("Set exceptions aside"),
            "exceptions.take_back": self.tr("Took exceptions back"),
            "exceptions.taken_back": self.tr("Took exceptions back"),
            "exceptions.fix": self.tr("Corrected an exception"),
            "exceptions.edit": self.tr("Edited a record"),
            "exceptions.rule": self.tr("Made a rule for exceptions"),
            "exceptions.export": self.tr("Exported exceptions"),
            "exceptions.import": self.tr("Imported a corrected sheet"),
            "holds.approve": self.tr("Approved a hold"),
            "holds.reject": self.tr("Rejected a hold"),
            "mapping.publish": self.tr("Published a mapping"),
            "mapping.propose": self.tr("Proposed a mapping"),
            "mapping.restore": self.tr("Restored a mapping"),
            "mapping.accept": self.tr("Accepted a mapping"),
            "mapping.undo": self.tr("Took a publish back"),
            "secrets.set": self.tr("Set a secret"),
            "pause": self.tr("Paused"),
            "resume": self.tr("Resumed"),
            "scan": self.tr("Checked sources"),
            "stop": self.tr("Stopped the service"),
            "service.start": self.tr("The service started"),
            "keys.rotate": self.tr("Rotated keys"),
            "config.put": self.tr("Changed the configuration"),
            "config.remove": self.tr("Removed from the configuration"),
        }
        action = str(row["action"])
        return names.get(action, action)

    def _result(self, row: Mapping[str, Any]) -> str:
        result = str(row["result"])
        names = {"ok": self.tr("Done"), "NOT_ALLOWED": self.tr("Not permitted")}
        return names.get(result, result)

    # --- showing ----------------------------------------------------------------------------------

    def refresh(self) -> None:
        self._ask(None, self._count)

    def _look(self) -> None:
        self._count = _AT_ONCE
        self.refresh()

    def _ask(self, before: int | None, limit: int) -> None:
        named = {
            "actor": self.actor.text().strip(),
            "action": str(self.action.currentData() or ""),
        }
        params: dict[str, object] = {name: value for name, value in named.items() if value}
        params["limit"] = min(limit, 1000)
        show: Show
        if before is None:
            show = self._latest.only(lambda found: self._show(found, older=False))
        else:
            params["before"] = before
            show = partial(self._show_older, before)
        self.ask("audit.list", params, show)

    def _show_older(self, before: int, found: Mapping[str, Any]) -> None:
        if before == self._next:  # else the list was read anew since, and ends elsewhere
            self._show(found, older=True)

    def _show(self, found: Mapping[str, Any], *, older: bool) -> None:
        known = self._known() if older else []
        self._rows.set_rows([*known, *found["items"]])
        self._next = found["next"]
        self._count = max(_AT_ONCE, self._rows.rowCount())
        self.more.setVisible(self._next is not None)
        filtered = bool(self.actor.text().strip() or self.action.currentData())
        self.empty.text.setText(
            self.tr("Nothing matches the filter.") if filtered else self.tr("No activity yet.")
        )
        self._stack.setCurrentWidget(self.table if self._rows.rowCount() else self.empty)

    def _known(self) -> list[Mapping[str, Any]]:
        rows = (self._rows.row(number) for number in range(self._rows.rowCount()))
        return [row for row in rows if row is not None]

    def _more(self) -> None:
        if self._next is not None:
            self._ask(self._next, _AT_ONCE)

    def _describe(self) -> None:
        rows = self.table.selected()
        if len(rows) != 1:
            self.detail.hide()
            return
        row = rows[0]
        parts = [
            self.session.when(row["at"], short=False), str(row["actor"]), str(row["action"]),
            str(row["object"]), str(row["result"]),
        ]  # fmt: skip
        parts += [f"{name}: {value}" for name, value in row["details"].items()]
        self.detail.setText("  ·  ".join(part for part in parts if part))
        self.detail.show()

    # --- doing ------------------------------------------------------------------------------------

    def _verify(self) -> None:
        kit.busy(self.verify, self.tr("Verifying …"))
        self.ask("audit.verify", {}, self._verified, self._not_verified)

    def _verified(self, found: Mapping[str, Any]) -> None:
        kit.idle(self.verify)
        number = self.words.number(int(found["entries"]))
        if found["ok"]:
            text = self.tr("Verified to entry {number}: nothing was changed or taken out.")
            self.verdict.setText(text.format(number=number))
        else:
            text = self.tr(
                "The chain is broken: {problem}. Keep the file and tell whoever is responsible."
            )
            self.verdict.setText(text.format(problem=found["problem"]))
        kit.tell(self.verdict, "ok" if found["ok"] else "error")
        self.verdict.show()

    def _not_verified(self, fault: Fault) -> None:
        kit.idle(self.verify)
        self.show_fault(fault)

    def _export(self) -> None:
        self.drawer.open(AuditExport(self.bridge, self.session, self.words))


class AuditExport(Panel):
    """Writes every entry as a line of JSON: enough to check the chain elsewhere."""

    def __init__(self, bridge: Bridge, session: Session, words: Wording) -> None:
        super().__init__()
        self._bridge, self._session, self._words = bridge, session, words
        self._file: IO[str] | None = None
        self._written = 0
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self.path = QLineEdit(str(Path(folder) / "waybill-audit.jsonl"))
        self.path.setAccessibleName(self.tr("File to write"))
        self.told = notice("error")
        self.yes = kit.button(self.tr("Write the audit to this file"), self._do, kind="primary")
        self.no = kit.button(self.tr("Cancel"), lambda: self.finished.emit(""))
        row = Flow(right=True)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        self.rows.addWidget(kit.heading(self.tr("Export the audit")))
        self.rows.addWidget(self.path)
        self.rows.addWidget(self.told)
        self.rows.addLayout(row)

    def begin(self) -> None:
        self.path.setFocus()

    def _do(self) -> None:
        try:
            self._file = sheet.private(Path(self.path.text().strip()))
        except WrongUse as error:
            self._say(f"{error.title} {error.hint}".strip())
            return
        kit.busy(self.yes, self.tr("Writing …"))
        self._ask(None)

    def _ask(self, after: object) -> None:
        params = {} if after is None else {"after": after}
        self._bridge.ask("audit.export", params, self._page, self._failed, owner=self)

    def _page(self, found: Mapping[str, Any]) -> None:
        if self._file is None:
            return
        for item in found["items"]:
            self._file.write(json.dumps(item, ensure_ascii=False) + "\n")
        self._written += len(found["items"])
        if found.get("next") is not None:
            self._ask(found["next"])
            return
        self._file.close()
        self._file = None
        self.finished.emit(
            self.tr("Written to {file}: {count} entries.").format(
                count=self._words.number(self._written), file=self.path.text().strip()
            )
        )

    def _failed(self, fault: Fault) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        kit.idle(self.yes)
        told = self._session.fault(fault)
        self._say(f"{told['title']} {told['hint']}".strip())

    def _say(self, text: str) -> None:
        self.told.setText(text)
        self.told.show()
