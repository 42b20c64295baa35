"""Whether the rights of the home folder and of the program are as closed as they should be: Windows.

Elsewhere the mode of the home folder says it (`HOME_OPEN`), and packages own the program.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from agent.machine import access, account, windows
from agent.runtime.operate.look import Look, fine, warn, wrong

_INSIDE: Final = ("keys", "keys/entropy.bin", "keys/keys.json", "queue.db", "waybill.toml")


def rights(home: Path) -> Iterator[Look]:
    """What is wrong with them, or that they are right; nothing elsewhere than on Windows."""
    if os.name != "nt":
        return
    yield from _home(home)
    if getattr(sys, "frozen", False):
        yield from _program(Path(sys.executable).parent)


def _home(home: Path) -> Iterator[Look]:
    try:
        known = (account.service_sid(access.SERVICE), windows.token().sid)
        open_to = {
            who
            for place in (home, *(home / name for name in _INSIDE))
            if place.exists()
            for who in access.others(access.seen(place), access.READ | access.CHANGE, known)
        }
    except OSError as error:
        reason = error.strerror or "no reason given"
        yield warn(
            "HOME_RIGHTS_UNSEEN", f"The rights of the home folder cannot be read: {reason}.",
            "Ask as an administrator, or ask the service.", "home", reason=reason,
        )  # fmt: skip
        return
    if not open_to:
        yield fine("HOME_RIGHTS", "Only the service and administrators can read the home folder.",
                   "home")  # fmt: skip
        return
    names = ", ".join(sorted(windows.name_of(sid) for sid in open_to))
    command = access.repair(str(home), (f"NT SERVICE\\{access.SERVICE}",))
    yield wrong(
        "HOME_RIGHTS_OPEN", f"These can reach into the home folder, where keys and queue lie: {names}.",
        f"As an administrator: {command}", "home", names=names, command=command,
    )  # fmt: skip


def _program(folder: Path) -> Iterator[Look]:
    try:
        writers = access.others(access.seen(folder), access.CHANGE, ())
    except OSError:
        return
    if writers:
        names = ", ".join(windows.name_of(sid) for sid in writers)
        yield wrong(
            "PROGRAM_WRITABLE", f"These can change the program that the service runs: {names}.",
            f'As an administrator: icacls "{folder}" /reset /T', "program", names=names,
            folder=str(folder),
        )  # fmt: skip
