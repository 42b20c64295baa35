"""Whether a test runs on Windows, and whether that Windows is Wine, which lacks some of it."""

from __future__ import annotations

import ctypes
import os

IS_WINDOWS = os.name == "nt"


def _is_wine() -> bool:
    library = getattr(ctypes, "WinDLL", None)
    return library is not None and hasattr(library("ntdll"), "wine_get_version")


IS_WINE = IS_WINDOWS and _is_wine()
NO_RIGHTS = "Wine keeps no lists of rights: see Windows specifics in installer/RELEASE-CHECKLIST.md"
