"""One editor for each type of setting that the service describes (`config.kinds`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from gui.kit.basics import button

Description = Mapping[str, Any]
"""name, title, help, type, required, default, choices, advanced, when."""


class Edits(QObject):
    """What an editor says."""

    changed = Signal()
    wanted = Signal()
    """The button beside it: browse for a folder or file, set a secret."""


class Field:
    """An editor of one value."""

    def __init__(self, widget: QWidget, focus: QWidget) -> None:
        self.widget = widget
        """What is laid out."""
        self.focus = focus
        """What takes the keyboard, and is named for the screen reader."""
        self.says = Edits()

    def value(self) -> Any:
        """What was entered; None: nothing. Raises ValueError when it is no such value."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value; None: nothing."""
        raise NotImplementedError


class TextField(Field):
    """A line of text, also for numbers, durations and sizes; with a button if one is named."""

    def __init__(
        self, read: Callable[[str], Any] = str, press: str = "", *, locked: bool = False
    ) -> None:
        """`locked`: only the button changes it."""
        self.edit = QLineEdit()
        whole: QWidget = self.edit
        focus: QWidget = self.edit
        if press:
            whole = QWidget()
            row = QHBoxLayout(whole)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(self.edit, 1)
            beside = button(press, self._pressed)
            row.addWidget(beside)
            if locked:
                focus = beside
        super().__init__(whole, focus)
        if locked:
            self.edit.setReadOnly(True)
            self.edit.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._read = read
        self.edit.textChanged.connect(lambda _text: self.says.changed.emit())

    def _pressed(self) -> None:
        self.says.wanted.emit()

    def value(self) -> Any:
        text = self.edit.text().strip()
        return self._read(text) if text else None

    def set_value(self, value: Any) -> None:
        self.edit.setText("" if value is None else str(value))


class FlagField(Field):
    """Yes or no."""

    def __init__(self, text: str) -> None:
        self.box = QCheckBox(text)
        super().__init__(self.box, self.box)
        self.box.toggled.connect(lambda _on: self.says.changed.emit())

    def value(self) -> Any:
        return self.box.isChecked()

    def set_value(self, value: Any) -> None:
        self.box.setChecked(bool(value))


class ChoiceField(Field):
    """One of a few."""

    def __init__(
        self, choices: list[str], *, required: bool, titles: Mapping[str, str] | None = None
    ) -> None:
        """`titles`: what people call the choices, where that is not their word."""
        self.box = QComboBox()
        super().__init__(self.box, self.box)
        if not required:
            self.box.addItem("", None)
        for choice in choices:
            self.box.addItem((titles or {}).get(choice, choice), choice)
        self.box.currentIndexChanged.connect(lambda _index: self.says.changed.emit())

    def value(self) -> Any:
        return self.box.currentData()

    def set_value(self, value: Any) -> None:
        index = self.box.findData(value)
        if index < 0 and value is not None:  # a value that this program does not know stays
            self.box.addItem(str(value), value)
            index = self.box.count() - 1
        self.box.setCurrentIndex(max(0, index))


class LongField(Field):
    """Several lines: a list of texts, or JSON."""

    def __init__(self, read: Callable[[str], Any], write: Callable[[Any], str]) -> None:
        self.edit = QPlainTextEdit()
        super().__init__(self.edit, self.edit)
        self._read, self._write = read, write
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(4 * self.edit.fontMetrics().height() + 16)
        self.edit.textChanged.connect(self.says.changed.emit)

    def value(self) -> Any:
        text = self.edit.toPlainText().strip()
        return self._read(text) if text else None

    def set_value(self, value: Any) -> None:
        self.edit.setPlainText("" if value is None else self._write(value))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _joined(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _shown(value: Any) -> str:
    """A flat table as lines of `name = value`, anything else as JSON."""
    if isinstance(value, dict) and value and all(map(_is_plain, value.values())):
        return "\n".join(f"{name} = {_word(each)}" for name, each in value.items())
    return json.dumps(value, ensure_ascii=False, indent=2)


def _table(text: str) -> Any:
    """JSON, or a table written as lines of `name = value`. Raises ValueError."""
    try:
        return json.loads(text)
    except ValueError:
        found: dict[str, Any] = {}
        for line in _lines(text):
            name, mark, value = line.partition("=")
            if not (name.strip() and mark):
                raise
            found[name.strip()] = _meant(value.strip())
        return found


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and "\n" not in str(value)


def _meant(word: str) -> str | int:
    if word.startswith('"') and word.endswith('"') and len(word) > 1:
        return str(json.loads(word))
    return int(word) if _is_number(word) else word


def _word(value: str | int) -> str:
    is_clear = isinstance(value, int) or not (_is_number(value) or value.startswith('"'))
    return str(value) if is_clear and str(value).strip() == str(value) else json.dumps(value)


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and str(int(word)) == word


def _number(text: str) -> float:
    return float(text.replace(",", "."))


READERS: Final[dict[str, Callable[[str], Any]]] = {"integer": int, "number": _number}


def field_for(description: Description, press: Mapping[str, str]) -> Field:
    """The editor of a described setting. `press`: words of the buttons, by type."""
    kind = str(description.get("type"))
    if kind == "flag":
        return FlagField(str(description.get("title") or description.get("name")))
    if kind == "choice":
        choices = [str(choice) for choice in description.get("choices") or []]
        titles = description.get("choice_titles")
        return ChoiceField(choices, required=bool(description.get("required")), titles=titles)
    if kind == "texts":
        return LongField(_lines, _joined)
    if kind == "json":
        return LongField(_table, _shown)
    is_secret = kind == "secret"
    return TextField(READERS.get(kind, str), press.get(kind, ""), locked=is_secret)
