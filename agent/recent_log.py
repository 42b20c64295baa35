"""The latest lines of the log, kept in memory for whoever looks: what the file says, no more.

`Recent` is a handler beside the file's. It hears the same lines, already redacted, and begins with
the end of the file, so that a restart does not leave an empty page. `Loudness` lets the log say
more for a while and takes that back by itself.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

KEPT: Final = 5000
LEVELS: Final = ("debug", "info", "warning", "error")
_TAIL_BYTES: Final = 256 * 1024
_FIRST: Final = ("timestamp", "level", "logger", "event")


class Line(NamedTuple):
    """One line of the log."""

    seq: int
    at: str
    level: str
    logger: str
    event: str
    """A constant sentence of ours."""
    fields: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The line as a person reads it."""
        said = (f"{name}={value}" for name, value in self.fields.items() if name != "exception")
        return " ".join([self.event, *said])


class Recent(logging.Handler):
    """Keeps the latest lines. Threads may share it."""

    def __init__(self, path: Path | None = None) -> None:
        super().__init__()
        self._guard = threading.Lock()
        self._lines: deque[Line] = deque(maxlen=KEPT)
        self._next = 1
        self.run = str(os.getpid())
        """Stands in front of a place in the log: the numbers begin anew with every process."""
        for text in tail(path) if path is not None else ():
            self._add(text)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one more."""
        try:
            self._add(self.format(record))
        except Exception:  # noqa: BLE001 - a log that fails must not stop what it tells of
            self.handleError(record)

    def lines(
        self, after: str, limit: int, wanted: Callable[[Line], bool]
    ) -> tuple[list[Line], str]:
        """The latest lines that are wanted, and the place from which to go on."""
        run, _, place = after.rpartition(":")
        start = int(place) if run == self.run and place.isdecimal() and len(place) < 19 else 0
        with self._guard:
            known, last = list(self._lines), self._next - 1
        found = [line for line in known if line.seq > start and wanted(line)]
        return found[max(0, len(found) - limit) :], f"{self.run}:{last}"

    def _add(self, text: str) -> None:
        found = parsed(text)
        if found is None:
            return
        with self._guard:
            self._lines.append(found._replace(seq=self._next))
            self._next += 1


def parsed(text: str) -> Line | None:
    """A line of the file; None where it is none of ours."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    at, level, logger, event = (str(found.pop(name, "")) for name in _FIRST)
    return Line(0, at.replace("+00:00", "Z"), _level(level), logger, event, found)


def tail(path: Path, most: int = _TAIL_BYTES) -> Sequence[str]:
    """The last whole lines of a file; none of one that cannot be read."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - most))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ()
    lines = text.split("\n")[:-1]
    return lines if size <= most else lines[1:]


def at_least(level: str) -> frozenset[str]:
    """The levels from this one on."""
    return frozenset(LEVELS[LEVELS.index(level) :])


def _level(name: str) -> str:
    return name if name in LEVELS else "error" if name in ("critical", "exception") else "info"


@dataclass
class Loudness:
    """Lets some loggers say more until a time. Threads may share it.

    Times are seconds of a clock that never steps.
    """

    names: Sequence[str]
    _until: float | None = None
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def more_for(self, seconds: float, now: float) -> None:
        """From now on; 0 ends it."""
        with self._guard:
            self._until = now + seconds if seconds > 0 else None
            self._set()

    def step(self, now: float) -> None:
        """End what is over; to be called now and then."""
        with self._guard:
            if self._until is not None and now >= self._until:
                self._until = None
                self._set()

    def left(self, now: float) -> float:
        """Seconds for which the log says more; 0: it says the usual."""
        until = self._until
        return max(0.0, until - now) if until is not None else 0.0

    def _set(self) -> None:
        level = logging.INFO if self._until is None else logging.DEBUG
        for name in self.names:
            logging.getLogger(name).setLevel(level)
