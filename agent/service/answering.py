"""The service as those see it who ask: whether it answers its own control API, and what it says."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from agent.control.api import headline
from agent.control.client import Client, ControlError


def sentence(home: Path) -> str | None:
    """The status of the service of this home folder; None when it does not answer."""
    try:
        return headline(Client(home, timeout=5).status())
    except ControlError:
        return None


def look_for_news(home: Path) -> None:
    """Have every source looked at now, as after a sleep of the machine."""
    with suppress(ControlError):
        Client(home, timeout=5).call("scan")
