"""The page, as far as its tabs need it."""

from __future__ import annotations

from typing import Protocol

from gui.kit import ConfirmBar, ProblemPanel
from gui.places.work import Host as Asks


class Host(Asks, Protocol):
    """Asks the service and the person, for a tab."""

    confirm: ConfirmBar
    problem: ProblemPanel

    def title(self) -> str:
        """As it stands above the page."""
        ...

    def refresh(self) -> None:
        """Ask for everything once more."""
        ...
