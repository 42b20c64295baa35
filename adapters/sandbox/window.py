"""Calls counted in a window of time, for limits: so many per ten seconds, per day."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from agent.ports import Clock

_ROLLING = 600.0
"""Windows up to this many seconds remember the time of each call."""


class Limit(NamedTuple):
    """How near to a limit the calls came."""

    name: str
    most: int
    """What is allowed."""
    peak: int
    """The most that was seen, wherever a window of that length begins."""
    over: int
    """Calls that were refused because of it."""


class Window:
    """A window that begins anew when it has run out. The caller holds the core's lock."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.seconds = seconds
        self.used = 0
        """Calls in the window that began last."""
        self._clock = clock
        self._began = clock.monotonic()
        self._recent: deque[float] = deque()
        self._peak = 0
        self._over = 0

    def take(self, limit: int) -> bool:
        """Count one call; False, and not counted, when the limit is reached."""
        now = self._clock.monotonic()
        if now - self._began >= self.seconds:
            self.used, self._began = 0, now
        if self.used >= limit:
            self._over += 1
            return False
        self.used += 1
        self._peak = max(self._peak, self._rolling(now))
        return True

    def left(self) -> float:
        """Seconds until the window begins anew."""
        return max(self.seconds - (self._clock.monotonic() - self._began), 0)

    def seen(self, name: str, limit: int) -> Limit:
        """How near to its limit it came."""
        return Limit(name, limit, self._peak, self._over)

    def _rolling(self, now: float) -> int:
        """Calls within the last `seconds`; of a long window, those since it began."""
        if self.seconds > _ROLLING:
            return self.used
        self._recent.append(now)
        while now - self._recent[0] >= self.seconds:
            self._recent.popleft()
        return len(self._recent)
