"""The first step: who sits here, practice or for real, and what the service finds around it."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtWidgets import QRadioButton

from gui.bridge import Fault
from gui.kit import Card, Flow, button, label, muted
from gui.places.findings import Findings
from gui.wizard.course import Course
from gui.wizard.step import Step, box_of

_LANGUAGES: Final = (("en", "English"), ("de", "Deutsch"))
_SILENT: Final = "SERVICE_SILENT"
_PATIENCE: Final = 2
_WORST_FIRST: Final = {"error": 0, "warning": 1}


class ServiceStep(Step):
    """Language and role, how to begin, and the service's own check."""

    key = "service"

    def title(self) -> str:
        return self.tr("Language and service")

    def about(self) -> str:
        return self.tr("Choose your language and how to begin. The service looks around meanwhile.")

    def __init__(self, course: Course) -> None:
        super().__init__(course)
        session = course.session
        you = Card(self.tr("You"))
        self.language = box_of(self.tr("Language"))
        for code, name in _LANGUAGES:
            self.language.addItem(name, code)
        self.language.setCurrentIndex(self.language.findData(session.language))
        self.language.activated.connect(
            lambda _index: session.choose("language", str(self.language.currentData()))
        )
        row = Flow()
        row.addWidget(label(self.tr("Language"), wrap=False))
        row.addWidget(self.language)
        you.add(row)
        who = self.tr("You are signed in as {name}, with the role {role}.")
        you.add(muted(who.format(name=session.name or "–", role=session.role_name())))
        begin = Card(self.tr("How to begin"))
        self.real = QRadioButton(self.tr("Set up the real connection"))
        self.practice = QRadioButton(self.tr("Practise first, with sample files and a sample CRM"))
        (self.practice if course.practice is not None else self.real).setChecked(True)
        begin.add(self.real)
        begin.add(self.practice)
        begin.add(
            muted(
                self.tr(
                    "Practice needs no access to a CRM. It runs on this machine alone, apart from"
                    " the real connection, and touches nothing real."
                )
            )
        )
        check = Card(self.tr("The service"))
        self.looking = muted(self.tr("The service looks around…"))
        self.findings = Findings(session)
        self.again = button(self.tr("Check again"), self.enter, icon="refresh")
        again = Flow()
        again.addWidget(self.again)
        for widget in (self.looking, self.findings):
            check.add(widget)
        check.add(again)
        for card in (you, begin, check):
            self.box.addWidget(card)

    def enter(self) -> None:
        self.looking.show()
        self.again.setEnabled(False)
        self.ask("doctor", {}, self._looked, self._failed, bridge=self.course.page.bridge)

    def go_on(self) -> None:
        real = self.course.page.bridge
        if self.practice.isChecked():
            self._start_practice(_PATIENCE)
        elif self.course.practice is not None:
            self.ask("practice.stop", {}, self._be_real, bridge=real)
        else:
            self.passed.emit()

    # --- inside -----------------------------------------------------------------------------------

    def _looked(self, answer: dict[str, Any]) -> None:
        self._rest()
        found = answer.get("findings") or ()
        worst = sorted(found, key=lambda each: _WORST_FIRST.get(str(each.get("level")), 2))
        self.findings.show_findings(worst, self.tr("All is well."))

    def _failed(self, fault: Fault) -> None:
        self._rest()
        self.show_fault(fault)

    def _rest(self) -> None:
        self.looking.hide()
        self.again.setEnabled(True)

    def _start_practice(self, tries: int) -> None:
        """Two programs are started, which on a slow machine takes longer than an answer may."""

        def failed(fault: Fault) -> None:
            if fault.code == _SILENT and tries:
                self._start_practice(tries - 1)
            else:
                self.show_fault(fault)

        real = self.course.page.bridge
        self.ask("practice.start", {}, self._practise, failed, bridge=real)

    def _practise(self, found: dict[str, Any]) -> None:
        self.course.practise(found)
        self.passed.emit()

    def _be_real(self, _found: dict[str, Any]) -> None:
        self.course.be_real()
        self.passed.emit()
