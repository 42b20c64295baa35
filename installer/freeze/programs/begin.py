"""Runs before each program: gives children the library path that we were given.

The bootloader puts our folder in front of LD_LIBRARY_PATH for our own start. A child that is not
ours (systemctl, a browser) must not load our libraries in place of its own.
"""

from __future__ import annotations

import os
import sys

_PATH = "LD_LIBRARY_PATH"

if sys.platform != "win32":
    _former = os.environ.pop(f"{_PATH}_ORIG", None)
    if _former is not None:
        os.environ[_PATH] = _former
    else:
        os.environ.pop(_PATH, None)
