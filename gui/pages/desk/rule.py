"""One more word in the mapping: tried on every record of the cause, then made a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit

from gui import kit
from gui.bridge import Bridge, Fault
from gui.kit.flow import Flow
from gui.pages.desk.drawer import Panel
from gui.pages.desk.wording import Wording
from gui.session import Session
from gui.theme import Space

_TYPED_MS: Final = 300
_MOST_REASONS: Final = 4


class RulePanel(Panel):
    """`The ERP says D in 200 records. What does it mean?` - with what would become of them."""

    def __init__(
        self,
        bridge: Bridge,
        session: Session,
        words: Wording,
        said: Sequence[Mapping[str, Any]],
        side: str,
    ) -> None:
        """`said`: words of the ERP: word, count, example; a count of 0 is not known."""
        super().__init__()
        self._bridge, self._session, self._words, self._side = bridge, session, words, side
        self._asked = 0
        self.word = QComboBox()
        self.word.setAccessibleName(self.tr("What the ERP says"))
        for each in said:
            self.word.addItem(self._told_word(each), each["example"])
        self.word.currentIndexChanged.connect(lambda _index: self._typed())
        self.value = QLineEdit()
        self.value.setAccessibleName(self.tr("What it means in the CRM"))
        self.value.setPlaceholderText(self.tr("The value to send from now on"))
        self.value.textChanged.connect(lambda _text: self._typed())
        self.value.returnPressed.connect(self._enter)
        self.verdict = kit.heading()
        self.reasons = kit.label()
        self.place = kit.muted()
        self.yes = kit.button("", self._do, kind="primary", why_not=session.why_not("engineer"))
        self.forbidden = kit.muted(session.why_not("engineer"))
        self.forbidden.setVisible(bool(self.forbidden.text()))
        self.no = kit.button(self.tr("Cancel"), lambda: self.finished.emit(""))
        self._settle = QTimer(self, singleShot=True, interval=_TYPED_MS)
        self._settle.timeout.connect(self._look)
        self._lay_out()
        self._empty()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.addWidget(kit.label(self.tr("The ERP says"), wrap=False), 0, 0)
        grid.addWidget(self.word, 0, 1)
        grid.addWidget(kit.label(self.tr("It means"), wrap=False), 1, 0)
        grid.addWidget(self.value, 1, 1)
        grid.setColumnStretch(1, 1)
        row = Flow(right=True)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        self.rows.addWidget(kit.heading(self.tr("Fix all like this by a rule")))
        self.rows.addLayout(grid)
        for widget in (self.verdict, self.reasons, self.place, self.forbidden):
            self.rows.addWidget(widget)
        self.rows.addLayout(row)

    def begin(self) -> None:
        self.value.setFocus()

    def _told_word(self, each: Mapping[str, Any]) -> str:
        if not each.get("count"):
            return f"“{each['word']}”"
        return self.tr("“{word}” in {records}").format(
            word=each["word"], records=self._words.records(int(each["count"]))
        )

    # --- trying it --------------------------------------------------------------------------------

    def _empty(self) -> None:
        self.verdict.setText(self.tr("Say what it means, and see here what would pass."))
        self.reasons.hide()
        self.place.hide()
        self.yes.setText(self.tr("Make it a rule"))
        self.yes.setEnabled(False)

    def _typed(self) -> None:
        self._asked += 1
        self.yes.setEnabled(False)
        if self.value.text().strip():
            self._settle.start()
        else:
            self._settle.stop()
            self._empty()

    def _enter(self) -> None:
        if self.yes.isEnabled():
            self._do()
        elif self._settle.isActive():
            self._settle.stop()
            self._look()

    def _params(self) -> dict[str, object]:
        return {"ref": self.word.currentData(), "value": self.value.text().strip()}

    def _look(self) -> None:
        self._asked += 1
        number = self._asked
        self._bridge.ask(
            "exceptions.rule_preview",
            self._params(),
            lambda found: self._told(number, found),
            lambda fault: self._refused(number, fault),
            owner=self,
        )

    def _told(self, number: int, found: Mapping[str, Any]) -> None:
        if number != self._asked:
            return
        passing, stay = int(found["would_pass"]), int(found["would_stay"])
        out = int(found.get("would_be_left_out") or 0)
        count = self._words.number
        parts = [self.tr("{count} would now pass").format(count=count(passing))]
        if out:
            parts.append(self.tr("{count} would be left out").format(count=count(out)))
        parts.append(self.tr("{count} would not").format(count=count(stay)))
        self.verdict.setText(", ".join(parts) + ".")
        told = [
            f"{count(int(each['count']))} × {self._session.phrase(each['why'])} ({each['example']})"
            for each in found["reasons"][:_MOST_REASONS]
        ]
        self.reasons.setText("\n".join(told))
        self.reasons.setVisible(bool(told))
        self.place.setText(self._what_changes(found))
        self.place.show()
        self._name_button(passing, found)
        self.yes.setEnabled(bool(passing + out) and self._session.may("engineer"))

    def _name_button(self, passing: int, found: Mapping[str, Any]) -> None:
        if found.get("second_person"):
            text = self.tr("Propose the rule to a second person")
        else:
            text = self.tr("Make it a rule: send {records} to {side}").format(
                records=self._words.records(passing), side=self._side
            )
        self.yes.setText(text)
        self.yes.setAccessibleName(text)

    def _what_changes(self, found: Mapping[str, Any]) -> str:
        changes = "; ".join(f"{each['place']} = {each['becomes']}" for each in found["changes"])
        text = self.tr("Changes the mapping of {flow}: {changes}").format(
            flow=found["flow"], changes=changes
        )
        if found.get("second_person"):
            text += " " + self.tr(
                "It decides about money ({fields}), so somebody else has to accept it first."
            ).format(fields=", ".join(found["second_person"]))
        return text

    def _refused(self, number: int, fault: Fault) -> None:
        if number != self._asked:
            return
        told = self._session.fault(fault)
        self.verdict.setText(told["title"])
        self.reasons.setText(told["hint"])
        self.reasons.setVisible(bool(told["hint"]))
        self.place.hide()

    # --- doing it ---------------------------------------------------------------------------------

    def _do(self) -> None:
        kit.busy(self.yes, self.tr("Making the rule …"))
        self._bridge.ask("exceptions.rule", self._params(), self._done, self._failed, owner=self)

    def _done(self, found: Mapping[str, Any]) -> None:
        if found.get("proposed"):
            self.finished.emit(
                self.tr("The rule is proposed. When a second person accepts it, it is in force.")
            )
            return
        text = self.tr("The rule is in force. On the way to {side}: {records}.").format(
            records=self._words.records(int(found["would_pass"])), side=self._side
        )
        if stay := int(found["would_stay"]):
            text += " " + self.tr("Left here: {records}.").format(records=self._words.records(stay))
        self.finished.emit(text)

    def _failed(self, fault: Fault) -> None:
        kit.idle(self.yes)
        self._refused(self._asked, fault)
