"""When a file is written to its end: its stamp has not changed for the quiet period.

Watched over scans by the clock that cannot jump. A file that was last written long ago by the
wall clock is ready at first sight; nothing else here trusts that clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from adapters.sources.files.scan import Entry, Stamp
from agent.ports import Clock


class Quiet:
    """Remembers since when each file has looked the same."""

    def __init__(self, quiet: timedelta, clock: Clock) -> None:
        self._quiet = quiet.total_seconds()
        self._clock = clock
        self._since: dict[str, tuple[Stamp, float]] = {}

    def observe(self, entries: Iterable[Entry]) -> None:
        """Take note of a scan; forget what is gone."""
        now = self._clock.monotonic()
        seen: dict[str, tuple[Stamp, float]] = {}
        for entry in entries:
            known = self._since.get(entry.name)
            if known and known[0] == entry.stamp:
                seen[entry.name] = known
            else:
                since = now if known else now - self._age(entry.stamp)
                seen[entry.name] = (entry.stamp, since)
        self._since = seen

    def remaining(self, entry: Entry) -> float:
        """Seconds until this file may be read; 0 when it may."""
        known = self._since.get(entry.name)
        if known is None or known[0] != entry.stamp:
            return self._quiet
        return max(0.0, known[1] + self._quiet - self._clock.monotonic())

    def _age(self, stamp: Stamp) -> float:
        """How old it looks, at most the quiet period; a time in the future says nothing."""
        age = self._clock.now().timestamp() - stamp.mtime_ns / 1e9
        return min(max(age, 0.0), self._quiet)
