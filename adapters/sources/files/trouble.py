"""Turns the operating system's errors into a person's sentences, once.

A folder that cannot be seen is never an empty folder: absence is only ever concluded from a
listing that succeeded.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from agent.errors import SourceUnavailable
from agent.machine import account as accounts
from agent.machine import grants, paths

_GONE = {errno.ENOENT, errno.ENOTDIR}
_SHARE = {
    getattr(errno, name)
    for name in (
        *("EHOSTDOWN", "EHOSTUNREACH", "EIO", "ENETDOWN", "ENETRESET", "ENETUNREACH"),
        *("ENODEV", "ENOTCONN", "ENXIO", "ESTALE", "ETIMEDOUT", "ECONNRESET", "ECONNABORTED"),
    )
    if hasattr(errno, name)
}
_SHARE_WINDOWS = {51, 52, 53, 54, 55, 59, 64, 67, 71, 121, 1203, 1222, 1231, 1232}
_DENIED_WINDOWS = {5, 65, 86, 1326, 1327, 1329, 1330, 1331, 1385, 1396, 1909}
"""Access denied, here or by a server that does not take the account's sign-in."""
_LOCKED = {errno.EAGAIN, errno.EBUSY, errno.EDEADLK, errno.ETXTBSY}
_LOCKED_WINDOWS = {32, 33}  # sharing violation, lock violation
_FULL = {errno.ENOSPC, errno.EDQUOT}


def account(path: Path | None = None) -> str:
    """Under which account this process works, as the machine with `path` sees it."""
    mine = accounts.here()
    if path is None or os.name != "nt" or paths.kind(str(path)) is not paths.Kind.SHARE:
        return mine.name
    return mine.network or mine.name


def is_locked(error: OSError) -> bool:
    """Whether another program has the file."""
    return error.errno in _LOCKED or getattr(error, "winerror", None) in _LOCKED_WINDOWS


def is_gone(error: OSError) -> bool:
    """Whether there is nothing under that name."""
    return error.errno in _GONE and getattr(error, "winerror", None) not in _SHARE_WINDOWS


def unavailable(error: OSError, path: Path, *, folder: bool = False) -> SourceUnavailable:
    """What a person should read about `error` at `path`."""
    what = "The folder" if folder else "The file"
    shown = paths.plain(str(path)) if os.name == "nt" else str(path)
    about = {"path": shown, "account": account(path), "reason": error.strerror or ""}
    if _is_denied(error):
        return _denied(Path(shown) if folder else Path(shown).parent, about)
    if error.errno in _SHARE or getattr(error, "winerror", None) in _SHARE_WINDOWS:
        return SourceUnavailable(
            f"{what} {shown} cannot be reached ({error.strerror}).",
            code="SHARE_UNREACHABLE",
            hint="Check the network share. Reading goes on by itself; nothing counts as deleted.",
            params=about,
        )
    if is_gone(error):
        return SourceUnavailable(
            f"{what} {shown} is not there.",
            code="FOLDER_MISSING" if folder else "FILE_VANISHED",
            hint=(
                paths.advice(shown) or "Check the path and whether its drive or share is connected."
            )
            + " Nothing counts as deleted.",
            params=about,
        )
    if is_locked(error):
        return SourceUnavailable(
            f"{what} {shown} is locked by another program.",
            code="FILE_LOCKED",
            hint="It is tried again. If it lasts, close the program that holds the file.",
            params=about,
        )
    if error.errno in _FULL:
        return SourceUnavailable(
            f"There is no room left at {shown}.",
            code="DISK_FULL",
            hint="Free some space. The files stay where they are until then.",
            params=about,
        )
    return SourceUnavailable(f"{what} {shown} cannot be read ({error.strerror}).", params=about)


def _is_denied(error: OSError) -> bool:
    number = getattr(error, "winerror", None)
    if number is not None:  # several of them are EACCES there, a locked file among them
        return number in _DENIED_WINDOWS
    return error.errno in (errno.EACCES, errno.EPERM)


def _denied(folder: Path, about: dict[str, str]) -> SourceUnavailable:
    """What to grant, as a line to copy; rights are given to folders."""
    grant = grants.folder(accounts.here(), str(folder))
    return SourceUnavailable(
        f"The account {about['account']} may not use {about['path']}.",
        code="PERMISSION_DENIED",
        hint=f"Let who owns the folder run: {grant}\nIt goes on by itself then, without a restart. "
        "Where files are archived or deleted the account must be allowed to change them too.",
        params={**about, "grant": grant},
    )
