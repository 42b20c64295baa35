"""The step for the recovery key: made, shown when asked, typed back."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit

from gui.kit import Card, Flow, Veiled, button, label, muted, tell
from gui.theme import Space
from gui.wizard.course import Course
from gui.wizard.step import Step


class KeyStep(Step):
    """The key is here only until it was typed back, and in sight only while somebody asks."""

    key = "key"

    def title(self) -> str:
        return self.tr("Recovery key")

    def about(self) -> str:
        return self.tr(
            "Everything that waits is encrypted. If this machine is lost, only this key opens a"
            " backup. It is shown once: write it down or put it into your password safe."
        )

    def __init__(self, course: Course) -> None:
        super().__init__(course)
        self._is_confirmed = False
        card = Card()
        self.told = label()
        self.told.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        card.add(self.told)
        self.veiled = Veiled(self.tr("Recovery key"))
        card.add(self.veiled)
        self.make = button(self.tr("Make another key"), self._make)
        row = Flow()
        row.addWidget(self.make)
        card.add(row)
        self.box.addWidget(card)
        self.proof = Card(self.tr("Type the key back, from where you keep it"))
        self.typed = QLineEdit()
        self.typed.setEchoMode(QLineEdit.EchoMode.Password)
        self.typed.setAccessibleName(self.tr("Type the key back"))
        self.typed.returnPressed.connect(self.go_on)
        self.wrong = label(kind="error")
        self.wrong.hide()
        self.proof.add(self.typed)
        self.proof.add(self.wrong)
        self.proof.add(muted(self.tr("Eight groups of letters and digits; - and blanks are free.")))
        self.box.addWidget(self.proof)
        self.skip = button(self.tr("Go on without: this is only practice"), self._skip, kind="link")
        skip = Flow()
        skip.addWidget(self.skip)
        self.box.addLayout(skip)
        self.skip.setVisible(course.practice is not None)
        self._show()

    def next_text(self) -> str:
        if self._is_confirmed:
            return super().next_text()
        return self.tr("Check the key") if self.veiled.secret else self.tr("Make the key")

    def enter(self) -> None:
        self.ask("keys.state", {}, self._known)

    def go_on(self) -> None:
        if self.is_busy:  # Enter in the line, twice
            return
        typed = self.typed.text().strip()
        if self._is_confirmed and not self.veiled.secret:
            self.passed.emit()
        elif not self.veiled.secret:
            self._make()
        elif typed:
            self.ask("keys.recovery_confirm", {"key": typed}, self._confirmed)
        else:
            self._say(self.tr("Type in the key that is shown above."))

    def show_view(self, name: str) -> None:
        """A key that is made, for a picture: none is, for the former one would end with it."""
        if name == "made":
            self.veiled.hold("-".join(["0000"] * 8))
            self._show()

    # --- inside -----------------------------------------------------------------------------------

    def _known(self, state: dict[str, Any]) -> None:
        self._is_confirmed = bool((state.get("recovery") or {}).get("confirmed"))
        self._show()

    def _make(self) -> None:
        self.ask("keys.recovery_new", {}, self._made)

    def _made(self, answer: dict[str, Any]) -> None:
        self.veiled.hold(str(answer["key"]))
        self._is_confirmed = False
        self.typed.clear()
        self._show()
        self.veiled.show_it.setFocus()

    def _confirmed(self, answer: dict[str, Any]) -> None:
        self.typed.clear()
        if answer.get("ok"):
            self.veiled.forget()
            self.passed.emit()
            return
        parts = (self.session.said(answer, part) for part in ("text", "hint"))
        said = " ".join(part for part in parts if part)
        self._say(said or self.tr("This is not the recovery key of this agent."))

    def _skip(self) -> None:
        self.ask("setup.mark", {"step": self.key}, lambda _state: self.passed.emit())

    def _say(self, text: str) -> None:
        self.wrong.setText(text)
        self.wrong.show()
        self.typed.setFocus()

    def _show(self) -> None:
        has_key = bool(self.veiled.secret)
        is_kept = self._is_confirmed and not has_key
        self.told.setText(
            self.tr("The recovery key is kept: it was typed back.")
            if is_kept
            else self.tr("The key is made. Show it, keep it, then type it back below.")
            if has_key
            else self.tr("Nobody has the recovery key yet.")
        )
        tell(self.told, "ok" if is_kept else "warning")
        self.wrong.hide()
        for widget in (self.veiled, self.proof):
            widget.setVisible(has_key)
        self.make.setVisible(has_key or is_kept)
        self.skip.setVisible(self.course.practice is not None and not is_kept)
        self.renamed.emit()
