"""Folders of the service's machine, as the service sees them, for choosing one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem

from gui import icons
from gui.bridge import Fault
from gui.kit import Card, Flow, button, label, muted
from gui.places.work import Host

_FOLDER: Final = int(Qt.ItemDataRole.UserRole)
_HEIGHT: Final = 180


class FolderBrowser(Card):
    """Hidden until it is to browse. Enter or a double click goes into a folder."""

    chosen = Signal(str)
    """The path of the folder, or of the file, that is to be used."""
    pointed = Signal(str, str)
    """Before `chosen`: the folder, and the name of the file in it that was pointed at, if one was."""

    def __init__(self, page: Host, *, points: bool = False) -> None:
        """`points`: where a folder is wanted, a file in it may be pointed at."""
        super().__init__(self.tr("Folders as the service sees them"), kind="info")
        self._page = page
        self._parent = ""
        self._path = ""
        self._wants_file = False
        self._asked = 0
        self._points = points
        self.path = QLineEdit()
        self.path.setAccessibleName(self.tr("Path"))
        self.path.returnPressed.connect(lambda: self.look(self.path.text().strip()))
        self.warning = label(kind="warning")
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Folders and files"))
        self.list.setFixedHeight(_HEIGHT)
        self.list.itemActivated.connect(self._open)
        self.list.itemSelectionChanged.connect(self._name_use)
        self.files = muted()
        self.up = button(self.tr("One up"), self._up)
        self.cancel = button(self.tr("Cancel"), self.hide)
        self.use = button(self.tr("Use this folder"), self._use, kind="primary")
        row = Flow(right=True)
        for press in (self.up, self.cancel, self.use):
            row.addWidget(press)
        for each in (self.path, self.warning, self.list, self.files):
            self.add(each)
        self.add(row)
        self.warning.hide()
        self.hide()

    def browse(self, start: str, *, file: bool = False) -> None:
        """Begin at a path, or where the service begins."""
        self._wants_file = file
        self.path.setModified(False)
        self._name_use()
        self.show()
        asked = {"path": start} if start else {}
        # A path that is not there, or not yet whole, is no place to begin at.
        self._ask(asked, or_anywhere=True)

    def look(self, path: str) -> None:
        """Ask the service what is in there."""
        self.path.setModified(False)
        self._ask({"path": path} if path else {})

    def _ask(self, asked: Mapping[str, Any], *, or_anywhere: bool = False) -> None:
        """The latest question counts: an answer may come after that of a later one."""
        self._asked += 1
        mine = self._asked

        def show(answer: Mapping[str, Any]) -> None:
            if mine == self._asked:
                self._show(answer)

        def elsewhere(_fault: Fault) -> None:
            if mine == self._asked:
                self._ask({})

        self._page.ask("sources.folders", asked, show, elsewhere if or_anywhere else None)

    def _show(self, answer: Mapping[str, Any]) -> None:
        self._path = str(answer.get("path") or "")
        self._parent = str(answer.get("parent") or "")
        if not self.path.isModified():  # a person may have begun to type
            self.path.setText(self._path)
        self.up.setEnabled(answer.get("parent") is not None)
        warnings = [str(each) for each in answer.get("warnings") or ()]
        if warnings and self._path[1:2] == ":":
            told = self.tr(
                "{drive} may belong to your session only: the service cannot rely on it. Write the"
                " share instead: {share}"
            )
            warnings = [told.format(drive=self._path[:2], share=r"\\server\share")]
        self.warning.setText("\n".join(warnings))
        self.warning.setVisible(bool(warnings))
        self.list.clear()
        for name in answer.get("folders") or ():
            item = QListWidgetItem(icons.icon("folder"), str(name))
            item.setData(_FOLDER, True)  # noqa: FBT003 Qt's signature
            self.list.addItem(item)
        files = answer.get("files") or ()
        number = self._page.session.number
        for file in files:
            told = self.tr("{name} ({size} bytes, {when})").format(
                name=file["name"], size=number(int(file["size"])),
                when=self._page.session.when(file["at"]),
            )  # fmt: skip
            item = QListWidgetItem(told)
            item.setData(_FOLDER, False)  # noqa: FBT003 Qt's signature
            item.setData(_FOLDER + 1, file["name"])
            self.list.addItem(item)
        self.files.setText(self.tr("{count} files here.").format(count=number(len(files))))

    def _open(self, item: QListWidgetItem) -> None:
        if item.data(_FOLDER):
            self.look(joined(self._path, item.text()))
        elif self._wants_file or self._points:
            self._use()

    def _up(self) -> None:
        self.look(self._parent)

    def _file(self) -> str:
        """The name of the file that is selected; empty: none is."""
        files = [each for each in self.list.selectedItems() if not each.data(_FOLDER)]
        return str(files[0].data(_FOLDER + 1)) if files else ""

    def _name_use(self) -> None:
        is_file = self._wants_file or (self._points and bool(self._file()))
        self.use.setText(self.tr("Use this file") if is_file else self.tr("Use this folder"))

    def _use(self) -> None:
        path, file = self._path, self._file()
        if self._wants_file:
            if not file:
                return
            path = joined(path, file)
        self.hide()
        self.pointed.emit(self._path, file)
        self.chosen.emit(path)


def joined(path: str, name: str) -> str:
    """A name in a folder of the service's system, which need not be ours."""
    if not path:
        return name
    is_windows = "\\" in path or path[1:2] == ":"
    mark = "\\" if is_windows else "/"
    return f"{path.rstrip(mark)}{mark}{name}"
