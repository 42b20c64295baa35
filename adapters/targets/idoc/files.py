"""Files that are there whole or not at all, and the receipts that the other side leaves."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from agent.errors import TargetUnavailable
from agent.model import Delivered, Receipt, Rejected

ENDING = ".idoc"
_LONGEST = 4096
"""Bytes of a receipt that are read."""


class Doubtful(Exception):
    """The file took its name, and whether that outlives a power cut is unknown."""


def put(folder: Path, name: str, content: bytes) -> None:
    """Write a file of this name. Raises OSError (it is not there) or Doubtful."""
    path = folder / f"{name}{ENDING}"
    temporary = folder / f".{name}.part"
    temporary.unlink(missing_ok=True)  # what a crash left behind
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(temporary, flags, 0o660)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    try:
        _sync(folder)
    except OSError:
        raise Doubtful from None


def _sync(folder: Path) -> None:
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def is_waiting(folder: Path, name: str) -> bool:
    """Whether a file of this name is there and was not taken yet. Raises OSError."""
    try:
        return (folder / f"{name}{ENDING}").stat().st_size > 0
    except FileNotFoundError:
        return False


def receipt(folder: Path, name: str) -> Receipt | None:
    """What the other side says of a file; None: nothing yet. Raises OSError.

    A refusal is taken away once it was read: who sends the message once more hears a new answer.
    """
    said = _read(folder / f"{name}.ok")
    if said is not None:
        return Delivered(said.partition("\n")[0].strip()[:40])
    said = _read(folder / f"{name}.err")
    if said is None:
        return None
    (folder / f"{name}.err").unlink(missing_ok=True)
    return _refusal(said)


def _refusal(said: str) -> Rejected:
    code, _, reason = said.partition("\n")
    is_code = code.strip().isascii() and 0 < len(code.strip()) <= 40 and " " not in code.strip()
    words = reason.strip() if is_code else said.strip()
    return Rejected(
        code.strip() if is_code else "SAP_REFUSED",
        f"SAP could not process the IDoc. SAP says: {words[:300] or 'nothing more.'}",
    )


def _read(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST).decode("utf-8", "replace")
    except FileNotFoundError:
        return None


def unavailable(error: OSError, folder: Path) -> TargetUnavailable:
    """What it means that the folder could not be used: nothing happened."""
    if error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}:
        title, code, hint = "has no room left", "DISK_FULL", "Free some space, or let SAP read."
    elif isinstance(error, FileNotFoundError | NotADirectoryError):
        title, code, hint = "is not there", "FOLDER_MISSING", "Create it, or mount the share."
    elif isinstance(error, PermissionError):
        title, code, hint = "refuses the agent", "FOLDER_REFUSED", "Let the service's user write."
    else:
        title, code, hint = "cannot be used", "FOLDER_FAILED", "Look at the disk or the share."
    return TargetUnavailable(
        f"The folder {folder} {title}.", code=code, hint=f"{hint} Nothing was lost."
    )
