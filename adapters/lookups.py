"""What was looked up for a write that then was not made: it serves the next attempt, for a while.

A CRM without an upsert by our key is asked before every write. Where the write was refused and
nothing happened, as in a storm of 429 and 503, asking again would double the requests. Kept is only
what no write has followed; whoever takes it takes it out. A lost answer keeps nothing: such records
are looked up anew. Nothing is older than a minute, the longest pause between two attempts of a line.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from agent.ports import Clock

SECONDS = 60.0
_MOST = 10_000

Found = TypeVar("Found")


class LookUps(Generic[Found]):
    """By entity and external id, what is there: also that nothing is. Safe between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], tuple[float, tuple[str, ...], Found]] = {}

    def keep(self, entity: str, fields: Iterable[str], found: Mapping[str, Found]) -> None:
        """No write followed these, which were asked for with these fields."""
        now, asked = self._clock.monotonic(), tuple(fields)
        with self._lock:
            for external_id, each in found.items():
                self._kept[entity, external_id] = (now, asked, each)
            while len(self._kept) > _MOST:
                del self._kept[next(iter(self._kept))]

    def take(
        self, entity: str, fields: Iterable[str], external_ids: Iterable[str]
    ) -> dict[str, Found]:
        """Those that are still good; they are not kept any longer."""
        now, asked = self._clock.monotonic(), tuple(fields)
        found: dict[str, Found] = {}
        with self._lock:
            for external_id in external_ids:
                at, wanted, each = self._kept.pop((entity, external_id), (-SECONDS, asked, None))
                if each is not None and wanted == asked and now - at < SECONDS:
                    found[external_id] = each
        return found

    def forget(self, entity: str, external_ids: Iterable[str]) -> None:
        """Something else was done about these."""
        with self._lock:
            for external_id in external_ids:
                self._kept.pop((entity, external_id), None)
