"""The step for the mapping: which column becomes which field, proposed by names and values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QTableWidget, QTableWidgetItem

from gui.kit import Card, Flow, label, muted
from gui.places.findings import Findings
from gui.theme import Space
from gui.wizard.course import Course
from gui.wizard.flows import asked, entity_of, first_link, flow_of
from gui.wizard.packs import PackWork, flows_of
from gui.wizard.step import Step, box_of
from gui.wizard.words import Words

_SAMPLED: Final = 5
_HEIGHT: Final = 250


class MappingStep(Step):
    """What is doubtful is not ticked; it can be added later."""

    key = "mapping"

    def title(self) -> str:
        return self.tr("Mapping")

    def about(self) -> str:
        return self.tr(
            "Waybill matches the columns by their names and values. What it doubts is not ticked:"
            " it can be added later, on the page Mappings."
        )

    def __init__(self, course: Course) -> None:
        super().__init__(course)
        self._draft = ""
        self._kept = ""
        """The text of the mapping that there is already, while it is kept."""
        self._samples: dict[str, str] = {}
        self._words = Words()
        self._source = course.chosen("sources")
        top = Card()
        self.entity = box_of(self.tr("Kind of records"))
        self.entity.activated.connect(lambda _index: self._chosen())
        row = Flow()
        told = self.tr("The records of {source} are").format(source=self._source)
        row.addWidget(label(told, wrap=False))
        row.addWidget(self.entity)
        top.add(row)
        self.keep = QCheckBox(self.tr("Keep the mapping that there is already"))
        self.keep.clicked.connect(lambda _on: self._chosen())
        self.keep.hide()
        top.add(self.keep)
        self.box.addWidget(top)
        self.matches = self._make_table()
        self.box.addWidget(self.matches)
        self._make_below()
        self.problems = Findings(course.session)
        self.box.addWidget(self.problems)

    def _make_table(self) -> QTableWidget:
        made = QTableWidget(0, 4)
        made.setAccessibleName(self.tr("Matched fields"))
        made.setTabKeyNavigation(False)
        made.setWordWrap(False)
        made.setHorizontalHeaderLabels(
            [
                self.tr("Field of the CRM record"), self.tr("Column"), self.tr("Example"),
                self.tr("Why"),
            ]
        )  # fmt: skip
        header = made.horizontalHeader()
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        made.verticalHeader().hide()
        made.setShowGrid(False)
        made.setAlternatingRowColors(True)
        made.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        made.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        for column, width in enumerate((190, 130, 190)):
            made.setColumnWidth(column, width)
        made.setMinimumHeight(_HEIGHT)
        return made

    def _make_below(self) -> None:
        self.key_said, self.missing, self.unused = label(), label(kind="warning"), muted()
        self.missing.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        self.master = QCheckBox(self.tr("The ERP is master: its changes overwrite the CRM"))
        self.master.clicked.connect(self._set_master)
        self.master_said = muted()
        self.link = QCheckBox(
            self.tr("The CRM has such records already: compare first, so that nothing is doubled")
        )
        self.link.setChecked(self.course.practice is None)
        for widget in (
            self.key_said, self.missing, self.unused, self.master, self.master_said, self.link,
        ):  # fmt: skip
            self.box.addWidget(widget)
        for widget in (self.key_said, self.missing, self.unused, self.master, self.master_said):
            widget.hide()

    def enter(self) -> None:
        self.ask("config.kinds", {"part": "flow"}, self._kinds)

    def next_text(self) -> str:
        return super().next_text() if self._kept or self._draft else self.tr("Try again")

    def go_on(self) -> None:
        self.problems.clear()
        if self._kept:
            self._write(self._kept)
        elif self._draft:
            self._without(self._draft, [*self._fields(ticked=False)])
        else:
            self._chosen()

    # --- what is proposed -------------------------------------------------------------------------

    def _kinds(self, answer: dict[str, Any]) -> None:
        fields = answer["kinds"][0]["fields"] if answer.get("kinds") else ()
        choices: list[str] = next(
            (each["choices"] for each in fields if each["name"] == "entity"), []
        )
        for each in choices or ["account"]:
            self.entity.addItem(self._words.kind(str(each)), str(each))
        source = self.course.settings("sources", self._source)
        of = [
            settings["entity"]
            for name in self.course.names("flows")
            if (settings := self.course.settings("flows", name)).get("source") == self._source
        ]
        guessed = entity_of(
            self._source, str(source.get("pattern") or ""), str(source.get("table") or "")
        )
        wanted = self.course.remembered("entity") or (of[0] if of else guessed)
        self.entity.setCurrentIndex(max(0, self.entity.findData(wanted)))
        self.keep.setChecked(True)
        asked_for = {"source": self._source, "rows": _SAMPLED}
        self.ask("sources.preview", asked_for, self._sampled, lambda _fault: self._chosen())

    def _sampled(self, answer: dict[str, Any]) -> None:
        for column in answer.get("columns") or ():
            self._samples[str(column["name"])] = str(next(iter(column["samples"]), ""))
        self._chosen()

    def _chosen(self) -> None:
        """Another kind, or what there is already is kept or not."""
        entity = str(self.entity.currentData())
        self.course.remember("entity", entity)
        flow = flow_of(self.course, self._source, entity)
        self._draft = self._kept = ""
        self.renamed.emit()
        self.keep.setVisible(bool(flow))
        if flow:
            self.link.setChecked("first_link" in self.course.settings("flows", flow))
        is_kept = bool(flow) and self.keep.isChecked()
        self.matches.setVisible(not is_kept)
        for widget in (self.key_said, self.missing, self.unused, self.master, self.master_said):
            widget.hide()
        if is_kept:
            self.ask("mapping.show", {"flow": flow}, self._shown)
        else:
            asked_for = {"source": self._source, "entity": entity}
            self.ask("mapping.suggest", asked_for, self._suggested)

    def _shown(self, answer: dict[str, Any]) -> None:
        self._kept = str(answer["text"])
        self.renamed.emit()

    def _suggested(self, answer: dict[str, Any]) -> None:
        self._draft = str(answer["document"])
        self.renamed.emit()
        found = answer.get("fields") or ()
        self.matches.setRowCount(len(found))
        for row, match in enumerate(found):
            doubts = match.get("doubts") or ()
            column = str(match["column"])
            said = [*doubts, *(match.get("evidence") or ())]
            why = "; ".join(map(self.session.phrase, said))
            field = QTableWidgetItem(str(match["field"]))
            field.setFlags(field.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            field.setCheckState(Qt.CheckState.Unchecked if doubts else Qt.CheckState.Checked)
            texts = (column, self._samples.get(column, ""), why)
            for number, item in enumerate((field, *map(QTableWidgetItem, texts))):
                item.setToolTip(why if number in {0, 3} else item.text())
                self.matches.setItem(row, number, item)
        key = answer.get("external_id")
        self.key_said.setText(
            self.tr("The CRM knows each record by {column}.").format(column=key["column"])
            if key
            else self.tr("No column was found that names a record: choose the key at the source.")
        )
        self.key_said.show()
        names = ", ".join(answer.get("missing") or ())
        self.missing.setText(self.tr("Still missing: {names}").format(names=names))
        self.missing.setVisible(bool(names))
        names = ", ".join(answer.get("unused") or ())
        self.unused.setText(self.tr("Columns not used: {names}").format(names=names))
        self.unused.setVisible(bool(names))
        self._show_master(any((each.get("rule") or {}).get("seed") for each in found))

    def _show_master(self, is_crm: bool) -> None:  # noqa: FBT001 one fact
        """Who is right where both know a field. By itself the ERP is, of most kinds."""
        entity = str(self.entity.currentData())
        is_said = self.course.settings("ownership", entity).get("master") == "erp"
        self.master.setChecked(is_said and not is_crm)
        self.master.setVisible(is_crm or is_said)
        self.master_said.setText(
            self.tr("Now the CRM is: a field is filled when the record is made, then left alone.")
        )
        self.master_said.setVisible(is_crm)

    def _set_master(self, is_erp: bool) -> None:  # noqa: FBT001 a signal's argument
        entity = str(self.entity.currentData())
        before = self.course.settings("ownership", entity)
        settings = {**before, "master": "erp" if is_erp else "crm"}
        settings.pop("kind", None)
        wanted = {"part": "ownership", "name": entity, "settings": json.dumps(settings)}

        def done(answer: Mapping[str, Any]) -> None:
            if self._told(answer):
                self.ask("config.list", {}, self._configured)

        self.ask("config.put", wanted, done)

    def _configured(self, config: dict[str, Any]) -> None:
        self.course.config = config
        self._chosen()

    # --- writing ----------------------------------------------------------------------------------

    def _fields(self, *, ticked: bool) -> list[str]:
        rows = range(self.matches.rowCount())
        items = [item for row in rows if (item := self.matches.item(row, 0)) is not None]
        return [each.text() for each in items if self._is_ticked(each) is ticked]

    @staticmethod
    def _is_ticked(item: QTableWidgetItem) -> bool:
        return bool(item.checkState() == Qt.CheckState.Checked)

    def _without(self, draft: str, fields: list[str]) -> None:
        """Take fields out of the draft, one by one, then write it."""
        if not fields:
            self._write(draft)
            return
        wanted = {"draft": draft, "place": f"fields.{fields[0]}"}
        self.ask("mapping.edit", wanted, lambda said: self._without(str(said["draft"]), fields[1:]))

    def _write(self, text: str) -> None:
        entity = str(self.entity.currentData())
        settings = {"source": self._source, "entity": entity}
        flow = flow_of(self.course, self._source, entity)
        before = self.course.settings("flows", flow).get("first_link") or {}
        link = before or first_link(entity, self._fields(ticked=True))
        wanted = asked(self.course, text, settings, link=link if self.link.isChecked() else None)
        if self.link.isChecked() and not link:
            hint = self.tr("Tick a name or number, or say that the CRM has no such records.")
            told = self.tr("Nothing is mapped by which records could be compared.")
            self.problems.show_findings([{"level": "error", "text": told, "hint": hint}])
            return
        self.ask("setup.flow", wanted, lambda answer: self._written(str(wanted["name"]), answer))

    def _written(self, name: str, answer: dict[str, Any]) -> None:
        if self._told(answer):
            self.course.remember("flows", name)
            self.passed.emit()

    def _told(self, answer: Mapping[str, Any]) -> bool:
        return told(self, self.problems, answer)


class PackMappingStep(Step):
    """A ready set brings its mappings with it."""

    key = "mapping"

    def title(self) -> str:
        return self.tr("Mapping")

    def about(self) -> str:
        return self.tr(
            "The ready set knows which column becomes which field. What differs in your ERP is"
            " changed later, on the page Mappings."
        )

    def __init__(self, course: Course) -> None:
        super().__init__(course)
        self.work = PackWork(self)
        self._words = Words()
        self.flows = Card(self.tr("What is set up"))
        self.box.addWidget(self.flows)
        self.link = QCheckBox(
            self.tr("The CRM has such records already: compare first, so that nothing is doubled")
        )
        self.link.setChecked(True)
        self.box.addWidget(self.link)
        self.problems = Findings(course.session)
        self.box.addWidget(self.problems)

    def enter(self) -> None:
        self.work.fill(self.course.pack, self._filled)

    def go_on(self) -> None:
        if not self.work.filled:
            self.enter()
            return
        kinds = self.course.pack["kinds"]
        wanted: list[tuple[str, Mapping[str, object]]] = [
            (
                "config.put",
                {
                    "part": "ownership", "name": each["name"],
                    "settings": json.dumps(each["settings"]),
                },
            )
            for each in self.work.filled["ownership"]
            if each["name"] in kinds
        ]  # fmt: skip
        names = []
        for flow in flows_of(self.work.filled, kinds):
            settings = flow["settings"]
            text = self.work.filled["mappings"][str(settings["mapping"]).rpartition("/")[2]]
            link = settings.get("first_link") if self.link.isChecked() else None
            one = asked(self.course, text, settings, name=self._name(flow), link=link)
            names.append(str(one["name"]))
            wanted.append(("setup.flow", one))

        def done() -> None:
            self.course.remember("flows", ",".join(names))
            self.passed.emit()

        self.ask_all(wanted, done, lambda answer: told(self, self.problems, answer))

    def _name(self, flow: Mapping[str, Any]) -> str:
        """The name that the ready set gives, unless another source's flow has it."""
        settings = self.course.settings("flows", str(flow["name"]))
        is_other = bool(settings) and settings.get("source") != flow["settings"]["source"]
        return "" if is_other else str(flow["name"])

    def _filled(self) -> None:
        line = self.tr("{kind}: from {source}, by {mapping}")
        for flow in flows_of(self.work.filled, self.course.pack["kinds"]):
            settings = flow["settings"]
            kind = self._words.kind(str(settings["entity"]))
            text = line.format(kind=kind, source=settings["source"], mapping=settings["mapping"])
            self.flows.add(label(text))


def told(step: Step, problems: Findings, answer: Mapping[str, Any]) -> bool:
    """Show what keeps it from being written; whether nothing does."""
    found = [{**each, "level": "error"} for each in answer.get("problems") or ()]
    problems.show_findings(found)
    if found:
        step.show_in_sight(problems)
    return not found
