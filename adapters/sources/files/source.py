"""The file source: finds the file that is due, opens it, and settles it when all are done with it.

    scan -> order -> ready? -> news? -> read -> (the core) -> settle

Invariants: a scan is the truth and an event only a hint; a folder that cannot be seen deletes
nothing; a full export older than the last one is never read; change files are taken strictly in
order, and an earlier one that is not ready holds back the later ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from adapters.sources.files.check import check
from adapters.sources.files.config import Archive, FilesConfig, Numbered
from adapters.sources.files.formats.delimited import Delimited
from adapters.sources.files.grow import Growing
from adapters.sources.files.news import Digests, newest_full, next_change, too_late
from adapters.sources.files.position import Growth, Position, passed_now
from adapters.sources.files.read import Ending, FileRead
from adapters.sources.files.ready import Quiet
from adapters.sources.files.sample import newest_first
from adapters.sources.files.scan import Entry, Scan, Stamp, ranker, scan
from adapters.sources.files.settle import Disk, Settling
from adapters.sources.files.stream import FileStream
from adapters.sources.files.trouble import is_gone, is_locked, unavailable
from adapters.sources.files.watch import Watch
from agent.errors import SourceUnavailable
from agent.machine.paths import reachable
from agent.model import Checkpoint, Content, Finding, Findings, Level
from agent.ports import AdapterContext, Stop

_GLANCE = 0.2  # seconds between looks at hints, where these cannot ring
_INSTANT = 0.01
_LOCK_PATIENCE = 60.0  # seconds a locked file is an ordinary thing


class FileSource:
    """Satisfies `agent.ports.Source`. One worker calls it."""

    def __init__(
        self, settings: FilesConfig, context: AdapterContext, *, disk: Disk | None = None
    ) -> None:
        self._settings = settings
        self._context = context
        self._clock = context.clock
        self._folder = reachable(context.folder / settings.folder)
        self._dialect = Delimited(settings)
        self._rank = ranker(settings.ordering)
        self._quiet = Quiet(settings.ready.quiet, context.clock)
        self._digests = Digests(self._folder, context.clock)
        self._watch = Watch(self._folder)
        settle = settings.settle
        self._archive = None
        if isinstance(settle, Archive):
            self._archive = reachable(context.folder / settle.archive)
        self._settling = Settling(
            self._folder, archive=self._archive, delete=settle == "delete", disk=disk
        )
        self._growing = Growing(self._folder, self._dialect)
        self._look_again: float | None = None
        self._locked_since: dict[str, float] = {}
        self._incomplete: dict[str, tuple[Stamp, str]] = {}
        self.conditions: Findings = ()
        """What the last scan left aside, for a person: too late, unsafe, waited for."""

    def check(self) -> Findings:
        """Test as the service: folder, files, header, key, encoding."""
        found = check(self._folder, self._archive, self._dialect, self._rank)
        return found + tuple(known for known in self.conditions if known not in found)

    def wait(self, stop: Stop, timeout: float) -> bool:
        """Wait for a hint, for a file to have been quiet long enough, or for `timeout`."""
        ring: Callable[[], None] | None = getattr(stop, "ring", None)  # a `Bell` has one
        self._watch.start(ring)
        left = timeout
        while True:
            quiet = math.inf
            if self._look_again is not None:
                quiet = self._look_again - self._clock.monotonic()
            if quiet <= 0 or self._watch.take():
                self._look_again = None
                return True
            part = min(left, max(quiet, _INSTANT), math.inf if ring else _GLANCE)
            if left <= 0:
                return False
            if stop.wait(part):
                return ring is not None and self._watch.take()
            left -= part

    def read(self, since: Checkpoint | None, *, again: bool = False) -> FileRead | None:
        """The file that is due. Raises SourceUnavailable, SourceChanged."""
        self._look_again = None
        found = self._scan()
        if self._settings.content is Content.APPEND:
            self.conditions = found.findings
            return self._growing.read(Growth.load(since), found.entries, self._is_ready)
        position = Position.load(since, self._settings.content.value)
        late = too_late(found.entries, position, self._digests, self._settings.content)
        self.conditions = found.findings + late
        if self._settings.content is Content.FULL:
            entry = newest_full(found.entries, position, self._is_ready, self._digests, again=again)
        else:
            ordering = self._settings.ordering
            strict = isinstance(ordering, Numbered) and not ordering.gaps
            entry = next_change(found.entries, position, self._digests, no_gaps=strict)
            if entry and not self._is_ready(entry):
                self.conditions += (_waited_for(entry),)
                entry = None
        return self._open(entry, found, position) if entry else None

    def sample(self, back: int = 0) -> FileRead | None:
        """An export as it lies there, archived ones too. Raises SourceUnavailable."""
        found = newest_first(self._folder, self._archive, self._settings.pattern, self._rank)
        if back >= len(found):
            return None
        path = found[back]
        try:
            stream = FileStream(path)
            try:
                return FileRead(path, stream, self._dialect, lambda _ending: {})
            except BaseException:
                stream.close()
                raise
        except OSError as error:
            raise unavailable(error, path) from error

    def settle(self, checkpoint: Checkpoint, *, clean: bool) -> bool:
        """Archive or delete the file of this checkpoint. Raises SourceUnavailable."""
        position = Position.load(checkpoint, self._settings.content.value)
        return position is None or self._settling.settle(position, clean=clean)

    def close(self) -> None:
        """Stop watching."""
        self._watch.close()

    # --- finding ---

    def _scan(self) -> Scan:
        try:
            left_over = self._settling.restore()
        except FileNotFoundError:
            left_over = ()  # the scan says which
        except OSError as error:
            raise unavailable(error, self._folder, folder=True) from error
        found = scan(self._folder, self._settings.pattern, self._rank)
        self._quiet.observe(found.entries)
        return Scan(found.entries, found.findings + left_over)

    def _is_ready(self, entry: Entry) -> bool:
        remaining = self._quiet.remaining(entry)
        if remaining > 0:
            self._again_in(remaining)
        return remaining <= 0

    def _again_in(self, seconds: float) -> None:
        due = self._clock.monotonic() + seconds
        self._look_again = due if self._look_again is None else min(due, self._look_again)

    # --- opening ---

    def _open(self, entry: Entry, found: Scan, since: Position | None) -> FileRead | None:
        self._refuse_incomplete(entry)

        def finish(ending: Ending) -> Checkpoint:
            if ending.unproven and self._settings.content is Content.CHANGES:
                self._incomplete[entry.name] = (entry.stamp, ending.unproven)
                self._refuse_incomplete(entry)
            place = self._place(entry)
            passed = passed_now(found.entries, max(place, entry.rank), since)
            kind = self._settings.content.value
            position = Position(kind, entry.name, place, entry.stamp, ending.digest, passed)
            return position.checkpoint()

        stream = self._stream(entry)
        if stream is None:
            return None
        try:
            return FileRead(self._folder / entry.name, stream, self._dialect, finish)
        except OSError as error:
            stream.close()
            raise unavailable(error, self._folder / entry.name) from error
        except BaseException:
            stream.close()
            raise

    def _stream(self, entry: Entry) -> FileStream | None:
        """The file, opened; None when it is gone, replaced or held for a moment."""
        path = self._folder / entry.name
        try:
            stream = FileStream(path)
        except OSError as error:
            if is_gone(error) and self._folder.is_dir():
                return None
            if is_locked(error) and not self._locked_too_long(entry):
                self._again_in(1.0)
                return None
            raise unavailable(error, path) from error
        self._locked_since.pop(entry.name, None)
        if stream.stamp != entry.stamp:
            stream.close()
            self._again_in(0.0)
            return None
        return stream

    def _locked_too_long(self, entry: Entry) -> bool:
        now = self._clock.monotonic()
        return now - self._locked_since.setdefault(entry.name, now) >= _LOCK_PATIENCE

    def _refuse_incomplete(self, entry: Entry) -> None:
        """A change file without a proven end holds the stream until it changes (RULES 9)."""
        known = self._incomplete.get(entry.name)
        if known is None or known[0] != entry.stamp:
            return
        raise SourceUnavailable(
            f"{entry.name} is not complete: {known[1]}. Later change files wait for it.",
            code="FILE_INCOMPLETE",
            hint="Have the ERP write it again, or take it away to go on without it.",
            params={"file": entry.name},
        )

    def _place(self, entry: Entry) -> tuple[int, str]:
        """Its rank; a time in the future must not hide everything that comes after it."""
        if self._settings.ordering != "modified":
            return entry.rank
        now = int(self._clock.now().timestamp() * 1e9)
        return min(entry.rank[0], now), entry.name


def _waited_for(entry: Entry) -> Finding:
    return Finding(
        Level.OK,
        "FILE_WAITED_FOR",
        f"{entry.name} is next and is not quiet yet; later files wait.",
        params={"file": entry.name},
    )
