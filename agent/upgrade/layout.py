"""The program root: versions side by side, the pointer to the one in force, the journal.

A version is whole when its folder holds `waybill` and `waybill-service`; an installer that unpacks
one gives the folder its name last. Names of versions are never paths.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent import durable
from agent.errors import StoreBusy, WaybillError
from agent.queue.database import hold_home
from agent.upgrade import journal
from agent.upgrade.journal import Journal

SERVICE: Final = "waybill-service"
CONSOLE: Final = "waybill"
_VERSIONS, _POINTER, _JOURNAL = "versions", "current", "upgrade.json"
_NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}")
_READABLE: Final = 0o644


@dataclass(frozen=True)
class Root:
    """One program root."""

    path: Path
    windows: bool = sys.platform == "win32"
    """Whether the pointer is a text file and programs end in `.exe`."""

    # --- versions ---------------------------------------------------------------------------------

    def folder(self, version: str) -> Path:
        """Where a version lies. Raises WaybillError for what cannot be a version."""
        if not _NAME.fullmatch(version) or ".." in version:
            raise WaybillError(f"{version[:64]!r} is no version.", code="UPGRADE_NO_VERSION")
        return self.path / _VERSIONS / version

    def program(self, version: str, name: str) -> Path:
        """A program of a version."""
        return self.folder(version) / (f"{name}.exe" if self.windows else name)

    def runs(self, version: str) -> Path:
        """The service program that the service manager starts when this version is in force."""
        if self.windows:
            return self.program(version, SERVICE)
        return self.path / _POINTER / SERVICE

    def versions(self) -> list[str]:
        """Those that are whole, by name."""
        folder = self.path / _VERSIONS
        names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
        return sorted(name for name in names if _NAME.fullmatch(name) and self.is_whole(name))

    def is_whole(self, version: str) -> bool:
        """Whether its programs are there."""
        return all(self.program(version, name).is_file() for name in (CONSOLE, SERVICE))

    def require(self, version: str) -> None:
        """Raises WaybillError for a version that is not there, or not whole."""
        if not self.is_whole(version):
            raise WaybillError(
                f"The version {version} is not in {self.path / _VERSIONS}, or not whole.",
                code="UPGRADE_VERSION_MISSING",
                hint="Run its installer again. Nothing was changed.",
                params={"version": version},
            )

    def remove(self, version: str) -> None:
        """Remove a version that is not in force; what cannot be removed now stays."""
        if version != self.current():
            shutil.rmtree(self.folder(version), ignore_errors=True)

    # --- the pointer ------------------------------------------------------------------------------

    def current(self) -> str:
        """The version in force; empty: the pointer is not there."""
        pointer = self.path / _POINTER
        try:
            if self.windows:
                name = pointer.read_text(encoding="utf-8").strip()
            else:
                name = pointer.readlink().name
        except OSError:
            return ""
        return name if _NAME.fullmatch(name) else ""

    def point(self, version: str) -> None:
        """Move the pointer, in one step; durable when this returns. Raises OSError."""
        self.require(version)
        if self.current() == version:
            return
        pointer = self.path / _POINTER
        if self.windows:
            durable.write(pointer, f"{version}\n".encode(), _READABLE)
            return
        aside = pointer.with_name(f"{_POINTER}.tmp")
        aside.unlink(missing_ok=True)
        aside.symlink_to(Path(_VERSIONS) / version, target_is_directory=True)
        aside.replace(pointer)
        durable.sync_folder(self.path)

    # --- the journal ------------------------------------------------------------------------------

    def journal(self) -> Journal | None:
        """The last upgrade, over or not. Raises WaybillError."""
        try:
            found = json.loads((self.path / _JOURNAL).read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise journal.damaged() from error
        if not isinstance(found, dict):
            raise journal.damaged()
        return journal.parsed(found)

    def note(self, entry: Journal) -> Journal:
        """Write the journal; durable when this returns. Raises OSError."""
        text = json.dumps(entry.as_json(), indent=1)
        durable.write(self.path / _JOURNAL, text.encode(), _READABLE)
        return entry

    @contextmanager
    def held(self) -> Iterator[None]:
        """Only one may change the root at a time. Raises WaybillError."""
        try:
            with hold_home(self.path):
                yield
        except StoreBusy as error:
            raise WaybillError(
                "Another upgrade is under way on this machine.",
                code="UPGRADE_BUSY",
                hint="Wait until it has ended: `waybill upgrade status`.",
            ) from error


def root_of(program: str = sys.executable) -> Path | None:
    """The root that a frozen program was started from; None: it is not of one."""
    folder = Path(os.path.realpath(program)).parent
    is_one = getattr(sys, "frozen", False) and folder.parent.name == _VERSIONS
    return folder.parent.parent if is_one else None


def usual_root() -> Path:
    """Where the installers put it."""
    if (found := root_of()) is not None:
        return found
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMFILES", r"C:\Program Files")) / "Waybill"
    return Path("/opt/waybill")


def remove_tree(folder: Path) -> None:
    """Remove a folder of ours; what is left of it is found by the next one who looks."""
    with suppress(OSError):
        shutil.rmtree(folder)
