"""What offscreen cannot show is tried on a real screen too: Xvfb, a window manager, a tray.

The tests of tray, single instance and window, and a walk over some pages, run once more there,
in a process of their own, beside those that only a screen can show.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("Xvfb", "openbox", "trayer")
THERE = ("on_screen", "test_tray.py", "test_window.py", "test_walk.py")
WHICH = "not test_walk or (english and (overview or exceptions or settings))"
"""Of the walk some pages: a widget is as large offscreen, its window and its fonts are what differ."""


@pytest.mark.timeout(900)
@pytest.mark.skipif(
    not all(map(shutil.which, NEEDED)), reason=f"needs {', '.join(NEEDED)}: dev.py test has them"
)
def test_tray_windows_and_pages_behave_on_a_real_screen_as_well():
    from tests.gui.shots import screen

    with screen() as name:
        environment = {**os.environ, "DISPLAY": name, "QT_QPA_PLATFORM": "xcb"}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += [f"tests/gui/{each}" for each in THERE]
        done = subprocess.run(
            [*command, "-k", WHICH], check=False, cwd=ROOT, env=environment,
            capture_output=True, text=True, timeout=850,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert " skipped" not in done.stdout.splitlines()[-1]
