"""Which file is due, given the last one that was read: no I/O but hashing where stamps differ.

A full stream reads its newest ready file unless its content is the last one's; a stream of
changes reads its files one by one. What turns up before the last place, and was not there when
that place was taken, came too late: it is named (`FILE_STALE`) and not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from adapters.sources.files.position import REMEMBERED, Position
from adapters.sources.files.scan import Entry, Stamp
from adapters.sources.files.stream import digest_of
from adapters.sources.files.trouble import is_gone, is_locked, unavailable
from agent.errors import SourceChanged
from agent.model import Content, Finding, Findings, Level
from agent.ports import Clock

_TRUST = 3600.0  # seconds for which an unchanged stamp stands for unchanged content


class Digests:
    """Hashes of files by name and stamp, each believed for an hour."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._known: dict[str, tuple[Stamp, str, float]] = {}

    def same(self, entry: Entry, position: Position) -> bool:
        """Whether this file's content is what was read at `position`."""
        if entry.stamp.size != position.stamp.size:
            return False
        now = self._clock.monotonic()
        known = self._known.get(entry.name)
        if known is None and entry.name == position.name and entry.stamp == position.stamp:
            known = self._known[entry.name] = (entry.stamp, position.digest, now)
        if known is None or known[0] != entry.stamp or now - known[2] >= _TRUST:
            path = self._folder / entry.name
            try:
                digest, stamp = digest_of(path)
            except OSError as error:
                if is_gone(error) or is_locked(error):
                    return True  # not readable now: no news for the moment
                raise unavailable(error, path) from error
            if stamp != entry.stamp:
                return True  # it is changing: the next scan looks again
            known = self._known[entry.name] = (stamp, digest, now)
        return known[1] == position.digest


def newest_full(
    entries: Sequence[Entry],
    position: Position | None,
    ready: Callable[[Entry], bool],
    digests: Digests,
    *,
    again: bool = False,
) -> Entry | None:
    """The newest ready export that is news, or (`again`) the newest ready one anyway."""
    for entry in reversed(entries):
        if position and (entry.rank < position.rank or _is_behind(entry, position)):
            continue
        if not ready(entry):
            continue
        if again or position is None or not digests.same(entry, position):
            return entry
        if entry.stamp != position.stamp:  # the newest, with the last one's content
            return None
    return None


def next_change(
    entries: Sequence[Entry], position: Position | None, digests: Digests, *, no_gaps: bool
) -> Entry | None:
    """The next change file in order. Raises SourceChanged where one is missing before it."""
    for entry in entries:
        if position is None:
            return entry
        if entry.rank <= position.rank or _is_behind(entry, position):
            continue
        if entry.name == position.name and digests.same(entry, position):
            continue
        if no_gaps and entry.rank[0] > position.rank[0] + 1:
            raise SourceChanged(
                f"Change file number {position.rank[0] + 1} is missing: the last one read is "
                f"{position.name}, the next one here is {entry.name}.",
                code="FILE_MISSING",
                hint="Put the missing file into the folder. If numbers may be left out, set "
                "order.gaps = true.",
                params={
                    "number": str(position.rank[0] + 1), "last": position.name, "next": entry.name
                },
            )  # fmt: skip
        return entry
    return None


def too_late(
    entries: Iterable[Entry], position: Position | None, digests: Digests, content: Content
) -> Findings:
    """Files that belong before the last one read and came after it was read."""
    if position is None or len(position.passed) >= REMEMBERED:
        return ()  # beyond what is remembered, old and late look the same
    late = []
    for entry in entries:
        before = entry.rank < position.rank
        again = content is Content.CHANGES and entry.rank == position.rank
        if not (before or again) or position.has_passed(entry):
            continue
        if entry.name == position.name and digests.same(entry, position):
            continue
        late.append(_stale(entry.name, position.name, content))
    return tuple(late)


def _is_behind(entry: Entry, position: Position) -> bool:
    """Passed already, although its time may say otherwise."""
    return entry.name != position.name and position.has_passed(entry)


def _stale(name: str, last: str, content: Content) -> Finding:
    what = "an older export" if content is Content.FULL else "a change file of an earlier place"
    return Finding(
        Level.WARNING,
        "FILE_STALE",
        f"{name} came after {last} was read and is {what}: it is not read.",
        "Take it away. If it must be read, give it a later place in the order (name or time); "
        "if the ERP writes the same name again and again, set order = 'modified'.",
        params={"file": name, "last": last},
    )
