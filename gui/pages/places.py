"""What the pages of sources and of destinations share: cards by name, an editor, taking away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.bridge import Bridge, Fault
from gui.kit import Card, EmptyState
from gui.pages.base import Page
from gui.places.editor import PlaceEditor
from gui.session import Session
from gui.theme import Space

_SOON_MS: Final = 1500
_STILL_WAITING: Final = "STILL_WAITING"


class PlacesPage(Page):
    """Lists what there is of a part; its editor comes in front of the list."""

    min_role: ClassVar[str] = "operator"
    topics: ClassVar[frozenset[str]] = frozenset({"config", "secrets"})
    part: ClassVar[str] = ""
    """`source` or `target`."""

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self.cards: dict[str, Card] = {}
        self.new = self.add_action(
            self.tr("Add…"), lambda: self.edit(""), kind="primary", icon="add", role="engineer"
        )
        self.editor = self.make_editor()
        self.editor.opened.connect(self._show_list)
        self.editor.saved.connect(lambda _name: self._close())
        self.editor.closed.connect(self._close)
        self.empty = self.make_empty()
        self.empty.hide()
        self.list = QWidget()
        self._column = QVBoxLayout(self.list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.M)
        self.body.addWidget(self.editor)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(self.list)
        self.body.addStretch(0)
        self._known: object = None
        self._wanted = ""
        self._list_is_missing = False
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._again)

    # --- what a page says -------------------------------------------------------------------------

    def make_editor(self) -> PlaceEditor:
        """The editor of the part."""
        raise NotImplementedError

    def make_empty(self) -> EmptyState:
        """What is shown when there is none."""
        raise NotImplementedError

    def make_card(self, item: Mapping[str, Any]) -> Card:
        """The card of what the list names."""
        raise NotImplementedError

    def show_item(self, card: Card, item: Mapping[str, Any]) -> None:
        """The card says it as it is now."""
        raise NotImplementedError

    def editor_title(self, name: str) -> str:
        """What stands above the editor; without a name, of a new one."""
        raise NotImplementedError

    # --- the list ---------------------------------------------------------------------------------

    def refresh(self) -> None:
        # Not `self.ask`: a list that is read anew by itself must not hide what a person was told.
        self.bridge.ask(f"{self.part}s.list", {}, self._take, self._list_failed, owner=self)

    def status_changed(self, status: Mapping[str, Any]) -> None:
        shown = status.get(f"{self.part}s")
        if self._known is not None and shown != self._known and not self._soon.isActive():
            self._soon.start()
        self._known = shown

    def jump(self, target: Mapping[str, Any]) -> None:
        self._wanted = str(target.get("name") or "")
        self._go()

    def _again(self) -> None:
        if self.is_shown:
            self.refresh()

    def _list_failed(self, fault: Fault) -> None:
        self._list_is_missing = True
        self.show_fault(fault)

    def _take(self, answer: Mapping[str, Any]) -> None:
        if self._list_is_missing:
            self._list_is_missing = False
            self.clear_fault()
        items = {str(item["name"]): item for item in answer.get("items") or ()}
        for name in self.cards.keys() - items.keys():
            card = self.cards.pop(name)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for name, item in items.items():
            if name not in self.cards:
                self.cards[name] = self.make_card(item)
                self._column.addWidget(self.cards[name])
            self.show_item(self.cards[name], item)
        self._show_list()
        self._go()

    def _show_list(self) -> None:
        edits = self.editor.isVisibleTo(self)
        self.list.setVisible(bool(self.cards) and not edits)
        self.empty.setVisible(not self.cards and not edits)

    def _go(self) -> None:
        card = self.cards.get(self._wanted)
        if card is not None:
            self._wanted = ""
            QTimer.singleShot(0, card, lambda: self.area.ensureWidgetVisible(card))

    # --- adding, changing, taking away ------------------------------------------------------------

    def edit(self, name: str) -> None:
        """Change what is called so; empty: add one."""
        self.confirm.dismiss()
        self.editor.begin(name, frozenset(self.cards), self.editor_title(name))

    def _close(self) -> None:
        self._show_list()
        self.refresh()

    def remove(self, name: str) -> None:
        """Ask, then take it out of the configuration."""
        question = self.tr(
            "Remove {name}? Flows that use it stop. What was delivered stays where it is."
        )
        self.confirm.ask(
            question.format(name=name), self.tr("Remove {name}").format(name=name),
            lambda _: self._remove(name), danger=True,
        )  # fmt: skip

    def _remove(self, name: str, **more: object) -> None:
        def done(answer: Mapping[str, Any]) -> None:
            problems = answer.get("problems") or ()
            if problems:
                told = [self.session.said(each, "text") for each in problems]
                hint = self.session.said(problems[0], "hint")
                text = self.tr("{name} was not removed.").format(name=name)
                self.problem.show_problem(text, "\n".join(told), hint, str(problems[0]["code"]))
                self.problem.show()
            else:
                self.refresh()

        def failed(fault: Fault) -> None:
            if fault.code != _STILL_WAITING:
                self.show_fault(fault)
                return
            self.confirm.ask(
                self.session.fault(fault)["title"],
                self.tr("Remove {name} anyway").format(name=name),
                lambda _: self._remove(name, anyway=True), danger=True,
            )  # fmt: skip

        asked = {"part": self.part, "name": name, **more}
        self.ask("config.remove", asked, done, failed)
