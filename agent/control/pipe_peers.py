"""Who is at the other end of a named pipe, by the word of Windows."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def name_of(sid: Any) -> str:
    """DOMAIN and name of a SID object, as one logs on; empty where Windows knows no name."""
    import pywintypes
    import win32security

    try:
        name, domain, _ = win32security.LookupAccountSid(None, sid)
    except pywintypes.error:
        return ""
    return f"{domain}\\{name}" if domain else str(name)


def process_sid(process: int) -> str:
    """The SID of the account that a process runs as. Raises pywintypes.error."""
    import win32api
    import win32con
    import win32security

    handle = win32api.OpenProcess(0x1000, 0, process)  # PROCESS_QUERY_LIMITED_INFORMATION
    token = win32security.OpenProcessToken(handle, win32con.TOKEN_QUERY)
    user, _ = win32security.GetTokenInformation(token, win32security.TokenUser)
    return str(win32security.ConvertSidToStringSid(user))


def pipe_owner(handle: Any) -> str:
    """Whose pipe it is: its maker, or administrators where one of them made it."""
    import win32security

    wanted = win32security.OWNER_SECURITY_INFORMATION
    found = win32security.GetSecurityInfo(handle, win32security.SE_KERNEL_OBJECT, wanted)
    return str(win32security.ConvertSidToStringSid(found.GetSecurityDescriptorOwner()))


def is_a_services(handle: Any) -> bool:
    """Whether a process that the service manager started made this pipe, under any account."""
    import win32pipe
    import win32service

    process = win32pipe.GetNamedPipeServerProcessId(handle)
    manager = win32service.OpenSCManager(None, None, win32service.SC_MANAGER_ENUMERATE_SERVICE)
    try:
        running = win32service.EnumServicesStatusEx(
            manager, win32service.SERVICE_WIN32, win32service.SERVICE_ACTIVE
        )
    finally:
        win32service.CloseServiceHandle(manager)
    return any(one["ProcessId"] == process for one in running)


def owner_sid(home: Path) -> str:
    """Who owns a home folder; empty where this account may not ask."""
    import pywintypes
    import win32security

    wanted = win32security.OWNER_SECURITY_INFORMATION
    try:
        found = win32security.GetNamedSecurityInfo(str(home), win32security.SE_FILE_OBJECT, wanted)
    except pywintypes.error:  # it is closed to this account
        return ""
    return str(win32security.ConvertSidToStringSid(found.GetSecurityDescriptorOwner()))
