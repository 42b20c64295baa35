"""Parts of the configuration that there are several of: ways to tell people, roles."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from gui.kit import (
    Card,
    Column,
    EmptyState,
    Flow,
    Form,
    RowsModel,
    Table,
    busy,
    button,
    idle,
    label,
    muted,
)
from gui.kit.rows import Row
from gui.places.folders import FolderBrowser
from gui.settings.changed import Changes, last_change
from gui.settings.host import Host
from gui.settings.whole import show_problems
from gui.theme import Space


class PartsView(QWidget):
    """A list with who changed what, and below it the form of the one that is edited."""

    def __init__(self, page: Host, part: str, columns: Sequence[Column], name: str) -> None:
        """`name`: what one is called by, as the person who adds it is asked."""
        super().__init__()
        self._page, self.part, self._name = page, part, name
        self._kinds: dict[str, Mapping[str, Any]] = {}
        self._changes: Changes = ()
        self._settings: dict[str, Any] = {}
        self._is_new = False
        self.form: Form | None = None
        self.asked = ""
        """The setting that a secret is entered, or a file looked for."""
        changed = Column(self.tr("Changed"), self._changed, width=280)
        self.rows = RowsModel((*columns, changed))
        self.table = Table(self.rows, page.title())
        self.table.setMinimumHeight(150)
        self.table.opened.connect(lambda _row: self._edit())
        self.table.chosen.connect(self._follow)
        self.empty = EmptyState("")
        why = page.session.why_not("engineer")
        self.add = button(self.tr("Add…"), self._add, icon="add", why_not=why)
        self.edit = button(self.tr("Edit…"), self._edit, why_not=why)
        self.remove = button(self.tr("Remove…"), self._ask_remove, kind="danger", why_not=why)
        self.buttons = Flow()
        for each in (self.add, self.edit, self.remove):
            self.buttons.addWidget(each)
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, Space.M, 0, 0)
        self._lines.setSpacing(Space.M)
        self._lines.addWidget(self.table)
        self._lines.addWidget(self.empty)
        self._lines.addLayout(self.buttons)
        self._lines.addWidget(self._make_editor())
        self._lines.addStretch(1)  # its tab may be higher than it
        self._follow()

    def add_below(self, widget: QWidget) -> None:
        """Something of the page's own, below everything else."""
        self._lines.insertWidget(self._lines.count() - 1, widget)

    def _make_editor(self) -> Card:
        self.editor = Card()
        self.editor.title.show()
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Kind"))
        self.kind.activated.connect(lambda _index: self._make_form())
        self.name = QLineEdit()
        self.name.setAccessibleName(self._name)
        self.caption = label(self._name)
        self.caption.setBuddy(self.name)
        self._place = QVBoxLayout()
        self.secret = Card(kind="quiet")
        self.secret.add(muted(self.tr("It is sealed by the service and never shown again.")))
        self.value = QLineEdit()
        self.value.setEchoMode(QLineEdit.EchoMode.Password)
        self.value.setAccessibleName(self.tr("The secret"))
        self.value.returnPressed.connect(self._set_secret)
        self.set = button(self.tr("Set the secret"), self._set_secret)
        self.secret.add(self.value)
        row = Flow(right=True)
        row.addWidget(self.set)
        self.secret.add(row)
        self.secret.hide()
        self.wrong = label(kind="error")
        self.wrong.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        self.wrong.hide()
        self.save = button(
            self.tr("Save"), self._save, kind="primary",
            why_not=self._page.session.why_not("engineer"),
        )  # fmt: skip
        self.drop = button(self.tr("Cancel"), self.close_editor)
        for widget in (self.kind, self.caption, self.name):
            self.editor.add(widget)
        self.editor.add(self._place)
        self.browser = FolderBrowser(self._page)
        self.browser.chosen.connect(self._set_path)
        self.editor.add(self.browser)
        self.editor.add(self.secret)
        self.editor.add(self.wrong)
        last = Flow(right=True)
        last.addWidget(self.drop)
        last.addWidget(self.save)
        self.editor.add(last)
        self.editor.hide()
        return self.editor

    # --- what is shown ----------------------------------------------------------------------------

    def show_kinds(self, kinds: Sequence[Mapping[str, Any]]) -> None:
        """As `config.kinds` describes them."""
        self._kinds = {str(kind["kind"]): kind for kind in kinds}
        self.table.viewport().update()

    def kind_of(self, row: Row) -> str:
        """What people call its kind."""
        kind = str(row.get("kind") or "")
        return str(self._kinds.get(kind, {}).get("title") or kind)

    def show_parts(self, parts: Sequence[Row]) -> None:
        """As `config.list` has them. The form that is open stays as it is."""
        self.rows.set_rows(parts)
        self.table.setVisible(bool(parts))
        self.empty.setVisible(not parts)
        self._follow()

    def show_changes(self, changes: Changes) -> None:
        """Who did it last."""
        self._changes = changes
        self.table.viewport().update()

    def close_editor(self) -> None:
        """Nothing is edited any more."""
        self.editor.hide()
        self.secret.hide()
        self.browser.hide()
        self.value.clear()

    def _changed(self, row: Row) -> str:
        return last_change(self._page.session, self._changes, self.part, str(row["name"]))

    def _follow(self) -> None:
        may = self._page.session.may("engineer") and bool(self.table.selected())
        self.edit.setEnabled(may)
        self.remove.setEnabled(may)

    # --- editing ----------------------------------------------------------------------------------

    def _add(self) -> None:
        self._is_new, self._settings = True, {}
        self.kind.clear()
        for name, kind in self._kinds.items():
            self.kind.addItem(str(kind.get("title") or name), name)
        self.name.clear()
        self._open(self.tr("New"))
        self.name.setFocus()

    def _edit(self) -> None:
        found = self.table.selected()
        if not found or not self._page.session.may("engineer"):
            return
        self._is_new = False
        self._settings = dict(found[0].get("settings") or {})
        kind = str(found[0].get("kind") or self.part)
        self.kind.clear()
        self.kind.addItem(str(self._kinds.get(kind, {}).get("title") or kind), kind)
        self.name.setText(str(found[0]["name"]))
        self._open(str(found[0]["name"]))

    def _open(self, title: str) -> None:
        self.editor.title.setText(title)
        self.kind.setVisible(self._is_new and self.kind.count() > 1)
        self.caption.setVisible(self._is_new)
        self.name.setVisible(self._is_new)
        self._make_form()
        self.editor.show()
        QTimer.singleShot(0, self, lambda: self._page.area.ensureWidgetVisible(self.editor.title))

    def _make_form(self) -> None:
        if self.form is not None:
            self._place.removeWidget(self.form)
            self.form.deleteLater()
        self.secret.hide()
        self.browser.hide()
        self.wrong.hide()
        kind = str(self.kind.currentData())
        self.form = Form(self._kinds.get(kind, {}).get("fields") or (), self._name)
        self.form.wanted.connect(self._wanted)
        own = {} if kind == self.part else {"kind": kind}
        self.form.set_values({**own, **self._settings})
        self._place.addWidget(self.form)

    def _wanted(self, field: str, kind: str) -> None:
        self.asked = field
        self.secret.setVisible(kind == "secret")
        if kind == "secret":
            self.browser.hide()
            self.value.setFocus()
        else:
            self.browser.browse("", file=kind == "file")

    def _set_path(self, path: str) -> None:
        if self.form is not None:
            self.form.field(self.asked).set_value(path)

    def _set_secret(self) -> None:
        """The value goes straight to the service; the form holds its name only."""
        field, form, value = self.asked, self.form, self.value.text()
        if form is None or not value:
            return
        name = f"{self.name.text().strip() or self.part}.{field.rsplit('.', 1)[-1]}"

        def done(_answer: Mapping[str, Any]) -> None:
            self.secret.hide()
            if self.form is form:
                form.field(field).set_value(f"secret:{name}")

        self.value.clear()
        self._page.ask("secrets.set", {"name": name, "value": value}, done)

    def _save(self) -> None:
        name = self.name.text().strip()
        if self.form is None:
            return
        if not name:
            self._tell_wrong(self.tr("Say what it is called."))
            return
        taken = {str(row["name"]) for number in range(self.rows.rowCount())
                 if (row := self.rows.row(number)) is not None}  # fmt: skip
        if self._is_new and name in taken:
            self._tell_wrong(self.tr("There is one of this name already."))
            return
        try:
            settings = self.form.values()
        except ValueError:
            return
        busy(self.save, self.tr("Saving…"))

        def done(answer: Mapping[str, Any]) -> None:
            idle(self.save)
            if not show_problems(self._page, self.form, answer, self.wrong):
                self.close_editor()
                self._page.refresh()

        def failed(fault: Any) -> None:
            idle(self.save)
            self._page.show_fault(fault)

        params = {"part": self.part, "name": name, "settings": json.dumps(settings)}
        self._page.ask("config.put", params, done, failed)

    def _tell_wrong(self, text: str) -> None:
        self.wrong.setText(text)
        self.wrong.show()
        self.name.setFocus()

    def _ask_remove(self) -> None:
        found = self.table.selected()
        if not found:
            return
        name = str(found[0]["name"])

        def done(answer: Mapping[str, Any]) -> None:
            problems = answer.get("problems") or ()
            for one in problems[:1]:
                said = self._page.session.said
                self._page.show_trouble(
                    said(one, "text"), "", said(one, "hint"), str(one.get("code") or "")
                )
            if not problems:
                self.close_editor()
                self._page.refresh()

        self._page.confirm.ask(
            self.tr("{name} is taken out of the configuration.").format(name=name),
            self.tr("Remove {name}").format(name=name),
            lambda _text: self._page.ask("config.remove", {"part": self.part, "name": name}, done),
            danger=True,
        )
