"""Tells systemd how the service is, over its notification socket.

The word "alive" is earned: the watchdog is fed only while the service answers its own control API,
so that a service whose process lives and whose work is stuck is started again. A start that takes
long (a queue is repaired) asks for more time as it goes, for an hour at most.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from agent.clock import SystemClock
from agent.ports import Clock
from agent.service.answering import sentence

_START_SECONDS: Final = 0.2
_USUAL_SECONDS: Final = 10.0
_MORE_TIME_SECONDS: Final = 60.0
_LONGEST_START_SECONDS: Final = 3600.0
_LONGEST_STATUS: Final = 500

Ask = Callable[[], str | None]
"""The service's status as a sentence, or None when it does not answer."""


class Notifier:
    """The sending end of one notification socket. A failure to send is never an error."""

    def __init__(self, address: str, watchdog: float | None = None) -> None:
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.watchdog = watchdog
        """Seconds within which systemd wants a sign of life."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Notifier | None:
        """The one that systemd offers this process, if any."""
        address = environment.get("NOTIFY_SOCKET", "")
        if not address.startswith(("/", "@")):
            return None
        allowed = environment.get("WATCHDOG_USEC", "")
        is_ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        watched = is_ours and allowed.isdecimal() and int(allowed) > 0
        return cls(address, int(allowed) / 1e6 if watched else None)

    def send(self, **fields: str) -> None:
        """One datagram, as `READY=1`."""
        text = "\n".join(f"{name}={value}" for name, value in fields.items())
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(1)
            sender.sendto(text.encode("utf-8", "replace"), self._address)


def tell(notifier: Notifier, ask: Ask, stop: threading.Event, clock: Clock | None = None) -> None:
    """Report until `stop`: ready as soon as the service answers, then each status and sign of life.

    A thread's body; returns after it has said that the service is stopping.
    """
    _tell_start(notifier, ask, stop, clock or SystemClock())
    usual = min(_USUAL_SECONDS, (notifier.watchdog or _USUAL_SECONDS * 3) / 3)
    while not stop.wait(usual):
        if (said := ask()) is not None:
            notifier.send(STATUS=_status(said), **_beat(notifier))
    notifier.send(STOPPING="1", STATUS="Stopping.")


def _tell_start(notifier: Notifier, ask: Ask, stop: threading.Event, clock: Clock) -> None:
    """Until the service answers for the first time."""
    begun = clock.monotonic()
    asked = 0.0
    while not stop.is_set():
        if (said := ask()) is not None:
            notifier.send(READY="1", STATUS=_status(said), **_beat(notifier))
            return
        took = clock.monotonic() - begun
        if asked + _USUAL_SECONDS <= took <= _LONGEST_START_SECONDS:
            asked = took
            more = str(int(_MORE_TIME_SECONDS * 1e6))
            notifier.send(STATUS="Starting: the queue is looked through.", EXTEND_TIMEOUT_USEC=more)
        stop.wait(_START_SECONDS)


def _status(said: str) -> str:
    return " ".join(said.split())[:_LONGEST_STATUS]


def _beat(notifier: Notifier) -> dict[str, str]:
    return {"WATCHDOG": "1"} if notifier.watchdog else {}


@contextmanager
def telling(
    notifier: Notifier, home: Path, stop: threading.Event, started: threading.Event
) -> Iterator[None]:
    """Tell in the background how the service of this home folder is, from `started` on."""

    def ask() -> str | None:
        return sentence(home) if started.is_set() else None

    teller = threading.Thread(target=tell, args=(notifier, ask, stop), name="notify", daemon=True)
    teller.start()
    try:
        yield
    finally:
        stop.set()
        teller.join(2)
