"""Doing something as another account of this machine: only root can, in a child that becomes it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

NOBODY = 65534
FELL = 99
"""The exit code of a child whose work raised."""

_ROOT = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root can become somebody else"
)
# Since Python 3.12 a fork beside threads is warned of: ours only asks a question, and ends.
_FORKS = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


def as_root(test: Any) -> Any:
    """A test whose children become other accounts."""
    return _ROOT(_FORKS(test))


def becoming(uid: int, work: Callable[[], int], gid: int | None = None) -> int:
    """Fork a child that becomes this account and ends with what `work` says, for `ended`."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(uid if gid is None else gid)
            os.setuid(uid)
            os._exit(work())
        except BaseException as error:  # noqa: BLE001 a forked child must never return into pytest
            os.write(2, repr(error).encode())
            os._exit(FELL)
    return child


def ended(child: int) -> int:
    """Its exit code."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def as_nobody(work: Callable[[], int], uid: int = NOBODY, gid: int = NOBODY) -> int:
    """Run `work` as the user nobody (or another one); its exit code."""
    return ended(becoming(uid, work, gid))


def reachable(folder: Path) -> None:
    """Let anybody walk to this folder (its own mode stays)."""
    for parent in folder.parents:
        if parent.stat().st_uid == os.geteuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)
