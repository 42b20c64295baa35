"""Tells systemd how the service is, over its notification socket.

The word "alive" is earned: the watchdog is fed only while the service answers its own control API,
so that a service whose process lives and whose work is stuck is started again.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from agent.control.api import headline
from agent.control.client import Client, ControlError

_START_SECONDS: Final = 0.2
_USUAL_SECONDS: Final = 10.0
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


def tell(notifier: Notifier, ask: Ask, stop: threading.Event) -> None:
    """Report until `stop`: ready as soon as the service answers, then each status and sign of life.

    A thread's body; returns after it has said that the service is stopping.
    """
    is_ready = False
    usual = min(_USUAL_SECONDS, (notifier.watchdog or _USUAL_SECONDS * 3) / 3)
    while not stop.is_set():
        sentence = ask()
        if sentence is not None:
            status = " ".join(sentence.split())[:_LONGEST_STATUS]
            beat = {"WATCHDOG": "1"} if notifier.watchdog else {}
            ready = {} if is_ready else {"READY": "1"}
            notifier.send(**ready, STATUS=status, **beat)
            is_ready = True
        stop.wait(usual if is_ready else _START_SECONDS)
    notifier.send(STOPPING="1", STATUS="Stopping.")


@contextmanager
def telling(notifier: Notifier, home: Path, stop: threading.Event) -> Iterator[None]:
    """Tell in the background how the service of this home folder is."""
    client = Client(home, timeout=5)

    def ask() -> str | None:
        try:
            return headline(client.status())
        except ControlError:
            return None

    teller = threading.Thread(target=tell, args=(notifier, ask, stop), name="notify", daemon=True)
    teller.start()
    try:
        yield
    finally:
        stop.set()
        teller.join(2)
