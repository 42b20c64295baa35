"""Mistakes that an agent could have: with one of them, the loop must find loss or doubling."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from agent.decisions import Done
from agent.model import Message
from agent.queue.reads import Reads
from agent.queue.sending import Sending
from agent.runtime.deliver import Delivery


def marked_before_sent() -> None:
    """Entries count as delivered before they are sent."""
    start = Sending.start

    def early(self: Sending, claims: Sequence[Any]) -> None:
        start(self, claims)
        self.apply([(claim, Done()) for claim in claims])

    Sending.start = early  # type: ignore[method-assign]
    apply = Sending.apply

    def late(self: Sending, decided: Any, *more: Any) -> Any:
        return [] if any(isinstance(d, Done) for _, d in decided) and not more and self_sent(
            self, decided
        ) else apply(self, decided, *more)

    def self_sent(self: Sending, decided: Any) -> bool:
        seqs = [claim.seq for claim, _ in decided]
        marks = ",".join("?" * len(seqs))
        found = self._store.db.one(f"select count(*) from entry where seq in ({marks}) and state >= 10", seqs)
        return bool(found and found[0])

    Sending.apply = late  # type: ignore[method-assign,assignment]


def new_id_each_time() -> None:
    """A message that is sent again has another id than before."""
    message = Delivery._message

    def another(self: Delivery, *of: Any) -> Message:
        made = message(self, *of)
        return replace(made, id=f"{made.id}-{os.urandom(4).hex()}")

    Delivery._message = another  # type: ignore[method-assign]


def position_before_rows() -> None:
    """The end of a read is committed before its last rows."""
    page = Reads.page

    def split(self: Reads, reading: Any, ledger: Any, flows: Any, changes: Any, *more: Any, **named: Any) -> Any:
        if named.get("finish") is None or not changes:
            return page(self, reading, ledger, flows, changes, *more, **named)
        page(self, reading, ledger, flows, (), *more, **named)
        named = {**named, "finish": None}
        return page(self, reading, ledger, flows, changes, **named)

    Reads.page = split  # type: ignore[method-assign]


SEEDED: dict[str, Callable[[], None]] = {
    made.__name__: made for made in (marked_before_sent, new_id_each_time, position_before_rows)
}
