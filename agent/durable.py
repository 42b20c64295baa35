"""Writing a small file so that it is there whole, or not at all.

After `write` returns, the new content survives a power cut; until then, the old one does. The
content goes to a temporary neighbour, is forced to the disk, takes the name in one step, and then
the folder is forced to the disk too. The mode is set on the open file, so that neither the umask
nor a moment between creation and chmod leaves it readable for others. On Windows a virus scanner or
a backup may hold the old file for a moment: taking its name is tried again for two seconds.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
from pathlib import Path

from agent.errors import StoreDamaged, StoreError, StoreFull

_HELD = {5, 32, 33}  # of Windows: access denied, sharing violation, lock violation
_PATIENCE = 2.0
_STEP = 0.05
_NO_ROOM = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Replace `path` by `content`. One writer per path; raises OSError and leaves the old file."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.unlink(missing_ok=True)  # what a crash left behind, or what somebody planted
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(temporary, flags, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            if sys.platform != "win32":
                os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        take_name(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def take_name(temporary: Path, path: Path, patience: float = _PATIENCE) -> None:
    """Give `temporary` the name of `path` in one step. Raises OSError."""
    waited = threading.Event()
    left = patience
    while True:
        try:
            temporary.replace(path)
        except OSError as error:
            if getattr(error, "winerror", None) not in _HELD or left <= 0:
                raise
        else:
            return
        waited.wait(_STEP)
        left -= _STEP


def sync_folder(folder: Path) -> None:
    """Force a folder's list of names to the disk. Windows has no such call and needs none."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def full() -> StoreFull:
    """The disk with the home folder has no room left."""
    return StoreFull(
        "The disk with the queue is full.",
        hint="Free some space; reading has stopped, delivery goes on, nothing is lost.",
    )


def trouble(error: OSError) -> StoreError:
    """What it means that a file of ours could not be read or written."""
    if error.errno in _NO_ROOM:
        return full()
    return StoreDamaged(
        f"The disk refused to read or write the home folder: {error.strerror or 'no reason given'}.",
        code="STORE_IO",
        hint="Check the disk and the permissions of the home folder, then restart Waybill.",
    )


def private_folder(folder: Path) -> None:
    """Make `folder` if need be, closed to everybody but the service account."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32":
        folder.chmod(0o700)  # mkdir minds the umask and leaves an existing folder as it is
