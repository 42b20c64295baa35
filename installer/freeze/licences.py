"""The licence texts of everything in the folder, under `licences/`, one folder each.

They are taken from what is installed. Where a distribution brings none (Qt for Python), the texts
come from `texts/`, which holds those of the Free Software Foundation as they publish them.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from installer.freeze import contents

FOLDER: Final = "licences"
TEXTS: Final = Path(__file__).with_name("texts")
_IS_LICENCE: Final = re.compile(r"(?:licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
_LGPL: Final = ("LGPL-3.0.txt", "GPL-3.0.txt", "qt.txt")
_BRING_NONE: Final[Mapping[str, tuple[str, ...]]] = {
    "pyside6-essentials": _LGPL,
    "shiboken6": _LGPL,
}
_COPYRIGHT: Final = Path("/usr/share/doc")


class UnlicensedError(Exception):
    """Something in the folder has no licence text; the text names it."""


def write(found: Mapping[str, Any], folder: Path) -> None:
    """Put all texts beside the programs. Raises UnlicensedError."""
    root = folder / FOLDER
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    missing = [
        each["name"] for each in found["distributions"] if not _distribution(each["name"], root)
    ]
    missing += [each["name"] for each in found["system"] if not _system(each["name"], root)]
    if missing:
        raise UnlicensedError(f"No licence text of: {', '.join(missing)}")
    _python(root)


def _distribution(name: str, root: Path) -> bool:
    each = contents.distribution(name)
    inside = [
        file
        for file in each.files or ()
        if file.parts[0].endswith(".dist-info")
        and ("licenses" in file.parts or _IS_LICENCE.match(file.name))
    ]
    for file in inside:
        parts = file.parts[2:] if file.parts[1] == "licenses" else file.parts[1:]
        _copy(Path(str(each.locate_file(file))), root / name / Path(*parts))
    for text in _BRING_NONE.get(name, ()):
        _copy(TEXTS / text, root / name / text)
    return (root / name).is_dir()


def _system(name: str, root: Path) -> bool:
    """A package of the building system; its text may point to one of Debian's common licences."""
    text = _COPYRIGHT / name / "copyright"
    if not text.is_file():
        return False
    _copy(text, root / name / "copyright")
    said = text.read_text(encoding="utf-8", errors="replace")
    for path in sorted(set(re.findall(r"/usr/share/common-licenses/([\w.-]*\w)", said))):
        common = Path("/usr/share/common-licenses") / path
        if common.is_file():
            _copy(common, root / name / path)
    return True


def _python(root: Path) -> None:
    """Python's own, which on Windows also names what its installer brings."""
    standard = Path(re.__file__).parents[1]
    places = [Path(sys.base_prefix) / "LICENSE.txt", standard / "LICENSE.txt", TEXTS / "python.txt"]
    text = next(place for place in places if place.is_file())
    _copy(text, root / contents.PYTHON / "LICENSE.txt")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
