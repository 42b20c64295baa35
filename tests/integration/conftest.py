"""What several tests of this folder need."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def injector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fault injector, compiled for this machine."""
    if (gcc := shutil.which("gcc")) is None:
        pytest.skip("no gcc: the fault injector cannot be compiled (Debian: apt install gcc)")
    library = tmp_path_factory.mktemp("injector") / "inject.so"
    source = Path(__file__).with_name("killpoints") / "inject.c"
    command = [gcc, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]
    subprocess.run(command, check=True)
    return library
