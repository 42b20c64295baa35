"""The operating system's own log: the Windows Event Log, or syslog, which journald reads too.

Event ids are fixed, so that monitoring can be told of them: 2001 error, 2002 warning, 2003 solved.
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
from agent.model import Alert
from agent.ports import AdapterContext

SOURCE = "Waybill"
ERROR_ID, WARNING_ID, SOLVED_ID = 2001, 2002, 2003
_DAEMON = 3 << 3
_ERR, _WARNING, _NOTICE = 3, 4, 5
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
        priority = {ERROR_ID: _ERR, WARNING_ID: _WARNING, SOLVED_ID: _NOTICE}[_kind(alert)]
        said = " ".join(f"{alert.headline} | {alert.text}".split())
        datagram = f"<{_DAEMON | priority}>waybill: {said}".encode()[:_LONGEST]
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(5.0)
            sender.sendto(datagram, str(self._socket))


def _kind(alert: Alert) -> int:
    lines = [line for line in alert.lines if line.what != "over"]
    if not lines and alert.lines:
        return SOLVED_ID
    return ERROR_ID if any(line.severity == "error" for line in lines) else WARNING_ID


def _to_event_log(alert: Alert) -> None:
    """pywin32 is there on Windows only, so it is loaded by name."""
    utility: Any = importlib.import_module("win32evtlogutil")
    constants: Any = importlib.import_module("win32con")
    kind = _kind(alert)
    types = {
        ERROR_ID: constants.EVENTLOG_ERROR_TYPE,
        WARNING_ID: constants.EVENTLOG_WARNING_TYPE,
        SOLVED_ID: constants.EVENTLOG_INFORMATION_TYPE,
    }
    windows: Any = importlib.import_module("pywintypes")
    said = f"{alert.headline}\n\n{alert.text}"[:30000]
    try:
        utility.ReportEvent(SOURCE, kind, eventType=types[kind], strings=[said])
    except windows.error as error:  # no OSError, though it is the system's word
        raise OSError(0, "the event log refused it") from error
