"""Where benchmarks keep their data, and the peers' own environment, never the product's.

`WAYBILL_BENCH_DIR` names another folder than the one in the system's temporary folder, such as one
on the disk that is to be measured.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

REQUIREMENTS = ("duckdb", "dlt[duckdb]", "pyarrow", "pandas")


class YardstickMissing(Exception):
    """Something to compare with is not there; the text says what and why."""

    needed = True
    """Whether a run without it is incomplete."""


def cache() -> Path:
    """The folder for data and environment: ours, and closed to others."""
    named = os.environ.get("WAYBILL_BENCH_DIR")
    folder = Path(named) if named else Path(tempfile.gettempdir()) / "waybill-bench"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name != "nt" and folder.stat().st_uid != os.geteuid():
        raise YardstickMissing(f"{folder} belongs to somebody else; set WAYBILL_BENCH_DIR.")
    return folder


def peers_python() -> Path:
    """The Python that has the peers; made on first use. Raises YardstickMissing."""
    folder = cache() / "peers"
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    python = programs / ("python.exe" if os.name == "nt" else "python")
    stamp, wanted = folder / "installed", "\n".join(REQUIREMENTS)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    sys.stderr.write("bench: installing the peers into an environment of their own ...\n")
    try:
        venv.create(folder, clear=True, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", *REQUIREMENTS]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
    except (OSError, subprocess.CalledProcessError) as error:
        raise YardstickMissing(f"The peers' environment cannot be made: {error}") from error
    if done.returncode:
        raise YardstickMissing(f"The peers cannot be installed: {done.stderr.strip()[-500:]}")
    stamp.write_text(wanted, encoding="utf-8")
    return python
