"""The last step: the flows run, now or when somebody resumes them."""

from __future__ import annotations

import json
from typing import Any, Final

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QRadioButton

from gui.kit import Card, Flow, Headline, button, label, muted
from gui.places.findings import Findings
from gui.wizard.course import Course
from gui.wizard.mapping import told
from gui.wizard.step import Step, box_of

_ASK_MS: Final = 1000
_USUAL: Final = "realtime"


class LiveStep(Step):
    """Which flows run, when they deliver, and what has reached the CRM."""

    key = "live"

    def title(self) -> str:
        return self.tr("Go live")

    def about(self) -> str:
        return self.tr("From now on every change in the ERP goes to the CRM by itself.")

    def __init__(self, course: Course) -> None:
        super().__init__(course)
        self._is_live = self._is_looking = False
        self._started: list[str] = []
        self.boxes: dict[str, QCheckBox] = {}
        self.card = self._make_choices()
        self.problems = Findings(course.session)
        self.done = self._make_done()
        for part in (self.card, self.problems, self.done):
            self.box.addWidget(part)
        self._clock = QTimer(self, interval=_ASK_MS)
        self._clock.timeout.connect(self._tick)

    def _make_choices(self) -> Card:
        course = self.course
        card = Card(self.tr("When to begin"))
        self.now = QRadioButton(self.tr("Start now"))
        self.later = QRadioButton(self.tr("Leave it paused; it is set up, and can be opened again"))
        self.now.setChecked(True)
        for choice in (self.now, self.later):
            choice.toggled.connect(lambda _on: self.renamed.emit())
            card.add(choice)
        flows = Flow()
        for name in course.flows:
            box = self.boxes[name] = QCheckBox(name)
            box.setChecked(True)
            flows.addWidget(box)
        card.add(flows)
        for box in self.boxes.values():
            box.setVisible(len(course.flows) > 1)
        row = Flow()
        row.addWidget(label(self.tr("Records go to the CRM"), wrap=False))
        self.when = box_of(self.tr("When records go to the CRM"))
        for text, value in (
            (self.tr("at once"), _USUAL), (self.tr("every 15 minutes"), "every 15m"),
            (self.tr("every hour"), "every 1h"), (self.tr("every night at 2:00"), "0 2 * * *"),
        ):  # fmt: skip
            self.when.addItem(text, value)
        said = [course.settings("flows", name).get("when") or _USUAL for name in course.flows[:1]]
        if said and self.when.findData(said[0]) < 0:
            self.when.addItem(str(said[0]), said[0])
        self.when.setCurrentIndex(max(0, self.when.findData(said[0] if said else _USUAL)))
        row.addWidget(self.when)
        card.add(row)
        return card

    def _make_done(self) -> Card:
        is_practice = self.course.practice is not None
        card = Card()
        self.headline = Headline()
        card.add(self.headline)
        row = Flow()
        self.look_in = button(self.tr("Look into the practice CRM"), self._open)
        self.for_real = button(self.tr("Now set up the real connection"), self._be_real)
        for press in (self.look_in, self.for_real):
            row.addWidget(press)
        card.add(row)
        self.certificate = muted(
            self.tr("The browser warns of its certificate: the practice CRM made it itself.")
        )
        card.add(self.certificate)
        for each in (self.look_in, self.for_real, self.certificate):
            each.setVisible(is_practice)
        card.hide()
        return card

    def next_text(self) -> str:
        if self._is_live:
            return self.tr("To the overview")
        return self.tr("Finish") if self.later.isChecked() else self.tr("Start now")

    def go_on(self) -> None:
        if self._is_live or self.later.isChecked():
            self.passed.emit()
        else:
            self._started = [name for name, box in self.boxes.items() if box.isChecked()]
            if self._started:
                self._start([*self._started])
            else:
                nothing = {"level": "error", "text": self.tr("No flow is chosen.")}
                self.problems.show_findings([nothing])

    # --- inside -----------------------------------------------------------------------------------

    def _start(self, names: list[str]) -> None:
        """Start one flow after the other: what was paused by its settings or by a person runs."""
        if not names:
            self._begun()
            return
        name = names[0]
        settings = self.course.settings("flows", name)
        for word in ("kind", "paused", "when"):
            settings.pop(word, None)
        if self.when.currentData() != _USUAL:
            settings["when"] = self.when.currentData()

        def written(answer: dict[str, Any]) -> None:
            if told(self, self.problems, answer):
                asked = {"kind": "flow", "name": name}
                self.ask("resume", asked, lambda _said: self._start(names[1:]))

        asked = {"part": "flow", "name": name, "settings": json.dumps(settings)}
        self.ask("config.put", asked, written)

    def _begun(self) -> None:
        self._is_live = bool(self._started)
        self.card.setVisible(not self._is_live)
        self.done.setVisible(self._is_live)
        self.renamed.emit()
        if self._is_live:
            self.ask("scan", {})
            self._clock.start()
            self._tick()

    def _tick(self) -> None:
        if not self._is_looking and self.isVisible():
            self._is_looking = True
            self.course.bridge.ask(
                "status", {}, self._seen, lambda _fault: self._missed(), owner=self
            )

    def _missed(self) -> None:
        self._is_looking = False

    def _seen(self, status: dict[str, Any]) -> None:
        self._is_looking = False
        counts, number = status["counts"], self.session.number
        self.headline.show_text(
            self.tr("{count} records delivered.").format(count=number(counts["delivered"])),
            self.tr("{waiting} wait, {parked} need attention.").format(
                waiting=number(counts["waiting"] + counts["sending"]),
                parked=number(counts["parked"]),
            ),
        )

    def _open(self) -> None:
        url = str((self.course.practice or {}).get("admin_url") or "")
        if url:
            QDesktopServices.openUrl(QUrl(url))

    def _be_real(self) -> None:
        self.ask("practice.stop", {}, self._stopped, bridge=self.course.page.bridge)

    def _stopped(self, _state: dict[str, Any]) -> None:
        self.course.be_real()
        self.leads.emit("setup", {"again": True})
