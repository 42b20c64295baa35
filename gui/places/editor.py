"""A source, a target or a flow is added or changed: its name, its kind, and a form for that kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QVBoxLayout, QWidget

from gui.kit import Card, Flow, Form, button, label
from gui.places.findings import Findings
from gui.places.folders import FolderBrowser
from gui.places.secret import SecretCard
from gui.places.work import Host, work

_CHECK_MS: Final = 700
_SIGN_IN_KEPT: Final = "sign_in.refresh_token"
"""Where the service keeps a person's sign-in: nothing that a person types."""


class PlaceEditor(Card):
    """Hidden until `begin`. What is wrong stands beside the field; nothing is saved before."""

    opened = Signal()
    saved = Signal(str)
    """The name of what was written."""
    closed = Signal()

    def __init__(self, page: Host, part: str) -> None:
        """`part`: `source`, `target` or `flow`."""
        super().__init__(" ")
        self.page, self.part = page, part
        self.form = Form([])
        self.was = ""
        """The name of what is changed; empty: it is new."""
        self._kinds: dict[str, Mapping[str, Any]] = {}
        self._taken: frozenset[str] = frozenset()
        self._field = ""
        self._build()
        self._soon = QTimer(self, singleShot=True, interval=_CHECK_MS)
        self._soon.timeout.connect(self._check)
        self._tried = False
        self._kept = ""
        """The name under which a sign-in is to be kept, as long as nobody chose another."""

    def _build(self) -> None:
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name"))
        self.name_problem = label(kind="error")
        self.name_problem.hide()
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Kind"))
        self.kind.activated.connect(lambda _index: self._show_form({}))
        self.add(label(self.tr("Name")))
        self.add(self.name)
        self.add(self.name_problem)
        self.of_kind = label(self.tr("Kind"))
        self.add(self.of_kind)
        self.add(self.kind)
        self._room = QVBoxLayout()
        self._room.addWidget(self.form)
        self.add(self._room)
        self.browser = FolderBrowser(self.page)
        self.browser.chosen.connect(self._set_field)
        self.secret = SecretCard(self.page)
        self.secret.stored.connect(lambda name: self._set_field(f"secret:{name}"))
        self.problems = Findings(self.page.session)
        self.found = Findings(self.page.session)
        for each in (self.browser, self.secret, self.problems, self.found):
            self.add(each)
        self.buttons = Flow(right=True)
        self.cancel = button(self.tr("Cancel"), self._cancel)
        self.test = button(self.tr("Test"), self._test)
        self.save = button(self.tr("Save"), self._save, kind="primary")
        for press in (self.cancel, self.test, self.save):
            self.buttons.addWidget(press)
        self.add(self.buttons)
        if self.part == "flow":  # there is one kind of them, and nothing to try
            self.of_kind.hide()
            self.kind.hide()
            self.test.hide()
        self.hide()

    # --- beginning --------------------------------------------------------------------------------

    def begin(self, name: str, taken: frozenset[str], title: str) -> None:
        """Change what is called so; empty: add one, not called as one that is `taken`."""
        self.was, self._taken, self._tried = name, taken, False
        self.title.setText(title)
        for each in (self.problems, self.found):
            each.clear()
        self.browser.hide()
        self.secret.dismiss()
        self.page.ask("config.kinds", {"part": self.part}, self._take_kinds)

    def _take_kinds(self, answer: Mapping[str, Any]) -> None:
        told = self.page.session.kinds_told(answer)
        self._kinds = {str(each["kind"]): each for each in told["kinds"]}
        self.kind.clear()
        for kind, about in self._kinds.items():
            self.kind.addItem(str(about.get("title") or kind), kind)
        if self.was:
            self.page.ask("config.list", {}, self._take_settings)
        else:
            self._show({}, "")

    def _take_settings(self, answer: Mapping[str, Any]) -> None:
        items = answer.get(f"{self.part}s") or ()
        found = next((each for each in items if each["name"] == self.was), None)
        if found is not None:
            self._show(found.get("settings") or {}, str(found.get("kind") or ""))

    def _show(self, settings: Mapping[str, Any], kind: str) -> None:
        self.name.setText(self.was)
        self.name.setReadOnly(bool(self.was))
        self._tell_name("")
        self.kind.setCurrentIndex(max(0, self.kind.findData(kind)))
        self.kind.setEnabled(not self.was)
        self._show_form(settings)
        self.show()
        self.opened.emit()
        (self.form if self.was else self.name).setFocus()
        self.page.area.ensureWidgetVisible(self.title)

    def _show_form(self, settings: Mapping[str, Any]) -> None:
        kind = str(self.kind.currentData() or "")
        about = self._kinds.get(kind, {})
        former, self.form = self.form, Form(about.get("fields") or (), kind)
        self._room.replaceWidget(former, self.form)
        former.hide()
        former.deleteLater()
        self.form.set_values({name: each for name, each in settings.items() if name != "kind"})
        self.form.wanted.connect(self.wanted)
        self.form.changed.connect(self._changed)
        self.found.clear()
        self.problems.clear()
        self.kind_chosen(kind)

    def kind_chosen(self, kind: str) -> None:
        """Another kind: for what an editor shows beside the form."""

    # --- fields with a button ---------------------------------------------------------------------

    def wanted(self, name: str, kind: str) -> None:
        """A button beside a field: browse, or set a secret."""
        self._field = name
        field = self.form.field(name)
        value = str(field.value() or "")
        if kind == "secret":
            own = "-".join((self.name.text().strip() or self.part, name.rpartition(".")[2]))
            self.secret.ask_for(value.removeprefix("secret:") or own.replace("_", "-"))
        else:
            self.browser.browse(value if kind == "folder" else "", file=kind == "file")

    def _set_field(self, value: str) -> None:
        self.set_field(self._field, value)

    def set_field(self, name: str, value: object) -> None:
        """Fill in a field, if the form of this kind has it."""
        try:
            field = self.form.field(name)
        except KeyError:
            return
        field.set_value(value)

    # --- what is entered --------------------------------------------------------------------------

    def settings(self) -> dict[str, Any] | None:
        """The adapter's settings; None: a field has no valid value, and says so."""
        self._name_sign_in()
        try:
            return self.form.values()
        except ValueError:
            return None

    def _name_sign_in(self) -> None:
        """A sign-in with a person is kept under a name that follows from the destination's."""
        with suppress(KeyError):
            field = self.form.field(_SIGN_IN_KEPT)
            if field.value() in {None, self._kept}:
                self._kept = f"secret:{self.name.text().strip() or self.part}-sign-in"
                field.set_value(self._kept)

    def params(self) -> dict[str, object] | None:
        """For `config.check` and `config.put`."""
        settings = self.settings()
        if settings is None:
            return None
        kind = {} if self.part == "flow" else {"kind": self.kind.currentData()}
        whole = {**kind, **settings}
        return {
            "part": self.part, "name": self.name.text().strip(), "settings": json.dumps(whole),
        }  # fmt: skip

    def show_problems(self, answer: Mapping[str, Any]) -> bool:
        """Beside the fields, the others below; whether there are none."""
        problems = answer.get("problems") or []
        said = [
            {
                **each, "place": each.get("field") or each.get("place"), "level": "error",
                "text": self.page.session.said(each, "text"),
                "hint": self.page.session.said(each, "hint"),
            }
            for each in problems
        ]  # fmt: skip
        self.problems.show_findings(self.form.show_problems(said))
        return not problems

    def _changed(self) -> None:
        if self._tried:
            self._soon.start()

    def _check(self) -> None:
        """After a first try what is typed is checked as it goes; the keyboard stays."""
        params = self.params()
        if params is None or not params["name"]:
            return

        def done(answer: Mapping[str, Any]) -> None:
            focus: QWidget | None = QApplication.focusWidget()
            self.show_problems(answer)
            if focus is not None:
                focus.setFocus()

        self.page.ask("config.check", params, done)

    def _tell_name(self, text: str) -> None:
        self.name_problem.setText(text)
        self.name_problem.setVisible(bool(text))

    def _test(self) -> None:
        settings = self.settings()
        if settings is None:
            return
        asked: dict[str, object] = {
            "kind": self.kind.currentData(), "settings": json.dumps(settings)
        }  # fmt: skip
        if self.part == "target" and self.was:
            asked["name"] = self.was

        def done(answer: Mapping[str, Any]) -> None:
            self.found.show_findings(answer.get("findings") or (), self.tr("All is well."))

        work(self.page, self.test, self.tr("Testing…"), f"{self.part}s.test", asked, done)

    def _save(self) -> None:
        self._tried = True
        name = self.name.text().strip()
        self._tell_name("")
        if not name:
            self._tell_name(self.tr("Give it a name."))
        elif not self.was and name in self._taken:
            self._tell_name(self.tr("There is one of this name already."))
        params = self.params()
        if params is None:
            return
        if self.name_problem.text():
            self.name.setFocus()
            return

        def done(answer: Mapping[str, Any]) -> None:
            if self.show_problems(answer):
                self.hide()
                self.saved.emit(name)

        work(self.page, self.save, self.tr("Saving…"), "config.put", params, done)

    def _cancel(self) -> None:
        self._soon.stop()
        self.secret.dismiss()
        self.hide()
        self.closed.emit()
