"""The draft under work: its text, what the service reads in it, and what it makes of real records.

The service does the reading, the editing and the trying; here is only what was answered last.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from gui.bridge import Fault
from gui.session import Session

_SETTLE_MS: Final = 300
"""The preview waits until nobody types."""


class Asks(Protocol):
    """The page, as far as a draft needs it."""

    session: Session

    def ask(
        self,
        method: str,
        params: Mapping[str, object] | None = None,
        done: Callable[[dict[str, Any]], None] | None = None,
        failed: Callable[[Fault], None] | None = None,
    ) -> None:
        """Ask the service; a fault shows on the page unless `failed` takes it."""
        ...

    def show_fault(self, fault: Fault) -> None:
        """Say why the service did not do it."""
        ...


class Draft(QObject):
    """One flow's draft. `changed`: another text or another reading of it; `tried`: a preview."""

    changed = Signal()
    tried = Signal(object)

    def __init__(self, page: Asks, parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        self.flow = ""
        self.text = ""
        self.published = ""
        self.kept: Mapping[str, Any] = {}
        self.sheet: Mapping[str, Any] = {}
        self._turn = 0
        self._is_edited = False
        """Whether an edit is under way: what it makes of the text is not here yet."""
        self._told: object = None
        """What `changed` told of last."""
        self._count = 0
        self._after: Callable[[], object] | None = None
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._try)

    @property
    def is_changed(self) -> bool:
        """Whether it says otherwise than what is in force."""
        return bool(self.text) and self.text != self.published

    def about(self) -> str:
        """What is known of where it stands."""
        session = self._page.session
        told = []
        if self.sheet:
            told.append(f"{self.sheet.get('source')} → {self.sheet.get('contract')}")
        if self.kept.get("draft") and self.kept["draft"] == self.text:
            words = self.tr("draft saved {at} by {by}")
            told.append(words.format(at=session.when(self.kept.get("at")), by=self.kept.get("by")))
        return " · ".join(told)

    def open(self, flow: str) -> None:
        """A flow's kept draft, or what is in force. Until it is here, there is nothing to edit."""
        if flow != self.flow:
            self.flow, self.text, self.published = flow, "", ""
            self.kept, self.sheet = {}, {}
            self._tell()
        turn = self._next_turn()

        def shown(answer: Mapping[str, Any]) -> None:
            if turn == self._turn:
                self.published = str(answer["text"])
                self._page.ask("mapping.draft", {"flow": flow}, kept)

        def kept(answer: Mapping[str, Any]) -> None:
            if turn == self._turn:
                self.kept = answer
                self._read(str(answer.get("draft") or "") or self.published, is_edit=False)

        self._page.ask("mapping.show", {"flow": flow}, shown)

    def renew(self) -> None:
        """Look again, if nobody is at work on it: what a person was told of it stays while it holds."""
        if self.flow and not self.is_changed and not self._is_edited:
            self.open(self.flow)

    def replace(self, text: str) -> None:
        """Another text as a whole."""
        self._next_turn()
        self._is_edited = True
        self._read(text)

    def edit_field(self, field: str, rule: object) -> None:
        """One field has another rule; None: none."""
        self.edit(f"fields.{field}", rule)

    def edit(self, place: str, value: object) -> None:
        """One place of it is another."""
        if not self.text:
            return
        turn = self._next_turn()
        self._is_edited = True
        asked: dict[str, object] = {"draft": self.text, "place": place}
        if value is not None:
            asked["value"] = json.dumps(value, ensure_ascii=False)

        def edited(answer: Mapping[str, Any]) -> None:
            if turn == self._turn:
                self._read(str(answer["draft"]))

        self._page.ask("mapping.edit", asked, edited, partial(self._failed, turn))

    def saved(self, answer: Mapping[str, Any]) -> None:
        """It is kept by the service now."""
        self.kept = answer
        self._tell()

    def try_out(self, count: int, after: Callable[[], object] | None = None) -> None:
        """Try it on so many records, soon."""
        self._count, self._after = count, after
        if after is None:
            self._settle.start()
        else:
            self._settle.stop()
            self._try()

    # --- inside -----------------------------------------------------------------------------------

    def _next_turn(self) -> int:
        self._turn += 1
        self._is_edited = False
        return self._turn

    def _read(self, text: str, *, is_edit: bool = True) -> None:
        """What nobody edited is told only if it is not as it was told last."""
        turn = self._turn

        def read(answer: Mapping[str, Any]) -> None:
            if turn == self._turn:
                self._is_edited = False
                self.text, self.sheet = text, answer
                if is_edit or self._stand() != self._told:
                    self._tell()

        asked = {"flow": self.flow, "draft": text}
        self._page.ask("mapping.sheet", asked, read, partial(self._failed, turn))

    def _stand(self) -> object:
        return self.flow, self.text, self.published, self.kept, self.sheet

    def _tell(self) -> None:
        self._told = self._stand()
        self.changed.emit()

    def _failed(self, turn: int, fault: Fault) -> None:
        if turn == self._turn:
            self._is_edited = False
        self._page.show_fault(fault)

    def _try(self) -> None:
        after, self._after = self._after or _nothing, None
        if not self.sheet or self.sheet.get("problems"):
            self.tried.emit({})
            after()
            return
        turn, is_asked = self._turn, after is not _nothing

        def done(answer: Mapping[str, Any]) -> None:
            after()
            if turn == self._turn:
                self.tried.emit(answer)

        def failed(fault: Fault) -> None:
            after()
            if is_asked:
                self._page.show_fault(fault)
            self.tried.emit({})  # no export lies there yet, most likely: the table says so

        asked: dict[str, object] = {"flow": self.flow, "records": self._count, "show": 100}
        if self.is_changed:
            asked["draft"] = self.text
        self._page.ask("mapping.preview", asked, done, failed)


def _nothing() -> None:
    """Nobody waits for this preview."""
