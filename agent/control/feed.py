"""A subscription: what has changed of the status, told until the connection ends.

However many subscribe, the status is computed once for all of them. A subscriber that does not
take what he is told in time is hung up, as everybody is who does not read his answers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from agent.control import wire
from agent.control.dispatch import Caller
from agent.control.patch import difference
from agent.control.wire import Connection
from agent.model import Json
from agent.ports import Clock, Stop

LOOK_SECONDS: Final = 0.5
"""The shortest time between two patches."""
HEARTBEAT_SECONDS: Final = 5.0
"""The longest time without one: no news is told too, as an empty patch or a new `at`."""

_AGEING: Final = ("at", "ages")
"""They differ at every look; that alone is no news, and goes with the heartbeat."""

Snapshot = dict[str, Json]


class Feed:
    """The snapshots of one service. Threads may share it."""

    def __init__(self, ask: Callable[[Caller], Json], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._last: dict[frozenset[str] | None, tuple[float, Snapshot]] = {}

    def look(self, caller: Caller) -> Snapshot:
        """The snapshot for this caller, at the most LOOK_SECONDS old. Raises WaybillError."""
        with self._lock:
            found = self._last.get(caller.kinds)
            if found is None or self._clock.monotonic() - found[0] >= LOOK_SECONDS:
                now = self._ask(caller)
                if not isinstance(now, dict):
                    raise TypeError("a snapshot is an object")
                found = (self._clock.monotonic(), now)
                self._last[caller.kinds] = found
            return found[1]

    def tell(
        self,
        connection: Connection,
        caller: Caller,
        begun: Snapshot,
        stop: Stop,
        within: float,
    ) -> None:
        """Send patches of `begun` until the end; each must be taken `within` so many seconds.

        Raises TimeoutError, OSError when the subscriber is slow or gone, and what a look raises.
        """
        told, beaten = begun, self._clock.monotonic()
        while not stop.wait(LOOK_SECONDS):
            now = self.look(caller)
            is_due = self._clock.monotonic() - beaten >= HEARTBEAT_SECONDS
            patch = difference(told, now)
            if is_due or patch.keys() - set(_AGEING):
                connection.send(notification(patch), within)
                told, beaten = now, self._clock.monotonic()


def notification(patch: Snapshot) -> bytes:
    """A patch as a line."""
    return wire.encode({"jsonrpc": "2.0", "method": "status", "params": {"patch": patch}})
