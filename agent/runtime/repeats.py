"""Reads that say what the last one said: told, and only now and then written down.

A table is read every half minute and seldom changes. What is kept of a read (its counts, what of it
is on its way) says nothing new then, costs a write to the disk each time, and pushes the reads that
did bring something out of the history. Nothing else is saved: such a read is made to its end and
compared row by row like any other.
"""

from __future__ import annotations

from agent.model import End
from agent.queue.streams import StreamState
from agent.runtime.captured import Captured

MOST = 20
"""Repetitions after which one is written down again: ten minutes of a table by default."""


class Repeats:
    """What the last read that was written down said, if it was without news."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: tuple[str, str] | None = None
        self._times = 0

    def write_down(self) -> None:
        """Whatever the next read says, it is kept."""
        self._kept = None

    def again(self, read: Captured, end: End, digest: str, state: StreamState) -> bool:
        """Whether this read need not be kept: it brought nothing, as the last one that was.

        `digest`: of its records; empty where it brought something.
        """
        said = (read.name, digest) if digest and end.complete else None
        changed = not state.proven or not state.ended or state.checkpoint != dict(end.checkpoint)
        if said is not None and said == self._kept and not changed and self._times < self._most:
            self._times += 1
            return True
        self._kept, self._times = said, 0
        return False
