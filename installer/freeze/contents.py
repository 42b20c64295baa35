"""What was gathered, and whose it is: the basis of licences and bill of materials.

The specification hands over PyInstaller's tables; each file is traced to the distribution that
installed it, to Python itself, to a package of the building system, or to us. A file that is
nobody's is an error: what has no owner has no licence.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, Final

from installer.freeze import parts

FILE: Final = "contents.json"
"""In the folder of work files."""
PYTHON: Final = "python"
_STANDARD: Final = "base_library.zip"
"""What Python needs at its start, packed by PyInstaller."""
_COPIED: Final = re.compile(r"\.(?:so[.\d]*|dll|pyd)$", re.IGNORECASE)

Found = dict[str, list[dict[str, str]]]
"""Under `distributions` and `system`: name and version of each owner."""


class OwnerlessError(Exception):
    """Files that belong to nobody we know; the text names them."""


def gather(entries: Iterable[tuple[str, str, str]], project: Path) -> Found:
    """The owners of what PyInstaller's tables name. Raises OwnerlessError."""
    owners = _owners()
    pythons = tuple({_plain(folder) + os.sep for folder in (sys.base_prefix, sys.prefix)})
    ours, tool = _plain(project) + os.sep, _owner_of_package("pyinstaller", owners)
    found: set[str] = {PYTHON, "pyinstaller"}
    foreign: set[str] = set()
    lost: list[str] = []
    for name, source, kind in entries:
        if kind == parts.LINK or name == _STANDARD:
            continue
        path = _plain(source or "-")
        owner = owners.get(path) or _by_folder(path, owners, tool)
        if owner:
            found.add(owner)
        elif path.startswith(pythons) or source in {"-", "built-in", "frozen"}:
            continue
        elif path.startswith("/") and _COPIED.search(path):
            foreign.add(source)
        elif not path.startswith(ours):
            lost.append(source)
    if lost:
        raise OwnerlessError(f"Nobody's: {', '.join(sorted(set(lost))[:10])}")
    return {
        "distributions": [
            {"name": name, "version": _version(name)} for name in sorted(found - {PYTHON})
        ],
        "system": _packages(foreign),
    }


def about(found: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The description of each distribution, to lie where `importlib.metadata` finds it."""
    table = []
    for owner in found["distributions"]:
        described = Path(str(_of(owner["name"]).locate_file(""))) / _folder(owner["name"])
        metadata = described / "METADATA"
        table.append((f"{described.name}/METADATA", str(metadata), "DATA"))
    return table


def distribution(name: str) -> Distribution:
    """An installed distribution by its plain name."""
    return _of(name)


def plain_name(name: str) -> str:
    """The form in which names are compared (PyPA's name normalization)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def _all() -> dict[str, Distribution]:
    return {plain_name(each.metadata["Name"]): each for each in reversed([*distributions()])}


def _of(name: str) -> Distribution:
    return _all()[name]


def _version(name: str) -> str:
    return _of(name).version


def _folder(name: str) -> str:
    for file in _of(name).files or ():
        if file.parts[0].endswith(".dist-info"):
            return file.parts[0]
    raise OwnerlessError(f"{name} has no description")


def _owners() -> dict[str, str]:
    """The distribution of every installed file."""
    found = {}
    for name, each in _all().items():
        root = _plain(each.locate_file(""))
        for file in each.files or ():
            found[_plain(f"{root}/{file}")] = name
    return found


def _owner_of_package(name: str, owners: Mapping[str, str]) -> str:
    """The folder of the package of a distribution."""
    inits = [path for path, owner in owners.items() if owner == name and "__init__" in path]
    return str(Path(min(inits, key=len)).parent) if inits else ""


def _by_folder(path: str, owners: Mapping[str, str], tool: str) -> str | None:
    """The owner of a file that its list lacks: that of what lies beside or above it."""
    if tool and path.startswith(tool):
        return "pyinstaller"
    for parent in Path(path).parents:
        if parent.name == "site-packages":
            return None
        owner = owners.get(_plain(parent / "__init__.py"))
        if owner:
            return owner
    return None


def _plain(path: object) -> str:
    return os.path.normcase(os.path.realpath(str(path))) if path != "-" else "-"


def _packages(files: Iterable[str]) -> list[dict[str, str]]:
    """The Debian packages of libraries. Raises OwnerlessError where one has none."""
    found: dict[str, dict[str, str]] = {}
    lost = []
    for file in sorted(files):
        package = _package(file)
        if package is None:
            lost.append(file)
        else:
            found[package["name"]] = package
    if lost:
        raise OwnerlessError(f"Of no package: {', '.join(lost)}")
    return [found[name] for name in sorted(found)]


def _package(file: str) -> dict[str, str] | None:
    query = shutil.which("dpkg-query")
    if query is None:
        return None
    real = os.path.realpath(file)
    for path in (real, real.removeprefix("/usr"), file):
        done = subprocess.run([query, "-S", path], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            name = done.stdout.partition(": ")[0].partition(",")[0]
            form = "${source:Package}\t${Version}\t${Architecture}"
            said = subprocess.run(
                [query, "-W", "-f", form, name], capture_output=True, text=True, check=True
            ).stdout.split("\t")
            plain = name.partition(":")[0]
            return {"name": plain, "source": said[0], "version": said[1], "arch": said[2]}
    return None
