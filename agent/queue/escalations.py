"""What was raised: which steps of rules each item has reached, and every event in its order.

An event is committed together with what it changes before anybody is told of it, so that a restart
neither forgets one nor makes it twice; whoever is told twice knows it by its number. Nothing here is
a business value: names of the configuration, codes, keyed hashes, references.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from agent.queue.store import Store


@dataclass(frozen=True, slots=True)
class Reached:
    """A step of a rule that an item has reached and still waits at."""

    item: bytes
    since: float
    rule: str
    level: int
    at: float
    ref: str


@dataclass(frozen=True, slots=True)
class Raised:
    """An event: something was escalated, or resolved."""

    id: int
    at: float
    what: str
    item: bytes
    since: float
    rule: str
    level: int
    ref: str
    about: dict[str, str]
    """flow, entity, code, severity, owner."""


_RAISED = "id, at, what, item, since, rule, level, ref, about"


class Escalations:
    """Remembers what was raised."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def reached(self) -> list[Reached]:
        """Every step that something waits at, the oldest first."""
        rows = self._store.db.rows_so_far(
            "select item, since, rule, level, at, ref from escalation order by at, ref, level"
        )
        return [Reached(*row) for row in rows]

    def keep(self, events: Sequence[Raised]) -> None:
        """Commit events (their numbers are given here) and what follows from them."""
        if not events:
            return
        with self._store.db.transaction() as conn:
            for event in events:
                conn.execute(
                    "insert into raised (at, what, item, since, rule, level, ref, about)"
                    " values (?, ?, ?, ?, ?, ?, ?, ?)",
                    (event.at, event.what, event.item, event.since, event.rule, event.level,
                     event.ref, orjson.dumps(event.about).decode()),
                )  # fmt: skip
                if event.what == "escalated":
                    conn.execute(
                        "insert or ignore into escalation values (?, ?, ?, ?, ?, ?)",
                        (event.item, event.since, event.rule, event.level, event.at, event.ref),
                    )
                else:
                    conn.execute(
                        "delete from escalation where item = ? and since = ? and rule = ?",
                        (event.item, event.since, event.rule),
                    )

    def renamed(self, item: bytes, since: float, ref: str) -> None:
        """People name this item otherwise now: a newer message of the same row took its place."""
        with self._store.db.transaction() as conn:
            conn.execute(
                "update escalation set ref = ? where item = ? and since = ?", (ref, item, since)
            )

    def untold(self) -> list[Raised]:
        """Events of which nobody has been told yet, in their order."""
        return self._events("told = 0 order by id", ())

    def told(self, number: int) -> None:
        """Everybody was told of this event."""
        with self._store.db.transaction() as conn:
            conn.execute("update raised set told = 1 where id = ?", (number,))

    def after(self, number: int, limit: int) -> list[Raised]:
        """Events after one of them, in their order."""
        return self._events("id > ? order by id limit ?", (number, limit))

    def _events(self, where: str, values: Sequence[object]) -> list[Raised]:
        rows = self._store.db.rows_so_far(f"select {_RAISED} from raised where {where}", values)
        return [
            Raised(number, at, what, item, since, rule, level, ref, orjson.loads(about))
            for number, at, what, item, since, rule, level, ref, about in rows
        ]
