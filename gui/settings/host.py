"""The page, as far as its tabs need it."""

from __future__ import annotations

from typing import Protocol

from gui.places.work import Confirming


class Host(Confirming, Protocol):
    """Asks the service and the person, for a tab."""

    def title(self) -> str:
        """As it stands above the page."""
        ...
