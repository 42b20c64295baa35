"""How fast a target is approached: back-off while it is away, smaller batches after a refusal."""

from __future__ import annotations

from dataclasses import dataclass, replace

FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
LONGEST_ASKED = 3600.0
"""A target that asks for more patience than this is asked again anyway."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The state of one target's line. Times are monotonic seconds; a value, never mutated."""

    failures: int = 0
    not_before: float = 0.0
    batch: int = 1 << 30
    """Largest batch that is tried now."""

    def unavailable(self, now: float, jitter: float, asked: float | None = None) -> Pace:
        """The whole target was away: wait longer each time, one probe then."""
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(self.failures, 10))
        wait *= 0.5 + jitter / 2
        if asked is not None:
            wait = max(wait, min(asked, LONGEST_ASKED))
        return replace(self, failures=self.failures + 1, not_before=now + wait)

    def answered(self) -> Pace:
        """The target answered: back to normal, batches grow again."""
        return replace(self, failures=0, not_before=0.0, batch=min(1 << 30, self.batch * 2))

    def refused(self, size: int) -> Pace:
        """A batch of this size was refused as a whole: halve it to find the one at fault."""
        return replace(self, failures=0, not_before=0.0, batch=max(1, size // 2))

    def due(self, now: float) -> bool:
        """Whether the target may be approached now."""
        return now >= self.not_before

    def limit(self, records: int) -> int:
        """How many records the next batch may hold. While the target is away, still a full one."""
        return max(1, min(records, self.batch))
