"""Sources: what is read, from where and how it goes; tried, added and changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from gui.kit import Card, EmptyState
from gui.pages.places import PlacesPage
from gui.places.source_card import SourceCard
from gui.places.source_editor import SourceEditor
from gui.places.work import work

_ROWS = 20


class SourcesPage(PlacesPage):
    """A card for each source, and the editor of one."""

    key = "sources"
    part: ClassVar[str] = "source"
    views = ("preview", "test", "remove", "edit", "browse", "look", "add")

    def title(self) -> str:
        return self.tr("Sources")

    def make_editor(self) -> SourceEditor:
        return SourceEditor(self)

    def make_empty(self) -> EmptyState:
        return EmptyState(
            self.tr("No source yet. A source is a folder of exports or a table of a database."),
            self.tr("Add the first source"), lambda: self.edit(""),
            icon="sources", why_not=self.session.why_not("engineer"),
        )  # fmt: skip

    def make_card(self, item: Mapping[str, Any]) -> SourceCard:
        card = SourceCard(self.session, str(item["name"]))
        card.wanted.connect(self._do)
        return card

    def show_item(self, card: Card, item: Mapping[str, Any]) -> None:
        kinds = {
            "files": self.tr("Files"), "odbc": self.tr("Database"), "group": self.tr("Group"),
        }  # fmt: skip
        kind = str(item.get("kind"))
        if isinstance(card, SourceCard):
            card.show_item(item, kinds.get(kind, kind))

    def editor_title(self, name: str) -> str:
        return self.tr("Change {name}").format(name=name) if name else self.tr("Add a source")

    def show_view(self, name: str) -> None:
        if name == "add":
            self.edit("")
        elif name == "browse":
            if self.editor.isVisible():
                self.editor.wanted("folder", "folder")
        elif name == "look" and isinstance(self.editor, SourceEditor):
            self.editor.look.click()
        elif self.cards:
            self._do(name, next(iter(self.cards)))

    def _do(self, action: str, name: str) -> None:
        card = self.cards.get(name)
        if not isinstance(card, SourceCard):
            return
        press = card.press(action)
        if action == "edit":
            self.edit(name)
        elif action == "remove":
            self.remove(name)
        elif action == "scan":

            def scanned(_answer: object) -> None:
                told = {"level": "info", "text": self.tr("The service looks for news now.")}
                card.findings.show_findings([told])

            work(self, press, self.tr("Asking…"), "scan", {"source": name}, scanned)
        elif action == "preview":
            asked = {"source": name, "rows": _ROWS}
            work(
                self, press, self.tr("Reading…"), "sources.preview", asked,
                card.preview.show_answer,
            )  # fmt: skip
        else:

            def tested(answer: Mapping[str, Any]) -> None:
                fine = self.tr("All is well.")
                card.findings.show_findings(answer.get("findings") or (), fine)

            work(self, press, self.tr("Testing…"), "test", {"name": name}, tested)
