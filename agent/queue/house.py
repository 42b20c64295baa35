"""What is over and old goes, now and then: finished entries, acts, reads, holds."""

from __future__ import annotations

import sqlite3

from agent.queue.commit import emptied

KEPT_READS = 50
"""Of the latest reads, so many are kept however long they are over."""


def forget_what_is_over(conn: sqlite3.Connection, old: float) -> None:
    """Forget what was over before `old`, some thousands at a time."""
    conn.execute(
        "delete from entry where seq in (select seq from entry where state >= 10"
        " and state != 12 and created < ? limit 5000)",
        (old,),
    )
    # What was set aside keeps its content, to be taken back, and loses it with its entry.
    aside = conn.execute(
        "select seq, envelope from entry where state = 12 and since < ? limit 5000", (old,)
    ).fetchall()
    emptied(conn, [envelope for _, envelope in aside])
    conn.executemany("delete from entry where seq = ?", [(seq,) for seq, _ in aside])
    conn.execute(
        "delete from act where at < ? and not exists (select 1 from entry where seq = act.seq)",
        (old,),
    )
    conn.execute(
        "delete from reading where settled = 1 and open = 0 and parked = 0 and id <"
        " (select max(id) from reading r where r.stream = reading.stream) - ?",
        (KEPT_READS,),
    )
    conn.execute("delete from raised where told = 1 and at < ?", (old,))
    conn.execute("delete from hold where state in ('void', 'approved') and since < ?", (old,))
