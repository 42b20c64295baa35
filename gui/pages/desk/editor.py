"""The values that would be sent, one line each, to be corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from gui import kit
from gui.kit.flow import Flow
from gui.pages.desk.notice import notice
from gui.pages.desk.wording import shown
from gui.session import Session
from gui.theme import Space


class Editor(kit.Card):
    """Says what was changed as the service takes it: `field=value`."""

    save = Signal(list)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.title.setText(self.tr("What is sent"))
        self.title.show()
        self._session = session
        self.ref = ""
        self.lines: dict[str, QLineEdit] = {}
        self._problems: dict[str, QLabel] = {}
        self._stood: dict[str, str] = {}
        self._made_of: object = None
        self.about = kit.muted()
        self._fields = QWidget()
        self._grid = QGridLayout(self._fields)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnStretch(1, 1)
        self.told = notice("error")
        self.button = kit.button(
            self.tr("Save and send"),
            self._press,
            kind="primary",
            why_not=session.why_not("operator"),
        )
        self.undo = kit.button(self.tr("Undo changes"), self._undo)
        row = Flow(right=True)
        row.addWidget(self.undo)
        row.addWidget(self.button)
        for part in (self.about, self._fields, self.told):
            self.add(part)
        self.add(row)
        self._changed()

    # --- showing ----------------------------------------------------------------------------------

    def show_item(self, item: Mapping[str, Any], *, keep: bool) -> None:
        """The values of an item; `keep`: it is the same one, what was typed stays."""
        shows = [item.get(name) for name in ("field", "fields", "row", "state")]
        if keep and (self._edits() or shows == self._made_of):
            return
        self._made_of = shows
        self.ref = str(item["ref"])
        culprit = str(item.get("field") or "")
        fields = dict(item.get("fields") or {})
        is_row = bool(item.get("row"))
        names = ([culprit] if culprit else []) + [name for name in fields if name != culprit]
        can_edit = str(item.get("state") or "parked") == "parked" and self.ref.startswith("E")
        self._clear()
        self._stood = {name: shown(fields.get(name)) for name in names}
        for number, name in enumerate(names):
            self._add(number, name, culprit, can_edit=can_edit)
        if not names:
            text = self.tr("There is nothing to edit here: correct it in the ERP.")
        elif is_row:
            text = self.tr(
                "No message could be made of the row. Say the value here, or correct it in the ERP."
            )
        else:
            text = ""
        self.about.setText(text)
        self.about.setVisible(bool(text))
        self._changed()

    def _add(self, number: int, name: str, culprit: str, *, can_edit: bool) -> None:
        title = kit.label(name.replace("_", " "), wrap=False)
        edit = QLineEdit(self._stood[name])
        edit.setAccessibleName(name)
        edit.setReadOnly(not (can_edit and self._session.may("operator")))
        edit.textChanged.connect(lambda _text: self._changed())
        edit.returnPressed.connect(self._press)
        edit.setCursorPosition(0)
        title.setBuddy(edit)
        problem = notice("error")
        if name == culprit:
            edit.setProperty("wrong", "true")
            title.setText(f"▸ {title.text()}")
        self._grid.addWidget(title, 2 * number, 0)
        self._grid.addWidget(edit, 2 * number, 1)
        self._grid.addWidget(problem, 2 * number + 1, 1)
        self.lines[name] = edit
        self._problems[name] = problem

    def told_of(self, name: str) -> str:
        """What speaks against the value of a field; empty if nothing does."""
        where = self._problems.get(name)
        return where.text() if where is not None and not where.isHidden() else ""

    def begin(self) -> None:
        """Put the keyboard where the trouble is."""
        first = next(iter(self.lines.values()), None)
        if first is not None:
            first.setFocus()
            first.selectAll()

    def _clear(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.lines, self._problems = {}, {}
        self.told.hide()

    # --- editing ----------------------------------------------------------------------------------

    def _edits(self) -> list[str]:
        return [
            f"{name}={edit.text()}"
            for name, edit in self.lines.items()
            if edit.text() != self._stood.get(name, "")
        ]

    def _changed(self) -> None:
        edits = self._edits()
        self.button.setEnabled(bool(edits) and self._session.may("operator"))
        self.undo.setVisible(bool(edits))

    def _undo(self) -> None:
        for name, edit in self.lines.items():
            edit.setText(self._stood.get(name, ""))
        self.begin()

    def _press(self) -> None:
        edits = self._edits()
        if edits and self.button.isEnabled():
            self.save.emit(edits)

    def start(self) -> None:
        """The service is asked."""
        kit.busy(self.button, self.tr("Saving …"))
        for problem in self._problems.values():
            problem.hide()
        self.told.hide()

    def stop(self, problems: Sequence[Mapping[str, Any]]) -> None:
        """The service has answered: what speaks against it stands under its field."""
        kit.idle(self.button)
        elsewhere = []
        for each in problems:
            name = str(each.get("field") or "")
            where, why = self._problems.get(name), self._session.phrase(each["why"])
            if where is None:
                elsewhere.append(why)
            else:
                where.setText(why)
                where.show()
                self.lines[name].setFocus()
        self.told.setText("\n".join(elsewhere))
        self.told.setVisible(bool(elsewhere))
        self._changed()

    def finish(self) -> None:
        """It was sent: nothing more can be changed here."""
        self._made_of = None
        self._stood = {name: edit.text() for name, edit in self.lines.items()}
        for edit in self.lines.values():
            edit.setReadOnly(True)
        self._changed()
