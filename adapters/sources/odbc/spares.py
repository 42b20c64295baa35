"""Readers that wait for the next read: starting one costs more than a look at an unchanged table.

A reader is kept only when it said everything it was asked and brought few rows; whatever went wrong
ends with its process, as ever. It drops its connection and its secrets in a moment, unless another
table of the same database is next. It serves one source at a time. Where many tables are looked at
in the same moment, they wait briefly for each other instead of starting a process each.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from adapters.sources.odbc.frames import BrokenFrameError
from adapters.sources.odbc.process import REST, ReaderProcess
from agent.errors import SourceUnavailable
from agent.ports import Clock

_MOST: Final = 2
_USES: Final = 500
"""Reads of one process: a driver may leak."""
_PATIENCE_SECONDS: Final = 1.0
"""For one that is busy, before another is started."""
_REST_WITHIN: Final = timedelta(seconds=5)

_Kind = tuple[tuple[str, ...], float]
"""Its command and for how long it may be silent."""


class _Use(NamedTuple):
    """What a reader is used for, and how often it was."""

    kind: _Kind
    times: int


class Spares:
    """The readers of this process. Threads may share it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[_Kind, list[tuple[ReaderProcess, int]]] = {}
        self._busy: dict[ReaderProcess, _Use] = {}
        self._members = 0

    def join(self) -> None:
        """Somebody may want readers from now on."""
        with self._changed:
            self._members += 1

    def leave(self) -> None:
        """Whoever joined wants none any more; with the last one all that wait are ended."""
        with self._changed:
            self._members -= 1
            if self._members > 0:
                return
        self.close()

    def take(self, command: Sequence[str], clock: Clock, silence: timedelta) -> ReaderProcess:
        """A reader that nobody uses: one that waits, else a new one. Raises SourceUnavailable."""
        kind = (tuple(command), silence.total_seconds())
        with self._changed:
            self._changed.wait_for(
                lambda: self._waiting.get(kind) or not self._is_busy(kind), _PATIENCE_SECONDS
            )
            found = self._waiting.get(kind, [])
            while found:
                process, times = found.pop()
                if not process.ended:
                    self._busy[process] = _Use(kind, times + 1)
                    return process
                process.close()
        process = ReaderProcess(command, clock, silence)
        with self._changed:
            self._busy[process] = _Use(kind, 1)
        return process

    def give(self, process: ReaderProcess) -> None:
        """Have it forget what it read and wait; end it where it does not, or enough wait."""
        with self._changed:
            keep = self._has_room(process)
        if not (keep and process.rests) and not _rests(process, keep=keep):
            self.drop(process)
            return
        with self._changed:
            keep = keep and self._has_room(process)
            use = self._busy.pop(process, None)
            if keep and use:
                self._waiting.setdefault(use.kind, []).append((process, use.times))
                self._changed.notify_all()
                return
            self._changed.notify_all()
        process.close()

    def drop(self, process: ReaderProcess) -> None:
        """End one, whatever it does; safe at any time."""
        process.close()
        with self._changed:
            self._busy.pop(process, None)
            self._changed.notify_all()

    def close(self) -> None:
        """End all that wait."""
        with self._changed:
            ended = [process for waiting in self._waiting.values() for process, _ in waiting]
            self._waiting.clear()
        for process in ended:
            process.close()

    def _has_room(self, process: ReaderProcess) -> bool:
        """Whether this one may wait, under the lock."""
        use = self._busy.get(process)
        if use is None or use.times >= _USES or self._members <= 0:
            return False
        return len(self._waiting.get(use.kind, ())) < _MOST

    def _is_busy(self, kind: _Kind) -> bool:
        return any(use.kind == kind for use in self._busy.values())


def _rests(process: ReaderProcess, *, keep: bool) -> bool:
    try:
        process.ask({**REST, "keep": keep})
        return "rested" in process.answer(_REST_WITHIN).content()
    except (SourceUnavailable, BrokenFrameError, ValueError):
        return False


SPARES: Final = Spares()
atexit.register(SPARES.close)
