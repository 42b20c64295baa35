"""What the steps for source and destination share: a kind, its form, its secrets, its problems."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.kit import Card, Flow, Form, label
from gui.kit.fields import Description
from gui.places.findings import Findings
from gui.places.secret import SecretCard
from gui.wizard.course import Course, free_name
from gui.wizard.step import Step, box_of


class PartStep(Step):
    """A source or a target: the one that is set up, or a new one beside those that there are."""

    part: ClassVar[str] = ""
    parts: ClassVar[str] = ""
    left_out: ClassVar[frozenset[str]] = frozenset()
    """Kinds that are of no use here."""

    def __init__(self, course: Course) -> None:
        super().__init__(course)
        self.form: Form | None = None
        kinds = {name: course.settings(self.parts, name).get("kind") for name in self._there()}
        names = [name for name, kind in kinds.items() if kind not in self.left_out]
        chosen = course.chosen(self.parts)
        self.name = "" if course.adds else chosen if chosen in names else (names or [""])[0]
        """Empty: it is new, and named when it is saved."""
        self._forms: dict[str, Sequence[Description]] = {}
        self._field = ""
        self.which = box_of(self.tr("Which one"))
        for name in names:
            self.which.addItem(name, name)
        self.which.addItem(self.tr("A new one"), "")
        self.which.setCurrentIndex(max(0, self.which.findData(self.name)))
        self.which.activated.connect(self._choose)
        self.kind = box_of(self.tr("Kind"))
        self.kind.activated.connect(lambda _index: self._build({}))
        self.top = Card()
        row = Flow()
        which_caption = label(self.tr("Set up"), wrap=False)
        for widget in (which_caption, self.which):
            row.addWidget(widget)
        self.kind_caption = label(self.tr("Kind"), wrap=False)
        for widget in (self.kind_caption, self.kind):
            row.addWidget(widget)
        self.top.add(row)
        for widget in (which_caption, self.which):
            widget.setVisible(self.which.count() > 1)
        self.card = Card()
        self.place = QVBoxLayout()
        self.card.add(self.place)
        self.secret = SecretCard(self)
        self.secret.stored.connect(self._stored)
        self.problems = Findings(course.session)
        self.findings = Findings(course.session)
        self.results = Card()
        self.results.add(self.problems)
        self.results.add(self.findings)
        self.results.hide()
        for each in (self.top, self.results, self.card, self.secret):
            self.box.addWidget(each)

    # --- what a step says -------------------------------------------------------------------------

    def first_settings(self) -> dict[str, Any]:
        """What the form begins with where nothing is configured yet."""
        return {}

    def wanted_name(self, settings: Mapping[str, Any]) -> str:
        """What a new one would be called, if that is free."""
        raise NotImplementedError

    def built(self) -> None:
        """The form is another one."""

    def changed(self) -> None:
        """Something else was entered."""

    def saved(self) -> None:
        """It is written and in force."""
        self.passed.emit()

    def wanted(self, field: str, kind: str) -> None:
        """The button beside a field was pressed."""
        self._field = field
        if kind == "secret" and self.form is not None:
            value = str(self.form.field(field).value() or "")
            own = f"{self.name or self.part}-{field.rpartition('.')[2]}".replace("_", "-")
            self.secret.ask_for(value.removeprefix("secret:") or own)
            self.show_in_sight(self.secret)

    # --- what it does -----------------------------------------------------------------------------

    def enter(self) -> None:
        self.ask("config.kinds", {"part": self.part}, self._kinds)

    def settings(self) -> dict[str, Any] | None:
        """What was entered; None: something is no value, and the form says what."""
        if self.form is None:
            return None
        try:
            return self.form.values()
        except ValueError:
            return None

    def field_value(self, name: str) -> object:
        """What a field of the form says now."""
        return None if self.form is None else self.form.field(name).value()

    def set_field(self, name: str, value: object) -> None:
        """Fill in a field, if the form of this kind has it."""
        if self.form is not None:
            try:
                self.form.field(name).set_value(value)
            except KeyError:
                return

    def save(self, settings: Mapping[str, Any]) -> None:
        """Write it into the configuration; `saved` comes next if it is right."""
        taken = self._there()
        name = self.name or free_name(self.wanted_name(settings), taken, self.part)
        whole = {"kind": str(self.kind.currentData()), **settings}
        asked = {"part": self.part, "name": name, "settings": json.dumps(whole)}
        self.ask("config.put", asked, lambda answer: self._put(name, answer))

    def told(self, answer: Mapping[str, Any]) -> bool:
        """Say what keeps it from being written; whether nothing does."""
        found = [
            {
                **each, "place": each.get("field") or each.get("place"), "level": "error",
                "text": self.session.said(each, "text"), "hint": self.session.said(each, "hint"),
            }
            for each in answer.get("problems") or ()
        ]  # fmt: skip
        left = found if self.form is None else self.form.show_problems(found)
        self.problems.show_findings(left)
        self.show_results()
        return not found

    def show_results(self) -> None:
        """What was found stands above the form, and in sight."""
        parts = (self.problems, self.findings)
        self.results.setVisible(any(each.isVisibleTo(self.results) for each in parts))
        if self.results.isVisibleTo(self):
            self.show_in_sight(self.top)

    # --- inside -----------------------------------------------------------------------------------

    def _there(self) -> list[str]:
        return self.course.names(self.parts)

    def _kinds(self, answer: dict[str, Any]) -> None:
        for each in self.session.kinds_told(answer)["kinds"]:
            if each["kind"] not in self.left_out:
                self._forms[each["kind"]] = self.described(each["fields"])
                self.kind.addItem(str(each["title"]), each["kind"])
        self.more_kinds()
        self._begin()

    def described(self, fields: Sequence[Description]) -> Sequence[Description]:
        """The settings of a kind as this step asks them."""
        return fields

    def more_kinds(self) -> None:
        """Beside those that the service names."""

    def _choose(self, _index: int) -> None:
        self.name = str(self.which.currentData())
        self._begin()

    def _begin(self) -> None:
        before = self.course.settings(self.parts, self.name)
        is_known = before.get("kind") in self._forms
        if not is_known:  # nothing that this step cannot show is written over
            self.name = ""
            self.which.setCurrentIndex(self.which.findData(""))
        begin = before if is_known else self.first_settings()
        self.kind.setCurrentIndex(max(0, self.kind.findData(begin.get("kind"))))
        self.kind.setEnabled(not is_known)
        self._build(begin)

    def _build(self, settings: Mapping[str, Any]) -> None:
        if self.form is not None:
            self.form.hide()
            self.form.deleteLater()
        self.secret.dismiss()
        self.problems.clear()
        self.findings.clear()
        self.results.hide()
        kind = str(self.kind.currentData())
        self.form = Form(self._forms.get(kind, ()), self.kind.currentText())
        self.form.set_values({name: each for name, each in settings.items() if name != "kind"})
        self.form.wanted.connect(self.wanted)
        self.form.changed.connect(self.changed)
        self.place.addWidget(self.form)
        self.card.setVisible(kind in self._forms)
        self.built()

    def _stored(self, name: str) -> None:
        if self.form is not None and self._field:
            self.form.field(self._field).set_value(f"secret:{name}")
            self.form.field(self._field).focus.setFocus()
            self.changed()

    def _put(self, name: str, answer: dict[str, Any]) -> None:
        if self.told(answer):
            self.name = name
            self.course.remember(self.parts, name)
            self.saved()


def insert_before(step: Step, there: QWidget, *widgets: QWidget) -> None:
    """Put widgets above one that is on the step."""
    for widget in widgets:
        step.box.insertWidget(step.box.indexOf(there), widget)
