"""The step for the dry run: real records go through the mapping, and nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gui.kit import Card, Column, Flow, Headline, RowsModel, Table, button
from gui.places.findings import Findings
from gui.wizard.course import Course
from gui.wizard.step import Step, box_of

_RECORDS: Final = 20
_HEIGHT: Final = 280


class DryRunStep(Step):
    """What would be sent, record by record, and what would wait for a person."""

    key = "dry_run"

    def title(self) -> str:
        return self.tr("Dry run")

    def about(self) -> str:
        return self.tr("Twenty real records go through the mapping. Nothing is sent.")

    def __init__(self, course: Course) -> None:
        super().__init__(course)
        self._is_seen = False
        top = Card()
        self.flow = box_of(self.tr("Flow"))
        for name in course.flows:
            self.flow.addItem(name, name)
        self.flow.activated.connect(lambda _index: self.enter())
        self.again = button(self.tr("Try again"), self.enter, icon="refresh")
        self.change = button(self.tr("Change the mapping…"), self._change)
        self.headline = Headline()
        row = Flow()
        for widget in (self.flow, self.again, self.change):
            row.addWidget(widget)
        top.add(self.headline)
        top.add(row)
        self.flow.setVisible(self.flow.count() > 1)
        self.box.addWidget(top)
        self.problems = Findings(course.session)
        self.box.addWidget(self.problems)
        columns = (
            Column(self.tr("Record"), self.session.place, width=190),
            Column(self.tr("Key"), _key, width=110),
            Column(self.tr("Becomes"), self._becomes, width=500),
        )
        self.rows = RowsModel(columns)
        self.table = Table(self.rows, self.tr("Records of the dry run"))
        self.table.setMinimumHeight(_HEIGHT)
        self.box.addWidget(self.table)

    def next_text(self) -> str:
        return super().next_text() if self._is_seen else self.tr("Try again")

    def enter(self) -> None:
        self._is_seen = False
        self.renamed.emit()
        asked = {"flow": str(self.flow.currentData()), "records": _RECORDS, "show": _RECORDS}
        self.ask("mapping.preview", asked, self._seen)

    def go_on(self) -> None:
        if self._is_seen:
            self.ask("setup.mark", {"step": self.key}, lambda _state: self.passed.emit())
        else:
            self.enter()

    # --- inside -----------------------------------------------------------------------------------

    def _change(self) -> None:
        self.leads.emit("mappings", {"flow": str(self.flow.currentData())})

    def _becomes(self, row: Mapping[str, Any]) -> str:
        if row.get("reason"):
            return f"✕ {row.get('field') or ''}: {self.session.why(row)}"
        if row.get("left_out"):
            return self.tr("left out by {rule}").format(rule=row["left_out"])
        shown = row.get("fields") or {}
        return "; ".join(f"{name}: {value}" for name, value in shown.items() if value)

    def _seen(self, answer: dict[str, Any]) -> None:
        self._is_seen = True
        self.renamed.emit()
        number = self.session.number
        told = self.tr("{ready} of {all} records would be sent.")
        waits, left = int(answer["refused"]), sum((answer.get("left_out") or {}).values())
        below = []
        if waits:
            text = self.tr("{count} would wait as exceptions, until somebody puts them right.")
            below.append(text.format(count=number(waits)))
        if left:
            below.append(self.tr("{count} are left out by a rule.").format(count=number(left)))
        self.headline.show_text(
            told.format(ready=number(answer["would_send"]), all=number(answer["records"])),
            " ".join(below) or self.tr("Each is shown below, as the CRM would get it."),
        )
        line = self.tr("{field}: {reason} ({count} records)")
        self.problems.show_findings(
            [
                {
                    "level": "warning",
                    "text": line.format(
                        field=each.get("field") or "–", count=number(int(each["count"])),
                        reason=self.session.why(each),
                    ),
                }
                for each in answer.get("problems") or ()
            ]
        )  # fmt: skip
        self.rows.set_rows(answer.get("items") or ())


def _key(row: Mapping[str, Any]) -> str:
    found = row.get("external_id") or next(iter((row.get("row") or {}).values()), "")
    return str(found)
