"""Exceptions as a CSV file for a spreadsheet, and a corrected one back."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit

from agent.control import sheet
from agent.control.client import WrongUse
from gui import kit
from gui.bridge import Bridge, Fault
from gui.kit.flow import Flow
from gui.pages.desk.drawer import Panel
from gui.pages.desk.notice import notice
from gui.pages.desk.scope import Scope
from gui.pages.desk.wording import Wording
from gui.session import Session
from gui.theme import Space

_MOST_TOLD: Final = 8


class FilePanel(Panel):
    """A path, a button that looks for one, and the button that does it."""

    def __init__(self, bridge: Bridge, session: Session, words: Wording, name: str) -> None:
        super().__init__()
        self._bridge, self._session, self._words = bridge, session, words
        self.path = QLineEdit()
        self.path.setAccessibleName(name)
        self.browse = kit.button(self.tr("Browse …"), self._browse)
        self.told = notice("error")
        self.no = kit.button(self.tr("Cancel"), lambda: self.finished.emit(""))
        self._line = QHBoxLayout()
        self._line.setSpacing(Space.S)
        self._line.addWidget(self.path, 1)
        self._line.addWidget(self.browse)
        self._buttons = Flow(right=True)
        self._buttons.addWidget(self.no)

    def begin(self) -> None:
        self.path.setFocus()

    def _browse(self) -> None:
        dialog = QFileDialog(self)
        dialog.setNameFilter(self.tr("CSV files (*.csv)"))
        self._dress(dialog)
        dialog.fileSelected.connect(self.path.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _dress(self, dialog: QFileDialog) -> None:
        """Whether the dialog is for a file to read or one to write."""
        raise NotImplementedError

    def _say(self, text: str, kind: str = "error") -> None:
        self.told.setText(text)
        kit.tell(self.told, kind)
        self.told.setVisible(bool(text))

    def _fault(self, fault: Fault) -> None:
        told = self._session.fault(fault)
        self._say(f"{told['title']} {told['hint']}".strip())


class ExportPanel(FilePanel):
    """Writes the rows page by page to a file that only this person may read."""

    def __init__(self, bridge: Bridge, session: Session, words: Wording, scope: Scope) -> None:
        super().__init__(bridge, session, words, "")
        self.path.setAccessibleName(self.tr("File to write"))
        self._asked = {
            name: value for name, value in (("flow", scope.flow), ("code", scope.code)) if value
        }
        self._file: IO[str] | None = None
        self._written = 0
        self._columns: list[str] = []
        self.yes = kit.button(
            self.tr("Write {records} to this file").format(records=words.records(scope.count)),
            self._do,
            kind="primary",
            why_not=session.why_not("operator"),
        )
        self._buttons.addWidget(self.yes)
        self.rows.addWidget(kit.heading(self.tr("Correct them in a spreadsheet")))
        self.rows.addWidget(
            kit.label(
                self.tr(
                    "The file holds business data in clear. Only you may read it: delete it when"
                    " you are done."
                )
            )
        )
        self.rows.addLayout(self._line)
        self.rows.addWidget(self.told)
        self.rows.addLayout(self._buttons)
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self.path.setText(str(Path(folder) / "exceptions.csv"))

    def _dress(self, dialog: QFileDialog) -> None:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")

    def _do(self) -> None:
        try:
            self._file = sheet.private(Path(self.path.text().strip()))
        except WrongUse as error:
            self._say(f"{error.title} {error.hint}".strip())
            return
        kit.busy(self.yes, self.tr("Writing …"))
        self._next("")

    def _next(self, after: str) -> None:
        params = {**self._asked, **({"after": after} if after else {})}
        self._bridge.ask("exceptions.export", params, self._page, self._failed, owner=self)

    def _page(self, page: Mapping[str, Any]) -> None:
        if self._file is None:
            return
        rows = csv.writer(self._file, lineterminator="\r\n")
        if not self._written and not self._columns:
            self._columns = list(page["columns"])
            rows.writerow(sheet.first_line(self._columns))
        rows.writerows(sheet.lines(page, self._columns))
        self._written += len(page["items"])
        if page["next"] is not None:
            self._next(str(page["next"]))
            return
        self._close()
        self.finished.emit(
            self.tr("Written to {file}: {records}.").format(
                records=self._words.records(self._written), file=self.path.text().strip()
            )
        )

    def _failed(self, fault: Fault) -> None:
        self._close()
        kit.idle(self.yes)
        self._fault(fault)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class ImportPanel(FilePanel):
    """Checks a corrected file whole, says what it would change, then changes it."""

    def __init__(self, bridge: Bridge, session: Session, words: Wording) -> None:
        super().__init__(bridge, session, words, "")
        self.path.setAccessibleName(self.tr("Corrected file"))
        self.path.setPlaceholderText(self.tr("The file that you wrote here and corrected"))
        self._chunks: Iterator[list[dict[str, Any]]] = iter(())
        self._changed: list[dict[str, Any]] = []
        self._problems: list[dict[str, Any]] = []
        self._fields: dict[str, int] = {}
        self._skipped = self._edited = 0
        self._some: list[dict[str, Any]] = []
        self.check = kit.button(
            self.tr("Check the file"), self._check, why_not=session.why_not("operator")
        )
        self.yes = kit.button(self.tr("Change the records"), self._do, kind="primary")
        self.yes.setEnabled(False)
        self._buttons.addWidget(self.check)
        self._buttons.addWidget(self.yes)
        self.rows.addWidget(kit.heading(self.tr("Bring a corrected file back")))
        self.rows.addWidget(
            kit.label(
                self.tr("Every row is checked first. With any problem in it, nothing is changed.")
            )
        )
        self.rows.addLayout(self._line)
        self.rows.addWidget(self.told)
        self.rows.addLayout(self._buttons)
        self.path.textChanged.connect(lambda _text: self.yes.setEnabled(False))

    def _dress(self, dialog: QFileDialog) -> None:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)

    # --- checking ---------------------------------------------------------------------------------

    def _check(self) -> None:
        seen: dict[str, int] = {}
        self._problems, self._changed, self._fields, self._skipped = [], [], {}, 0
        try:
            rows = list(sheet.rows(Path(self.path.text().strip())))
        except WrongUse as error:
            self._say(f"{error.title} {error.hint}".strip())
            return
        sound = [row for row in rows if not sheet.flawed(row, seen, self._problems)]
        self._chunks = sheet.chunks(iter(sound))
        kit.busy(self.check, self.tr("Checking …"))
        self._check_next()

    def _check_next(self) -> None:
        self._some = next(self._chunks, [])
        if not self._some:
            self._checked()
            return
        params: dict[str, object] = {"rows": sheet.texts(self._some), "check": True}
        self._bridge.ask("exceptions.import", params, self._take, self._failed, owner=self)

    def _take(self, found: Mapping[str, Any]) -> None:
        self._problems += found["problems"]
        self._skipped += len(found["skipped"])
        for name, count in found["fields"].items():
            self._fields[name] = self._fields.get(name, 0) + count
        named = set(found["changed"])
        self._changed += [row for row in self._some if row["ref"] in named]
        self._check_next()

    def _checked(self) -> None:
        kit.idle(self.check)
        if self._problems:
            told = [
                self.tr("Line {line}, {ref}: {why}").format(
                    line=each["line"], ref=each["ref"], why=self._session.phrase(each["why"])
                )
                for each in sorted(self._problems, key=lambda each: int(each["line"]))
            ]
            more = len(told) - _MOST_TOLD
            if more > 0:
                told[_MOST_TOLD:] = [
                    self.tr("and {count} more").format(count=self._words.number(more))
                ]
            self._say("\n".join([self.tr("Nothing was changed:"), *told]))
            return
        fields = ", ".join(f"{name}: {count}" for name, count in self._fields.items())
        text = self.tr("Would be changed: {records}").format(
            records=self._words.records(len(self._changed))
        )
        text += f" ({fields})." if fields else "."
        if self._skipped:
            text += " " + self.tr("Passed over, because no longer in the list: {records}.").format(
                records=self._words.records(self._skipped)
            )
        self._say(text, "")
        self.yes.setText(
            self.tr("Change {records}").format(records=self._words.records(len(self._changed)))
        )
        self.yes.setEnabled(bool(self._changed) and self._session.may("operator"))
        if self.yes.isEnabled():
            self.yes.setFocus()

    # --- doing it ---------------------------------------------------------------------------------

    def _do(self) -> None:
        self._edited = 0
        self._chunks = sheet.chunks(iter(self._changed))
        kit.busy(self.yes, self.tr("Changing …"))
        self._do_next()

    def _do_next(self) -> None:
        some = next(self._chunks, [])
        if not some:
            self.finished.emit(
                self.tr("Changed, and will be sent: {records}.").format(
                    records=self._words.records(self._edited)
                )
            )
            return
        params: dict[str, object] = {"rows": sheet.texts(some)}
        self._bridge.ask("exceptions.import", params, self._did, self._failed, owner=self)

    def _did(self, found: Mapping[str, Any]) -> None:
        self._edited += int(found["edited"])
        self._problems += found["problems"]
        if found["problems"]:
            kit.idle(self.yes)
            self._checked()
            return
        self._do_next()

    def _failed(self, fault: Fault) -> None:
        for pressed in (self.check, self.yes):
            kit.idle(pressed)
        self._fault(fault)
