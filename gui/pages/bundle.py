"""Diagnostics: files for whoever helps from afar, each to be read here before it leaves the house."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, ClassVar, Final

from PySide6.QtCore import QLocale, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QComboBox, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from gui import theme
from gui.bridge import Bridge, Fault
from gui.kit import (
    Card,
    Column,
    Flow,
    Headline,
    RowsModel,
    Table,
    busy,
    button,
    copy_text,
    heading,
    idle,
    label,
    muted,
)
from gui.kit.rows import Index, Row
from gui.pages.base import Page
from gui.session import Session
from gui.theme import Space

_DAY: Final = 24
_SHOWN: Final = 20_000
"""Characters of each file that the service sends to be looked at."""


class BundlePage(Page):
    """What goes in, what stands in it, and where it was put."""

    key = "bundle"
    min_role = "engineer"
    views: ClassVar[tuple[str, ...]] = ("names-shown",)

    def title(self) -> str:
        return self.tr("Diagnostics")

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self._left_out: set[str] = set()
        self._asked = 0
        self._made: Mapping[str, Any] = {}
        self.renew = self.add_action(self.tr("Look again"), self.refresh, icon="refresh")
        self.headline = Headline()
        self.body.addWidget(self.headline)
        self.body.addWidget(self._make_result())
        self.body.addLayout(self._make_choices())
        self.meaning = muted()
        self.body.addWidget(self.meaning)
        self.body.addWidget(self._make_files(), 1)
        self.write = self.add_pinned(
            self.tr("Create the bundle"), self._ask_create, kind="primary", role="engineer"
        )
        self._tell_choice()
        self._follow()

    def _make_choices(self) -> Flow:
        self.hours = QComboBox()
        self.hours.setAccessibleName(self.tr("Time range"))
        self.hours.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for days, text in (
            (1, self.tr("The last 24 hours")), (3, self.tr("The last 3 days")),
            (7, self.tr("The last 7 days")), (31, self.tr("The last 31 days")),
        ):  # fmt: skip
            self.hours.addItem(text, days * _DAY)
        self.hours.activated.connect(lambda _index: self.refresh())
        self.strict = QCheckBox(self.tr("Redaction: strict"))
        self.strict.setChecked(True)
        self.strict.toggled.connect(self._strict_changed)
        row = Flow()
        row.addWidget(self.hours)
        row.addWidget(self.strict)
        return row

    def _make_files(self) -> QSplitter:
        self.rows = _Files(
            (
                Column(self.tr("File"), "name", width=160),
                Column(self.tr("Size"), self._size, right=True, width=80),
                Column(self.tr("What it is"), self._what, width=220),
            ),
            self._left_out,
        )
        self.rows.ticked.connect(self._follow)
        self.table = Table(self.rows, self.tr("Files of the bundle"))
        self.table.chosen.connect(self._show_file)
        self.file = heading()
        self.part = muted()
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(theme.font("code"))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(self.tr("What stands in the chosen file"))
        beside = QWidget()
        layout = QVBoxLayout(beside)
        layout.setContentsMargins(Space.S, 0, 0, 0)
        layout.addWidget(self.file)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.part)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(beside)
        split.setSizes([480, 480])
        split.setMinimumHeight(300)
        return split

    def _make_result(self) -> Card:
        self.result = Card(self.tr("The bundle is written"), "ok")
        self.place = label()
        self.names = muted()
        self.open_folder = button(
            self.tr("Open folder"), self._open_folder, kind="primary", icon="folder"
        )
        self.copy_id = button(
            self.tr("Copy bundle ID"), lambda: copy_text(str(self._made.get("id"))), icon="copy"
        )
        self.result.add(self.place)
        self.result.add(self.names)
        row = Flow()
        row.addWidget(self.open_folder)
        row.addWidget(self.copy_id)
        self.result.add(row)
        self.result.hide()
        return self.result

    # --- what is shown ----------------------------------------------------------------------------

    def refresh(self) -> None:
        self._asked += 1
        asked = self._asked
        busy(self.renew, self.tr("Looking…"))
        self.write.setEnabled(False)

        def told(answer: Mapping[str, Any]) -> None:
            if asked == self._asked:  # of two questions only the later one counts
                idle(self.renew)
                self._show(answer)

        def failed(fault: Fault) -> None:
            if asked == self._asked:
                idle(self.renew)
                self._show({})
                self.show_fault(fault)

        self.ask("bundle.preview", self._choice(), told, failed)

    def show_view(self, name: str) -> None:
        self.strict.setChecked(name != "names-shown")
        if name == "names-shown":
            self._ask_create()

    def _choice(self) -> dict[str, object]:
        return {"hours": int(self.hours.currentData()), "strict": self.strict.isChecked()}

    def _show(self, answer: Mapping[str, Any]) -> None:
        files = list(answer.get("files") or ())
        self._left_out &= {str(file["name"]) for file in files}
        self.rows.set_rows(files)
        if files and not self.table.selected():
            self.table.selectRow(0)
        self._show_file()
        self._follow()

    def _show_file(self) -> None:
        found = self.table.selected()
        file: Row = found[0] if found else {}
        text = str(file.get("text") or "")
        self.file.setText(str(file.get("name") or self.tr("Nothing to show")))
        if text != self.text.toPlainText():
            self.text.setPlainText(text)
        is_part = len(text) >= _SHOWN
        self.part.setText(self.tr("Its beginning; the rest is of the same kind."))
        self.part.setVisible(is_part)

    def _follow(self) -> None:
        """The sentence above, and whether there is something to create."""
        files = self.rows.all()
        kept = [file for file in files if file["name"] not in self._left_out]
        number = self.session.number
        told = self.tr("{count} of {all} files, {size}").format(
            count=number(len(kept)),
            all=number(len(files)),
            size=self._bytes(sum(int(file.get("bytes") or 0) for file in kept)),
        )
        self.headline.show_text(
            told if files else self.tr("What the bundle would hold"),
            self.tr(
                "Nothing is sent anywhere: the bundle is a file on this computer. Read it here,"
                " untick what must not go, then hand it to whoever helps you."
            ),
        )
        why = self.session.why_not("engineer")
        if not why and not kept:
            why = self.tr("Tick at least one file.") if files else self.tr("There are no files.")
        self.write.setEnabled(not why)
        self.write.setToolTip(why)

    def _tell_choice(self) -> None:
        self.meaning.setText(
            self.tr(
                "No values of records, no secrets. Names, paths and hosts are replaced by the same"
                " made-up words throughout; what they stand for stays here."
            )
            if self.strict.isChecked()
            else self.tr(
                "No values of records, no secrets. Names, paths and hosts can be read by whoever"
                " gets the bundle."
            )
        )

    def _size(self, row: Row) -> str:
        return self._bytes(int(row.get("bytes") or 0))

    def _bytes(self, count: int) -> str:
        traditional = QLocale.DataSizeFormat.DataSizeTraditionalFormat
        return self.session.locale.formattedDataSize(count, 1, traditional)

    def _what(self, row: Row) -> str:
        known = {
            "about.json": self.tr("What this bundle is, and of which version"),
            "status.json": self.tr("How the agent is"),
            "doctor.json": self.tr("What around the agent could keep it from working"),
            "queue.json": self.tr("How much is in the queue, and why it waits"),
            "history.json": self.tr("What each hour brought"),
            "configuration.json": self.tr("What is configured"),
            "log.txt": self.tr("What its log said"),
            "audit.txt": self.tr("Who did what"),
        }
        return known.get(str(row["name"]), str(row.get("what") or ""))

    # --- what a person does -----------------------------------------------------------------------

    def _strict_changed(self) -> None:
        self.confirm.dismiss()
        self._tell_choice()
        self.refresh()

    def _ask_create(self) -> None:
        if self.strict.isChecked():
            self._create()
            return
        self.confirm.ask(
            self.tr("Names of people, files and computers can be read in this bundle."),
            self.tr("Create with names"),
            lambda _text: self._create(),
        )

    def _create(self) -> None:
        busy(self.write, self.tr("Writing…"))
        left_out = [str(f["name"]) for f in self.rows.all() if f["name"] in self._left_out]

        def done(answer: Mapping[str, Any]) -> None:
            idle(self.write)
            self._follow()
            self._show_made(answer)

        def failed(fault: Fault) -> None:
            idle(self.write)
            self._follow()
            self.show_fault(fault)

        self.ask("bundle.create", {**self._choice(), "leave_out": left_out}, done, failed)

    def _show_made(self, answer: Mapping[str, Any]) -> None:
        self._made = answer
        self.place.setText(
            self.tr("Bundle {id}: {path}").format(id=answer["id"], path=answer["path"])
        )
        names = str(answer.get("names") or "")
        told = self.tr(
            "What its made-up words stand for is in {file}, for you alone: keep it here."
        )
        self.names.setText(told.format(file=names))
        self.names.setVisible(bool(names))
        self.result.show()
        self.area.verticalScrollBar().setValue(0)
        self.open_folder.setFocus()

    def _open_folder(self) -> None:
        folder = folder_of(str(self._made.get("path") or ""))
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(folder)):
            copy_text(folder)
            told = self.tr("The folder cannot be opened from here. Its path is on the clipboard.")
            self.names.setText(told)
            self.names.show()


def folder_of(path: str) -> str:
    """The folder of a file, whichever system the path is of."""
    kind = PureWindowsPath if "\\" in path else PurePosixPath
    return str(kind(path).parent)


class _Files(RowsModel):
    """Files with a box before each name: ticked is in the bundle."""

    ticked = Signal()

    def __init__(self, columns: tuple[Column, ...], left_out: set[str]) -> None:
        """`left_out`: names of files that are not to go; changed in place."""
        super().__init__(columns)
        self._left_out = left_out

    def all(self) -> list[Row]:
        """Every file."""
        rows = (self.row(number) for number in range(self.rowCount()))
        return [row for row in rows if row is not None]

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else found

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            row = self.row(index.row())
            is_in = row is not None and row["name"] not in self._left_out
            return Qt.CheckState.Checked if is_in else Qt.CheckState.Unchecked
        return super().data(index, role)

    def setData(  # noqa: N802 Qt's name
        self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        row = self.row(index.row())
        if role != Qt.ItemDataRole.CheckStateRole or index.column() or row is None:
            return False
        is_in = Qt.CheckState(value) == Qt.CheckState.Checked
        (self._left_out.discard if is_in else self._left_out.add)(str(row["name"]))
        self.dataChanged.emit(index, index)
        self.ticked.emit()
        return True
