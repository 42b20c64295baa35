"""Builds the Debian package of a frozen folder, byte for byte the same for the same folder."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
_UNIT: Final = HERE.parents[1] / "resources/service/waybill.service"
"""The one that `waybill service install` writes where no package brought it."""
PACKAGE: Final = "opt/waybill/package"
_SCRIPTS: Final = ("postinst", "prerm", "postrm")
_INSTALLED: Final = {
    "sysusers.conf": "usr/lib/sysusers.d/waybill.conf",
    "tmpfiles.conf": "usr/lib/tmpfiles.d/waybill.conf",
    "waybill.desktop": "usr/share/applications/waybill.desktop",
    "waybill-autostart.desktop": "etc/xdg/autostart/waybill-tray.desktop",
}
_CONFFILES: Final = ("/etc/xdg/autostart/waybill-tray.desktop",)
_COMMANDS: Final = ("waybill", "waybill-tray")
_CONTROL: Final = """\
Package: waybill
Version: {version}
Architecture: {architecture}
Maintainer: Waybill maintainers <maintainers@waybill.example>
Installed-Size: {size}
Depends: libc6 (>= {glibc}), libgcc-s1, libstdc++6, init-system-helpers (>= 1.52), passwd
Recommends: ca-certificates, unixodbc
Suggests: {window}
Section: net
Priority: optional
Description: carries records from a legacy ERP to a cloud CRM
 Waybill runs beside an ERP and keeps a CRM right: it watches exported files and
 tables, works out what changed, and delivers it through outages and crashes,
 nothing lost, nothing doubled, sealed on the way.
 .
 The window (waybill-tray) needs the suggested packages; the service does not.
"""
_WINDOW: Final = (
    *("libegl1", "libgl1", "libglib2.0-0 | libglib2.0-0t64", "libxkbcommon-x11-0", "libdbus-1-3"),
    *("libfontconfig1", "libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1"),
    *("libxcb-randr0", "libxcb-render-util0", "libxcb-shape0", "libxcb-xinerama0"),
)
_GLIBC: Final = re.compile(rb"GLIBC_(2\.\d+)")
_EXECUTABLE: Final = re.compile(r"^(?:waybill(?:-service|-tray)?)$")


class PackagingError(Exception):
    """The package could not be made; the text says why."""


def build(frozen: Path, version: str, out: Path, epoch: int, *, is_fast: bool = False) -> Path:
    """Make `out`/waybill_V_ARCH.deb of the frozen folder. Raises PackagingError.

    `is_fast`: larger and made quickly, for tests.
    """
    tool = shutil.which("dpkg-deb")
    if tool is None:
        raise PackagingError("dpkg-deb is not here; a Debian package is built on Debian or Ubuntu.")
    architecture = _said([tool.replace("dpkg-deb", "dpkg"), "--print-architecture"])
    debian = _debian_version(version)
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"waybill_{debian}_{architecture}.deb"
    with tempfile.TemporaryDirectory(prefix="waybill-deb-", dir=out) as temporary:
        tree = Path(temporary) / "tree"
        _fill(tree, frozen, version, epoch)
        _control(tree, version, debian, architecture)
        _settle(tree, epoch)
        command = [tool, "--root-owner-group", "-Zxz", f"-z{1 if is_fast else 6}"]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
        done = subprocess.run(
            [*command, "--threads-max=1", "--build", str(tree), str(target)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise PackagingError((done.stderr or done.stdout).strip()[-1000:])
    return target


def _fill(tree: Path, frozen: Path, version: str, epoch: int) -> None:
    shutil.copytree(frozen, tree / PACKAGE, symlinks=True, copy_function=shutil.copyfile)
    for name, place in _INSTALLED.items():
        _copy(HERE / name, tree / place)
    _copy(_UNIT, tree / "usr/lib/systemd/system/waybill.service")
    commands = tree / "usr/bin"
    commands.mkdir(parents=True)
    for name in _COMMANDS:
        (commands / name).symlink_to(f"/opt/waybill/current/{name}")
    icon = frozen / "_internal/resources/icons/waybill.svg"
    if icon.is_file():
        _copy(icon, tree / "usr/share/icons/hicolor/scalable/apps/waybill.svg")
    documents = tree / "usr/share/doc/waybill"
    _copy(frozen / "NOTICE", documents / "copyright")
    said = (
        f"waybill ({_debian_version(version)}) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n"
    )
    (documents / "changelog.gz").write_bytes(gzip.compress(said.encode(), mtime=epoch))


def _control(tree: Path, version: str, debian: str, architecture: str) -> None:
    folder = tree / "DEBIAN"
    folder.mkdir()
    files = [path for path in _files(tree) if not path.is_relative_to(folder)]
    size = sum(path.stat().st_size for path in files) // 1024
    glibc = needed_glibc(path for path in files if path.is_relative_to(tree / PACKAGE))
    text = _CONTROL.format(
        version=debian, architecture=architecture, size=size, glibc=glibc, window=", ".join(_WINDOW)
    )
    (folder / "control").write_text(text, encoding="utf-8")
    (folder / "conffiles").write_text("\n".join(_CONFFILES) + "\n", encoding="utf-8")
    sums = [f"{_md5(path)}  {path.relative_to(tree).as_posix()}\n" for path in files]
    (folder / "md5sums").write_text("".join(sums), encoding="utf-8")
    for name in _SCRIPTS:
        text = (HERE / name).read_text(encoding="utf-8").replace("@VERSION@", version)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _settle(tree: Path, epoch: int) -> None:
    """Fixed modes and times: nobody but root may change what the service runs."""
    for path in sorted(tree.rglob("*"), reverse=True):
        if not path.is_symlink():
            is_script = path.parent == tree / "DEBIAN" and path.name in _SCRIPTS
            is_program = path.parent == tree / PACKAGE and _EXECUTABLE.match(path.name)
            path.chmod(0o755 if path.is_dir() or is_script or is_program else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)
    tree.chmod(0o755)
    os.utime(tree, (epoch, epoch))


def needed_glibc(files: Iterator[Path]) -> str:
    """The oldest C library that has all that the programs and libraries name."""
    needed = {(2, 17)}
    for path in files:
        if path.name.startswith("waybill") or ".so" in path.name:
            found = _GLIBC.findall(path.read_bytes())
            needed |= {(2, int(version.split(b".")[1])) for version in found}
    return ".".join(map(str, max(needed)))


def _debian_version(version: str) -> str:
    """1.2.0rc1 comes before 1.2.0: Debian writes 1.2.0~rc1."""
    return re.sub(r"(?<=\d)(a|b|rc|\.dev)", r"~\1", version, count=1)


def _files(tree: Path) -> list[Path]:
    return [path for path in sorted(tree.rglob("*")) if path.is_file() and not path.is_symlink()]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def _said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
