"""A ready set for a known ERP: which one, its settings, and the kinds of records that are wanted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from gui.bridge import Fault
from gui.kit import Card, Flow, Form, label, muted
from gui.kit.fields import Description
from gui.wizard.course import Course
from gui.wizard.step import Step, box_of
from gui.wizard.words import Words

_SECRET: Final = re.compile(r"secret:([A-Za-z0-9][A-Za-z0-9_.-]*)")


class PackCard(Card):
    """Hidden until a ready set is wanted."""

    changed = Signal()

    def __init__(self, step: Step) -> None:
        super().__init__()
        self._step, self._course = step, step.course
        self._packs: dict[str, Mapping[str, Any]] = {}
        self._words = Words()
        self.form = Form(())
        self.pack = box_of(self.tr("ERP"))
        self.pack.activated.connect(lambda _index: self._show({}, ()))
        self.versions, self.connects = label(), muted()
        self.kinds_caption = label(self.tr("Which records should go to the CRM? More can follow."))
        self.kinds: dict[str, QCheckBox] = {}
        self._boxes = QWidget()
        self._flow = Flow(self._boxes)
        self._place = QVBoxLayout()
        self._place.addWidget(self.form)
        row = Flow()
        row.addWidget(label(self.tr("ERP"), wrap=False))
        row.addWidget(self.pack)
        self.add(row)
        for widget in (self.versions, self.connects):
            self.add(widget)
        self.add(self._place)
        self.add(self.kinds_caption)
        self.add(self._boxes)
        self.hide()

    def begin(self) -> None:
        """Show it, with what was chosen before."""
        self.show()
        if not self._packs:
            self._step.ask("packs.list", {}, self._listed)

    def chosen(self) -> dict[str, Any] | None:
        """Name, settings and kinds; None: something is missing, and it is said what."""
        kinds = [kind for kind, box in self.kinds.items() if box.isChecked()]
        missing = []
        for about in self._settings():
            name = str(about["name"])
            if about["required"] and not self.form.field(name).value():
                told = self.tr("This is needed.")
                missing.append({"place": name, "text": told})
        self.form.show_problems(missing)
        try:
            settings = self.form.values()
        except ValueError:
            return None
        if missing or not kinds:
            return None
        return {"name": str(self.pack.currentData()), "settings": settings, "kinds": kinds}

    def show_unfit(self, fault: Fault) -> None:
        """Say beside each setting that the service refused that it does not fit."""
        text = self.tr("This does not fit.")
        names = str(fault.params.get("names") or "").split(",")
        self.form.show_problems([{"place": name, "text": text} for name in filter(None, names)])

    # --- inside -----------------------------------------------------------------------------------

    def _listed(self, answer: dict[str, Any]) -> None:
        for each in self._step.session.packs_told(answer)["items"]:
            self._packs[str(each["name"])] = each
            self.pack.addItem(str(each["title"]), str(each["name"]))
        before = self._course.pack
        self.pack.setCurrentIndex(max(0, self.pack.findData(before.get("name"))))
        self._show(before.get("settings") or {}, before.get("kinds") or ())

    def _settings(self) -> list[Description]:
        about = self._packs.get(str(self.pack.currentData()), {})
        return [
            {
                "name": each["name"], "title": each["title"], "type": "text",
                "help": self._example(str(each.get("example") or "")),
                "required": each["required"], "default": each["default"],
            }
            for each in about.get("settings") or ()
        ]  # fmt: skip

    def _example(self, text: str) -> str:
        return self.tr("Such as {example}").format(example=text) if text else ""

    def _show(self, settings: Mapping[str, Any], kinds: Collection[str]) -> None:
        about = self._packs.get(str(self.pack.currentData()), {})
        self.versions.setText(str(about.get("versions") or ""))
        self.connects.setText(str(about.get("connect") or ""))
        former, self.form = self.form, Form(self._settings(), str(about.get("title") or ""))
        self._place.replaceWidget(former, self.form)
        former.hide()
        former.deleteLater()
        self.form.set_values(settings)
        self.form.changed.connect(self.changed)
        while (item := self._flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.kinds = {}
        for number, kind in enumerate(about.get("kinds") or ()):
            box = QCheckBox(self._words.kind(str(kind)))
            box.setChecked(kind in kinds if kinds else number == 0)
            box.toggled.connect(lambda _on: self.changed.emit())
            self.kinds[str(kind)] = box
            self._flow.addWidget(box)
        self.changed.emit()


def flows_of(filled: Mapping[str, Any], kinds: Collection[str]) -> list[Mapping[str, Any]]:
    """The flows of a ready set that make these kinds of records."""
    return [each for each in filled["flows"] if each["settings"]["entity"] in kinds]


def sources_of(filled: Mapping[str, Any], kinds: Collection[str]) -> list[Mapping[str, Any]]:
    """The sources that those flows read; what another one groups comes before it."""
    named = {str(each["name"]): each for each in filled["sources"]}
    wanted: dict[str, Mapping[str, Any]] = {}
    for flow in flows_of(filled, kinds):
        name = str(flow["settings"]["source"])
        chain = []
        while name in named and name not in wanted:
            chain.append(name)
            name = str(named[name]["settings"].get("of") or "")
        wanted |= {each: named[each] for each in reversed(chain)}
    return list(wanted.values())


def secrets_of(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    """The names of the secrets that settings refer to."""
    return list(dict.fromkeys(_referred([each["settings"] for each in parts])))


def _referred(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _referred(each)
    elif isinstance(value, list):
        for each in value:
            yield from _referred(each)
    elif isinstance(value, str) and (found := _SECRET.fullmatch(value)):
        yield found[1]


class PackWork:
    """Asks for a ready set, and writes its sources."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self.filled: Mapping[str, Any] = {}

    @property
    def _course(self) -> Course:
        return self._step.course

    def fill(
        self,
        pack: Mapping[str, Any],
        done: Callable[[], None],
        failed: Callable[[Fault], None] | None = None,
    ) -> None:
        """Ask for it with these settings."""

        def took(answer: Mapping[str, Any]) -> None:
            self.filled = answer
            done()

        asked = {"pack": pack["name"], "settings": json.dumps(pack["settings"])}
        self._step.ask("packs.fill", asked, took, failed)

    def taken(self, pack: Mapping[str, Any]) -> list[str]:
        """Sources of the same name that are not of this ready set: those are not overwritten."""
        if self._course.pack.get("name") == pack["name"]:
            return []
        there = set(self._course.names("sources"))
        return [
            str(s["name"]) for s in sources_of(self.filled, pack["kinds"]) if s["name"] in there
        ]

    def write(
        self,
        pack: Mapping[str, Any],
        told: Callable[[dict[str, Any]], bool],
        done: Callable[[], None],
    ) -> None:
        """Write the sources, one after the other."""
        asked: list[tuple[str, Mapping[str, object]]] = [
            (
                "config.put",
                {"part": "source", "name": each["name"], "settings": json.dumps(each["settings"])},
            )
            for each in sources_of(self.filled, pack["kinds"])
        ]
        self._step.ask_all(asked, done, told)
