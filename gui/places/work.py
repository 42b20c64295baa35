"""What cards and editors of places have in common: a button that works, settings of any kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from PySide6.QtWidgets import QPushButton, QScrollArea
from shiboken6 import isValid

from gui.bridge import Fault
from gui.kit import ConfirmBar, busy, idle
from gui.session import Session

Answer = dict[str, Any]


class Host(Protocol):
    """What a card or an editor needs of the page that it stands on."""

    session: Session
    area: QScrollArea

    def ask(
        self,
        method: str,
        params: Mapping[str, object] | None = None,
        done: Callable[[Answer], None] | None = None,
        failed: Callable[[Fault], None] | None = None,
    ) -> None:
        """Ask the service; a fault shows on the page unless `failed` takes it."""

    def show_fault(self, fault: Fault) -> None:
        """Why the service did not do something."""


class Confirming(Host, Protocol):
    """A page that asks the person as well."""

    confirm: ConfirmBar

    def show_trouble(self, what: str, meaning: str, hint: str, code: str) -> None:
        """Something was not done."""
        ...

    def refresh(self) -> None:
        """Ask for everything once more."""
        ...


def work(
    page: Host,
    press: QPushButton,
    text: str,
    method: str,
    params: Mapping[str, object],
    done: Callable[[Answer], None],
) -> None:
    """Ask while the button is off and says what happens; a fault shows on the page."""
    busy(press, text)

    def well(answer: Answer) -> None:
        if isValid(press):
            idle(press)
            done(answer)

    def failed(fault: Fault) -> None:
        if isValid(press):
            idle(press)
        page.show_fault(fault)

    page.ask(method, params, well, failed)


def under(given: Mapping[str, Any], proposed: Mapping[str, Any]) -> dict[str, Any]:
    """What is given, and what is proposed where nothing is; table by table."""
    merged = dict(proposed)
    for name, value in given.items():
        other = merged.get(name)
        is_table = isinstance(value, Mapping) and isinstance(other, Mapping)
        merged[name] = under(value, other) if is_table else value  # type: ignore[arg-type] # both are
    return merged
