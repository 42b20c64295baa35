"""Waiting for news or for the end, whichever comes first, without looking every moment."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # who starts a program waits for no more than it needs
    from agent.ports import Stop

_GLANCE: Final = 0.5
"""Seconds between looks at a stop that calls nobody."""
_LOOK: Final = 5.0


class Signal(threading.Event):
    """An event that also calls whoever waits for something else as well."""

    def __init__(self) -> None:
        super().__init__()
        self._calls: list[Callable[[], None]] = []

    def calls(self, back: Callable[[], None]) -> None:
        """Call this, from any thread, whenever the event is set; at once if it is."""
        self._calls.append(back)
        if self.is_set():
            back()

    def forget(self, back: Callable[[], None]) -> None:
        """Call this no more."""
        self._calls.remove(back)

    def set(self) -> None:
        """Set it, and call everybody."""
        super().set()
        for back in tuple(self._calls):
            back()


class Wake:
    """What one thread waits on (a `Bell`): the end, or a ring that it has not heard yet."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self._rung = threading.Event()
        self._is_told = isinstance(stop, Signal)
        if isinstance(stop, Signal):
            stop.calls(self._rung.set)

    def ring(self) -> None:
        """There may be news; from any thread."""
        self._rung.set()

    def hear(self) -> None:
        """What rang until now is known."""
        self._rung.clear()

    def is_set(self) -> bool:
        """Whether it is time to stop."""
        return self._stop.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds; True as soon as it is rung or time to stop."""
        if self._is_told:
            return self._stop.is_set() or self._heard(timeout)
        left = math.inf if timeout is None else timeout
        while not self._heard(0.0):
            if self._stop.wait(min(_GLANCE, left)):
                return True
            left -= _GLANCE
            if left <= 0:
                return self._heard(0.0)
        return True

    def _heard(self, timeout: float | None) -> bool:
        is_rung = self._rung.wait(timeout)
        if is_rung:
            self._rung.clear()
        return is_rung


@contextmanager
def heard(wake: Wake, *events: threading.Event) -> Iterator[float]:
    """While this lasts, these ring; yields for how many seconds to wait in between, all the same."""
    signals = [event for event in events if isinstance(event, Signal)]
    for each in signals:
        each.calls(wake.ring)
    try:
        yield _LOOK if len(signals) == len(events) else _GLANCE / 2
    finally:
        for each in signals:
            each.forget(wake.ring)
