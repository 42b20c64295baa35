"""Makes the installers from a frozen folder: `setup` with makensis, `package` with wixl.

makensis also runs on Windows; wixl belongs to msitools and is a Linux program, so the package of a
release is made there from the folder that was frozen on Windows.
"""

# ruff: noqa: S608 only words of ours are composed, and the database is a file that we just made

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from installer.windows import wxs

_HERE: Final = Path(__file__).resolve().parent
_LICENCE: Final = _HERE.parents[1] / "LICENSE"
_SYSTEM_PROGRAM: Final = 0x22 | 0x40 | 0x400 | 0x800
"""Custom action: a program in a folder, whatever it answers, deferred, as the system."""
_PERMANENT_64: Final = 0x10 | 0x100
"""Component attributes: stays when the product goes; a component of 64-bit Windows."""


class BuildError(Exception):
    """An installer could not be built; the text holds what the tool said."""


def lacking(kind: str) -> str:
    """The tool that is missing for `setup` or `package`; empty when all are there."""
    tools = {"setup": ("makensis",), "package": ("wixl", "msibuild")}[kind]
    return next((tool for tool in tools if shutil.which(tool) is None), "")


def setup(frozen: Path, version: str, out: Path, *, is_fast: bool = False) -> Path:
    """The setup program. `is_fast`: larger and made quickly, for tests. Raises BuildError."""
    target = out / f"Waybill-{version}-setup.exe"
    defines = {"VERSION": version, "SOURCE": frozen.resolve(), "LICENCE": _LICENCE}
    defines["OUT"] = target.resolve()
    words = [f"-D{name}={value}" for name, value in defines.items()]
    _run(
        ["makensis", "-V2", "-WX", *words, *(["-DFAST"] if is_fast else []), _HERE / "waybill.nsi"]
    )
    return target


def package(frozen: Path, version: str, out: Path) -> Path:
    """The MSI package. Raises BuildError."""
    target = out / f"Waybill-{version}.msi"
    target.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "waybill.wxs"
        source.write_text(wxs.text(frozen.resolve(), version), encoding="utf-8")
        _run(["wixl", "-a", "x64", "-o", target.resolve(), source], cwd=frozen)
    _complete(target)
    return target


def _complete(package: Path) -> None:
    """What wixl cannot say: which files outlive their product, and when there is no icon."""
    names = [row[0] for row in _rows(package, "Component")]
    changes = [(f"`Attributes` = {_PERMANENT_64}", name) for name in names if name not in wxs.MARKS]
    changes += [(f"`Condition` = '{when}'", name) for name, when in wxs.CONDITIONS.items()]
    orders = [
        f"UPDATE `Component` SET {what} WHERE `Component` = '{name}'" for what, name in changes
    ]
    orders += [
        "INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`)"
        f" VALUES ('{name}', {_SYSTEM_PROGRAM}, '{folder}', '{command}')"
        for name, (folder, command) in wxs.DIRECTORY_ACTIONS.items()
    ]
    orders += [
        "INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`)"
        f" VALUES ('{name}', '{condition}', {number})"
        for name, (number, condition) in wxs.SEQUENCE.items()
    ]
    orders.append(
        f"UPDATE `InstallExecuteSequence` SET `Sequence` = {wxs.REPLACE_AT}"
        " WHERE `Action` = 'RemoveExistingProducts'"
    )
    secure = dict(_rows(package, "Property"))["SecureCustomProperties"]
    whole = ";".join([secure, *wxs.PUBLIC])
    where = "WHERE `Property` = 'SecureCustomProperties'"
    orders.append(f"UPDATE `Property` SET `Value` = '{whole}' {where}")
    _run(["msibuild", package, "-q", *orders])


def _rows(package: Path, table: str) -> list[list[str]]:
    """The rows of a table; the first three lines of its text are names, types and key."""
    lines = _run(["msiinfo", "export", package, table]).splitlines()[3:]
    return [line.split("\t") for line in lines if line]


def _run(words: Sequence[str | Path], cwd: Path = _HERE) -> str:
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False, cwd=cwd
    )
    if done.returncode:
        told = (done.stderr or done.stdout).strip()
        raise BuildError(f"{words[0]} failed: {told[-800:]}")
    return done.stdout
