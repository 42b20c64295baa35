"""One measurement in a process of its own: `python -m tests.bench.worker MODULE FUNCTION JSON`.

The worker prints what the function answered as one line of JSON, its last. Standard library only,
because the peers' environment runs it too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class WorkerFailedError(Exception):
    """A measurement ended without an answer; the text holds the end of what it said."""


def ask(module: str, function: str, *, python: Path | None = None, **values: object) -> dict:
    """What `tests.bench.MODULE.FUNCTION(**values)` answers in a fresh process."""
    arguments = json.dumps(values, default=str)
    command = [python or sys.executable, "-m", "tests.bench.worker", module, function, arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise WorkerFailedError(f"{module}.{function}: {done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Do what the command line says."""
    module, function, arguments = sys.argv[1:]
    work = getattr(import_module(f"tests.bench.{module}"), function)
    sys.stdout.write(json.dumps(work(**json.loads(arguments))) + "\n")


if __name__ == "__main__":
    main()
