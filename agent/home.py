"""A new home folder: its configuration to be filled in, its folders, its keys.

`waybill init` makes one and shows its recovery key. A service that is started on an empty folder
makes one too, so that an installer has nothing to do; its recovery key is then made in the set-up.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from agent import durable, keys
from agent.errors import WaybillError
from agent.machine import access

CONFIG: Final = "waybill.toml"
_TEMPLATE: Final = Path(__file__).resolve().parent.parent / "resources" / "templates" / CONFIG
_NAME_IN_TEMPLATE: Final = 'name = "waybill"'
_NOT_OURS: Final = frozenset({"logs", "control.sock", "control.pause", "lost+found", "reserve"})
"""What may lie in a folder that is empty all the same."""


def config_path(home: Path) -> Path:
    """Where the configuration of this home folder stands."""
    here, system = home / CONFIG, Path("/etc/waybill") / CONFIG
    if not here.exists() and home == Path("/var/lib/waybill") and system.exists():
        return system
    return here


def configuration() -> str:
    """The text of a configuration in which nothing is configured yet."""
    here = json.dumps(socket.gethostname() or "waybill", ensure_ascii=False)
    template = _TEMPLATE.read_text(encoding="utf-8")
    return template.replace(_NAME_IN_TEMPLATE, f"name = {here}", 1)


def write(home: Path, files: Mapping[str, str]) -> None:
    """Put texts into a home, by their paths within it; closed to other accounts. Raises OSError."""
    access.close(home)
    (home / "mappings").mkdir(mode=0o700, exist_ok=True)
    put(home, {name: text.encode() for name, text in files.items()})


def shut(home: Path) -> None:
    """Close a home to other accounts, before anything is in it. Raises OSError."""
    home.chmod(0o700)
    access.close(home)


def put(home: Path, files: Mapping[str, bytes]) -> None:
    """Put files into a home, each whole or not at all; closed to other accounts. Raises OSError."""
    for name, content in files.items():
        durable.write(place(home, name), content)


def place(home: Path, name: str) -> Path:
    """Where a file of a home is, its folders made, each closed to other accounts."""
    path = home / name
    for folder in reversed([each for each in path.parents if each.is_relative_to(home)]):
        folder.mkdir(mode=0o700, exist_ok=True)
    return path


def is_empty(home: Path) -> bool:
    """Whether nothing of an agent is in a folder. Raises OSError."""
    return not {entry.name for entry in home.iterdir()} - _NOT_OURS


def give_to_owner(home: Path) -> None:
    """What an administrator made in a folder of the service's account belongs to that account.

    On Windows files take what their folder says. Raises OSError.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return
    owner = home.stat()
    if owner.st_uid == 0:
        return
    for path in home.rglob("*"):
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def begin(home: Path, config: Path) -> bool:
    """Make a home of an empty folder; True: it was one. Nothing else is ever touched.

    `config`: where its configuration is to stand. Keys come first: a crash in between leaves a
    folder that the next start finishes. Raises KeyUnavailable, WaybillError.
    """
    try:
        if not home.is_dir() or config.exists() or (home / "queue.db").exists():
            return False
        there = {entry.name for entry in home.iterdir()} - _NOT_OURS
        if there - {keys.FOLDER, "mappings"}:
            return False
        if not (home / keys.FOLDER).exists():
            shut(home)
            keys.initialise(home)
        write(home, {CONFIG: configuration()})
    except OSError as error:
        raise cannot_make(home, error) from error
    return True


def cannot_make(home: Path, error: OSError) -> WaybillError:
    """Why a folder could not become a home."""
    return WaybillError(
        f"The home folder {home} cannot be made: {error.strerror or 'unknown reason'}.",
        code="HOME_NOT_MADE",
        hint="Use an account that may write there, or name another folder with --home.",
    )
