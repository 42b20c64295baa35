"""Of several questions under way, the answer to the latest counts: they may come in any order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Show = Callable[[dict[str, Any]], None]


class Latest:
    """One for each thing that is shown and asked for again and again."""

    def __init__(self) -> None:
        self._asked = 0

    def only(self, show: Show) -> Show:
        """For one question: shows its answer, unless another was put since."""
        self._asked += 1
        mine = self._asked
        return lambda answer: show(answer) if mine == self._asked else None

    def drop(self) -> None:
        """Something else is shown from now on: what is under way is not about it."""
        self._asked += 1
