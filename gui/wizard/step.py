"""What every step of the set-up is: a few widgets, what happens at Next, and whom it asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QScrollArea, QVBoxLayout, QWidget

from gui.bridge import Bridge, Fault
from gui.session import Session
from gui.theme import Space
from gui.wizard.course import Course

Answer = dict[str, Any]
_LATER_MS: Final = 50


def box_of(name: str) -> QComboBox:
    """A choice as wide as its longest line. `name`: what a screen reader calls it."""
    made = QComboBox()
    made.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return made


class Step(QWidget):
    """One step. It is also the host of the cards of `gui.places` that stand on it."""

    key: ClassVar[str] = ""
    passed = Signal()
    """It is done: the next one comes."""
    working = Signal(bool)
    """Whether the service is at it."""
    renamed = Signal()
    """Next does something else now."""
    leads = Signal(str, object)
    """Another page, and where on it."""

    def __init__(self, course: Course) -> None:
        super().__init__()
        self.course = course
        self.session: Session = course.session
        self.area: QScrollArea = course.page.area
        self._asked = 0
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(Space.M)

    def title(self) -> str:
        """What it is called."""
        raise NotImplementedError

    def about(self) -> str:
        """What it is for, in a sentence."""
        raise NotImplementedError

    def next_text(self) -> str:
        """The word on the button that goes on."""
        return self.tr("Next")

    def enter(self) -> None:
        """It is shown: ask what it shows."""

    def go_on(self) -> None:
        """Next was pressed."""
        self.passed.emit()

    def show_view(self, name: str) -> None:
        """Look like this one, for pictures and the walk over everything."""

    # --- what a step builds with ------------------------------------------------------------------

    def ask(
        self,
        method: str,
        params: Mapping[str, object] | None = None,
        done: Callable[[Answer], None] | None = None,
        failed: Callable[[Fault], None] | None = None,
        *,
        bridge: Bridge | None = None,
    ) -> None:
        """Ask the home that is set up; Next is off until every answer is there."""

        def well(answer: Answer) -> None:
            self._answered()
            self.clear_fault()
            if done is not None:
                done(answer)

        def badly(fault: Fault) -> None:
            self._answered()
            (failed or self.show_fault)(fault)

        self._asked += 1
        if self._asked == 1:
            self.working.emit(True)  # noqa: FBT003 a signal's argument
        (bridge or self.course.bridge).ask(method, params, well, badly, owner=self)

    def ask_all(
        self,
        questions: Sequence[tuple[str, Mapping[str, object]]],
        done: Callable[[], None],
        told: Callable[[Answer], bool],
    ) -> None:
        """Ask one after the other, each once the one before was answered well (`told`)."""
        if not questions:
            done()
            return
        (method, params), *rest = questions

        def answered(answer: Answer) -> None:
            if told(answer):
                self.ask_all(rest, done, told)

        self.ask(method, params, answered)

    def show_fault(self, fault: Fault) -> None:
        """Why the service did not do it."""
        self.course.page.show_fault(fault)

    def clear_fault(self) -> None:
        """It went well."""
        self.course.page.clear_fault()

    def show_in_sight(self, widget: QWidget) -> None:
        """Scroll there, once it has its size."""
        QTimer.singleShot(_LATER_MS, widget, lambda: self.area.ensureWidgetVisible(widget, 0, 0))

    @property
    def is_busy(self) -> bool:
        """Whether an answer is waited for."""
        return bool(self._asked)

    def _answered(self) -> None:
        self._asked -= 1
        if not self._asked:
            self.working.emit(False)  # noqa: FBT003 a signal's argument
