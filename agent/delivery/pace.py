"""How fast a target is approached: breaker, width and batch size, by what it answers. Pure.

- **Breaker.** While a target is away it is left alone, twice as long each time, up to a minute or
  what it asks for; then one probe goes (half open), and only its answer lets the others follow. The
  wait is spread over its later half and not over all of it: a probe that came at once would be one
  more request in the storm. (Single entries that were put off have full jitter: see `policy`.)
- **Width.** How many attempts may be under way at once: one more for each answer until the target
  first pushes back, from then on one more for a whole round of answers, half after each push-back
  (additive increase, multiplicative decrease; RFC 5681 has it for packets).
- **Batch.** Half of one that was refused as a whole, twice as large with each that was not.
"""

from __future__ import annotations

import math
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
    most: int = 1
    """Attempts at once that are ever allowed."""
    width: float = 1.0
    eager: bool = True
    """Whether it has never pushed back: then the width grows with every answer."""
    narrowed: float = -math.inf
    """When the width was last cut: who began before that tells nothing new."""

    def unavailable(
        self, now: float, jitter: float, asked: float | None = None, begun: float = math.inf
    ) -> Pace:
        """The whole target was away: wait longer each time, one probe then."""
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(self.failures, 10))
        wait *= 0.5 + jitter / 2
        if asked is not None:
            wait = max(wait, min(asked, LONGEST_ASKED))
        return replace(
            self.pushed_back(now, begun),
            failures=self.failures + 1,
            not_before=max(self.not_before, now + wait),
        )

    def lost(self, now: float, jitter: float, begun: float = math.inf) -> Pace:
        """Not one outcome of a batch is known. Once happens; twice in a row is a target in trouble."""
        if self.failures:
            return self.unavailable(now, jitter, begun=begun)
        return replace(self.pushed_back(now, begun), failures=1)

    def answered(self) -> Pace:
        """The target answered: back to normal, width and batches grow again."""
        wider = self.width + (1.0 if self.eager else 1.0 / self.width)
        return replace(
            self,
            failures=0,
            not_before=0.0,
            batch=min(1 << 30, self.batch * 2),
            width=min(float(self.most), wider),
        )

    def refused(self, size: int) -> Pace:
        """A batch of this size was refused as a whole: halve it to find the one at fault."""
        return replace(self, failures=0, not_before=0.0, batch=max(1, size // 2))

    def pushed_back(self, now: float, begun: float = math.inf) -> Pace:
        """It is too much for the target: half as many at once. `begun`: when the attempt began."""
        if begun < self.narrowed:
            return self
        return replace(self, width=max(1.0, self.width / 2), eager=False, narrowed=now)

    def poked(self) -> Pace:
        """Somebody changed something: the next probe is due at once."""
        return replace(self, not_before=0.0)

    def due(self, now: float) -> bool:
        """Whether the target may be approached now."""
        return now >= self.not_before

    def places(self) -> int:
        """How many attempts may be under way at once; only the probe while it is in trouble."""
        return 1 if self.failures else max(1, int(self.width))

    def limit(self, records: int) -> int:
        """How many records the next batch may hold. While the target is away, still a full one."""
        return max(1, min(records, self.batch))
