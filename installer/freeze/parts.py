"""What goes into the folder and what stays out, for both systems."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from agent.mapping.locales import LANGUAGES

PROGRAMS: Final = ("waybill", "waybill-service", "waybill-tray")
TOGETHER: Final = (("waybill", "waybill-service"), ("waybill-tray",))
"""Which programs carry the same modules; each carries its own copy, packed."""
ENTRY: Final = "installer/freeze/programs"
HOOKS: Final = "installer/freeze/hooks"

LINK: Final = "SYMLINK"

Entry = tuple[str, str, str]
"""Where it goes, where it comes from, of which kind: a line of PyInstaller's tables."""

LATE: Final = (
    "numpy",
    *(("win32con", "win32evtlogutil", "win32timezone") if sys.platform == "win32" else ()),
)
"""What the agent imports by name only, so that nobody sees it in the code."""

NEVER: Final = (
    # Other people's tools and tests, and what they would bring
    *("IPython", "PIL", "hypothesis", "matplotlib", "mypy", "pip", "pkg_resources", "pytest"),
    *("_pytest", "setuptools", "distutils", "wheel", "tests", "pythonwin", "adodbapi", "isapi"),
    *("numpy.f2py", "numpy.testing", "numpy.tests", "numpy.distutils", "numpy.conftest"),
    *(
        "zstandard.backend_cffi",
        "zstandard._cffi",
        "babel.messages",
        "pydantic.mypy",
        "pydantic.v1",
        "sqlite_utils.cli",
        "trio",
        "IPython",
    ),
    *("phonenumbers.carrier", "phonenumbers.carrierdata", "phonenumbers.geocoder"),
    *("phonenumbers.geodata", "phonenumbers.timezone", "phonenumbers.tzdata"),
    *("pygments", "markdown_it"),  # colours for source code, which we never show
    # Of Python: windows of another kind, its own tools
    *("tkinter", "_tkinter", "turtle", "idlelib", "lib2to3", "pydoc_data", "ensurepip", "venv"),
    *("test", "pdb", "doctest", "cProfile", "profile", "pstats"),
    *("readline", "curses", "_curses", "_curses_panel"),  # the first is under the GPL
)
NO_QT: Final = ("PySide6", "shiboken6", "gui")
QT_NEVER: Final = (
    *("PySide6.QtDBus", "PySide6.QtOpenGL", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtPdf"),
    *("PySide6.QtSql", "PySide6.QtTest", "PySide6.QtPrintSupport", "PySide6.QtDesigner"),
)

_QT_UNUSED: Final = re.compile(
    r"PySide6/(?:Qt/)?plugins/(?:egldeviceintegrations|generic|networkinformation|sqldrivers"
    r"|wayland-|platforminputcontexts/.*virtualkeyboard|platforms/.*(?:eglfs|linuxfb|minimal|vkkhr|vnc"
    r"|direct2d|wayland)|platformthemes/.*gtk|imageformats/.*(?:gif|icns|pdf|tga|tiff|wbmp|webp|jpeg)"
    r"|tls|xcbglintegrations|printsupport|qmltooling|designer)"
    r"|PySide6/(?:Qt/lib/lib)?Qt6(?:Qml|Quick|Pdf|Virtual|Eglfs|EglFS|Wayland|Wl|OpenGL|Sql|Test|PrintS|Designer)"
    r"|PySide6/(?:opengl32sw|D3Dcompiler_\d+)"
    r"|PySide6/(?:Qt/)?translations/(?!qtbase_(?:de|en)\.qm$)",
    re.IGNORECASE,
)
_LANGUAGES: Final = re.compile(
    rf"babel/locale-data/(?!(?:root|{'|'.join(LANGUAGES)})(?:_[^/]*)?\.dat$)"
)
"""Of Babel's thousand locales those that a mapping may name."""
_LAB: Final = frozenset({"bcryptprimitives.dll", "icuuc.dll", "mscms.dll", "uisettings.dll"})
"""Stand-ins of the test lab for what Wine lacks; on Windows these are the system's own."""

_PYTHONS_OWN: Final = re.compile(
    r"lib(?:python3|ssl|crypto|sqlite3|ffi|z|bz2|lzma|uuid|expat|mpdec)\b[^/]*$"
)
"""Libraries of the building system that Python needs. All others are the target's own: the C and
C++ runtime, which it always has, and its screen and its driver manager, which must fit its drivers.
"""
_SYSTEM: Final = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")
_RESOURCES_OUT: Final = (".ts", ".pyc")


def our_modules(project: Path, package: str) -> list[str]:
    """Every module of a package of ours: many are imported by name, or late."""
    found = []
    for path in sorted((project / package).rglob("*.py")):
        parts = path.relative_to(project).with_suffix("").parts
        if parts[-1] != "__main__":
            found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def entry(program: str) -> str:
    """The file that a program begins with, in the checkout."""
    return f"{ENTRY}/{program.replace('-', '_')}.py"


def is_of(script: str, program: str) -> bool:
    """Whether a program runs this script: its own, or one that comes before every program."""
    begins = {PurePosixPath(entry(each)).stem: each for each in PROGRAMS}
    return begins.get(script, program) == program


def hidden(project: Path, programs: Sequence[str]) -> list[str]:
    """What programs need beyond what their code visibly imports."""
    if "waybill-tray" in programs:
        return our_modules(project, "gui")
    return [*our_modules(project, "agent"), *our_modules(project, "adapters"), *LATE]


def excluded(programs: Sequence[str]) -> list[str]:
    """What must not get in, whoever asks for it."""
    return [*NEVER, *(QT_NEVER if "waybill-tray" in programs else NO_QT)]


def resources(project: Path) -> list[tuple[str, str]]:
    """Our data, as (file, folder in the bundle)."""
    found = [(str(project / name), ".") for name in ("LICENSE", "NOTICE")]
    root = project / "resources"
    for path in sorted(root.rglob("*")):
        inner = path.relative_to(project)
        if path.is_file() and inner.parts[1] != "pictures" and path.suffix not in _RESOURCES_OUT:
            found.append((str(path), inner.parent.as_posix()))
    return found


def wanted(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries that belong into the folder."""
    return (entry for entry in entries if _is_wanted(*entry))


def _is_wanted(name: str, source: str, kind: str) -> bool:
    if kind == LINK:  # to another entry, named by its place
        return _is_wanted(source, source, "BINARY")
    inner = name.replace("\\", "/")
    file = PurePosixPath(inner).name
    if file.lower() in _LAB or _QT_UNUSED.search(inner) or _LANGUAGES.match(inner):
        return False
    if source.startswith(_SYSTEM) and ".so" in file:
        return bool(_PYTHONS_OWN.match(file))
    return not re.search(r"\.(?:pyi|pxd|pyx|h|lib|a|c|cpp)$", inner)
