"""When a message may pop up: seldom. A policy without clock and screen.

- A known cause that needs a person is told at once, an unknown one when it was seen three times in
  a row, anything else when it has stood for 15 min.
- One message for each cause, again after a day while it stands, and one when it is over, if it
  was told. None for success, none for a service that is away.
- At most four an hour, none in quiet hours, none while the window is in front; what was kept back
  is told later if it still stands.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

PATIENCE: Final = 15 * 60.0
DAY: Final = 24 * 3600.0
HOUR: Final = 3600.0
MOST_AN_HOUR: Final = 4
SETTLED: Final = 60.0
"""What is gone for less may be back: nobody is told that it is over."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that stands, by a key that stays while its text may change."""

    key: str
    text: str
    needs_person: bool
    page: str = "overview"
    target: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Toast:
    """A message to show, and where a click on it leads."""

    text: str
    page: str
    target: dict[str, str] = field(default_factory=dict, hash=False)
    is_over: bool = False


@dataclass
class _Standing:
    cause: Cause
    since: float
    told: float | None = None
    gone: float | None = None


class Toasts:
    """Remembers what was told. Times are seconds on a clock that never goes back."""

    def __init__(self, is_over: Callable[[str], str]) -> None:
        """`is_over`: the words for a cause that ended, of its text."""
        self._is_over = is_over
        self._standing: dict[str, _Standing] = {}
        self._shown: deque[float] = deque()

    def consider(self, now: float, causes: Iterable[Cause], *, quiet: bool = False) -> list[Toast]:
        """What stands now, and so what is to be shown now. `quiet`: nothing may be shown."""
        there = {cause.key: cause for cause in causes}
        for key, cause in there.items():
            standing = self._standing.setdefault(key, _Standing(cause, now))
            standing.cause, standing.gone = cause, None
        return [
            toast
            for standing in list(self._standing.values())
            if (toast := self._judged(now, standing, there, quiet=quiet)) is not None
        ]

    def seen(self, now: float) -> None:
        """The person looks at the window: everything that stands is known to him."""
        for standing in self._standing.values():
            standing.told = now

    def _judged(
        self, now: float, standing: _Standing, there: dict[str, Cause], *, quiet: bool
    ) -> Toast | None:
        cause = standing.cause
        if cause.key not in there:
            standing.gone = now if standing.gone is None else standing.gone
            if standing.told is None:
                del self._standing[cause.key]
            elif now - standing.gone >= SETTLED and self._may(now, quiet=quiet):
                del self._standing[cause.key]
                return Toast(self._is_over(cause.text), cause.page, cause.target, is_over=True)
            return None
        ripe = cause.needs_person or now - standing.since >= PATIENCE
        due = standing.told is None or now - standing.told >= DAY
        if not (ripe and due and self._may(now, quiet=quiet)):
            return None
        standing.told = now
        return Toast(cause.text, cause.page, cause.target)

    def _may(self, now: float, *, quiet: bool) -> bool:
        while self._shown and now - self._shown[0] >= HOUR:
            self._shown.popleft()
        if quiet or len(self._shown) >= MOST_AN_HOUR:
            return False
        self._shown.append(now)
        return True
