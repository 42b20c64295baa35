"""On a real screen: a tray that comes late gets the icon, and one that dies is noticed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("Xvfb", "openbox", "trayer")


@pytest.mark.skipif(
    not all(map(shutil.which, NEEDED)), reason="needs Xvfb, openbox and trayer: dev.py gui has them"
)
def test_a_late_tray_is_found_a_dying_one_noticed_and_the_next_one_found(tmp_path, person):
    from tests.gui.shots import bare_screen, running

    with bare_screen() as name:
        environment = {**os.environ, "DISPLAY": name}
        environment.pop("QT_QPA_PLATFORM", None)
        command = [sys.executable, "-m", "tests.gui.host_watch", str(tmp_path / "h"), str(person)]
        watch = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            assert watch.stdout is not None
            assert watch.stdout.readline() == "no host\n"
            for _ in range(2):
                with running("trayer", "--SetDockType", "true", environment=environment):
                    assert watch.stdout.readline() == "host\n"
                assert watch.stdout.readline() == "no host\n"
            assert watch.poll() is None
        finally:
            watch.terminate()
            watch.communicate(timeout=10)
