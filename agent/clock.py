"""The one reader of time."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """The real clock (satisfies `agent.ports.Clock`)."""

    def now(self) -> datetime:
        """The wall clock, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()
