"""What a person paused, until when: a source, a target, a flow, or everything.

An end that was set is kept beside the pause; what is over pauses nothing any more, and the next
change of a pause forgets it. Every step of every worker asks: memory answers.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Final

from agent.queue.database import Connection

_EVERYTHING: Final = ("all", "")


class Pauses:
    """The pauses of one database, which nobody else writes. Threads may share it."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._lock = Lock()
        self._ends = self._read()

    def stands(self, kind: str, name: str, now: Callable[[], float]) -> bool:
        """Whether this, or everything, is paused at this time."""
        ends = self._ends
        return bool(ends) and any(
            place in ends and ((end := ends[place]) is None or end > now())
            for place in ((kind, name), _EVERYTHING)
        )

    def until(self) -> float | None:
        """When the pause of everything ends by itself; None: a person ends it, or there is none."""
        return self._ends.get(_EVERYTHING)

    def change(self, kind: str, name: str, *, paused: bool, end: float | None = None) -> None:
        """Pause, until `end` if one is given, or resume."""
        with self._lock:
            with self._db.transaction() as conn:
                conn.execute("delete from meta where name = ?", (_end(kind, name),))
                if not paused:
                    conn.execute("delete from paused where kind = ? and name = ?", (kind, name))
                else:
                    conn.execute("insert or ignore into paused values (?, ?)", (kind, name))
                if paused and end is not None:
                    conn.execute("insert into meta values (?, ?)", (_end(kind, name), end))
            self._ends = self._read()

    def _read(self) -> dict[tuple[str, str], float | None]:
        ends: dict[tuple[str, str], float | None] = {}
        for kind, name in self._db.rows("select kind, name from paused"):
            found = self._db.meta(_end(kind, name))
            ends[kind, name] = None if found is None else float(found)
        return ends


def _end(kind: str, name: str) -> str:
    return f"paused {kind} {name} until"
