"""`waybill-tray`: the window and the icon beside the clock, or a sentence why not.

Qt is loaded last, so that a machine without a screen, or without Qt's libraries, gets a sentence.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from agent.control.api import default_home

_CANNOT: Final = 2
_SCREENS: Final = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def main(words: Sequence[str] | None = None) -> int:
    """Run until it is closed; the exit code."""
    parser = argparse.ArgumentParser(
        prog="waybill-tray", description="Waybill's window and status icon."
    )
    parser.add_argument("--home", type=Path, default=default_home(), help="the agent's folder")
    parser.add_argument(
        "--autostart",
        action="store_true",
        help="only the icon, and nothing for who may not use the service (for the logon)",
    )
    given = parser.parse_args(words)
    home: Path = given.home
    autostart: bool = given.autostart
    if sys.platform == "linux" and not any(map(os.environ.get, _SCREENS)):
        return _refuse("there is no screen here; use `waybill status`.", autostart=autostart)
    try:
        from gui.application import show
    except ImportError as error:
        told = f"Qt cannot be loaded ({error}); use `waybill status`."
        return _refuse(told, autostart=autostart)
    return show(home, autostart=autostart)


def _refuse(sentence: str, *, autostart: bool) -> int:
    if autostart:
        return 0
    sys.stderr.write(f"waybill-tray: {sentence}\n")
    return _CANNOT
