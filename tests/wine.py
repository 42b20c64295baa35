"""Whether a test runs on Windows, and whether that Windows is Wine, which lacks some of it."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

IS_WINDOWS = os.name == "nt"


def _is_wine() -> bool:
    library = getattr(ctypes, "WinDLL", None)
    return library is not None and hasattr(library("ntdll"), "wine_get_version")


def has_mode(path: Path, mode: int) -> bool:
    """Whether a file is closed to others by its mode; Windows knows none, and closes the home."""
    return IS_WINDOWS or path.stat().st_mode & 0o777 == mode


IS_WINE = IS_WINDOWS and _is_wine()
KEPT_OPEN = "what the agent has open cannot be damaged there while it runs"
TRUSTS_ANYBODY = "Wine trusts certificates whose issuer it does not know"
NO_RIGHTS = "Wine keeps no lists of rights: see Windows specifics in installer/RELEASE-CHECKLIST.md"
