"""What a person paused, until when: a source, a target, a flow, or everything.

An end that was set is kept beside the pause; what is over pauses nothing any more, and the next
change of a pause forgets it.
"""

from __future__ import annotations

from agent.queue.database import Connection


def stands(db: Connection, kind: str, name: str, now: float) -> bool:
    """Whether this, or everything, is paused at this time."""
    found = db.rows(
        "select kind, name from paused where (kind = ? and name = ?) or kind = 'all'", (kind, name)
    )
    return any((end := until(db, *pause)) is None or end > now for pause in found)


def until(db: Connection, kind: str, name: str) -> float | None:
    """When a pause ends by itself; None: a person ends it, or there is none."""
    found = db.meta(_end(kind, name))
    return None if found is None else float(found)


def change(db: Connection, kind: str, name: str, *, paused: bool, end: float | None = None) -> None:
    """Pause, until `end` if one is given, or resume."""
    with db.transaction() as conn:
        conn.execute("delete from meta where name = ?", (_end(kind, name),))
        if not paused:
            conn.execute("delete from paused where kind = ? and name = ?", (kind, name))
            return
        conn.execute("insert or ignore into paused values (?, ?)", (kind, name))
        if end is not None:
            conn.execute("insert into meta values (?, ?)", (_end(kind, name), end))


def _end(kind: str, name: str) -> str:
    return f"paused {kind} {name} until"
