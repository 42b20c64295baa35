"""The page, as far as its tabs need it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from gui.bridge import Fault
from gui.kit import ConfirmBar, ProblemPanel
from gui.session import Session


class Host(Protocol):
    """Asks the service and the person, for a tab."""

    session: Session
    confirm: ConfirmBar
    problem: ProblemPanel

    def title(self) -> str:
        """As it stands above the page."""
        ...

    def refresh(self) -> None:
        """Ask for everything once more."""
        ...

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
