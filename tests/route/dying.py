"""A process that dies around the commit of a page."""

from __future__ import annotations

from agent.queue.reads import Reads
from agent.queue.store import Store


class Died(BaseException):
    """The process dies here."""


class DyingReads(Reads):
    """Reads whose process can die around the commit of a page."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.dies_after: int | None = None
        """Pages that are committed before it dies."""

    def page(self, *args: object, **more: object) -> object:
        if self.dies_after == 0:
            raise Died
        written = super().page(*args, **more)
        if self.dies_after is not None:
            self.dies_after -= 1
        return written
