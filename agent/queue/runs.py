"""Runs: the plain new entries of a page, kept packed until they are needed one by one.

A first load makes a million entries that differ in nothing but lane, row and size. As rows of
their own they would cost more than everything else of an enqueue, so a page keeps them as one row
of `run`. They count as WAITING; whoever needs one of them by itself unpacks its run first, in his
own transaction: a claim, a newer entry of the same row, a person who looks.
"""

from __future__ import annotations

import sqlite3
import zlib
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from agent.queue.envelopes import SIZE

PLAIN = "seq, flow, lane, row, id, shape, envelope, read, size, created, since"
_TOGETHER = 100
"""Entries per statement: fewer steps of SQLite, each of which lets go of the interpreter."""

MakeId = Callable[[int, int, bytes, int], bytes]
"""The idempotency key of (epoch, flow, lane, seq)."""


def insert(conn: sqlite3.Connection, columns: str, values: Sequence[object]) -> None:
    """Insert entries, given as one flat sequence of their columns."""
    wide = columns.count(",") + 1
    marks = f"({','.join('?' * wide)})"
    for at in range(0, len(values), wide * _TOGETHER):
        some = values[at : at + wide * _TOGETHER]
        many = ",".join([marks] * (len(some) // wide))
        conn.execute(f"insert into entry ({columns}) values {many}", some)


def envelope_of(base: int, seq: int) -> int:
    """The envelope that holds an entry of the page that begins with `base`."""
    return base + (seq - base) // SIZE * SIZE


def pack(
    conn: sqlite3.Connection,
    about: tuple[int, int, int, int, int, int, float],
    entries: Sequence[tuple[bytes, bytes, int]],
) -> None:
    """Keep (lane, row, size) of consecutive entries as one row.

    `about`: first sequence, first of the page, flow, read, shape, epoch, time.
    """
    lanes, rows, sizes = zip(*entries, strict=True)
    packed = (b"".join(lanes), b"".join(rows), array("I", sizes).tobytes())
    conn.execute(
        "insert into run (first, base, flow, read, shape, epoch, created, entries, lanes, rows,"
        " sizes, sum) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*about, len(entries), *packed, _sum(*packed)),
    )


def _sum(lanes: bytes, rows: bytes, sizes: bytes) -> int:
    return zlib.crc32(sizes, zlib.crc32(rows, zlib.crc32(lanes)))


def unpack(conn: sqlite3.Connection, first: int, make_id: MakeId) -> None:
    """Make the entries of a run rows of their own."""
    base, flow, read, shape, epoch, created, lanes, rows, sizes = conn.execute(
        "select base, flow, read, shape, epoch, created, lanes, rows, sizes from run"
        " where first = ?",
        (first,),
    ).fetchone()
    values: list[object] = []
    for at, size in enumerate(array("I", sizes)):
        seq, lane = first + at, lanes[16 * at : 16 * at + 16]
        values += (
            seq, flow, lane, rows[16 * at : 16 * at + 16], make_id(epoch, flow, lane, seq), shape,
            envelope_of(base, seq), read, size, created, created,
        )  # fmt: skip
    insert(conn, PLAIN, values)
    conn.execute("delete from run where first = ?", (first,))


def expand(run: Mapping[str, Any], make_id: MakeId) -> Iterator[dict[str, Any]]:
    """The entries of a run as whole rows, by column name; nothing if it was damaged."""
    if _sum(run["lanes"], run["rows"], run["sizes"]) != run["sum"]:
        return
    sizes = array("I", run["sizes"] if len(run["sizes"]) % 4 == 0 else b"")
    if not len(sizes) == run["entries"] == len(run["lanes"]) // 16 == len(run["rows"]) // 16:
        return
    first, flow = run["first"], run["flow"]
    same = dict.fromkeys(
        ("state", "kind", "op", "prev", "verify", "attempts", "crashed_at", "crashes", "shared",
         "step"), 0,
    ) | {"due": None, "code": None, "reason": None}  # fmt: skip
    for at, size in enumerate(sizes):
        seq, lane = first + at, run["lanes"][16 * at : 16 * at + 16]
        yield same | {
            "seq": seq, "flow": flow, "lane": lane, "row": run["rows"][16 * at : 16 * at + 16],
            "id": make_id(run["epoch"], flow, lane, seq), "shape": run["shape"],
            "envelope": envelope_of(run["base"], seq), "read": run["read"], "size": size,
            "created": run["created"], "since": run["created"],
        }  # fmt: skip


def holding(conn: sqlite3.Connection, seq: int) -> int | None:
    """The run that holds this entry, None if it is not packed."""
    found = conn.execute(
        "select first, entries from run where first <= ? order by first desc limit 1", (seq,)
    ).fetchone()
    return int(found[0]) if found is not None and seq < found[0] + found[1] else None


def unpack_entry(conn: sqlite3.Connection, seq: int, make_id: MakeId) -> bool:
    """Unpack the run that holds this entry; False if none does."""
    first = holding(conn, seq)
    if first is not None:
        unpack(conn, first, make_id)
    return first is not None


def unpack_all(conn: sqlite3.Connection, make_id: MakeId) -> None:
    """Unpack everything: after a rollback, when every entry has to be looked at."""
    for (first,) in conn.execute("select first from run order by first").fetchall():
        unpack(conn, first, make_id)


def stock(conn: sqlite3.Connection, flow: int, wanted: int, make_id: MakeId) -> None:
    """See to it that the `wanted` oldest ready entries of a flow are rows of their own."""
    while True:
        found = conn.execute("select min(first) from run where flow = ?", (flow,)).fetchone()
        if found is None or found[0] is None:
            return
        older = conn.execute(
            "select count(*) from (select 1 from entry where flow = ? and state = 0 and seq < ?"
            " limit ?)",
            (flow, found[0], wanted),
        ).fetchone()
        if older[0] >= wanted:
            return
        unpack(conn, int(found[0]), make_id)
