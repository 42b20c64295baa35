"""Turns the operating system's errors into a person's sentences, once.

A folder that cannot be seen is never an empty folder: absence is only ever concluded from a
listing that succeeded.
"""

from __future__ import annotations

import errno
import getpass
import os
from pathlib import Path

from agent.errors import SourceUnavailable

_GONE = {errno.ENOENT, errno.ENOTDIR}
_SHARE = {
    getattr(errno, name)
    for name in (
        *("EHOSTDOWN", "EHOSTUNREACH", "EIO", "ENETDOWN", "ENETRESET", "ENETUNREACH"),
        *("ENODEV", "ENOTCONN", "ENXIO", "ESTALE", "ETIMEDOUT", "ECONNRESET", "ECONNABORTED"),
    )
    if hasattr(errno, name)
}
_SHARE_WINDOWS = {51, 52, 53, 54, 55, 59, 64, 65, 67, 71, 121, 1203, 1222, 1231, 1232}
_LOCKED = {errno.EAGAIN, errno.EBUSY, errno.EDEADLK, errno.ETXTBSY}
_LOCKED_WINDOWS = {32, 33}  # sharing violation, lock violation
_FULL = {errno.ENOSPC, errno.EDQUOT}


def account() -> str:
    """Under which account this process works."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"user id {os.getuid()}" if hasattr(os, "getuid") else "this service's account"


def is_locked(error: OSError) -> bool:
    """Whether another program has the file."""
    return error.errno in _LOCKED or getattr(error, "winerror", None) in _LOCKED_WINDOWS


def is_gone(error: OSError) -> bool:
    """Whether there is nothing under that name."""
    return error.errno in _GONE and getattr(error, "winerror", None) not in _SHARE_WINDOWS


def unavailable(error: OSError, path: Path, *, folder: bool = False) -> SourceUnavailable:
    """What a person should read about `error` at `path`."""
    what = "The folder" if folder else "The file"
    about = {"path": str(path), "account": account(), "reason": error.strerror or ""}
    if error.errno in _SHARE or getattr(error, "winerror", None) in _SHARE_WINDOWS:
        return SourceUnavailable(
            f"{what} {path} cannot be reached ({error.strerror}).",
            code="SHARE_UNREACHABLE",
            hint="Check the network share. Reading goes on by itself; nothing counts as deleted.",
            params=about,
        )
    if is_gone(error):
        return SourceUnavailable(
            f"{what} {path} is not there.",
            code="FOLDER_MISSING" if folder else "FILE_VANISHED",
            hint="Check the path and whether its drive or share is connected. "
            "Nothing counts as deleted.",
            params=about,
        )
    if is_locked(error):
        return SourceUnavailable(
            f"{what} {path} is locked by another program.",
            code="FILE_LOCKED",
            hint="It is tried again. If it lasts, close the program that holds the file.",
            params=about,
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return SourceUnavailable(
            f"The account {account()} may not use {path}.",
            code="PERMISSION_DENIED",
            hint=f"Give {account()} the right to list and read this folder, and to change it "
            "where files are archived or deleted.",
            params=about,
        )
    if error.errno in _FULL:
        return SourceUnavailable(
            f"There is no room left at {path}.",
            code="DISK_FULL",
            hint="Free some space. The files stay where they are until then.",
            params=about,
        )
    return SourceUnavailable(f"{what} {path} cannot be read ({error.strerror}).", params=about)
