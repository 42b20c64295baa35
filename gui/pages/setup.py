"""Set up: the way from an empty service to a flow that runs, in steps that can be left any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from gui.bridge import Bridge, Fault
from gui.commands import place_in
from gui.kit import Badge, Flow, label, muted
from gui.kit.basics import Tone
from gui.pages.base import Page
from gui.session import Session
from gui.theme import Space
from gui.wizard.course import Course
from gui.wizard.destination import DestinationStep
from gui.wizard.dry_run import DryRunStep
from gui.wizard.key import KeyStep
from gui.wizard.link import LinkStep
from gui.wizard.live import LiveStep
from gui.wizard.mapping import MappingStep, PackMappingStep
from gui.wizard.service import ServiceStep
from gui.wizard.source import SourceStep
from gui.wizard.step import Step

_STEPS: Final = (
    ServiceStep, KeyStep, SourceStep, DestinationStep, MappingStep, DryRunStep, LinkStep, LiveStep,
)  # fmt: skip
_UNTOLD: Final = frozenset({"SERVICE_BROKE_OFF", "SERVICE_SILENT"})
"""The request was sent, and its answer never came."""
_KEYS: Final = tuple(kind.key for kind in _STEPS)


class SetupPage(Page):
    """Eight steps. What is done lies in the service; the page goes on where it was left."""

    key = "setup"
    min_role = "engineer"
    views: ClassVar[tuple[str, ...]] = (
        "service", "key", "key-made", "source", "source-browse", "source-rows", "source-odbc",
        "source-pack", "destination", "destination-secret", "destination-test", "mapping",
        "dry_run", "link", "live",
    )  # fmt: skip

    def title(self) -> str:
        return self.tr("Set up")

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self.course = Course(self)
        self.step: Step | None = None
        self._at = 0
        self._done: set[str] = set()
        self._turn = self._shown = 0
        """Of two ways to a step that are under way, the later one counts."""
        self._wanted_look = ""
        self._has_focus = False
        """Whether the keyboard was on what is off, or gone, for a moment: then it comes back."""
        self._names = (
            self.tr("Service"), self.tr("Key"), self.tr("Source"), self.tr("Destination"),
            self.tr("Mapping"), self.tr("Dry run"), self.tr("Link"), self.tr("Live"),
        )  # fmt: skip
        around = QWidget()
        rail = Flow(around)
        self.rail = [Badge(f"{number} {name}") for number, name in enumerate(self._names, 1)]
        for badge in self.rail:
            rail.addWidget(badge)
        self.practice = label(kind="warning")
        self.practice.setText(
            self.tr("This is practice: sample files, and a sample CRM on this machine.")
        )
        self.practice.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        self.practice.hide()
        self.name = label(font="headline")
        self.about = muted()
        for widget in (around, self.practice, self.name, self.about):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.later = self.add_pinned(self.tr("Save and continue later"), self._leave)
        self.back = self.add_pinned(self.tr("Back"), self._back)
        self.next = self.add_pinned(self.tr("Next"), self._next, kind="primary", role="engineer")
        self._may = self.next.isEnabled()

    # --- what a page says -------------------------------------------------------------------------

    def refresh(self) -> None:
        """Once: later a step asks by itself, and what was typed in stays."""
        if self.step is None:
            self._begin()

    def jump(self, target: Mapping[str, Any]) -> None:
        if target.get("again"):
            self._load(0)
        elif target.get("add"):
            self.course.adds = True
            self._load(_KEYS.index(SourceStep.key))
        elif target.get("step") in _KEYS:
            self._load(_KEYS.index(str(target["step"])))

    def show_view(self, name: str) -> None:
        step, _, self._wanted_look = name.partition("-")
        self._load(_KEYS.index(step))

    @property
    def is_settled(self) -> bool:
        is_loaded = self.step is not None and not self.step.is_busy
        return self.problem.isVisible() or (
            is_loaded and self._shown == self._turn and not self._wanted_look
        )

    def show_fault(self, fault: Fault) -> None:
        told = self.session.fault(fault)
        meaning = (
            self.tr(
                "It may have been done all the same. What is set up so far is kept: go on again."
            )
            if fault.code in _UNTOLD
            else self.tr("It was not done. What is set up so far is kept.")
        )
        place = place_in(fault.hint)
        self.show_trouble(told["title"], meaning, told["hint"], told["code"], place)

    # --- the way ----------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._show_busy(is_busy=True)
        if self.course.wants_practice and self.course.practice is None and self._may:
            self.bridge.ask("practice.start", {}, self._practise, self._no_practice, owner=self)
        else:
            self._load(None)

    def _practise(self, found: dict[str, Any]) -> None:
        self.course.practise(found)
        self._load(None)

    def _no_practice(self, fault: Fault) -> None:
        self.course.be_real()
        self._load(0)
        self.show_fault(fault)

    def _load(self, wanted: int | None) -> None:
        """Ask how far it is, then show a step; None: where it was left."""
        self._turn += 1
        turn = self._turn
        self._show_busy(is_busy=True)

        def configured(config: dict[str, Any]) -> None:
            if turn == self._turn:
                self.course.config = config
                self.course.bridge.ask("setup.state", {}, stated, failed, owner=self)

        def stated(state: Mapping[str, Any]) -> None:
            if turn == self._turn:
                self._done = {each["id"] for each in state["steps"] if each["done"]}
                self._go(self._resumed() if wanted is None else wanted)

        def failed(fault: Fault) -> None:
            if turn == self._turn:
                self._show_busy(is_busy=False)
                self.show_fault(fault)

        self.course.bridge.ask("config.list", {}, configured, failed, owner=self)

    def _resumed(self) -> int:
        """Where it was left, or at the first step that is not done before it."""
        first = next((n for n, key in enumerate(_KEYS) if key not in self._done), 0)
        at = self.course.remembered("at")
        return min(first, _KEYS.index(at)) if at in _KEYS else first if self._is_begun() else 0

    def _is_begun(self) -> bool:
        """Whether anything was set up, here or on another machine."""
        return bool(self._done - {"service"}) and len(self._done) < len(_KEYS)

    def _go(self, number: int) -> None:
        self._drop()
        self._at, self._shown = number, self._turn
        self.course.remember("at", _KEYS[number])
        self.clear_fault()
        kind: type[Step] = _STEPS[number]
        if kind is MappingStep and self.course.pack:
            kind = PackMappingStep
        step = self.step = kind(self.course)
        step.passed.connect(lambda: self._passed(step))
        step.working.connect(lambda is_busy: self._working(step, is_busy=is_busy))
        step.renamed.connect(lambda: self._working(step, is_busy=step.is_busy))
        step.leads.connect(self.go)
        self.body.insertWidget(self.body.count() - 1, step)
        for at, badge in enumerate(self.rail):
            is_done = _KEYS[at] in self._done and at != number
            mark = "✓" if is_done else str(at + 1)
            tone: Tone = "accent" if at == number else "ok" if is_done else "quiet"
            badge.say(f"{mark} {self._names[at]}", tone)
        count = self.tr("Step {number} of {all}").format(number=number + 1, all=len(_STEPS))
        self.name.setText(f"{count}: {step.title()}")
        self.about.setText(step.about())
        self.practice.setVisible(self.course.practice is not None)
        self.area.verticalScrollBar().setValue(0)
        self._show_busy(is_busy=False)
        step.enter()

    def _drop(self) -> None:
        """The step in front goes; what it still hears leads nowhere."""
        if self.step is not None:
            self._has_focus |= self.step.isAncestorOf(QApplication.focusWidget() or self)
            self.body.removeWidget(self.step)
            self.step.hide()
            self.step.deleteLater()
            self.step = None

    # --- what a step says -------------------------------------------------------------------------

    def _passed(self, step: Step) -> None:
        if step is not self.step:
            return
        if self._at + 1 < len(_STEPS):
            self._load(self._at + 1)
            return
        self._drop()
        for name in ("at", "entity", "flows"):
            self.course.remember(name, "")
        self.go.emit("overview", {})

    def _working(self, step: Step, *, is_busy: bool) -> None:
        if step is not self.step:
            return
        self._show_busy(is_busy=is_busy)
        if self._wanted_look and not is_busy:
            QTimer.singleShot(0, step, lambda: self._look(step))

    def _look(self, step: Step) -> None:
        """For a picture: a look of the step, once it has asked everything."""
        if step is self.step and not step.is_busy and self._wanted_look:
            look, self._wanted_look = self._wanted_look, ""
            step.show_view(look)

    def _show_busy(self, *, is_busy: bool) -> None:
        self._has_focus |= self.next.hasFocus()
        self.next.setEnabled(self._may and not is_busy)
        if self._has_focus and self.next.isEnabled():
            self._has_focus = False
            self.next.setFocus()
        self.back.setEnabled(self._at > 0)
        if self.step is not None or is_busy:
            self.next.setText(
                self.tr("One moment…") if is_busy or self.step is None else self.step.next_text()
            )
        else:
            self.next.setText(self.tr("Try again"))
        self.next.setAccessibleName(self.next.text())

    # --- what a person does -----------------------------------------------------------------------

    def _next(self) -> None:
        if self.step is not None:
            self.step.go_on()
        else:
            self._begin()

    def _back(self) -> None:
        self._load(max(0, self._at - 1))

    def _leave(self) -> None:
        self.go.emit("overview", {})
