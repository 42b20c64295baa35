"""What every page is: a title with its buttons, a body that scrolls, buttons that stay in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.bridge import Bridge, Fault
from gui.commands import Place, named, place_in
from gui.kit import ConfirmBar, Flow, ProblemPanel, button, label
from gui.session import Session
from gui.theme import Space


class Page(QWidget):
    """Base of all pages.

    A page fills `self.body` (a layout inside the scroll area) in its `__init__`, puts buttons
    that act on the whole page beside the title with `add_action`, and those that must never
    scroll away below with `add_pinned`. It asks in `refresh`, which is called when it is shown,
    at F5, and when a topic in `topics` changed while it is shown. It is made again when language
    or theme change.
    """

    key: ClassVar[str] = ""
    min_role: ClassVar[str] = "viewer"
    topics: ClassVar[frozenset[str]] = frozenset()
    """What `bridge.changed` must say for this page to refresh: `exceptions`, `config` ..."""

    views: ClassVar[tuple[str, ...]] = ()
    """What else it can look like (tabs, steps, an open editor), for `show_view`."""

    go = Signal(str, object)
    """Another page, by its key, and where on it (`jump`'s target)."""

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__()
        self.bridge = bridge
        self.session = session
        self.is_shown = False
        self._looks = self._is_alone = False
        self._passes = False
        """Whether the fault that is shown goes as soon as anything is answered."""
        self.setAccessibleName(self.title())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._make_top())
        self.problem = ProblemPanel()
        self.problem.hide()
        self._leads_to: Place | None = None
        self.lead = button("", self._follow_lead)
        self.lead.hide()
        self.problem.add(self.lead)
        self.confirm = ConfirmBar()
        between = QVBoxLayout()
        between.setContentsMargins(Space.XL, 0, Space.XL, 0)
        between.addWidget(self.problem)
        between.addWidget(self.confirm)
        whole.addLayout(between)
        whole.addWidget(self._make_body(), 1)
        whole.addWidget(self._make_footer())

    # --- what a page says or does -----------------------------------------------------------------

    def title(self) -> str:
        """As it stands above the page."""
        raise NotImplementedError

    def shown(self) -> None:
        """It comes to the front."""
        self.is_shown = True
        with self.looking():
            self.refresh()

    def hidden(self) -> None:
        """It goes to the back."""
        self.is_shown = False

    def jump(self, target: Mapping[str, Any]) -> None:
        """Show something of it: `{"flow": …, "code": …}`. Called after `shown`."""

    def refresh(self) -> None:
        """Ask the service for what is shown."""

    def topic_changed(self, topic: str) -> None:  # noqa: ARG002 a page may tell topics apart
        """One of `topics` changed while it is shown."""
        self.refresh()

    def search(self) -> None:
        """Ctrl+F: put the keyboard into the filter, if there is one."""

    def status_changed(self, status: Mapping[str, Any]) -> None:
        """The status is another one; only while the page is shown, and once when it is."""

    @property
    def is_settled(self) -> bool:
        """Whether it looks as it was asked to: for pictures, and tests that walk over everything."""
        return True

    def show_view(self, name: str) -> None:
        """Look like this one of `views`: for pictures, and tests that walk over everything."""

    # --- what it builds with ----------------------------------------------------------------------

    def add_action(
        self,
        text: str,
        pressed: Callable[[], object],
        *,
        kind: str = "",
        icon: str = "",
        role: str = "viewer",
        whole: bool = False,
    ) -> QPushButton:
        """A button beside the title; off, with the reason, for who has not the role.

        `whole`: it concerns every kind of records, also those that a role may not be for.
        """
        why = self.session.why_not_all(role) if whole else self.session.why_not(role)
        made = button(text, pressed, kind=kind, icon=icon, why_not=why)
        self._actions.addWidget(made)
        return made

    def add_pinned(
        self, text: str, pressed: Callable[[], object], *, kind: str = "", role: str = "viewer"
    ) -> QPushButton:
        """A button below the page that never scrolls away; off, with the reason, without the role."""
        made = button(text, pressed, kind=kind, why_not=self.session.why_not(role))
        self._pinned.addWidget(made)
        self._footer.show()
        return made

    def show_fault(self, fault: Fault) -> None:
        """Why the service did not do or answer something; goes with a person's next success."""
        told = self.session.fault(fault)
        self.show_trouble(told["title"], "", told["hint"], told["code"], place_in(fault.hint))

    def show_trouble(
        self, what: str, meaning: str, hint: str, code: str, place: Place | None = None
    ) -> None:
        """Something was not done. `place`: where something can be done about it."""
        self._leads_to, self._passes = place, self._looks
        leads = place is not None and place.page != self.key and self.session.sees("operator")
        self.lead.setText("" if place is None else self.tr("Open {page}").format(page=named(place)))
        self.lead.setAccessibleName(self.lead.text())
        self.lead.setVisible(leads)
        self.problem.show_problem(what, meaning, hint, code)
        self.problem.show()

    def clear_fault(self) -> None:
        """It went well."""
        self.problem.hide()

    def ask(
        self,
        method: str,
        params: Mapping[str, object] | None = None,
        done: Callable[[dict[str, Any]], None] | None = None,
        failed: Callable[[Fault], None] | None = None,
    ) -> None:
        """Ask the service; a fault shows on the page unless `failed` takes it."""
        way = self._looks, self._is_alone

        def well(answer: dict[str, Any]) -> None:
            with self._as(*way):
                if self._passes or not self._is_alone:
                    self.clear_fault()
                if done is not None:
                    done(answer)

        def badly(fault: Fault) -> None:
            with self._as(*way):
                (failed or self.show_fault)(fault)

        self.bridge.ask(method, params, well, badly, owner=self)

    @contextmanager
    def looking(self, *, by_itself: bool = False) -> Iterator[None]:
        """What is asked in here only shows how things are; a fault of it goes once it is known.

        `by_itself`: nobody wanted it now, so it hides nothing that a person was told.
        """
        with self._as(True, by_itself):  # noqa: FBT003 as it is kept
            yield

    @property
    def misses_something(self) -> bool:
        """Whether it could not be told what it shows."""
        return self._passes and not self.problem.isHidden()

    def sizeHint(self) -> QSize:  # noqa: N802 Qt's name
        return QSize(760, 520)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 Qt's name
        return QSize(320, 200)

    def _follow_lead(self) -> None:
        if self._leads_to is not None:
            self.go.emit(self._leads_to.page, {"tab": self._leads_to.tab})

    # --- inside -----------------------------------------------------------------------------------

    @contextmanager
    def _as(self, looks: bool, is_alone: bool) -> Iterator[None]:  # noqa: FBT001 as it is kept
        former = self._looks, self._is_alone
        self._looks, self._is_alone = looks, is_alone
        try:
            yield
        finally:
            self._looks, self._is_alone = former

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 Qt's name
        """Where title and buttons do not fit side by side, the buttons go below."""
        super().resizeEvent(event)
        needed = self.heading.fontMetrics().horizontalAdvance(self.heading.text())
        needed += self._actions.sizeHint().width() + 3 * Space.XL
        ways = QBoxLayout.Direction
        self._top.setDirection(ways.LeftToRight if needed <= self.width() else ways.TopToBottom)

    def _make_top(self) -> QHBoxLayout:
        self._top = QHBoxLayout()
        self._top.setContentsMargins(Space.XL, Space.L, Space.XL, Space.M)
        self._top.setSpacing(Space.S)
        self.heading = label(self.title(), font="title")
        self._top.addWidget(self.heading, 1)
        beside = QWidget()
        self._actions = Flow(beside)
        self._top.addWidget(beside)
        return self._top

    def _make_body(self) -> QScrollArea:
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setMinimumHeight(2 * Space.L)  # it gives way first: what asks is read whole
        inner = QWidget()
        inner.setProperty("kind", "scrolled")
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(Space.XL, Space.XS, Space.XL, Space.L)
        self.body.setSpacing(Space.L)
        self.area.setWidget(inner)
        return self.area

    def _make_footer(self) -> QWidget:
        self._footer = QFrame()
        self._footer.setProperty("kind", "footer")
        around = QVBoxLayout(self._footer)
        around.setContentsMargins(Space.XL, Space.S, Space.XL, Space.S)
        self._pinned = Flow(right=True)
        around.addLayout(self._pinned)
        self._footer.hide()
        return self._footer
