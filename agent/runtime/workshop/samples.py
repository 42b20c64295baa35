"""Records of a source's newest exports, as many as are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from agent.errors import SourceUnavailable
from agent.model import Raw, Record, Unreadable
from agent.ports import Read, Source

SAMPLE_MISSING = "SAMPLE_MISSING"
_AT_ONCE = 500  # records that are parsed together


@contextmanager
def sample(source: Source, back: int) -> Iterator[Read | None]:
    """The export `back` before the newest; None where there are not that many."""
    read = source.sample(back)
    try:
        yield read
    finally:
        if read is not None:
            read.close()


def records(read: Read, limit: int) -> Iterator[Record | Unreadable]:
    """The first records of a read."""
    return islice(_all(read), limit)


def nothing_there(name: str) -> SourceUnavailable:
    """What to say where there is no export to look at."""
    return SourceUnavailable(
        f"Source {name} has nothing to look at yet: no export lies in its folder or archive.",
        code=SAMPLE_MISSING,
        params={"source": name},
        hint="Have the ERP write one export, then try again.",
    )


def _all(read: Read) -> Iterator[Record | Unreadable]:
    for page in read.pages():
        for start in range(0, len(page.records), _AT_ONCE):
            chunk = range(start, min(start + _AT_ONCE, len(page.records)))
            places = page.places(chunk)
            yield from read.parse([Raw(page.records[i], next(places)) for i in chunk])
