"""`waybill-tray`: shows the agent's status beside the clock, or says why it cannot.

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
    """Show the icon until it is closed; the exit code."""
    parser = argparse.ArgumentParser(prog="waybill-tray", description="Waybill's status icon.")
    parser.add_argument("--home", type=Path, default=default_home(), help="the agent's folder")
    home: Path = parser.parse_args(words).home
    if sys.platform == "linux" and not any(map(os.environ.get, _SCREENS)):
        return _refuse("there is no screen here; use `waybill status`.")
    try:
        from gui.status_icon import NoTray, show
    except ImportError as error:
        return _refuse(f"Qt cannot be loaded ({error}); use `waybill status`.")
    try:
        return show(home)
    except NoTray:
        return _refuse("this desktop has no tray; use `waybill status`.")


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"waybill-tray: {sentence}\n")
    return _CANNOT
