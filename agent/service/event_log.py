r"""The service's own entries in the log of the system: Windows' Event Log, or the journal.

Windows shows an entry by a message file that the source names in the registry. Ours would have to
be a DLL in a folder that upgrades replace, held open by Event Viewer; .NET's own, which is part of
every Windows Server since 2012, has a message `%1` for each number, so that is the one. Where it
is missing pywin32's is named, and without either the text is shown below a remark of Windows.
"""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from agent.events import SEVERITY, SOURCE, Event

_KEY: Final = rf"SYSTEM\CurrentControlSet\Services\EventLog\Application\{SOURCE}"
_MESSAGES: Final = r"%SystemRoot%\Microsoft.NET\Framework64\v4.0.30319\EventLogMessages.dll"
_TYPES: Final = {"error": 0x1, "warning": 0x2, "information": 0x4}
_LEVELS: Final = {"error": 3, "warning": 4, "information": 6}
_LONGEST: Final = 30_000
_SLACK_SECONDS: Final = 2  # the log keeps whole seconds
_LOOKED_AT: Final = 200
"""Entries of the application log among which our latest error is looked for."""


def write(event: Event, text: str) -> None:
    """One entry. Never raises: a log that is full or closed must not stop the agent."""
    if sys.platform == "win32":
        with suppress(Exception):  # pywintypes.error is no OSError, and a hint is not worth a fault
            _to_event_log(event, text)
    elif "JOURNAL_STREAM" in os.environ:
        line = " ".join(text.split())
        with suppress(OSError):
            sys.stderr.write(f"<{_LEVELS[SEVERITY[event]]}>event={event.value} {line}\n")
            sys.stderr.flush()


def register(program: Path) -> None:
    """Name the message file of our entries. Windows only; raises OSError."""
    winreg: Any = importlib.import_module("winreg")  # its types are for Windows only

    path = Path(os.path.expandvars(_MESSAGES))
    own = program.parent / "_internal" / "win32" / "win32evtlog.pyd"
    file = _MESSAGES if path.exists() or not own.exists() else str(own)
    with winreg.CreateKey(winreg.HKEY_LOCAL_MACHINE, _KEY) as key:
        winreg.SetValueEx(key, "EventMessageFile", 0, winreg.REG_EXPAND_SZ, file)
        winreg.SetValueEx(key, "TypesSupported", 0, winreg.REG_DWORD, sum(_TYPES.values()))


def unregister() -> None:
    """Forget the source. Windows only; raises OSError."""
    winreg: Any = importlib.import_module("winreg")  # its types are for Windows only

    with suppress(FileNotFoundError):
        winreg.DeleteKey(winreg.HKEY_LOCAL_MACHINE, _KEY)


def last_error(since: datetime) -> str:
    """The first line of our latest error since then in the application log; else empty."""
    import win32evtlog as log

    opened = log.OpenEventLog(None, "Application")
    try:
        flags = log.EVENTLOG_BACKWARDS_READ | log.EVENTLOG_SEQUENTIAL_READ
        seen = 0
        while seen < _LOOKED_AT and (records := log.ReadEventLog(opened, flags, 0)):
            seen += len(records)
            for record in records:
                if record.TimeGenerated.timestamp() < since.timestamp() - _SLACK_SECONDS:
                    return ""
                if record.SourceName == SOURCE and record.EventType == _TYPES["error"]:
                    return " ".join((record.StringInserts or ("",))[0].split("\n")[0].split())
    finally:
        log.CloseEventLog(opened)
    return ""


def _to_event_log(event: Event, text: str) -> None:
    import win32evtlog as log

    source: Any = log.RegisterEventSource(None, SOURCE)
    try:
        kind = _TYPES[SEVERITY[event]]
        log.ReportEvent(source, kind, 0, int(event), None, [text[:_LONGEST]], None)
    finally:
        log.DeregisterEventSource(source)
