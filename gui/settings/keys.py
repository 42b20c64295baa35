"""The keys: how they are, a new data key, a new recovery key and the proof that it is kept.

A recovery key is on the screen only while somebody asks for it: hidden behind dots at first, and
again after a while, when another window comes to the front or another page is opened. It is
forgotten here as soon as it is proven.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QLineEdit

from gui.kit import Card, Flow, Veiled, button, label, muted, tell
from gui.settings.host import Host
from gui.theme import Space


class KeysView(Card):
    """For engineers; an auditor sees how the keys are."""

    def __init__(self, page: Host) -> None:
        super().__init__()
        self.title.setText(self.tr("Keys"))
        self.title.show()
        self._page = page
        why = page.session.why_not("engineer")
        self.state = label()
        self.resealing = label()
        self.resealing.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        self.resealing.hide()
        self.proof = label()
        self.proof.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        self.rotate = button(self.tr("New data key…"), self._ask_rotate, why_not=why)
        self.new = button(self.tr("New recovery key…"), self._ask_new, why_not=why)
        row = Flow()
        row.addWidget(self.rotate)
        row.addWidget(self.new)
        for widget in (self.state, self.resealing, self.proof):
            self.add(widget)
        self.add(row)
        self.add(self._make_shown())
        self.add(muted(self.tr("Prove that you have the recovery key: type it here.")))
        self.typed = QLineEdit()
        self.typed.setEchoMode(QLineEdit.EchoMode.Password)
        self.typed.setAccessibleName(self.tr("The recovery key, typed back"))
        self.typed.setEnabled(not why)
        self.typed.returnPressed.connect(self._confirm)
        self.check = button(self.tr("Check the recovery key"), self._confirm, why_not=why)
        self.told = label()
        self.told.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        self.told.hide()
        self.add(self.typed)
        below = Flow()
        below.addWidget(self.check)
        self.add(below)
        self.add(self.told)

    def _make_shown(self) -> Card:
        self.made = Card(self.tr("The new recovery key"), "warning")
        self.made.add(
            label(
                self.tr(
                    "It is told this once. Write it down and keep it away from this computer:"
                    " without it, a lost key store cannot be opened again."
                )
            )
        )
        self.key = Veiled(self.tr("The new recovery key"))
        self.made.add(self.key)
        self.made.hide()
        return self.made

    # --- what is shown ----------------------------------------------------------------------------

    def show_state(self, found: Mapping[str, Any]) -> None:
        """As `keys.state` answers."""
        session = self._page.session
        told = self.tr("Data keys: {count}. The newest is of {newest}, the next is made on {next}.")
        self.state.setText(
            told.format(
                count=session.number(int(found.get("data_keys") or 0)),
                newest=session.when(found.get("newest"), short=False),
                next=session.when(found.get("next_rotation"), short=False),
            )
        )
        recovery = found.get("recovery") or {}
        is_proven = bool(recovery.get("confirmed"))
        told = self.tr("The recovery key was proven on {when}.").format(
            when=session.when(recovery.get("at"), short=False)
        )
        missing = self.tr("Nobody has proven yet that the recovery key is kept.")
        self.proof.setText(told if is_proven else missing)
        tell(self.proof, "ok" if is_proven else "warning")
        self._show_resealing(found.get("resealing") or {})

    def _show_resealing(self, found: Mapping[str, Any]) -> None:
        """One line: how far everything older is sealed anew, or that it is."""
        session = self._page.session
        phase, files = str(found.get("phase") or ""), found.get("kept_for") or ()
        far = {
            "rows": session.number(int(found.get("rows") or 0)),
            "total": session.number(int(found.get("total") or 0)),
        }
        if phase == "sealing" and not found.get("total"):
            told = self.tr("Everything older is sealed anew. Work goes on meanwhile.")
        elif phase == "sealing":
            told = self.tr(
                "Everything older is sealed anew: {rows} of {total}. Work goes on meanwhile."
            )
        elif phase == "resting":
            told = self.tr(
                "Everything older was sealed anew; after {when} it is checked once more. Work goes"
                " on meanwhile."
            )
        elif phase == "checking":
            told = self.tr(
                "Before the older key is destroyed, everything is checked once more: {rows} of"
                " {total}. Work goes on meanwhile."
            )
        elif files:
            told = self.tr(
                "Everything is sealed under the newest key. An older one is kept for: {files}."
            )
        else:
            told = self.tr("Everything is sealed under the newest key.")
        when = session.when(found.get("rests_until"), short=False)
        self.resealing.setText(told.format(**far, when=when, files=", ".join(map(str, files))))
        tell(self.resealing, "ok" if phase == "done" else "info")
        self.resealing.setVisible(bool(phase))

    def cover(self) -> None:
        """Dots instead of the key."""
        self.key.cover()

    def forget(self) -> None:
        """The key is nowhere here any more."""
        self.key.forget()
        self.typed.clear()
        self.made.hide()

    # --- what a person does -----------------------------------------------------------------------

    def _ask_rotate(self) -> None:
        self._page.confirm.ask(
            self.tr("From now on a new data key seals. What older keys sealed stays readable."),
            self.tr("Make a new data key"),
            lambda _text: self._page.ask("keys.rotate", {}, lambda _done: self._page.refresh()),
        )

    def _ask_new(self) -> None:
        self._page.confirm.ask(
            self.tr("The recovery key that you have now no longer opens anything then."),
            self.tr("Make a new recovery key"),
            lambda _text: self._page.ask("keys.recovery_new", {}, self._show_new),
            danger=True,
        )

    def _show_new(self, answer: Mapping[str, Any]) -> None:
        self.forget()
        self.key.hold(str(answer["key"]))
        self.told.hide()
        self.made.show()
        self.key.show_it.setFocus()
        self._page.ask("keys.state", {}, self.show_state)

    def _confirm(self) -> None:
        if typed := self.typed.text().strip():
            self._page.ask("keys.recovery_confirm", {"key": typed}, self._proven)

    def _proven(self, answer: Mapping[str, Any]) -> None:
        is_right = bool(answer.get("ok"))
        said = self._page.session.said
        wrong = " ".join(filter(None, (said(answer, "text"), said(answer, "hint"))))
        self.told.setText(
            self.tr("This is the recovery key of this agent.")
            if is_right
            else wrong or self.tr("This is not the recovery key of this agent.")
        )
        tell(self.told, "ok" if is_right else "error")
        self.told.show()
        if is_right:
            self.forget()
            self._page.ask("keys.state", {}, self.show_state)
