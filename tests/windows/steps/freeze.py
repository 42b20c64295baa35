"""Our programs, frozen by the lab's Python; and at the same time those of a next version.

The next version is a copy of the checkout that states another number: what is installed over another
must be what it says it is. That two versions with different queues follow each other is shown by
`tests/integration/upgrades`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from installer.freeze.version import version_of
from tests.windows.lab import ROOT, STUBS
from tests.windows.run import Bench, StepFailedError
from tests.windows.wine import Wine

_LARGEST = 160_000_000
_WITHIN = 1800.0
_CHECKOUT = ("agent", "adapters", "gui", "installer", "resources")
_BESIDE = ("pyproject.toml", "LICENSE", "NOTICE")


def step(bench: Bench) -> str:
    here = version_of(ROOT)
    following = _next(here)
    with ThreadPoolExecutor(2) as pool:
        second = pool.submit(lambda: _made(bench, following, lambda: _restated(bench, following)))
        frozen = _made(bench, here, lambda: ROOT)
    bench.made["frozen"], bench.made["frozen next"] = frozen, second.result()
    stubs = {f"{source.stem}.dll" for source in STUBS.glob("*.c")}
    found = sorted(path.name for path in frozen.rglob("*.dll") if path.name.lower() in stubs)
    if found:
        raise StepFailedError(f"stubs of the lab were frozen in: {', '.join(found)}")
    answer = bench.wine.run(frozen / "waybill.exe", "--version", within=120).ok()
    if here not in answer.said:
        raise StepFailedError(f"waybill.exe says {answer.last}, not {here}")
    size = sum(path.stat().st_size for path in frozen.rglob("*") if path.is_file())
    if size > _LARGEST:
        raise StepFailedError(f"{size / 1e6:.0f} MB on disk, more than {_LARGEST / 1e6:.0f}")
    return f"{size / 1e6:.0f} MB on disk"


def _made(bench: Bench, version: str, checkout: Callable[[], Path]) -> Path:
    """The folder of the programs, named by the version: an earlier run's, or frozen now."""
    target = bench.folder / "frozen" / version
    given = bench.frozen.with_name(version) if bench.frozen is not None else None
    if given is not None and given.is_dir():
        shutil.copytree(given, target)
        return target
    project, out = checkout(), bench.folder / f"freeze-{version}"
    done = bench.wine.run(
        *(bench.lab.program, Wine.name(project / "installer" / "freeze" / "__main__.py")),
        *("--out", Wine.name(out), "--project", Wine.name(project)),
        within=_WITHIN,
        env={"PYTHONPYCACHEPREFIX": Wine.name(bench.folder / f"pycache-{version}")},
        cwd=project,
    )
    if done.code:
        raise StepFailedError(f"the freeze ended with {done.code}: {done.last}")
    told = json.loads(done.said.strip().splitlines()[-1])
    if told["version"] != version:
        raise StepFailedError(f"frozen was {told['version']}, not {version}")
    target.parent.mkdir(exist_ok=True)
    return (out / "waybill").rename(target)


def _restated(bench: Bench, version: str) -> Path:
    """A copy of the checkout that states this version."""
    project = bench.folder / "checkout"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in _CHECKOUT:
        shutil.copytree(ROOT / name, project / name, ignore=ignored)
    for name in _BESIDE:
        shutil.copyfile(ROOT / name, project / name)
    stated = project / "agent" / "__init__.py"
    text = stated.read_text(encoding="utf-8")
    here = f'__version__ = "{version_of(ROOT)}"'
    if here not in text:
        raise StepFailedError(f"{stated.name} does not state the version as it did")
    stated.write_text(text.replace(here, f'__version__ = "{version}"'), encoding="utf-8")
    return project


def _next(version: str) -> str:
    first, _, last = version.rpartition(".")
    return f"{first}.{int(last) + 1}"
