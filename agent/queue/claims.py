"""What may be sent next: the oldest entry of each lane, parents first, deletes children first.

Only entries that wait for nothing are in the ready index. One that meets an obstacle (an older
entry of its lane, a parent that is missing) is moved to the state that names the obstacle, and
comes back when the obstacle goes; so a claim never wades through entries that cannot move.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

import orjson

from agent.errors import Damaged
from agent.model import Parent, Scalar
from agent.queue import runs
from agent.queue.commit import count
from agent.queue.database import Connection, Row
from agent.queue.envelopes import Envelopes
from agent.queue.states import State
from agent.queue.tally import Moves


class Claim(NamedTuple):
    """An entry opened for sending."""

    seq: int
    flow: int
    lane: bytes
    id: bytes
    op: int
    attempts: int
    verify: bool
    step: int
    size: int
    external_id: str
    fields: dict[str, Scalar]
    parents: tuple[Parent, ...]
    since: float
    """When its present state began."""
    content: bytes
    """Keyed hash of what it says, to compare with what was confirmed last."""
    crashes: int = 0
    """Attempts that ended with the process."""


COLUMNS = "seq, flow, lane, id, op, attempts, verify, step, size, envelope, since, crashes, prev"


class Opened(NamedTuple):
    """Claims, and entries whose envelope did not open."""

    claims: list[Claim]
    damaged: list[int]


def open_entries(
    db: Connection, envelopes: Envelopes, rows: Sequence[Row], hashed: Callable[[bytes], bytes]
) -> Opened:
    """Open the contents of entries selected with COLUMNS."""
    claims, damaged = [], []
    for seq, flow, lane, id_, op, attempts, verify, step, size, envelope, since, crashes, _ in rows:
        try:
            content = content_of(db, envelopes, seq, envelope)
            body = orjson.loads(content)
            claims.append(
                Claim(
                    seq, flow, lane, id_, op, attempts, bool(verify), step, size,
                    body["x"],
                    body.get("f", {}),
                    tuple(Parent(*parent) for parent in body.get("p", ())),
                    since or 0.0,
                    hashed(bytes((op,)) + content),
                    crashes,
                )
            )  # fmt: skip
        except (Damaged, ValueError, KeyError):
            damaged.append(seq)
    return Opened(claims, damaged)


def content_of(db: Connection, envelopes: Envelopes, seq: int, envelope: int) -> bytes:
    """What one entry says, opened. Raises Damaged."""
    sealed = None
    if not envelopes.knows(envelope):
        found = db.one("select blob from envelope where id = ?", (envelope,))
        sealed = found[0] if found else None
    return envelopes.content(envelope, seq, sealed)


def ready(
    conn: sqlite3.Connection,
    flow: int,
    limit: int,
    lanes: set[bytes],
    moves: Moves,
    make_id: runs.MakeId,
    *,
    upserts_only: bool = False,
) -> list[Row]:
    """Up to `limit` entries of a flow that may be sent now, of one operation, one per lane.

    `lanes` are those in flight. Entries with an obstacle are moved to BEHIND on the way.
    """
    runs.stock(conn, flow, limit * 2, make_id)
    found = conn.execute(
        f"select {COLUMNS} from entry where flow = ? and state = 0"
        f"{' and op = 0' if upserts_only else ''} order by seq limit ?",
        (flow, limit * 2),
    ).fetchall()
    if not found:
        return []
    taken: list[Row] = []
    used = set(lanes)
    op = 0 if upserts_only else None
    blocked = _blocked(conn, found)
    if upserts_only:
        blocked |= _after_delete(conn, flow, found)
    for row in found:
        seq, _, lane, _, its_op, *_, size, _, _, _, prev = row
        if seq in blocked or (prev and _open(conn, prev)):
            conn.execute("update entry set state = 2 where seq = ?", (seq,))
            count(moves, flow, State.WAITING, -1, -size)
            count(moves, flow, State.BEHIND, 1, size)
        elif lane in used:
            continue
        elif op is None or op == its_op:
            op = its_op
            used.add(lane)
            taken.append(row)
            if len(taken) == limit:
                break
        else:
            used.add(lane)
    return taken


def are_ready(db: Connection, flow: int, least: int) -> bool:
    """Whether at least so many entries of a flow wait for nothing, packed ones included."""
    found = db.one(
        "select (select count(*) from (select 1 from entry where flow = ? and state = 0 limit ?))"
        " + (select coalesce(sum(length(lanes) / 16), 0) from run where flow = ?)",
        (flow, least, flow),
    )
    return found is not None and int(found[0]) >= least


def _blocked(conn: sqlite3.Connection, found: Sequence[Row]) -> set[int]:
    """Entries with an older one in their lane that is not simply waiting."""
    lanes = list({row[2] for row in found})
    oldest: dict[bytes, int] = {}
    for at in range(0, len(lanes), 500):
        some = lanes[at : at + 500]
        marks = ",".join("?" * len(some))
        oldest |= dict(
            conn.execute(
                "select lane, min(seq) from entry"
                f" where lane in ({marks}) and state between 1 and 5 and state < 5 group by lane",
                some,
            )
        )
    if not oldest:
        return set()
    return {row[0] for row in found if oldest.get(row[2], 1 << 62) < row[0]}


def _after_delete(conn: sqlite3.Connection, flow: int, found: Sequence[Row]) -> set[int]:
    """Entries with an older delete in their lane, of a row that another one took over from."""
    return {
        seq
        for seq, _, lane, *_ in found
        if conn.execute(
            "select 1 from entry indexed by entry_delete"
            " where flow = ? and lane = ? and seq < ? and op = 1 and state < 5 limit 1",
            (flow, lane, seq),
        ).fetchone()
    }


def _open(conn: sqlite3.Connection, seq: int) -> bool:
    found = conn.execute("select state from entry where seq = ?", (seq,)).fetchone()
    return found is not None and found[0] < State.DELIVERED


def older_elsewhere(conn: sqlite3.Connection, lane: bytes, seq: int, flow: int) -> bool:
    """Whether another flow has an older entry on its way in this lane (see `entry_shared`)."""
    found = conn.execute(
        "select 1 from entry where lane = ? and flow != ? and seq < ? and shared = 1 and state < 5"
        " limit 1",
        (lane, flow, seq),
    ).fetchone()
    return found is not None


def share(conn: sqlite3.Connection, flow: int, make_id: runs.MakeId) -> bool:
    """Mark what a flow has queued as in lanes that others feed too; True: there is more."""
    first = conn.execute("select min(first) from run where flow = ?", (flow,)).fetchone()[0]
    if first is not None:
        runs.unpack(conn, first, make_id)
        return True
    for which in ("state = 0", "state between 1 and 5 and state < 5"):
        conn.execute(
            f"update entry set shared = 1 where flow = ? and {which} and shared = 0", (flow,)
        )
    return False


def deletes_open(flows: int) -> str:
    """The question whether one of so many flows still has a delete on its way."""
    marks = ",".join("?" * flows)
    return f"select 1 from entry where flow in ({marks}) and op = 1 and state < 5 limit 1"


def present(conn: sqlite3.Connection, lanes: Sequence[bytes]) -> set[bytes]:
    """Those of these lanes whose record is known to exist in the target."""
    found: set[bytes] = set()
    for at in range(0, len(lanes), 500):
        some = lanes[at : at + 500]
        marks = ",".join("?" * len(some))
        found.update(
            row[0]
            for row in conn.execute(
                f"select lane from lane where lane in ({marks}) and present = 1",
                some,
            )
        )
    return found
