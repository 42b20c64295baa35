"""Settings that each destination has for itself: its way through the network, its limits and windows.

They are a few of what its form on the page of destinations asks, put where one looks for them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from PySide6.QtWidgets import QComboBox, QVBoxLayout

from gui.kit import Card, Flow, Form, button, label, muted
from gui.places.findings import Findings
from gui.places.folders import FolderBrowser
from gui.places.secret import SecretCard
from gui.places.work import work
from gui.settings.changed import Changes, last_change
from gui.settings.host import Host
from gui.settings.whole import show_problems

PROXY: Final = ("proxy", "proxy_user", "proxy_password")
NETWORK: Final = (
    *(*PROXY, "ca_file"),
    *("client_certificate", "client_key_password", "timeout"),
)
WINDOWS: Final = ("closed", "rate", "daily", "concurrency", "reserve", "patience")


class PerTarget(Card):
    """One destination at a time. Saving writes these settings and leaves its others as they are."""

    part = "target"

    def __init__(self, page: Host, title: str, about: str, names: Collection[str]) -> None:
        """`names`: the settings that are asked here, where the kind of the destination has them."""
        super().__init__(title)
        self._page, self._names = page, frozenset(names)
        self._kinds: dict[str, Sequence[Mapping[str, Any]]] = {}
        self._targets: dict[str, Mapping[str, Any]] = {}
        self._changes: Changes = ()
        self._field = ""
        self._shown: tuple[str, object, object] = ("", None, None)
        """What the form was made of: the destination, how that is set, what is asked of it."""
        self.is_changed = False
        self.form = Form([])
        self.add(muted(about))
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Destination"))
        self.choice.activated.connect(lambda _index: self._show_form())
        self.add(self.choice)
        self.last = muted()
        self.add(self.last)
        self._room = QVBoxLayout()
        self._room.addWidget(self.form)
        self.add(self._room)
        self.nothing = muted()
        self.add(self.nothing)
        self._make_below()

    def _make_below(self) -> None:
        page = self._page
        self.browser = FolderBrowser(page)
        self.browser.chosen.connect(self._set_field)
        self.secret = SecretCard(page)
        self.secret.stored.connect(lambda name: self._set_field(f"secret:{name}"))
        self.wrong = label(kind="error")
        self.wrong.hide()
        self.found = Findings(page.session)
        for each in (self.browser, self.secret, self.wrong, self.found):
            self.add(each)
        may = page.session.why_not("engineer")
        self.test = button(self.tr("Test the connection"), self._test, why_not=may)
        self.everywhere = button(
            self.tr("Save for all destinations…"), self._ask_everywhere, why_not=may
        )
        self.save = button(self.tr("Save"), self._save, kind="primary", why_not=may)
        row = Flow(right=True)
        for press in (self.test, self.everywhere, self.save):
            row.addWidget(press)
        self.add(row)

    # --- what is shown ----------------------------------------------------------------------------

    def show_kinds(self, kinds: Sequence[Mapping[str, Any]]) -> None:
        """As `config.kinds` describes them."""
        self._kinds = {
            str(kind["kind"]): [
                {**field, "advanced": False, "required": False}
                for field in kind["fields"]
                if field["name"] in self._names
            ]
            for kind in kinds
        }
        self._follow()

    def show_targets(self, targets: Sequence[Mapping[str, Any]]) -> None:
        """As `config.list` has them. A form that was changed and not saved stays."""
        before = self._targets
        self._targets = {str(each["name"]): each for each in targets}
        if list(before) != list(self._targets):
            chosen = self.choice.currentData()
            self.choice.clear()
            for name in self._targets:
                self.choice.addItem(name, name)
            self.choice.setCurrentIndex(max(0, self.choice.findData(chosen)))
        self._follow()

    def show_changes(self, changes: Changes) -> None:
        """Who did it last."""
        self._changes = changes
        self._tell_last()

    def _follow(self) -> None:
        """What was found or is entered stays, until it is about something else."""
        now, before = self._now(), self._shown
        if now[0] != before[0] or (now != before and not self.is_changed):
            self._show_form()
        self.everywhere.setVisible(len(self._targets) > 1)

    def _now(self) -> tuple[str, object, object]:
        name = str(self.choice.currentData() or "")
        target = self._targets.get(name, {})
        return name, target, self._kinds.get(str(target.get("kind") or ""), ())

    def _tell_last(self) -> None:
        name = str(self.choice.currentData() or "")
        self.last.setVisible(bool(name))
        self.last.setText(last_change(self._page.session, self._changes, "target", name))

    def _show_form(self) -> None:
        self._shown = self._now()
        target = self._targets.get(str(self.choice.currentData()), {})
        fields = self._kinds.get(str(target.get("kind") or ""), ())
        former, self.form = self.form, Form(fields, self.title.text())
        self._room.replaceWidget(former, self.form)
        former.hide()
        former.deleteLater()
        settings = target.get("settings") or {}
        self.form.set_values({name: each for name, each in settings.items() if name != "kind"})
        self.form.setEnabled(self._page.session.may("engineer"))
        self.form.wanted.connect(self._wanted)
        self.form.changed.connect(self._edited)
        self.is_changed = False
        none = self.tr("There is no destination yet.")
        without = self.tr("This destination has none of these settings.")
        self.nothing.setText(without if target else none)
        self.nothing.setVisible(not fields)
        self.form.setVisible(bool(fields))
        for each in (self.browser, self.secret, self.wrong):
            each.hide()
        self.found.clear()
        may = self._page.session.may("engineer") and bool(fields)
        for press in (self.test, self.everywhere, self.save):
            press.setEnabled(may)
        self._tell_last()

    # --- what a person does -----------------------------------------------------------------------

    def _edited(self) -> None:
        self.is_changed = True

    def _wanted(self, name: str, kind: str) -> None:
        self._field = name
        value = str(self.form.field(name).value() or "")
        if kind == "secret":
            own = f"{self.choice.currentData()}-{name}".replace("_", "-")
            self.secret.ask_for(value.removeprefix("secret:") or own)
        else:
            self.browser.browse("", file=True)

    def _set_field(self, value: str) -> None:
        self.form.field(self._field).set_value(value)

    def _values(self) -> dict[str, Any] | None:
        try:
            return self.form.values()
        except ValueError:
            return None

    def _test(self) -> None:
        values = self._values()
        if values is None:
            return
        name = str(self.choice.currentData())
        asked = {
            "kind": self._targets[name]["kind"], "settings": json.dumps(values), "name": name
        }  # fmt: skip
        form = self.form

        def done(answer: Mapping[str, Any]) -> None:
            if self.form is form:  # else it is about another destination than what is shown now
                self.found.show_findings(answer.get("findings") or (), self.tr("All is well."))

        work(self._page, self.test, self.tr("Testing…"), "targets.test", asked, done)

    def _save(self) -> None:
        values = self._values()
        if values is not None:
            self._put([str(self.choice.currentData())], values)

    def _ask_everywhere(self) -> None:
        values = self._values()
        if values is None:
            return
        names = [
            name
            for name, target in self._targets.items()
            if self._kinds.get(str(target["kind"]))
        ]  # fmt: skip
        told = self.tr("These settings are written for {names}. What else they say stays.")
        self._page.confirm.ask(
            told.format(names=", ".join(names)),
            self.tr("Save for {count} destinations").format(count=len(names)),
            lambda _text: self._put(names, values),
        )

    def _put(self, names: Sequence[str], values: Mapping[str, Any]) -> None:
        """Write them one after the other; the first that has a problem ends it."""
        if not names:
            self.is_changed = self._values() != values  # what was entered meanwhile stays
            self._page.refresh()
            return
        name, *others = names
        target = self._targets[name]
        known = {field["name"] for field in self._kinds[str(target["kind"])]}
        settings = {
            each: value for each, value in target["settings"].items() if each not in self._names
        } | {each: value for each, value in values.items() if each in known}  # fmt: skip
        settings["kind"] = target["kind"]

        def done(answer: Mapping[str, Any]) -> None:
            if not show_problems(self._page, self.form, answer, self.wrong):
                self._put(others, values)

        asked = {"part": "target", "name": name, "settings": json.dumps(settings)}
        work(self._page, self.save, self.tr("Saving…"), "config.put", asked, done)
