"""Calls counted in a window of time, for limits: so many per ten seconds, per day."""

from __future__ import annotations

from agent.ports import Clock


class Window:
    """A window that begins anew when it has run out. The caller holds the core's lock."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.seconds = seconds
        self.used = 0
        """Calls in the window that began last."""
        self._clock = clock
        self._began = clock.monotonic()

    def take(self, limit: int) -> bool:
        """Count one call; False, and not counted, when the limit is reached."""
        if self._clock.monotonic() - self._began >= self.seconds:
            self.used, self._began = 0, self._clock.monotonic()
        if self.used >= limit:
            return False
        self.used += 1
        return True

    def left(self) -> float:
        """Seconds until the window begins anew."""
        return max(self.seconds - (self._clock.monotonic() - self._began), 0)
