"""The operating system's own log: the Windows Event Log, or syslog, which journald reads too.

Event ids are fixed, so that monitoring can be told of them: they stand in `agent.events`.
On Linux the message goes as one datagram to the local socket (RFC 3164, facility daemon).
"""

from __future__ import annotations

import importlib
import socket
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from agent.errors import AlertFailed
from agent.events import SEVERITY, SOURCE, Event
from agent.model import Alert
from agent.ports import AdapterContext

_DAEMON = 3 << 3
_PRIORITIES = {Event.ALERT_ERROR: 3, Event.ALERT_WARNING: 4, Event.ALERT_SOLVED: 5}
_LONGEST = 8000
"""Bytes of one datagram; journald takes more, the usual syslog daemons this much."""


class SystemConfig(BaseModel):
    """Where the system's log is reached."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    socket: Path = Field(
        Path("/dev/log"), description="The socket of syslog; not asked for on Windows."
    )


class SystemChannel:
    """Satisfies `agent.ports.AlertChannel`."""

    def __init__(self, config: SystemConfig, context: AdapterContext) -> None:
        del context
        self._socket = config.socket

    def send(self, alert: Alert) -> None:
        """One entry. Raises AlertFailed."""
        try:
            if sys.platform == "win32":
                _to_event_log(alert)
            else:
                self._to_syslog(alert)
        except (OSError, ImportError) as error:
            reason = getattr(error, "strerror", "") or type(error).__name__
            raise AlertFailed(
                f"The system's log did not take the alert: {reason}.",
                code="SYSTEM_LOG_FAILED",
                hint="Is syslog or journald running, and may the service's account write to it?",
            ) from None

    def close(self) -> None:
        """Nothing is kept open."""

    def _to_syslog(self, alert: Alert) -> None:
        event = _event(alert)
        said = " ".join(f"event={event.value} {alert.headline} | {alert.text}".split())
        datagram = f"<{_DAEMON | _PRIORITIES[event]}>waybill: {said}".encode()[:_LONGEST]
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(5.0)
            sender.sendto(datagram, str(self._socket))


def _event(alert: Alert) -> Event:
    lines = [line for line in alert.lines if line.what != "over"]
    if not lines and alert.lines:
        return Event.ALERT_SOLVED
    is_error = any(line.severity == "error" for line in lines)
    return Event.ALERT_ERROR if is_error else Event.ALERT_WARNING


def _to_event_log(alert: Alert) -> None:
    """pywin32 is there on Windows only, so it is loaded by name."""
    utility: Any = importlib.import_module("win32evtlogutil")
    constants: Any = importlib.import_module("win32con")
    types = {
        "error": constants.EVENTLOG_ERROR_TYPE,
        "warning": constants.EVENTLOG_WARNING_TYPE,
        "information": constants.EVENTLOG_INFORMATION_TYPE,
    }
    windows: Any = importlib.import_module("pywintypes")
    event = _event(alert)
    said = f"{alert.headline}\n\n{alert.text}"[:30000]
    try:
        utility.ReportEvent(SOURCE, int(event), eventType=types[SEVERITY[event]], strings=[said])
    except windows.error as error:  # no OSError, though it is the system's word
        raise OSError(0, "the event log refused it") from error
