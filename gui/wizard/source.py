"""The step for the source: where the ERP's records are, looked at before anything is saved."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from gui.bridge import Fault
from gui.kit import Card, Flow, button, muted
from gui.places.folders import FolderBrowser
from gui.places.preview import Preview
from gui.places.source_editor import Databases
from gui.places.work import under
from gui.wizard.course import Course
from gui.wizard.packs import PackCard, PackWork, secrets_of, sources_of
from gui.wizard.parts import PartStep, insert_before

_ROWS: Final = 20
_PACK: Final = "pack"
_NUMBERS: Final = re.compile(r"[0-9]{4,}")
_STARS: Final = re.compile(r"\*([-_. ]?\*)+")


class SourceStep(PartStep):
    """A folder of exports, a table of a database, or a ready set for a known ERP."""

    key = "source"
    part, parts = "source", "sources"
    left_out = frozenset({"group"})

    def title(self) -> str:
        return self.tr("Source")

    def about(self) -> str:
        return self.tr(
            "Where the ERP writes its exports, or the table to read. Nothing is changed there."
        )

    def __init__(self, course: Course) -> None:
        super().__init__(course)
        self._is_looked = False
        self._sets_values = False
        self.browser = FolderBrowser(self, points=True)
        self.browser.pointed.connect(self._pointed)
        self.browser.chosen.connect(self._chosen)
        self._is_pointed = False
        self.databases = Databases(self, self)
        self.packs = PackCard(self)
        self.packs.changed.connect(self.changed)
        self.pack_work = PackWork(self)
        insert_before(self, self.card, self.packs, self.databases)
        insert_before(self, self.secret, self.browser)
        self.look = button(self.tr("Look again"), self._look)
        row = Flow()
        row.addWidget(self.look)
        self.preview = Preview(course.session)
        self.proposed = muted()
        self.proposed.hide()
        self.rows = Card()
        for part in (self.preview, self.proposed, row):
            self.rows.add(part)
        self.rows.hide()
        insert_before(self, self.packs, self.rows)
        self.secret.stored.connect(self._went_on)
        self._waits_for_secret = False

    def next_text(self) -> str:
        return super().next_text() if self._is_looked else self.tr("Look at the first rows")

    def first_settings(self) -> dict[str, Any]:
        found = self.course.practice
        return {"kind": "files", "folder": found["exports"]} if found else {"kind": "files"}

    def wanted_name(self, settings: Mapping[str, Any]) -> str:
        named = str(settings.get("table") or settings.get("pattern") or "")
        return named.rpartition(".")[2] if settings.get("table") else named

    def more_kinds(self) -> None:
        if self.course.practice is None:
            self.kind.addItem(self.tr("A known ERP (ready set)"), _PACK)

    @property
    def is_pack(self) -> bool:
        """Whether a ready set is chosen instead of a source."""
        return bool(self.kind.currentData() == _PACK)

    def built(self) -> None:
        kind = self.kind.currentData()
        self.databases.setVisible(kind == "odbc")
        self.databases.clear()
        self.browser.hide()
        if self.is_pack:
            self.packs.begin()
        else:
            self.packs.hide()
        self.changed()

    def changed(self) -> None:
        if self._sets_values:
            return
        self._is_looked = False
        self.preview.clear()
        self.proposed.hide()
        self.rows.hide()
        self.renamed.emit()

    def wanted(self, field: str, kind: str) -> None:
        super().wanted(field, kind)
        if kind != "secret" and self.form is not None:
            value = str(self.form.field(field).value() or "")
            self._is_pointed = field == "folder"
            self.browser.browse(value if kind == "folder" else "", file=kind == "file")
            self.show_in_sight(self.browser)

    def show_view(self, name: str) -> None:
        at = {"odbc": "odbc", "pack": _PACK}.get(name)
        if at is not None and self.kind.findData(at) >= 0:
            self.kind.setCurrentIndex(self.kind.findData(at))
            self._build({})
        elif name == "browse":
            self.wanted("folder", "folder")
        elif name == "rows":
            self._look()

    def go_on(self) -> None:
        if not self._is_looked:
            self._look()
        elif self.is_pack:
            self._write_pack()
        else:
            settings = self.settings()
            if settings is not None:
                self.course.choose_pack({})
                self.save(settings)

    def saved(self) -> None:
        self.course.adds = False
        for name in ("flows", "entity"):
            self.course.remember(name, "")
        self.passed.emit()

    # --- looking ----------------------------------------------------------------------------------

    def _pointed(self, _folder: str, file: str) -> None:
        """A file that was pointed at says which files, too; it is looked at at once."""
        if self._is_pointed and file:
            self.set_field("folder", _folder)
            self.set_field("pattern", pattern_of(file))
            self._look()

    def _chosen(self, path: str) -> None:
        self.set_field(self._field, path)

    def _look(self) -> None:
        self.problems.clear()
        self.show_results()
        if self.is_pack:
            self._look_at_pack()
            return
        settings = self.settings()
        if settings is not None:
            kind = str(self.kind.currentData())
            self._look_at(kind, settings, lambda answer: self._seen(settings, answer))

    def _look_at(self, kind: str, settings: Mapping[str, Any], done: Any) -> None:
        asked = {"kind": kind, "settings": json.dumps(settings), "rows": _ROWS}
        self.ask("sources.look", asked, done)

    def _seen(self, asked: Mapping[str, Any], answer: dict[str, Any]) -> None:
        proposed = answer.get("proposals") or {}
        if self._show_rows(answer) and self.form is not None:
            self._sets_values = True
            self.form.set_values(under(asked, proposed))
            self._sets_values = False
            if proposed:
                self.proposed.setText(
                    self.tr("Format and key are proposed below. If the rows are right, go on.")
                )
                self.proposed.show()

    def _show_rows(self, answer: dict[str, Any]) -> bool:
        """Show them; whether there is something that can be gone on with."""
        found = answer.get("findings") or ()
        is_well = all(each.get("level") != "error" for each in found)
        self._is_looked = bool(answer.get("columns")) and is_well
        self.rows.show()
        self.preview.show_answer(answer)
        self.show_in_sight(self.top)
        self.renamed.emit()
        return self._is_looked

    # --- a ready set ------------------------------------------------------------------------------

    def _look_at_pack(self) -> None:
        pack = self.packs.chosen()
        if pack is not None:
            self.pack_work.fill(pack, lambda: self._filled(pack), self._unfit)

    def _unfit(self, fault: Fault) -> None:
        self.packs.show_unfit(fault)
        self.show_fault(fault)

    def _filled(self, pack: Mapping[str, Any]) -> None:
        taken = self.pack_work.taken(pack)
        if taken:
            text = self.tr("There are sources of these names already: {names}.")
            hint = self.tr("Remove them on the page Sources, or set up a source of your own here.")
            told = {"level": "error", "text": text.format(names=", ".join(taken)), "hint": hint}
            self.problems.show_findings([told])
            self.show_results()
            return
        self.ask("secrets.list", {}, lambda answer: self._secrets_known(pack, answer))

    def _secrets_known(self, pack: Mapping[str, Any], answer: dict[str, Any]) -> None:
        sources = sources_of(self.pack_work.filled, pack["kinds"])
        there = {str(each["name"]) for each in answer.get("items") or ()}
        missing = [name for name in secrets_of(sources) if name not in there]
        if missing:
            self._field, self._waits_for_secret = "", True
            self.secret.ask_for(missing[0])
            self.show_in_sight(self.secret)
            return
        first = dict(sources[0]["settings"])
        kind = str(first.pop("kind", "files"))
        self._look_at(kind, first, self._show_rows)

    def _went_on(self, _name: str) -> None:
        """The secret that a ready set lacked is there: go on with what was asked for."""
        if self._waits_for_secret:
            self._waits_for_secret = False
            self._look()

    def _write_pack(self) -> None:
        pack = self.packs.chosen()
        if pack is None:
            return

        def done() -> None:
            self.course.choose_pack(pack)
            first = sources_of(self.pack_work.filled, pack["kinds"])[0]
            self.course.remember(self.parts, str(first["name"]))
            self.saved()

        self.pack_work.write(pack, self.told, done)


def pattern_of(name: str) -> str:
    """Which files are like this one: a date or number in its name changes from day to day."""
    return _STARS.sub("*", _NUMBERS.sub("*", name))
