"""A part of the configuration that there is once: the agent, its limits."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal

from gui.kit import Card, Form, label, muted
from gui.places.secret import SecretCard
from gui.settings.changed import Changes, last_change
from gui.settings.host import Host
from gui.theme import Space


class WholeView(Card):
    """A form with the default of each setting; what is not saved yet is never overwritten."""

    edited = Signal()

    def __init__(
        self,
        page: Host,
        part: str,
        title: str,
        *,
        only: Collection[str] = (),
        but: Collection[str] = (),
    ) -> None:
        """`only`, `but`: the settings that are asked here; the others stay as they are."""
        super().__init__(title)
        self._only, self._but = frozenset(only), frozenset(but)
        self._page, self.part = page, part
        self.form: Form | None = None
        self._settings: Mapping[str, Any] = {}
        self.is_changed = False
        self.last = muted()
        self.wrong = label(kind="error")
        self.wrong.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        self.wrong.hide()
        self.secret = SecretCard(page)
        self.secret.stored.connect(self._named)
        self._field = ""
        self.add(self.last)
        self.add(self.wrong)
        self.add(self.secret)

    def show_kinds(self, kinds: Sequence[Mapping[str, Any]]) -> None:
        """As `config.kinds` describes it."""
        if self.form is not None:
            return
        fields: Sequence[Mapping[str, Any]] = next((kind["fields"] for kind in kinds), ())
        told = self.tr("Default: {value}.")
        shown = []
        for field in fields:
            if field["name"] in self._but or (self._only and field["name"] not in self._only):
                continue
            texts = [str(field.get("help") or "")]
            if field.get("default") not in (None, "", [], True, False):
                texts.append(told.format(value=field["default"]))
            shown.append({**field, "advanced": False, "help": " ".join(filter(None, texts))})
        self.form = Form(shown, self.title.text())
        self.form.setEnabled(self._page.session.may("engineer"))
        self.add(self.form)
        self.form.set_values(self._settings)
        self.form.changed.connect(self._edited)
        self.form.wanted.connect(self._wanted)

    def show_settings(self, settings: Mapping[str, Any]) -> None:
        """As they are written in the file."""
        if not self.is_changed:
            self._settings = settings
            self.drop()

    def show_changes(self, changes: Changes) -> None:
        """Who did it last."""
        self.last.setText(last_change(self._page.session, changes, self.part))

    def drop(self) -> None:
        """Show again what is in force."""
        if self.form is not None:
            self.form.blockSignals(True)  # noqa: FBT003 Qt's signature
            self.form.set_values(self._settings)
            self.form.blockSignals(False)  # noqa: FBT003 Qt's signature
        self.wrong.hide()
        self.is_changed = False
        self.edited.emit()

    def save(self, done: Callable[[], None]) -> None:
        """Have it written; problems show where they are."""
        values = self._values() if self.is_changed else None
        if values is None:
            return

        def told(answer: Mapping[str, Any]) -> None:
            if show_problems(self._page, self.form, answer, self.wrong):
                return
            self._settings = values
            self.is_changed = self._values() != values  # what was entered meanwhile stays
            self.edited.emit()
            done()

        params = {"part": self.part, "name": "", "settings": json.dumps(values)}
        self._page.ask("config.put", params, told)

    def _values(self) -> dict[str, Any] | None:
        """What is entered; None: there is no form, or it says what is wrong."""
        try:
            return None if self.form is None else self.form.values()
        except ValueError:
            return None

    def _wanted(self, name: str, kind: str) -> None:
        """A secret is to be set: the only thing with a button that these settings have."""
        if self.form is not None and kind == "secret":
            self._field = name
            value = str(self.form.field(name).value() or f"secret:{self.part}-{name}")
            self.secret.ask_for(value.removeprefix("secret:").replace("_", "-"))

    def _named(self, secret: str) -> None:
        if self.form is not None:
            self.form.field(self._field).set_value(f"secret:{secret}")

    def _edited(self) -> None:
        self.is_changed = True
        self.edited.emit()


def show_problems(page: Host, form: Form | None, answer: Mapping[str, Any], rest: Any) -> bool:
    """Put what the service objects to beside its settings, the rest into a label; whether any."""
    said = page.session.said
    problems = [
        {
            "place": one.get("field") or one.get("place"),
            "text": said(one, "text"),
            "hint": said(one, "hint"),
        }
        for one in answer.get("problems") or ()
    ]
    left = form.show_problems(problems) if form is not None else problems
    rest.setText("\n".join(f"{one['text']} {one['hint']}".strip() for one in left))
    rest.setVisible(bool(left))
    return bool(problems)
