r"""Paths as Windows understands them, judged from their text.

A share is `\\server\share`; a letter may be a disk of the machine or somebody's mapped drive; a
path of more than 259 characters needs the form `\\?\` (https://learn.microsoft.com/windows/win32/
fileio/maximum-file-path-limitation). Names are those of "Naming Files, Paths, and Namespaces".
"""

from __future__ import annotations

import os
import re
from enum import Enum
from pathlib import Path
from typing import Final

from agent.machine import windows

_LONG: Final = "\\\\?\\"
_LONG_SHARE: Final = "\\\\?\\UNC\\"
_ROOM: Final = 259
"""Longest path that every program of Windows opens."""
_NAME: Final = 128
"""Kept free for names within a folder that is named with `reachable`."""
_DEVICE: Final = re.compile(
    r"(?i)(con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])"
    r" *(\.|:|$)"
)
_NOWHERE: Final = frozenset('<>:"|?*')
FORBIDDEN: Final = "its name holds a letter that Windows allows in none"
"""What `misleading` says of names that are plain elsewhere."""


class Kind(Enum):
    """What a path begins at."""

    SHARE = "share"
    DRIVE = "drive"
    RELATIVE = "relative"
    DRIVE_RELATIVE = "drive-relative"
    """`D:export`: below wherever a program last was on that drive."""
    DEVICE = "device"


def kind(path: str) -> Kind:
    """What a path of Windows begins at."""
    text = path.replace("/", "\\")
    if text[: len(_LONG_SHARE)].upper() == _LONG_SHARE:
        return Kind.SHARE
    if text.startswith(_LONG):
        return Kind.DRIVE if re.match(r"[A-Za-z]:\\", text[4:]) else Kind.DEVICE
    if text.startswith("\\\\.\\"):
        return Kind.DEVICE
    if text.startswith("\\\\"):
        return Kind.SHARE
    if re.match(r"[A-Za-z]:", text):
        return Kind.DRIVE if text[2:3] == "\\" else Kind.DRIVE_RELATIVE
    return Kind.RELATIVE


def server_of(path: str) -> str:
    """The server of a share, in lower case; nothing for any other path."""
    text = plain(path).replace("/", "\\")
    return text[2:].split("\\")[0].lower() if kind(text) is Kind.SHARE else ""


def share_of(path: str) -> str:
    r"""The share's own name: `export` of `\\erp\export\out`."""
    parts = plain(path).replace("/", "\\")[2:].split("\\")
    return parts[1] if kind(path) is Kind.SHARE and len(parts) > 1 else ""


def letter_of(path: str) -> str:
    """`S:` of a path on a drive; nothing for any other."""
    found = kind(path) in (Kind.DRIVE, Kind.DRIVE_RELATIVE)
    return plain(path)[:2].upper() if found else ""


def extended(path: str) -> str:
    r"""The form `\\?\` of a whole path, which may be of any length; others stay as they are."""
    if path.startswith(_LONG) or kind(path) not in (Kind.SHARE, Kind.DRIVE):
        return path
    text = path.replace("/", "\\")
    parts = text.split("\\")
    if any(part in (".", "..") for part in parts):  # nobody resolves these in the long form
        return path
    return _LONG_SHARE + text[2:] if text.startswith("\\\\") else _LONG + text


def plain(path: str) -> str:
    r"""A path as people write it, without `\\?\`."""
    if path[: len(_LONG_SHARE)].upper() == _LONG_SHARE:
        return "\\\\" + path[len(_LONG_SHARE) :]
    return path.removeprefix(_LONG) if kind(path) is Kind.DRIVE else path


def reachable(folder: Path) -> Path:
    """The folder in a form in which files of ordinary names can be opened, however deep it lies."""
    if os.name != "nt" or len(str(folder)) + 1 + _NAME <= _ROOM:
        return folder
    return Path(extended(str(folder.absolute())))


def misleading(name: str) -> str:
    """Why a file's name means something else on Windows, or cannot be there; else nothing."""
    if _DEVICE.match(name):
        return "its name is that of a device"
    if name != name.rstrip(". "):
        return "its name means another file on Windows"
    if any(letter in _NOWHERE for letter in name):
        return FORBIDDEN
    return ""


def about(path: str, *, is_there: bool, is_remote: bool, share: str = "") -> str:
    """What to say of a path by a drive's letter that the service may not rely on; else nothing.

    `is_there`, `is_remote`: what Windows says of the letter in this very session. `share`: where it
    leads, if that is known.
    """
    found = kind(path)
    if found is Kind.DRIVE_RELATIVE:
        return f"{path} depends on where a program was started: write {path[:2]}\\ and the rest."
    letter = letter_of(path)
    if found is not Kind.DRIVE or (is_there and not is_remote):
        return ""
    whole = share + plain(path)[2:].replace("/", "\\") if share else r"\\server\share"
    if is_there:
        return (
            f"{letter} belongs to your session: the service cannot rely on it. "
            f"Write the share instead: {whole}"
        )
    return (
        f"The service has no drive {letter}. If you see one, {letter} belongs to your session: "
        f"write the share instead: {whole}"
    )


def is_remote(path: str) -> bool:
    """Whether a folder lies on another computer, as far as Windows tells; elsewhere False."""
    if os.name != "nt":
        return False
    if kind(path) is Kind.SHARE:
        return True
    letter = letter_of(path)
    return bool(letter) and windows.drive(letter)[1]


def advice(path: str) -> str:
    """What to say of this path as this process sees it; nothing elsewhere than on Windows."""
    if os.name != "nt":
        return ""
    letter = letter_of(path)
    if not letter:
        return about(path, is_there=True, is_remote=False)
    there, remote, share = windows.drive(letter)
    return about(path, is_there=there, is_remote=remote, share=share)
