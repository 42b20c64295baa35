"""One frozen folder for all tests that need one, kept until what goes into it changes.

WAYBILL_FROZEN names another folder to try instead, such as one that `dev.py package` made.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from installer.freeze.build import Frozen, freeze
from installer.freeze.version import version_of

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("agent", "adapters", "gui", "installer/freeze", "resources", "requirements.lock")
KEPT = "frozen"


def _state() -> str:
    """A hash of all that goes into the folder, and of the Python that freezes it."""
    digest = hashlib.sha256(sys.version.encode())
    for part in PARTS:
        place = ROOT / part
        files = [place] if place.is_file() else sorted(place.rglob("*"))
        for path in files:
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(ROOT)}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:24]


@pytest.fixture(scope="session")
def frozen() -> Frozen:
    """The frozen programs of this checkout."""
    if sys.platform != "linux":
        pytest.skip("the Windows programs are tried by `dev.py windows`")
    if given := os.environ.get("WAYBILL_FROZEN"):
        return Frozen(Path(given).resolve(), version_of(ROOT), 0)
    cache = Path(tempfile.gettempdir()) / f"waybill-package-{os.getuid()}"
    cache.mkdir(mode=0o700, exist_ok=True)
    assert cache.stat().st_uid == os.getuid()
    with (cache / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = _state()
        made = cache / state
        if not (made / KEPT).exists():
            for other in cache.iterdir():
                if other.is_dir():
                    shutil.rmtree(other, ignore_errors=True)
            freeze(made)
            shutil.rmtree(made / "work", ignore_errors=True)
            (made / KEPT).touch()
    return Frozen(made / "waybill", version_of(ROOT), 0)


def ran(*words: object, **more: object) -> subprocess.CompletedProcess[str]:
    """A command, ended."""
    options = {"capture_output": True, "text": True, "timeout": 250, **more}
    return subprocess.run([str(word) for word in words], check=False, **options)
