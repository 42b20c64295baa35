"""Our own tests, on a Windows Python: those that `suite.txt` lists and `test_*.py` beside it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.windows.lab import ROOT
from tests.windows.run import Bench, StepFailedError, StepSkippedError
from tests.windows.wine import Wine

_FOLDER = Path(__file__).resolve().parents[1]
_LIST = _FOLDER / "suite.txt"
_WITHIN = 900.0


def step(bench: Bench) -> str:
    names = listed()
    if not names:
        raise StepSkippedError("no test is listed in tests/windows/suite.txt")
    cache = bench.folder / "pycache"
    done = bench.wine.run(
        bench.lab.program,
        *("-m", "pytest", "-q", "--maxfail=20", "-p", "no:randomly", "-p", "no:cacheprovider"),
        *("--timeout=300", "--tb=short", "-rfE"),
        *names,
        within=_WITHIN,
        env={"PYTHONPYCACHEPREFIX": Wine.name(cache), "PYTHONPATH": Wine.name(ROOT)},
        cwd=ROOT,
    )
    (bench.folder / "tests.log").write_text(done.said, encoding="utf-8")
    summary = summed(done.said)
    if done.code:
        broken = re.findall(r"^(?:FAILED|ERROR) (\S+)", done.said, re.MULTILINE)
        raise StepFailedError(f"{summary}: {', '.join(broken[:8]) or done.last}")
    return summary


def listed() -> list[str]:
    """What pytest is told to run, relative to the checkout."""
    lines = _LIST.read_text(encoding="utf-8").splitlines() if _LIST.is_file() else []
    named = [line.partition("#")[0].strip() for line in lines]
    own = sorted(f"tests/windows/{path.name}" for path in _FOLDER.glob("test_*.py"))
    return list(dict.fromkeys([*filter(None, named), *own]))


def summed(said: str) -> str:
    """The line in which pytest counts."""
    counts = re.findall(r"^=*\s*(\d+ (?:passed|failed|error|skipped).*?)\s*=*$", said, re.MULTILINE)
    return counts[-1] if counts else "pytest counted nothing"
