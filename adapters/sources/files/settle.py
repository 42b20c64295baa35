"""What becomes of a file once everything in it is delivered: archived or deleted (RULES 16).

The name is taken away first (renamed to a private name in the same folder, which holds the
expected content's hash and the file's own name), then the content is compared with what was read.
If it differs it is news and gets its name back. No step overwrites a file that is not ours, and
every step may be interrupted: what is found half done is finished or put back.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from adapters.sources.files.position import Position
from adapters.sources.files.scan import PRIVATE, Stamp, shown, stamp_of
from adapters.sources.files.stream import digest_of
from adapters.sources.files.trouble import unavailable
from agent.model import Finding, Findings, Level

_DIGITS = 16
_LEFTOVER = re.compile(re.escape(PRIVATE) + rf"([0-9a-f]{{{_DIGITS}}})-(.+)", re.DOTALL)
_NO_LINKS = {errno.EPERM, errno.EACCES, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP}


class Disk:
    """The changes that settling makes to the world; tests interrupt them one by one."""

    def rename(self, source: Path, target: Path) -> None:
        """Give another name in one step; `target` is a name that only we use."""
        source.replace(target)

    def place(self, source: Path, target: Path) -> None:
        """Give a private file a public name, over nothing. Raises FileExistsError."""
        if os.name != "nt":
            try:
                os.link(source, target, follow_symlinks=False)
            except FileExistsError:
                if not source.samefile(target):  # else it was interrupted here before
                    raise
                self.unlink(source)
                return
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
            else:
                self.unlink(source)
                return
            if os.path.lexists(target):
                raise FileExistsError(errno.EEXIST, "there is a file", str(target))
        source.rename(target)  # on Windows this refuses an existing target

    def copy(self, source: Path, target: Path) -> None:
        """Copy to another volume, durably."""
        shutil.copyfile(source, target, follow_symlinks=False)
        shutil.copystat(source, target, follow_symlinks=False)
        with target.open("rb+") as file:
            os.fsync(file.fileno())

    def sync_folder(self, folder: Path) -> None:
        """Make the names in a folder durable, where the system knows how."""
        if os.name == "nt":
            return
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def unlink(self, path: Path) -> None:
        """Remove a name. Raises OSError."""
        try:
            path.unlink()
        except PermissionError:
            if os.name != "nt" or path.lstat().st_mode & stat.S_IWRITE:
                raise
            path.chmod(stat.S_IWRITE | stat.S_IREAD)  # an export that was written read-only
            path.unlink()


class Settling:
    """Archives to a folder, deletes, or (neither) only puts leftovers back."""

    def __init__(
        self, folder: Path, *, archive: Path | None, delete: bool, disk: Disk | None = None
    ) -> None:
        self._folder = folder
        self._archive = archive
        self._delete = delete
        self._disk = disk or Disk()
        self._sound: set[tuple[str, Stamp]] = set()

    def settle(self, position: Position, *, clean: bool) -> bool:
        """True: nothing is left to do. Raises SourceUnavailable, with the file kept."""
        if not self._archive and not self._delete:
            return True
        if self._delete and not clean:
            return False
        path = self._folder / position.name
        private = self._folder / f"{PRIVATE}{position.digest[:_DIGITS]}-{position.name}"
        try:
            self._folder.stat()  # a share that is gone is not a file that is gone
            if self._archive:
                self._archive.mkdir(exist_ok=True)
            if os.path.lexists(private) or self._take(path, private, position.stamp):
                self._finish(private, path, position)
        except FileExistsError:
            return True  # another file came under the name: `restore` names what is left over
        except OSError as error:
            raise unavailable(error, Path(error.filename or path)) from error
        return True

    def restore(self) -> Findings:
        """Put back what an interrupted settling holds and is not what was read."""
        findings = []
        for leftover, digits, name in self._leftovers():
            stamp = stamp_of(leftover.lstat())
            if (leftover.name, stamp) in self._sound:
                continue
            if (self._archive or self._delete) and digest_of(leftover)[0].startswith(digits):
                self._sound.add((leftover.name, stamp))  # settling is asked again and ends it
                continue
            try:
                self._disk.place(leftover, self._folder / name)
            except FileExistsError:
                findings.append(_in_the_way(leftover.name, name))
        return tuple(findings)

    def _leftovers(self) -> Iterator[tuple[Path, str, str]]:
        with os.scandir(self._folder) as listing:
            names = [item.name for item in listing if item.name.startswith(PRIVATE)]
        for name in names:
            path = self._folder / name
            if (found := _LEFTOVER.fullmatch(name)) and stat.S_ISREG(path.lstat().st_mode):
                yield path, found[1], found[2]

    def _take(self, path: Path, private: Path, stamp: Stamp) -> bool:
        """Take the name away; False when nothing of what was read is there any more."""
        try:
            info = path.lstat()
            if not stat.S_ISREG(info.st_mode) or info.st_size != stamp.size:
                return False
            self._disk.rename(path, private)
        except FileNotFoundError:
            return False
        return True

    def _finish(self, private: Path, path: Path, position: Position) -> None:
        if digest_of(private)[0] != position.digest:
            self._disk.place(private, path)
        elif self._archive:
            self._keep(private, self._archive, position)
        else:
            self._disk.unlink(private)

    def _keep(self, private: Path, archive: Path, position: Position) -> None:
        for target in _archive_names(archive, position):
            if os.path.lexists(target):
                if not _holds(target, position):
                    continue
                if os.path.lexists(part := _part(archive, position)):
                    self._disk.unlink(part)
                self._disk.unlink(private)  # it was copied or linked before an interruption
                return
            self._move(private, target, position)
            return

    def _move(self, private: Path, target: Path, position: Position) -> None:
        try:
            self._disk.place(private, target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
        else:
            return
        part = _part(target.parent, position)
        self._disk.copy(private, part)
        if digest_of(part)[0] != position.digest:
            raise OSError(errno.EIO, "the copy is not what was written", str(part))
        self._disk.place(part, target)
        self._disk.sync_folder(target.parent)
        self._disk.unlink(private)


def _part(archive: Path, position: Position) -> Path:
    return archive / f"{PRIVATE}{position.digest[:_DIGITS]}.part"


def _archive_names(archive: Path, position: Position) -> Iterator[Path]:
    """Its own name, else one with its hash: the same again after an interruption."""
    name = Path(position.name)
    yield archive / name
    marked = f"{name.stem}.{position.digest[:_DIGITS]}"
    yield archive / f"{marked}{name.suffix}"
    for number in count(2):
        yield archive / f"{marked}-{number}{name.suffix}"


def _holds(target: Path, position: Position) -> bool:
    info = target.lstat()
    same_size = stat.S_ISREG(info.st_mode) and info.st_size == position.stamp.size
    return same_size and digest_of(target)[0] == position.digest


def _in_the_way(leftover: str, name: str) -> Finding:
    return Finding(
        Level.WARNING,
        "FILE_NAME_TAKEN",
        f"{shown(leftover)} holds a {shown(name)} that was not read, and another file has its "
        "name by now.",
        "Look at both. To have it read, give it a name that fits the pattern and its order.",
        params={"leftover": shown(leftover), "file": shown(name)},
    )
