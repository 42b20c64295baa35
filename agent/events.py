"""The numbers under which the agent speaks in the system's own log.

Monitoring is told of these, so a number is never given another meaning. Windows' Event Log has
them as event ids of the source Waybill; in the journal a line begins with `event=1003`. What each
asks of a person is in `resources/help/service.md`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, Literal

SOURCE: Final = "Waybill"
"""Of the entries in the Event Log; the word before the colon in syslog."""

Severity = Literal["information", "warning", "error"]


class Event(IntEnum):
    """What an entry is about."""

    STARTED = 1001
    STOPPED = 1002
    NOT_STARTED = 1003
    """What keeps it from starting is in the entry; it is tried again."""
    FAULT = 1004
    """It ended by a fault of its own, or to have its store verified; it is started again."""
    ENDED_BY_FORCE = 1005
    """Something did not end within 20 s of being asked to; nothing that was queued is lost."""
    SLOW_START = 1006
    """It runs and does not answer yet: it repairs its store, or waits for a disk."""
    SUSPENDED = 1007
    RESUMED = 1008
    SHUTDOWN = 1009
    """The machine shuts down; what is in flight is finished."""
    UPGRADED = 1010
    UPGRADE_RETURNED = 1011
    """The version before is in force; why is in the entry. Nothing is lost."""
    ALERT_ERROR = 2001
    ALERT_WARNING = 2002
    ALERT_SOLVED = 2003


SEVERITY: Final[dict[Event, Severity]] = {
    Event.STARTED: "information",
    Event.STOPPED: "information",
    Event.NOT_STARTED: "error",
    Event.FAULT: "error",
    Event.ENDED_BY_FORCE: "warning",
    Event.SLOW_START: "warning",
    Event.SUSPENDED: "information",
    Event.RESUMED: "information",
    Event.SHUTDOWN: "information",
    Event.UPGRADED: "information",
    Event.UPGRADE_RETURNED: "error",
    Event.ALERT_ERROR: "error",
    Event.ALERT_WARNING: "warning",
    Event.ALERT_SOLVED: "information",
}
