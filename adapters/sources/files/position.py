"""A source's place in its stream, as it is kept in a checkpoint (JSON values only)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from adapters.sources.files.scan import Entry, Rank, Stamp
from agent.model import Checkpoint, Json

REMEMBERED = 2000
"""How many names of files already passed a checkpoint carries at most."""


@dataclass(frozen=True, slots=True)
class Position:
    """The last file that was read to its end; of a `full` or a `changes` stream."""

    kind: str
    name: str
    rank: Rank
    stamp: Stamp
    digest: str
    """blake2b of the whole file."""
    passed: Mapping[str, str] = field(default_factory=dict)
    """Stamps of files that lay at or before this place when it was taken, by name: what turns
    up there later is news that came too late."""

    def checkpoint(self) -> Checkpoint:
        """For the store. Numbers that may pass 64 bits are text."""
        size, mtime, ctime, file_id = self.stamp
        return {
            "kind": self.kind,
            "name": self.name,
            "rank": [str(self.rank[0]), self.rank[1]],
            "stamp": [size, mtime, ctime, file_id],
            "digest": self.digest,
            "passed": cast("Json", dict(self.passed)),
        }

    @staticmethod
    def load(checkpoint: Checkpoint | None, kind: str) -> Position | None:
        """Read back; None for none, or for one of another content (the stream starts anew)."""
        if checkpoint is None or checkpoint.get("kind") != kind:
            return None
        data = cast("Mapping[str, list[str]]", checkpoint)
        size, mtime, ctime, file_id = data["stamp"]
        return Position(
            kind,
            str(checkpoint["name"]),
            (int(data["rank"][0]), data["rank"][1]),
            Stamp(int(size), int(mtime), int(ctime), file_id),
            str(checkpoint["digest"]),
            cast("Mapping[str, str]", checkpoint["passed"]),
        )

    def has_passed(self, entry: Entry) -> bool:
        """Whether this very file was there when the place was taken."""
        return self.passed.get(entry.name) == entry.stamp.text()


def passed_now(entries: Iterable[Entry], place: Rank, before: Position | None) -> Mapping[str, str]:
    """What a new position remembers: files at or before `place`, and still the former ones."""
    old = [
        entry
        for entry in entries
        if entry.rank <= place or (before is not None and before.has_passed(entry))
    ]
    return {entry.name: entry.stamp.text() for entry in sorted(old)[-REMEMBERED:]}


@dataclass(frozen=True, slots=True)
class Growth:
    """How far one growing file has been read."""

    name: str
    rank: Rank
    file_id: str
    head_size: int
    head: str
    """blake2b of the first `head_size` bytes: another head is another file."""
    offset: int
    line: int

    def checkpoint(self) -> Checkpoint:
        """For the store."""
        return {
            "kind": "append",
            "name": self.name,
            "rank": [str(self.rank[0]), self.rank[1]],
            "file_id": self.file_id,
            "head": [self.head_size, self.head],
            "offset": self.offset,
            "line": self.line,
        }

    @staticmethod
    def load(checkpoint: Checkpoint | None) -> Growth | None:
        """Read back; None for none, or for one of another content."""
        if checkpoint is None or checkpoint.get("kind") != "append":
            return None
        data = cast("Mapping[str, list[str]]", checkpoint)
        numbers = cast("Mapping[str, int]", checkpoint)
        return Growth(
            str(checkpoint["name"]),
            (int(data["rank"][0]), data["rank"][1]),
            str(checkpoint["file_id"]),
            int(data["head"][0]),
            data["head"][1],
            numbers["offset"],
            numbers["line"],
        )
