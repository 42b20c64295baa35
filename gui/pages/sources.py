"""Sources: what is read, from where and how it goes; tried, added and changed."""

from __future__ import annotations

from typing import ClassVar

from gui.kit import EmptyState
from gui.pages.places import PlacesPage
from gui.places.card import PlaceCard
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

    def make_card(self, name: str) -> SourceCard:
        return SourceCard(self.session, name)

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
            self.do(name, next(iter(self.cards)))

    def act(self, action: str, card: PlaceCard) -> None:
        if not isinstance(card, SourceCard):
            return
        press, name = card.press(action), card.place_name
        if action == "scan":

            def scanned(_answer: object) -> None:
                told = {"level": "info", "text": self.tr("The service looks for news now.")}
                card.findings.show_findings([told])

            work(self, press, self.tr("Asking…"), "scan", {"source": name}, scanned)
        else:
            asked = {"source": name, "rows": _ROWS}
            work(
                self, press, self.tr("Reading…"), "sources.preview", asked,
                card.preview.show_answer,
            )  # fmt: skip
