"""Our programs, frozen by the lab's Python; and once more under the next number.

The next version has the same programs as this one: what an upgrade does with them is to be seen, and
a second freeze would double the time of the run. That two versions with different programs and
different queues follow each other is shown by `tests/integration/upgrades`.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from installer.freeze.version import version_of
from tests.windows.lab import ROOT, STUBS
from tests.windows.run import Bench, StepFailedError
from tests.windows.wine import Wine

_LARGEST = 160_000_000
_WITHIN = 1800.0
_MAIN = ROOT / "installer" / "freeze" / "__main__.py"


def step(bench: Bench) -> str:
    here = version_of(ROOT)
    bench.made["frozen"] = frozen = _given(bench, here) or _frozen(bench, here)
    stubs = {f"{source.stem}.dll" for source in STUBS.glob("*.c")}
    found = sorted(path.name for path in frozen.rglob("*.dll") if path.name.lower() in stubs)
    if found:
        raise StepFailedError(f"stubs of the lab were frozen in: {', '.join(found)}")
    answer = bench.wine.run(frozen / "waybill.exe", "--version", within=120).ok()
    if here not in answer.said:
        raise StepFailedError(f"waybill.exe says {answer.last}, not {here}")
    following = frozen.with_name(_next(here))
    shutil.copytree(frozen, following, copy_function=os.link)
    bench.made["frozen next"] = following
    size = sum(path.stat().st_size for path in frozen.rglob("*") if path.is_file())
    if size > _LARGEST:
        raise StepFailedError(f"{size / 1e6:.0f} MB on disk, more than {_LARGEST / 1e6:.0f}")
    return f"{size / 1e6:.0f} MB on disk"


def _given(bench: Bench, version: str) -> Path | None:
    if bench.frozen is None:
        return None
    target = bench.folder / "frozen" / version
    shutil.copytree(bench.frozen, target)
    return target


def _frozen(bench: Bench, version: str) -> Path:
    """The folder of the programs, named by the version."""
    out = bench.folder / "frozen"
    done = bench.wine.run(
        *(bench.lab.program, Wine.name(_MAIN), "--out", Wine.name(out)),
        *("--work", Wine.name(bench.folder / "work"), "--project", Wine.name(ROOT)),
        within=_WITHIN,
        env={"PYTHONPYCACHEPREFIX": Wine.name(bench.folder / "pycache")},
        cwd=ROOT,
    )
    if done.code:
        raise StepFailedError(f"the freeze ended with {done.code}: {done.last}")
    told = json.loads(done.said.strip().splitlines()[-1])
    if told["version"] != version:
        raise StepFailedError(f"frozen was {told['version']}, not {version}")
    return (out / "waybill").rename(out / version)


def _next(version: str) -> str:
    first, _, last = version.rpartition(".")
    return f"{first}.{int(last) + 1}"
