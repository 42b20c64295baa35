"""Freezes the checkout with the Python that runs this, and completes the folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from installer.freeze import contents, hashes, licences, parts, sbom, sign
from installer.freeze.version import version_of

SPEC: Final = Path(__file__).with_name("waybill.spec")
PROJECT: Final = Path(__file__).resolve().parents[2]
_FIRST: Final = 1_767_225_600  # 2026: for an export without history


class FreezeError(Exception):
    """The folder could not be made; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What was made."""

    folder: Path
    version: str
    signed: int
    """Programs that were signed; 0 where there is no certificate."""

    @property
    def bytes(self) -> int:
        """Its size on the disk of the target, as the sum of its files."""
        files = (path for path in self.folder.rglob("*") if not path.is_symlink())
        return sum(path.stat().st_size for path in files if path.is_file())


def freeze(out: Path, work: Path | None = None, project: Path = PROJECT) -> Frozen:
    """Make `out`/waybill. Raises FreezeError, UnlicensedError, OwnerlessError, SigningError."""
    out, project = out.resolve(), project.resolve()
    work = (work or out / "work").resolve()
    folder = out / "waybill"
    shutil.rmtree(folder, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    epoch = epoch_of(project)
    _run_pyinstaller(project, out, work, epoch)
    if sys.platform == "linux":
        strip(folder / "_internal")
    found = json.loads(next(work.rglob(contents.FILE)).read_text(encoding="utf-8"))
    for name in ("LICENSE", "NOTICE"):
        shutil.copyfile(project / name, folder / name)
    licences.write(found, folder)
    version = version_of(project)
    sbom.write(found, folder, version, epoch)
    signed = sign.sign(sign.ours(folder))
    hashes.write(folder)
    return Frozen(folder, version, signed)


def epoch_of(project: Path) -> int:
    """The time that everything carries: SOURCE_DATE_EPOCH, else that of the last commit."""
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    if stated.isdecimal():
        return int(stated)
    git = shutil.which("git")
    if git:
        command = [git, "-C", str(project), "log", "-1", "--format=%ct"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.strip().isdecimal():
            return int(done.stdout)
    return _FIRST


def strip(folder: Path) -> int:
    """Take debug information out of libraries that were built with it; of how many.

    Some builds of Python carry tens of megabytes of it. Without `strip` the folder is only larger.
    """
    tool = shutil.which("strip")
    large = [
        path
        for path in sorted(folder.rglob("*.so*"))
        if path.is_file() and not path.is_symlink() and b"\0.debug_info\0" in path.read_bytes()
    ]
    if tool is None or not large:
        return 0
    subprocess.run([tool, "--strip-debug", *map(str, large)], check=True)
    return len(large)


def _run_pyinstaller(project: Path, out: Path, work: Path, epoch: int) -> None:
    command = [
        *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"),
        *("--distpath", str(out), "--workpath", str(work), str(SPEC)),
    ]
    environment = {
        **os.environ,
        "PYINSTALLER_CONFIG_DIR": str(work / "cache"),
        "PYTHONHASHSEED": "0",
        # Modules are compiled anew, and without the columns of each instruction: they would only
        # underline tracebacks, and are a fifth of the code in memory.
        "PYTHONNODEBUGRANGES": "1",
        "PYTHONPYCACHEPREFIX": str(work / "compiled"),
        "SOURCE_DATE_EPOCH": str(epoch),
        "WAYBILL_PROJECT": str(project),
    }
    # Its words go where ours go: on Windows what it starts may outlive it, and keep a pipe open.
    done = subprocess.run(command, cwd=work, env=environment, check=False)
    if done.returncode:
        raise FreezeError(f"PyInstaller ended with {done.returncode}; what it said stands above")
    missing = [
        name for name in parts.PROGRAMS if not any((out / "waybill").glob(f"{name}{_suffix()}"))
    ]
    if missing:
        raise FreezeError(f"PyInstaller left no {', '.join(missing)}")


def _suffix() -> str:
    return ".exe" if sys.platform == "win32" else ""
