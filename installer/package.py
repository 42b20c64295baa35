"""`python3 dev.py package`: builds what this system can, from nothing to what IT installs.

    dev.py package [--out DIR] [--frozen DIR] [--json]

The frozen folder for this system, and of it the Debian package or the Windows installers, as far as
their tools are here. `--frozen` takes a folder that was frozen before, also one for Windows on Linux,
where alone the MSI package can be built. What cannot be built is told and skipped; what fails makes
the whole fail.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from installer.freeze import sign
from installer.freeze.build import PROJECT, FreezeError, Frozen, epoch_of, freeze
from installer.freeze.contents import OwnerlessError
from installer.freeze.licences import UnlicensedError
from installer.freeze.version import version_of
from installer.linux import deb
from installer.windows import build as windows

_TROUBLE: Final = (
    *(FreezeError, OwnerlessError, UnlicensedError, sign.SigningError),
    *(deb.PackagingError, windows.BuildError),
)


def main(words: Sequence[str] | None = None) -> int:
    """Build; 0 when all that can be built here was."""
    parser = argparse.ArgumentParser(prog="dev.py package", description="Build what IT installs.")
    parser.add_argument("--out", type=Path, default=Path("dist"), help="where it is left")
    parser.add_argument("--frozen", type=Path, help="take this frozen folder, freeze nothing")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    asked = parser.parse_args(words)
    out = asked.out.resolve()
    steps: dict[str, str] = {}
    files: list[Path] = []
    frozen: Frozen | None = None
    step = "freeze"
    try:
        frozen = _frozen(asked.frozen, out)
        steps[step] = f"ok: {frozen.bytes / 1e6:.1f} MB"
        steps["sign"] = (
            f"ok: {frozen.signed} programs"
            if frozen.signed
            else f"skipped: {sign.COMMAND} is not set"
        )
        for step, tool, build in _packages(frozen, out):
            if tool:
                steps[step] = f"skipped: {tool} is not here"
                continue
            files.append(build())
            steps[step] = f"ok: {files[-1].stat().st_size / 1e6:.1f} MB"
            sign.sign([files[-1]] if files[-1].suffix != ".deb" else [])
    except _TROUBLE as error:
        steps[step] = f"failed: {error}"
    _sums(out, files)
    _tell(steps, files, frozen, as_json=asked.json)
    return 0 if not any(said.startswith("failed") for said in steps.values()) else 1


def _packages(frozen: Frozen, out: Path) -> Iterator[tuple[str, str, Callable[[], Path]]]:
    """What can be made of the folder: its name, the tool that it lacks, how it is made."""
    if (frozen.folder / "waybill.exe").is_file():
        for name, make in (("setup", windows.setup), ("package", windows.package)):
            yield name, windows.lacking(name), partial(make, frozen.folder, frozen.version, out)
        return
    lacking = "" if shutil.which("dpkg-deb") else "dpkg-deb"
    yield "deb", lacking, partial(deb.build, frozen.folder, frozen.version, out, epoch_of(PROJECT))


def _frozen(given: Path | None, out: Path) -> Frozen:
    if given is None:
        return freeze(out)
    return Frozen(given.resolve(), version_of(PROJECT), 0)


def _sums(out: Path, files: Sequence[Path]) -> None:
    """The hashes of what is given out, beside it."""
    lines = [f"{_hash(path)}  {path.name}\n" for path in files]
    if lines:
        (out / "SHA256SUMS").write_text("".join(lines), encoding="utf-8", newline="\n")


def _tell(
    steps: dict[str, str], files: Sequence[Path], frozen: Frozen | None, *, as_json: bool
) -> None:
    if not as_json:
        lines = [f"{name:8} {said}\n" for name, said in steps.items()]
        sys.stdout.write("".join([*lines, *(f"{path}\n" for path in files)]))
        return
    said = {
        "ok": not any(said.startswith("failed") for said in steps.values()),
        "version": frozen.version if frozen else None,
        "folder": str(frozen.folder) if frozen else None,
        "steps": steps,
        "files": [
            {"path": str(path), "bytes": path.stat().st_size, "sha256": _hash(path)}
            for path in files
        ],
    }
    sys.stdout.write(json.dumps(said) + "\n")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main())
