"""Why the service did not start: kept in the log of its home folder, and found there again.

The log of the system says it too, where there is one and where it may be read; this one is always
there, and the same on Windows, under systemd and in a container.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from agent.errors import WaybillError
from agent.events import Event
from agent.service import event_log

_FILE: Final = Path("logs") / "waybill.log"
_TAIL_BYTES: Final = 64 * 1024
_SAID: Final = "not started"


def said(error: BaseException) -> str:
    """Why the agent ended, for a person."""
    if isinstance(error, WaybillError):
        return f"{error}\n\n{error.hint}".rstrip()
    return (
        f"Waybill ended by a fault of its own ({type(error).__name__}); nothing that was queued is "
        "lost. Where it happened is in its log."
    )


def remember(home: Path, error: BaseException) -> None:
    """Into the logs of home folder and system. Never raises."""
    event_log.write(Event.NOT_STARTED, said(error))
    note(home, error)


def note(home: Path, error: BaseException) -> None:
    """Into the log of the home folder, if there is one. Never raises."""
    from agent import log

    with suppress(Exception):  # this is about an error already: a second one helps nobody
        if not home.is_dir():
            return
        log.configure(home / "logs")
        logger = log.get_logger(__name__)
        if isinstance(error, WaybillError):
            logger.error(_SAID, code=error.code, title=error.title, hint=error.hint)
        else:
            logger.error(_SAID, code="INTERNAL", exc_info=error)


def found(home: Path, since: datetime) -> str:
    """The latest reason noted since then, as a sentence; empty where there is none to be read."""
    try:
        with (home / _FILE).open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - _TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    for line in reversed(lines):
        with suppress(ValueError, KeyError, TypeError):
            entry: dict[str, Any] = json.loads(line)
            if datetime.fromisoformat(entry["timestamp"]) < since:
                return ""
            if entry["event"] == _SAID:
                title = entry.get("title") or "it ended by a fault of its own"
                return f"{title} [{entry['code']}]"
    return ""
