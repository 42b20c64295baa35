"""What the pages of sources and of destinations share: cards by name, an editor, taking away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.bridge import Bridge, Fault
from gui.kit import EmptyState
from gui.latest import Latest
from gui.pages.base import Page
from gui.places.card import PlaceCard
from gui.places.editor import PlaceEditor
from gui.places.removal import Removal
from gui.places.work import work
from gui.session import Session
from gui.theme import Space

_SOON_MS: Final = 1500


class PlacesPage(Page):
    """Lists what there is of a part; its editor comes in front of the list."""

    min_role: ClassVar[str] = "operator"
    topics: ClassVar[frozenset[str]] = frozenset({"config", "secrets"})
    part: ClassVar[str] = ""
    """`source` or `target`."""

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self.cards: dict[str, PlaceCard] = {}
        self.new = self.add_action(
            self.tr("Add…"), lambda: self.edit(""), kind="primary", icon="add", role="engineer"
        )
        self.removal = Removal(self)
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
        self._latest = Latest()
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

    def make_card(self, name: str) -> PlaceCard:
        """The card of what is called so."""
        raise NotImplementedError

    def act(self, action: str, card: PlaceCard) -> None:
        """Do what a button of a card says, if it is of this part alone."""
        raise NotImplementedError

    def editor_title(self, name: str) -> str:
        """What stands above the editor; without a name, of a new one."""
        raise NotImplementedError

    # --- the list ---------------------------------------------------------------------------------

    def refresh(self) -> None:
        # Not `self.ask`: a list that is read anew by itself must not hide what a person was told.
        take = self._latest.only(self._take)
        self.bridge.ask(f"{self.part}s.list", {}, take, self._list_failed, owner=self)

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
                card = self.cards[name] = self.make_card(name)
                card.wanted.connect(self.do)
                self._column.addWidget(card)
            self.cards[name].show_item(item)
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

    # --- what the buttons of a card do ------------------------------------------------------------

    def do(self, action: str, name: str) -> None:
        """`test`, `edit`, `remove`, or what only this part knows."""
        card = self.cards.get(name)
        if card is None:
            return
        if action == "edit":
            self.edit(name)
        elif action == "remove":
            self.remove(name)
        elif action == "test":

            def tested(answer: Mapping[str, Any]) -> None:
                fine = self.tr("All is well.")
                card.findings.show_findings(answer.get("findings") or (), fine)

            work(self, card.press("test"), self.tr("Testing…"), "test", {"name": name}, tested)
        else:
            self.act(action, card)

    # --- adding, changing, taking away ------------------------------------------------------------

    def edit(self, name: str) -> None:
        """Change what is called so; empty: add one."""
        self.confirm.dismiss()
        self.editor.begin(name, frozenset(self.cards), self.editor_title(name))

    def _close(self) -> None:
        self._show_list()
        self.refresh()

    def remove(self, name: str) -> None:
        """Ask, with every consequence, then take it and its flows out of the configuration."""
        flows = [
            flow
            for flow in (self.bridge.status or {}).get("flows") or ()
            if flow.get(self.part) == name
        ]  # fmt: skip
        self.removal.ask(self.part, name, flows)
