"""The C library's memory of a process with many threads."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_M_ARENA_MAX = -8
"""https://man7.org/linux/man-pages/man3/mallopt.3.html"""
_LIBRARY_LACKS = (OSError, AttributeError)
"""Another C library than glibc, which knows neither."""


def share() -> None:
    """One heap for all threads, before the first begins.

    Linux' C library gives each a heap of its own, which keeps what was freed there: some MB for
    nothing where Python lets one thread work at a time.
    """
    if sys.platform == "linux":
        with suppress(*_LIBRARY_LACKS):
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """What a start needed for a moment goes back to the system."""
    if sys.platform == "linux":
        with suppress(*_LIBRARY_LACKS):
            ctypes.CDLL(None).malloc_trim(0)
