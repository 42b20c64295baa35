"""Destinations: the CRMs that records go to, their sign-in and limits; tried, added and changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtWidgets import QFileDialog, QPushButton

from gui.kit import Card, EmptyState, button
from gui.pages.places import PlacesPage
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

    def make_card(self, item: Mapping[str, Any]) -> TargetCard:
        card = TargetCard(self, str(item["name"]))
        card.wanted.connect(self._do)
        card.secret.stored.connect(lambda _name: self.refresh())
        return card

    def show_item(self, card: Card, item: Mapping[str, Any]) -> None:
        if isinstance(card, TargetCard):
            card.show_item(item)

    def editor_title(self, name: str) -> str:
        return self.tr("Change {name}").format(name=name) if name else self.tr("Add a destination")

    def show_view(self, name: str) -> None:
        card = next(iter(self.cards.values()), None)
        if name == "add":
            self.edit("")
        elif isinstance(card, TargetCard) and name == "secret":
            card.secret.ask_for("crm")
        elif isinstance(card, TargetCard):
            self._do(name, card.target)

    def _do(self, action: str, name: str) -> None:
        card = self.cards.get(name)
        if not isinstance(card, TargetCard):
            return
        press = card.press(action)
        if action == "edit":
            self.edit(name)
        elif action == "remove":
            self.remove(name)
        elif action in {"browser", "code"}:
            card.signing.begin(action)
        elif action == "files":
            self._ask_files(card, press)
        else:

            def tested(answer: Mapping[str, Any]) -> None:
                fine = self.tr("All is well.")
                card.findings.show_findings(answer.get("findings") or (), fine)

            work(self, press, self.tr("Testing…"), "test", {"name": name}, tested)

    def _ask_files(self, card: TargetCard, press: QPushButton) -> None:
        def told(answer: Mapping[str, Any]) -> None:
            files = [self._file(each) for each in answer.get("files") or ()]
            card.show_files(files)
            if not files:
                nothing = self.tr("This CRM needs nothing to be set up.")
                card.findings.show_findings([], nothing)

        asked = {"target": card.target}
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
            self.problem.show_problem(title, "", error.strerror or "", "FILE_NOT_WRITTEN")
            self.problem.show()
        else:
            self.clear_fault()
