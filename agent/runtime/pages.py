"""Changes in pages: each is one transaction."""

from __future__ import annotations

from collections.abc import Iterator

from agent.memory import RowChange
from agent.ports import Stop
from agent.runtime.found import Stopped

PAGE_ENTRIES = 1000
PAGE_ROWS = 4000


def paged(changes: Iterator[RowChange], most: int, stop: Stop) -> Iterator[list[RowChange]]:
    """Pages of at most so many entries, or `PAGE_ROWS` rows. Raises Stopped."""
    page: list[RowChange] = []
    entries = 0
    for change in changes:
        page.append(change)
        entries += len(change.entries)
        if entries >= most or len(page) >= PAGE_ROWS:
            if stop.is_set():
                raise Stopped
            yield page
            page, entries = [], 0
    if page:
        yield page
