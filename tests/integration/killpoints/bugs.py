"""Mistakes that an agent could have: with one of them, the loop must find loss or doubling."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from agent.decisions import Done
from agent.model import Message
from agent.queue.claims import Claim
from agent.queue.reads import Reads
from agent.runtime.deliver import Delivery


def marked_before_sent() -> None:
    """Entries count as delivered before they are sent."""

    def attempt(self: Delivery, claims: Sequence[Claim], _families: object = ()) -> None:
        self._sending.apply([(claim, Done()) for claim in claims])
        self._target.deliver([self._message(claim) for claim in claims])
        self._busy.clear()
        self._flying.clear()

    Delivery._attempt = attempt


def new_id_each_time() -> None:
    """A message that is sent again has another id than before."""
    message = Delivery._message

    def another(self: Delivery, *of: Any) -> Message:
        made = message(self, *of)
        return replace(made, id=f"{made.id}-{os.urandom(4).hex()}")

    Delivery._message = another


def position_before_rows() -> None:
    """The end of a read is committed before its last rows."""
    page = Reads.page

    def split(
        self: Reads, of: Any, ledger: Any, flows: Any, rows: Any, *more: Any, **named: Any
    ) -> Any:
        if named.get("finish") is not None and rows:
            page(self, of, ledger, flows, (), *more, **named)
            named["finish"] = None
        return page(self, of, ledger, flows, rows, **named)

    Reads.page = split


SEEDED: dict[str, Callable[[], None]] = {
    made.__name__: made for made in (marked_before_sent, new_id_each_time, position_before_rows)
}
