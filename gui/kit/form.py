"""A form made of what the service says about a kind of source, target, alert (`config.kinds`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from gui.kit.basics import button, label, muted
from gui.kit.fields import Description, Field, FlagField, TextField, field_for
from gui.theme import Space


@dataclass
class _Line:
    """One setting on the form."""

    about: Description
    field: Field
    whole: QWidget
    problem: QLabel


class Form(QWidget):
    """Title, editor, help and problem of each setting; the rare ones behind a button.

    Values are nested as the settings file is: the field `ready.quiet` is `{"ready": {"quiet": ..}}`.
    A setting that is described once for each choice (`when`) has one editor for all of them.
    """

    changed = Signal()
    wanted = Signal(str, str)
    """Name and type of a field whose button was pressed: browse a folder, set a secret."""

    def __init__(self, fields: Sequence[Description], name: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._lines: dict[str, _Line] = {}
        self._others: dict[str, Any] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        self._rare = QWidget()
        rare = QVBoxLayout(self._rare)
        rare.setContentsMargins(0, 0, 0, 0)
        rare.setSpacing(Space.M)
        described = one_each(fields)
        for about in described:
            made = self._make(about)
            (rare if about.get("advanced") else layout).addWidget(made.whole)
        self._more = button(self.tr("More settings"), kind="link", icon="right")
        self._more.setCheckable(True)
        self._more.toggled.connect(self._rare.setVisible)
        layout.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._rare)
        self._more.setVisible(any(about.get("advanced") for about in described))
        self._rare.hide()
        layout.addStretch(1)
        self._show_needed()

    def values(self) -> dict[str, Any]:
        """What was entered, without what is empty, not asked for, or as it is by default.

        Settings that the form does not know stay as `set_values` got them. Raises ValueError
        after showing where.
        """
        nested: dict[str, Any] = _copied(self._others)
        wrong = False
        for name, made in self._lines.items():
            try:
                value = made.field.value() if self._is_asked(made.about) else None
            except ValueError:
                self._tell(made, self.tr("This is not a valid value."))
                wrong = True
                continue
            if value is not None and (
                value != made.about.get("default") or made.about.get("required")
            ):
                _put(nested, name, value)
        if wrong:
            raise ValueError
        return nested

    def set_values(self, settings: Mapping[str, Any]) -> None:
        """Show these; what they do not say shows its default."""
        self._others = _copied(settings)
        for name, made in self._lines.items():
            found = _take(self._others, name)
            made.field.set_value(made.about.get("default") if found is None else found)
            self._tell(made, "")
        self._show_needed()

    def show_problems(self, problems: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Put each beside the setting whose name ends its `place`; returns those without one."""
        for made in self._lines.values():
            self._tell(made, "")
        left = []
        first: _Line | None = None
        for problem in problems:
            found = self._at(str(problem.get("place") or ""))
            if found is None:
                left.append(problem)
                continue
            told = (str(problem.get("text") or ""), str(problem.get("hint") or ""))
            self._tell(found, "\n".join(part for part in told if part))
            if found.about.get("advanced"):
                self._more.setChecked(True)
            first = first or found
        if first is not None:
            first.field.focus.setFocus()
        return left

    def field(self, name: str) -> Field:
        """The editor of a setting."""
        return self._lines[name].field

    def buttons(self) -> list[QPushButton]:
        """The buttons beside editors."""
        return self.findChildren(QPushButton)

    # --- inside -----------------------------------------------------------------------------------

    def _make(self, about: Description) -> _Line:
        name, kind = str(about["name"]), str(about.get("type"))
        title = str(about.get("title") or name)
        press = {
            "folder": self.tr("Browse…"),
            "file": self.tr("Browse…"),
            "secret": self.tr("Set…"),
        }
        field = field_for(about, press)
        field.focus.setAccessibleName(title)
        if isinstance(field, TextField):
            field.edit.setAccessibleName(title)  # a locked line is read, its button is pressed
        field.focus.setAccessibleDescription(str(about.get("help") or ""))
        field.says.changed.connect(self._edited)
        field.says.wanted.connect(lambda: self.wanted.emit(name, kind))
        whole = QWidget(self)  # shown before it is laid out: without a parent it were a window
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        if not isinstance(field, FlagField):
            need = "" if about.get("required") else self.tr(" (optional)")
            caption = label(f"{title}{need}")
            caption.setBuddy(field.focus)
            layout.addWidget(caption)
        layout.addWidget(field.widget)
        if about.get("help"):
            layout.addWidget(muted(str(about["help"])))
        problem = label(kind="error")
        problem.hide()
        layout.addWidget(problem)
        made = self._lines[name] = _Line(about, field, whole, problem)
        if about.get("default") is not None:
            field.set_value(about["default"])
        return made

    def _edited(self) -> None:
        self._show_needed()
        self.changed.emit()

    def _is_asked(self, about: Description) -> bool:
        when = about.get("when")
        if not isinstance(when, Mapping) or str(when.get("name")) not in self._lines:
            return True
        choice = self._lines[str(when["name"])]
        if not self._is_asked(choice.about):
            return False
        try:
            value = choice.field.value()
        except ValueError:
            return False
        wanted = when.get("value")
        return value in wanted if isinstance(wanted, list) else bool(value == wanted)

    def _show_needed(self) -> None:
        for made in self._lines.values():
            made.whole.setVisible(self._is_asked(made.about))

    def _at(self, place: str) -> _Line | None:
        fitting = [name for name in self._lines if place == name or place.endswith(f".{name}")]
        return self._lines[max(fitting, key=len)] if fitting else None

    def _tell(self, made: _Line, text: str) -> None:
        made.problem.setText(text)
        made.problem.setVisible(bool(text))
        made.field.focus.setProperty("wrong", "true" if text else "false")
        made.field.focus.style().unpolish(made.field.focus)
        made.field.focus.style().polish(made.field.focus)


def one_each(fields: Sequence[Description]) -> list[Description]:
    """Each setting once: what is asked under several choices is asked under any of them.

    It is needed, or rare, where all of them say so.
    """
    found: dict[str, dict[str, Any]] = {}
    for each in fields:
        name, when = str(each["name"]), each.get("when")
        if name not in found:
            found[name] = {**each, "when": when or None}
            continue
        one = found[name]
        for word in ("required", "advanced"):
            one[word] = bool(one.get(word)) and bool(each.get(word))
        before = one["when"]
        if before is None or not when or before["name"] != when["name"]:
            one["when"] = None
        else:
            values = before["value"] if isinstance(before["value"], list) else [before["value"]]
            one["when"] = {"name": when["name"], "value": [*values, when["value"]]}
    return list(found.values())


def _copied(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _copied(value) if isinstance(value, Mapping) else value
        for name, value in settings.items()
    }


def _put(nested: dict[str, Any], name: str, value: Any) -> None:
    *outer, last = name.split(".")
    for part in outer:
        inner = nested.get(part)
        if not isinstance(inner, dict):
            inner = nested[part] = {}
        nested = inner
    nested[last] = value


def _take(nested: dict[str, Any], name: str) -> Any:
    """The value of a dotted name, which is then no more in there; None: it is not said."""
    head, _, rest = name.partition(".")
    if not rest:
        return nested.pop(head, None)
    inner = nested.get(head)
    if not isinstance(inner, dict):
        return None
    found = _take(inner, rest)
    if not inner:
        del nested[head]
    return found
