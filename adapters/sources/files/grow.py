"""A file that grows: only what is new in it, only whole records, each once.

It is the same file as before when its first bytes are the same and its file id or its name is
too; otherwise, or when it became shorter, it is read from its start. A file that was rotated away
is read to its end before the next one begins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from adapters.sources.files.formats.delimited import Delimited
from adapters.sources.files.position import Growth
from adapters.sources.files.read import Ending, FileRead, Head
from adapters.sources.files.scan import Entry
from adapters.sources.files.stream import FileStream, head_of
from adapters.sources.files.trouble import is_gone, is_locked, unavailable
from agent.model import Checkpoint, Place


class Growing:
    """Picks the next piece of the stream."""

    def __init__(self, folder: Path, dialect: Delimited) -> None:
        self._folder = folder
        self._dialect = dialect
        self._nothing_in: tuple[str, int, int, bool] | None = None

    def read(
        self, since: Growth | None, entries: Sequence[Entry], ready: Callable[[Entry], bool]
    ) -> FileRead | None:
        """The next piece, or None. Raises SourceUnavailable, SourceChanged."""
        written = [entry for entry in entries if entry.stamp.size]
        if since is None:
            return self._open(written[0], None) if written else None
        current = self._current(since, written)
        later = [e for e in written if e != current and self._is_next(e, since, current)]
        if current and current.stamp.size > since.offset:
            ends = bool(later) and self._dialect.settings.end == "quiet" and ready(current)
            if self._nothing_in != (current.name, current.stamp.size, since.offset, ends):
                return self._open(current, since, final=ends)
            if later and not ready(current):
                return None
        return self._open(later[0], None) if later else None

    def _is_next(self, entry: Entry, since: Growth, current: Entry | None) -> bool:
        replaced = current is None and entry.name == since.name
        return replaced or entry.rank > (max(since.rank, current.rank) if current else since.rank)

    def _current(self, since: Growth, entries: Sequence[Entry]) -> Entry | None:
        by_id = [entry for entry in entries if entry.stamp.file_id == since.file_id]
        by_name = [entry for entry in entries if entry.name == since.name]
        for entry in (*by_id, *by_name):
            if (
                entry.stamp.size >= since.offset
                and self._head(entry, since.head_size) == since.head
            ):
                return entry
        return None

    def _head(self, entry: Entry, size: int) -> str:
        path = self._folder / entry.name
        try:
            return head_of(path, size)
        except OSError as error:
            if is_gone(error):
                return ""
            raise unavailable(error, path) from error

    def _open(self, entry: Entry, since: Growth | None, *, final: bool = False) -> FileRead | None:
        path = self._folder / entry.name
        resumed = since is not None and since.offset > 0
        offset = since.offset if since else 0
        try:
            head = self._read_head(path) if resumed else None
            stream = FileStream(path, offset=offset, hashed=False)
        except OSError as error:
            if is_gone(error) or is_locked(error):
                return None
            raise unavailable(error, path) from error

        def finish(ending: Ending) -> Checkpoint:
            self._nothing_in = (entry.name, stream.stamp.size, ending.next.offset, final)
            size, digest = stream.head()
            file_id = stream.stamp.file_id
            place = ending.next
            return Growth(
                entry.name, entry.rank, file_id, size, digest, place.offset, place.line
            ).checkpoint()

        at = Place(entry.name, 1, since.line if since else 1, offset)
        try:
            return FileRead(path, stream, self._dialect, finish, head=head, at=at, final=final)
        except OSError as error:
            stream.close()
            raise unavailable(error, path) from error
        except BaseException:
            stream.close()
            raise

    def _read_head(self, path: Path) -> Head:
        stream = FileStream(path, hashed=False)
        try:
            return FileRead(path, stream, self._dialect, lambda _: {}).head
        finally:
            stream.close()
