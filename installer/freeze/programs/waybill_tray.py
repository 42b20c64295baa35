"""`waybill-tray`: the window. On Windows it has no console, and then no streams to write to."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.stdout is None or sys.stderr is None:
    _nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open as long as we run
    sys.stdout = sys.stdout or _nowhere
    sys.stderr = sys.stderr or _nowhere

from gui.tray import main  # it writes to these streams

if __name__ == "__main__":
    sys.exit(main())
