"""The C library's memory of a process with many threads."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_M_ARENA_MAX = -8
"""https://man7.org/linux/man-pages/man3/mallopt.3.html"""


def share() -> None:
    """One heap for all threads, before the first begins.

    Linux' C library gives each a heap of its own, which keeps what was freed there: some MB for
    nothing where Python lets one thread work at a time. Others than glibc have no such choice.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
