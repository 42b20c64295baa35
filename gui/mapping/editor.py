"""The editor of one field: the way in which it is filled, and what that way needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
)

from gui.kit import Card, label, muted
from gui.mapping.choices import Choice, Fixed, FromColumn, FromTable, NotSent
from gui.mapping.formula import AsWritten, FromFormula
from gui.mapping.rules import kind_said
from gui.theme import Space

_SETTLE_MS: Final = 300
"""Typing is not sent letter by letter."""


class RuleEditor(Card):
    """Shows the rule of a field and says when a person changed it."""

    edited = Signal(str, object)
    """Field, and its rule; None: the field is not sent."""

    def __init__(self) -> None:
        super().__init__()
        self._field: Mapping[str, Any] = {}
        self._showing = False
        self.name = label(font="headline", wrap=False)
        self.about = muted(wrap=False)
        self.way = QComboBox()
        self.way.setAccessibleName(self.tr("Where this field comes from"))
        self.choices = QStackedWidget()
        self.formula = FromFormula()
        ways: tuple[tuple[str, str, Choice], ...] = (
            ("none", self.tr("Not sent"), NotSent()),
            ("column", self.tr("A column"), FromColumn()),
            ("lookup", self.tr("A column, looked up in a table"), FromTable()),
            ("constant", self.tr("Always the same"), Fixed()),
            ("formula", self.tr("A formula"), self.formula),
            ("other", self.tr("As written in the mapping"), AsWritten()),
        )
        for way, said, choice in ways:
            self.way.addItem(said, way)
            self.choices.addWidget(choice)
            choice.changed.connect(self._changed)
        self.wrong = label(kind="error")
        top = QHBoxLayout()
        top.setSpacing(Space.M)
        top.addWidget(self.name)
        top.addWidget(self.about)
        top.addStretch(1)
        top.addWidget(self.way)
        self.add(top)
        self.add(self.choices)
        self.add(self.wrong)
        self.way.activated.connect(self._another_way)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._tell)

    @property
    def field(self) -> str:
        """The field that is shown."""
        return str(self._field.get("field", ""))

    @property
    def choice(self) -> Choice:
        """The way that is shown."""
        found = self.choices.currentWidget()
        if not isinstance(found, Choice):
            raise TypeError(type(found))
        return found

    def show_field(self, field: Mapping[str, Any], sheet: Mapping[str, Any]) -> None:
        """Another field, or the same one after an edit: what a person types stays."""
        again = field["field"] == self.field
        self._field = field
        needed = self.tr("needed") if field["required"] else ""
        self.name.setText(str(field["field"]))
        self.about.setText(" · ".join(filter(None, (kind_said(field), needed))))
        focus = QApplication.focusWidget()
        types = focus is not None and self.choices.isAncestorOf(focus)
        if again and (types or self._settle.isActive()):
            return
        self._settle.stop()
        self._showing = True
        way = "other" if field["way"] in {"columns", "other"} else field["way"]
        self.way.setCurrentIndex(self.way.findData(way))
        self._show_way(sheet)
        self._showing = False

    def show_problems(self, problems: list[str]) -> None:
        """What is wrong with it."""
        self.wrong.setText("\n".join(problems))
        self.wrong.setVisible(bool(problems))

    def set_editable(self, *, editable: bool, why_not: str = "") -> None:
        """A person who may not draft sees the rule and why it is fixed."""
        for widget in (self.way, self.choices):
            widget.setEnabled(editable)
            widget.setToolTip("" if editable else why_not)

    def _show_way(self, sheet: Mapping[str, Any]) -> None:
        self._sheet = sheet
        self.choices.setCurrentIndex(self.way.currentIndex())
        # Only the way in front may ask for room.
        for number in range(self.choices.count()):
            widget = self.choices.widget(number)
            shown = number == self.way.currentIndex()
            policy = QSizePolicy.Policy.Preferred if shown else QSizePolicy.Policy.Ignored
            if widget is not None:
                widget.setSizePolicy(QSizePolicy.Policy.Preferred, policy)
        self.choice.begin(self._field, sheet)
        self.choice.show_rule(self._field.get("rule"))
        self.choices.adjustSize()

    def _another_way(self) -> None:
        self._showing = True
        self._show_way(self._sheet)
        self._showing = False
        self._tell()

    def _changed(self) -> None:
        if not self._showing:
            self._settle.start()

    def _tell(self) -> None:
        way = self.way.currentData()
        rule = self.choice.rule()
        if way != "none" and rule is None:
            return  # half typed: nothing to say yet
        if rule != self._field.get("rule"):
            self.edited.emit(self.field, rule)
