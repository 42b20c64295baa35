"""The door of a service on Unix: where the control socket stands when others may connect.

The home folder holds keys and stays closed, so the socket cannot stand in it. A door is a folder
whose name is made from the home folder's, in a place where nobody but its owner can replace it;
it can be walked through and not listed. It stays when the service stops, so that "not running" and
"not for you" are told apart. A client finds it by the name and checks whose service answers.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from pathlib import Path

PLACES = ("/run/waybill", "/tmp")  # noqa: S108 a folder of our own, in a place that is sticky
"""The first that the service can use: what systemd's RuntimeDirectory=waybill makes, else this."""

_SOCKET = "control.sock"


def places(home: Path) -> list[Path]:
    """Where the socket of this home folder may stand."""
    name = hashlib.sha256(os.fsencode(os.path.realpath(home))).hexdigest()[:16]
    return [Path(place) / f"waybill-{name}" / _SOCKET for place in PLACES]


def opened(home: Path) -> Path | None:
    """Where the socket is to stand, the folder made; None if there is no safe place."""
    for path in places(home):
        try:
            if _is_safe(path.parent.parent) and _is_made(path.parent):
                return path
        except OSError:
            continue
    return None


def closed(home: Path) -> None:
    """Nobody else has a role any more: take away what is ours."""
    for path in places(home):
        if _is_ours(path.parent):
            shutil.rmtree(path.parent, ignore_errors=True)


def standing(home: Path) -> Path | None:
    """The socket at a door of this home folder's owner, whether anybody listens there or not."""
    owner = home.stat().st_uid
    for path in places(home):
        try:
            found = path.parent.lstat()
        except OSError:
            continue
        if stat.S_ISDIR(found.st_mode) and found.st_uid in {0, owner}:
            return path
    return None


def _is_safe(place: Path) -> bool:
    """Nobody else can rename or remove what stands there."""
    found = place.stat()
    is_shared = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return found.st_uid in {0, os.geteuid()} and (
        not is_shared or bool(found.st_mode & stat.S_ISVTX)
    )


def _is_made(folder: Path) -> bool:
    if not os.path.lexists(folder):
        folder.mkdir(mode=0o700)
    if not _is_ours(folder):
        return False
    folder.chmod(0o711)
    return True


def _is_ours(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
