"""The step for the first link: which records of the CRM are meant already, so that none is doubled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QTimer

from gui.bridge import Fault
from gui.kit import Card, Flow, Headline, button, muted
from gui.wizard.course import Course
from gui.wizard.decide import Uncertain
from gui.wizard.step import Step, box_of

_ASK_MS: Final = 1000
_TOO_EARLY: Final = "LINK_TOO_EARLY"
_TO_COMPARE: Final = frozenset({"needed", "undone"})
_DONE: Final = frozenset({"approved", "linked"})
_COMPARES: Final = frozenset({"proposing", "undoing"})
_BUSY: Final = frozenset({*_COMPARES, "approved"})


class LinkStep(Step):
    """Going on compares, then lets what is certain be linked, flow by flow."""

    key = "link"

    def title(self) -> str:
        return self.tr("First link")

    def about(self) -> str:
        return self.tr("Records that the CRM has already get the ERP's key instead of a twin.")

    def __init__(self, course: Course) -> None:
        super().__init__(course)
        self._links: dict[str, Mapping[str, Any]] = {}
        self._is_known = self._is_looking = self._waits_for_read = self._has_missed = False
        self._open: tuple[object, ...] = ()
        """What was last looked at of what is not certain."""
        top = Card()
        self.flow = box_of(self.tr("Flow"))
        self.flow.activated.connect(lambda _index: self._show())
        self.flow.hide()
        self.headline = Headline()
        self.doing = muted()
        self.doing.hide()
        self.later = button(self.tr("Do this later"), self._mark, kind="link")
        row = Flow()
        for widget in (self.flow, self.later):
            row.addWidget(widget)
        self.later_said = muted(
            self.tr("Then nothing of this flow is sent until it is done: it can be opened again.")
        )
        for part in (self.headline, self.doing, row, self.later_said):
            top.add(part)
        self.box.addWidget(top)
        self.uncertain = Uncertain(self)
        self.uncertain.decided.connect(self._look)
        self.box.addWidget(self.uncertain)
        self._clock = QTimer(self, interval=_ASK_MS)
        self._clock.timeout.connect(self._tick)

    def next_text(self) -> str:
        state = self._state()
        if state in _COMPARES or self._waits_for_read:
            return self.tr("One moment…")
        if state in _TO_COMPARE:
            return self.tr("Compare with the CRM")
        if state == "proposed":
            number = self.session.number(int(self._link()["certain"]))
            return self.tr("Link the {count} that are certain").format(count=number)
        return super().next_text()

    def enter(self) -> None:
        self.ask("link.list", {}, self._listed)
        self._clock.start()

    def go_on(self) -> None:
        state, link = self._state(), self._link()
        if state in _TO_COMPARE and not self._waits_for_read:
            self._compare()
        elif state == "proposed":
            asked = {"flow": link["flow"], "proposal": link["proposal"]}
            self.ask("link.approve", asked, lambda _answer: self._look())
        elif self._is_known and not self._waits_for_read and state not in _COMPARES:
            self._next_flow()

    # --- what is asked ----------------------------------------------------------------------------

    def _tick(self) -> None:
        if self.isVisible() and not self.is_busy:
            if self._waits_for_read:
                self._compare()
            elif not self._is_known or self._state() in _BUSY:
                self._look()

    def _look(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            self.course.bridge.ask("link.list", {}, self._looked, self._missed, owner=self)

    def _looked(self, answer: dict[str, Any]) -> None:
        self._is_looking = False
        if self._has_missed:
            self._has_missed = False
            self.clear_fault()
        self._listed(answer)

    def _missed(self, fault: Fault) -> None:
        self._is_looking = False
        self._has_missed = True
        self.show_fault(fault)

    def _compare(self) -> None:
        self._waits_for_read = False
        self.ask("link.propose", {"flow": self._link()["flow"]}, self._began, self._too_early)

    def _began(self, _answer: dict[str, Any]) -> None:
        self._look()

    def _too_early(self, fault: Fault) -> None:
        """The source was not read to its end: it is asked to, and the comparison comes by itself."""
        if fault.code != _TOO_EARLY:
            self.show_fault(fault)
            return
        if not self._waits_for_read:
            self.ask("scan", {})
        self._waits_for_read = True
        self._show()

    def _mark(self) -> None:
        self.ask("setup.mark", {"step": self.key}, lambda _state: self.passed.emit())

    def _next_flow(self) -> None:
        """The next flow that is not linked; after the last one this step is done."""
        for number in range(self.flow.count()):
            name = str(self.flow.itemData(number))
            if self._links[name]["state"] not in _DONE:
                self.flow.setCurrentIndex(number)
                self._show()
                return
        self._mark()

    # --- what is shown ----------------------------------------------------------------------------

    def _link(self) -> Mapping[str, Any]:
        return self._links.get(str(self.flow.currentData()), {})

    def _state(self) -> str:
        return str(self._link().get("state") or "")

    def _listed(self, answer: dict[str, Any]) -> None:
        flows = self.course.flows
        self._links = {str(e["flow"]): e for e in answer.get("items") or () if e["flow"] in flows}
        self._is_known = True
        if [self.flow.itemData(number) for number in range(self.flow.count())] != [*self._links]:
            self.flow.clear()
            for name in self._links:
                self.flow.addItem(name, name)
        self._show()

    def _show(self) -> None:
        state, link = self._state(), self._link()
        self.flow.setVisible(self.flow.count() > 1)
        is_open = bool(link) and state not in _DONE
        self.later.setVisible(is_open)
        self.later_said.setVisible(is_open)
        self.doing.setVisible(state in _BUSY or self._waits_for_read)
        self.doing.setText(
            self.tr("The source is read first; the comparison follows by itself.")
            if self._waits_for_read
            else self.tr("The service is at it. This may take some minutes.")
        )
        self.renamed.emit()
        if not link:
            self.uncertain.hide()
            self.headline.show_text(
                self.tr("Nothing to link."),
                self.tr(
                    "The CRM was said to have no such records yet. To change that, go back to the"
                    " mapping."
                ),
            )
            return
        sentences = {
            "needed": self.tr("The records are not compared with the CRM yet."),
            "proposing": self.tr("The records are being compared."),
            "proposed": self.tr("The records are compared. Nothing is changed yet."),
            "approved": self.tr("The records that are certain are being linked."),
            "linked": self.tr("The records that are certain are linked."),
            "undone": self.tr("The link was undone."),
        }
        number = self.session.number
        told = self.tr("Certain: {certain}. To be decided: {undecided}. Only in the ERP: {here}.")
        counts = told.format(
            certain=number(int(link["certain"])), here=number(int(link["only_here"])),
            undecided=number(int(link["undecided"])),
        )  # fmt: skip
        is_compared = state in {"proposed", *_DONE}
        self.headline.show_text(
            sentences.get(state, str(link.get("said") or state)), counts if is_compared else ""
        )
        if is_compared and link["undecided"]:
            if self._open != (link["flow"], link["proposal"], link["undecided"]):
                self._open = (link["flow"], link["proposal"], link["undecided"])
                self.uncertain.look(str(link["flow"]))
        else:
            self._open = ()
            self.uncertain.hide()
