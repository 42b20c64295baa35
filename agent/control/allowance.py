"""How much each account may ask: requests and bytes a second, with room for a burst.

Two buckets for each account, which fill with time; a request that finds one empty is declined and
costs the service next to nothing. Accounts never take from each other.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from agent.ports import Clock

_MOST_ACCOUNTS: Final = 1000


@dataclass(frozen=True, slots=True)
class Rate:
    """So much a second, and so much at once."""

    each_second: float
    at_once: float


class Allowance:
    """What is left to each account. Threads may share it."""

    def __init__(self, requests: Rate, size: Rate, clock: Clock) -> None:
        self._requests = requests
        self._size = size
        self._clock = clock
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float, float]] = {}
        """By account: when that was, requests, bytes."""

    def take(self, name: str, size: int) -> bool:
        """One request of so many bytes; False: not now, and nothing was taken."""
        now = self._clock.monotonic()
        with self._lock:
            at, requests, room = self._left.get(name, (now, *self._whole()))
            requests = min(requests + (now - at) * self._requests.each_second, self._whole()[0])
            room = min(room + (now - at) * self._size.each_second, self._whole()[1])
            is_allowed = requests >= 1 and room >= size
            if is_allowed:
                requests, room = requests - 1, room - size
            if len(self._left) >= _MOST_ACCOUNTS and name not in self._left:
                self._left.clear()
            self._left[name] = now, requests, room
            return is_allowed

    def _whole(self) -> tuple[float, float]:
        return self._requests.at_once, self._size.at_once
