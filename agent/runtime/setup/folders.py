"""Folders of this machine as the service sees them, for choosing where exports arrive."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from agent.errors import SourceUnavailable, WrongUse
from agent.model import Json
from agent.runtime.moments import instant

_FOLDERS: Final = 500
_FILES: Final = 200
_HIDDEN: Final = 0x2 | 0x4  # of Windows: hidden, system
_REMOTE: Final = 4  # DRIVE_REMOTE of GetDriveType


def listed(path: str) -> dict[str, Json]:
    """Folders and the newest files at a place; the drives where none is named.

    Raises SourceUnavailable, in words, where the service cannot look.
    """
    if not path:
        drives = [*_drives()]
        if sys.platform == "win32":
            return {"path": "", "parent": None, "folders": list[Json](drives), "files": [],
                    "warnings": []}  # fmt: skip
        path = "/"
    place = Path(path)
    warnings = [*_warnings(path)]
    try:
        folders, files = _entries(place)
    except ValueError:  # a zero in it
        raise WrongUse("This is no path.") from None
    except OSError as error:
        reason = error.strerror or "it is not a folder"
        raise SourceUnavailable(
            f"The service cannot look into {path}: {reason}.",
            code="FOLDER_NOT_READABLE",
            params={"path": path, "reason": reason},
            hint=" ".join(warnings)
            or "Give the account of the service the right to read it: "
            "`waybill test` names that account.",
        ) from error
    parent = "" if place.parent == place else str(place.parent)
    return {
        "path": str(place),
        "parent": None if sys.platform != "win32" and not parent else parent,
        "folders": list[Json](sorted(folders, key=str.casefold)[:_FOLDERS]),
        "files": [
            {"name": name, "size": size, "at": instant(at)}
            for at, name, size in sorted(files, reverse=True)[:_FILES]
        ],
        "warnings": list[Json](warnings),
    }


def _entries(place: Path) -> tuple[list[str], list[tuple[float, str, int]]]:
    folders: list[str] = []
    files: list[tuple[float, str, int]] = []
    with os.scandir(place) as entries:
        for entry in entries:
            if entry.name.startswith(".") or any("\ud800" <= c <= "\udfff" for c in entry.name):
                continue
            try:
                about = entry.stat()
            except OSError:  # it went away, or is a link to nowhere
                continue
            if getattr(about, "st_file_attributes", 0) & _HIDDEN:
                continue
            if stat.S_ISDIR(about.st_mode):
                folders.append(entry.name)
            elif stat.S_ISREG(about.st_mode):
                files.append((about.st_mtime, entry.name, about.st_size))
    return folders, files


def _warnings(path: str) -> Iterator[str]:
    """A drive letter is a person's: a service may see another one, or none."""
    if os.name != "nt":
        return
    drive = os.path.splitdrive(path)[0]
    if len(drive) != 2 or not drive.endswith(":"):
        return
    if not Path(f"{drive}\\").exists() or _drive_type(f"{drive}\\") == _REMOTE:
        yield (
            f"{drive} may belong to your session only: the service cannot rely on it. "
            r"Write the share instead: \\server\share"
        )


def _drive_type(root: str) -> int:
    import ctypes

    kernel: Any = getattr(ctypes, "windll")  # noqa: B009 - mypy knows no windll elsewhere
    return int(kernel.kernel32.GetDriveTypeW(root))


def _drives() -> Iterator[str]:
    if sys.platform == "win32":
        yield from os.listdrives() if hasattr(os, "listdrives") else _letters()
    else:
        yield "/"


def _letters() -> Iterator[str]:
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        if Path(f"{letter}:\\").exists():
            yield f"{letter}:\\"
