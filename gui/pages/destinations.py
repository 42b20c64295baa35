"""Destinations: the CRMs that records go to, their sign-in and limits; tried, added and changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtWidgets import QFileDialog, QPushButton

from gui.kit import EmptyState, button
from gui.pages.places import PlacesPage
from gui.places.card import PlaceCard
from gui.places.editor import PlaceEditor
from gui.places.target_card import TargetCard
from gui.places.work import work


class DestinationsPage(PlacesPage):
    """A card for each destination, and the editor of one."""

    key = "destinations"
    part: ClassVar[str] = "target"
    views = ("test", "secret", "files", "remove", "edit", "add")

    def title(self) -> str:
        return self.tr("Destinations")

    def make_editor(self) -> PlaceEditor:
        return PlaceEditor(self, self.part)

    def make_empty(self) -> EmptyState:
        return EmptyState(
            self.tr("No destination yet. A destination is a CRM that records are delivered to."),
            self.tr("Add the first destination"), lambda: self.edit(""),
            icon="destinations", why_not=self.session.why_not("engineer"),
        )  # fmt: skip

    def make_card(self, name: str) -> TargetCard:
        card = TargetCard(self, name)
        card.secret.stored.connect(lambda _name: self.refresh())
        return card

    def editor_title(self, name: str) -> str:
        return self.tr("Change {name}").format(name=name) if name else self.tr("Add a destination")

    def show_view(self, name: str) -> None:
        card = next(iter(self.cards.values()), None)
        if name == "add":
            self.edit("")
        elif isinstance(card, TargetCard) and name == "secret":
            card.secret.ask_for("crm")
        elif isinstance(card, TargetCard):
            self.do(name, card.place_name)

    def act(self, action: str, card: PlaceCard) -> None:
        if not isinstance(card, TargetCard):
            return
        if action == "resume":

            def tried(_answer: object) -> None:
                told = {"level": "info", "text": self.tr("The service tries again now.")}
                card.findings.show_findings([told])
                self.refresh()

            asked = {"kind": "target", "name": card.place_name}
            work(self, card.press(action), self.tr("Asking…"), "resume", asked, tried)
        elif action == "files":
            self._ask_files(card, card.press(action))
        else:
            card.signing.begin(action)

    def _ask_files(self, card: TargetCard, press: QPushButton) -> None:
        def told(answer: Mapping[str, Any]) -> None:
            files = [self._file(each) for each in answer.get("files") or ()]
            card.show_files(files)
            if not files:
                nothing = self.tr("This CRM needs nothing to be set up.")
                card.findings.show_findings([], nothing)

        asked = {"target": card.place_name}
        work(self, press, self.tr("Asking…"), "targets.setup", asked, told)

    def _file(self, about: Mapping[str, Any]) -> QPushButton:
        name = str(about["name"])
        said = self.tr("Save {name}…").format(name=name)
        return button(said, lambda: self._save_as(name, str(about["text"])))

    def _save_as(self, name: str, text: str) -> None:
        # A path of the service's choosing is no place on this machine: only its last part counts.
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save as"), Path(name).name)
        if chosen:
            self.save_file(Path(chosen), text)

    def save_file(self, path: Path, text: str) -> None:
        """Write a file for the CRM's administrator; why it was not written stands on the page."""
        try:
            path.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            title = self.tr("{path} could not be written.").format(path=path)
            self.show_trouble(title, "", error.strerror or "", "FILE_NOT_WRITTEN")
        else:
            self.clear_fault()
