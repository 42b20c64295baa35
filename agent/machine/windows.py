"""The calls into Windows: accounts, drives, rights of files, a file opened without being in the way.

Called on Windows only. Every failure is an OSError that says what Windows said.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any, Final, NamedTuple

_ctypes: Any = import_module("ctypes")  # as Any: elsewhere it knows no WinDLL
_DRIVE_REMOTE: Final = 4
_DRIVE_ABSENT: Final = frozenset({0, 1})
_DOMAIN_JOINED: Final = 3  # NetSetupDomainName
_SHARE_ALL: Final = 0x1 | 0x2 | 0x4  # read, write, delete
_GENERIC_READ: Final = 0x80000000
_OPEN_EXISTING: Final = 3
_SEQUENTIAL: Final = 0x08000000
_BACKUP_SEMANTICS: Final = 0x02000000
_PROTECTED_DACL: Final = 0x80000000 - (1 << 32)  # pywin32 takes a signed number


def _kernel() -> Any:
    return _ctypes.WinDLL("kernel32", use_last_error=True)


def _failure(code: int, path: str | None = None) -> OSError:
    return OSError(0, _ctypes.FormatError(code).strip(), path, code)


# --- accounts -------------------------------------------------------------------------------------


class Token(NamedTuple):
    """Who this process is."""

    sid: str
    groups: frozenset[str]
    """Those that are in force."""
    name: str
    computer: str
    domain: str
    """The computer's own, in the short form; empty in a workgroup."""


def token() -> Token:
    """Who this process is. Raises OSError."""
    import pywintypes
    import win32security

    try:
        sid, groups = _token()
        name, domain, _ = win32security.LookupAccountSid(
            None, win32security.ConvertStringSidToSid(sid)
        )
    except pywintypes.error as error:
        raise OSError(0, error.strerror, None, error.winerror) from error
    whole = f"{domain}\\{name}" if domain else str(name)
    return Token(sid, groups, whole, os.environ.get("COMPUTERNAME", ""), _joined())


def _token() -> tuple[str, frozenset[str]]:
    """The process's SID and those of its groups that are in force."""
    import win32api
    import win32con
    import win32security

    token = win32security.OpenProcessToken(win32api.GetCurrentProcess(), win32con.TOKEN_QUERY)
    user, _ = win32security.GetTokenInformation(token, win32security.TokenUser)
    groups = win32security.GetTokenInformation(token, win32security.TokenGroups)
    text = win32security.ConvertSidToStringSid
    return str(text(user)), frozenset(
        str(text(sid)) for sid, attributes in groups if attributes & win32con.SE_GROUP_ENABLED
    )


def _joined() -> str:
    """The NetBIOS name of the computer's domain; empty in a workgroup."""
    try:
        library = _ctypes.WinDLL("netapi32")
        name, status = _ctypes.c_wchar_p(), _ctypes.c_int()
        if library.NetGetJoinInformation(None, _ctypes.byref(name), _ctypes.byref(status)):
            return ""
        found = name.value or ""
        library.NetApiBufferFree(name)
    except (OSError, AttributeError):
        return ""
    return str(found) if status.value == _DOMAIN_JOINED else ""


# --- drives ---------------------------------------------------------------------------------------


def drive(letter: str) -> tuple[bool, bool, str]:
    """Of `S:`: is it there for this process, does it lead elsewhere, and to which share."""
    found = int(_kernel().GetDriveTypeW(f"{letter}\\"))
    share = _connection(letter)
    return found not in _DRIVE_ABSENT, found == _DRIVE_REMOTE or bool(share), share


def _connection(letter: str) -> str:
    room = _ctypes.c_ulong(1024)
    answer = _ctypes.create_unicode_buffer(room.value)
    try:
        if _ctypes.WinDLL("mpr").WNetGetConnectionW(letter, answer, _ctypes.byref(room)):
            return ""
    except (OSError, AttributeError):
        return ""
    return str(answer.value)


# --- rights ---------------------------------------------------------------------------------------


def descriptor(path: str) -> str:
    """Owner and list of rights of a file or folder, as SDDL. Raises OSError."""
    import pywintypes
    import win32security

    what = win32security.OWNER_SECURITY_INFORMATION | win32security.DACL_SECURITY_INFORMATION
    try:
        found = win32security.GetNamedSecurityInfo(path, win32security.SE_FILE_OBJECT, what)
        return str(
            win32security.ConvertSecurityDescriptorToStringSecurityDescriptor(
                found, win32security.SDDL_REVISION_1, what
            )
        )
    except pywintypes.error as error:
        raise OSError(0, error.strerror, path, error.winerror) from error


def protect(path: str, sddl: str) -> None:
    """Replace the list of rights; nothing is inherited from above any more. Raises OSError."""
    import pywintypes
    import win32security

    try:
        wanted = win32security.ConvertStringSecurityDescriptorToSecurityDescriptor(
            sddl, win32security.SDDL_REVISION_1
        )
        win32security.SetNamedSecurityInfo(
            path, win32security.SE_FILE_OBJECT,
            win32security.DACL_SECURITY_INFORMATION | _PROTECTED_DACL,
            None, None, wanted.GetSecurityDescriptorDacl(), None,
        )  # fmt: skip
    except pywintypes.error as error:
        raise OSError(0, error.strerror, path, error.winerror) from error


def may(folder: str, rights: int) -> bool:
    """Whether Windows grants these rights on a folder: it is opened with them, and closed again.

    `os.access` looks at the read-only mark alone there.
    """
    handle = _created(folder, rights, _BACKUP_SEMANTICS)
    if handle is None:
        return False
    _kernel().CloseHandle(_ctypes.c_void_p(handle))
    return True


def name_of(sid: str) -> str:
    """The name of a SID as this machine knows it; the SID where it knows none."""
    import pywintypes
    import win32security

    try:
        name, domain, _ = win32security.LookupAccountSid(
            None, win32security.ConvertStringSidToSid(sid)
        )
    except pywintypes.error:
        return sid
    return f"{domain}\\{name}" if domain else str(name)


# --- files ----------------------------------------------------------------------------------------


def opened(path: str, flags: int) -> int:
    """A descriptor for reading that keeps nobody from writing, renaming or deleting the file.

    Python's own `open` shares reading and writing, not deleting: the ERP could not replace an
    export while it is read. `flags`: of `os.open`, for the descriptor. Raises OSError.
    """
    runtime: Any = import_module("msvcrt")
    handle = _created(path, _GENERIC_READ, _SEQUENTIAL)
    if handle is None:
        raise _failure(_ctypes.get_last_error(), path)
    try:
        return int(runtime.open_osfhandle(handle, flags))
    except BaseException:
        _kernel().CloseHandle(_ctypes.c_void_p(handle))
        raise


def _created(path: str, rights: int, flags: int) -> int | None:
    """CreateFileW of what is there, shared with everybody; None: refused, see the last error."""
    kernel = _kernel()
    kernel.CreateFileW.restype = _ctypes.c_void_p
    kernel.CreateFileW.argtypes = (
        _ctypes.c_wchar_p, _ctypes.c_uint32, _ctypes.c_uint32, _ctypes.c_void_p,
        _ctypes.c_uint32, _ctypes.c_uint32, _ctypes.c_void_p,
    )  # fmt: skip
    handle = kernel.CreateFileW(path, rights, _SHARE_ALL, None, _OPEN_EXISTING, flags, None)
    return None if handle in (None, _ctypes.c_void_p(-1).value) else int(handle)
