"""Many entries at once, as people see them: a few questions for all of them, and no writing.

Packed entries are read where they lie (`agent.queue.runs`), and each envelope is opened once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import orjson

from agent.errors import Damaged
from agent.model import Json
from agent.queue import runs
from agent.queue.claims import content_of
from agent.queue.items import Item
from agent.queue.states import State
from agent.queue.store import Store

_ROW = (
    "seq, id, flow, op, state, created, attempts, due, since, code, reason, field, kind, envelope"
)
_AT_ONCE = 500


class _Row(NamedTuple):
    """An entry, unopened."""

    seq: int
    id: bytes
    flow: int
    op: int
    state: int
    created: float
    attempts: int
    due: float | None
    since: float | None
    code: str | None
    reason: bytes | None
    field: str | None
    kind: int
    envelope: int


def items(store: Store, seqs: Sequence[int]) -> list[Item]:
    """These entries in the order asked for; one that has gone meanwhile is left out."""
    with store.db.transaction() as conn:
        rows = {row.seq: row for row in _rows(conn, seqs)}
        packed = sorted(set(seqs) - rows.keys())
        rows |= {row.seq: row for row in _packed(store, conn, packed)}
        waits = dict(_waits(conn, seqs))
    bodies = {
        row.seq: _body(store, row) for row in sorted(rows.values(), key=lambda one: one.envelope)
    }
    return [_item(store, rows[seq], bodies[seq], waits.get(seq, 0)) for seq in seqs if seq in rows]


def _rows(conn: sqlite3.Connection, seqs: Sequence[int]) -> Iterator[_Row]:
    for at in range(0, len(seqs), _AT_ONCE):
        some = seqs[at : at + _AT_ONCE]
        marks = ",".join("?" * len(some))
        for row in conn.execute(f"select {_ROW} from entry where seq in ({marks})", some):
            yield _Row(*row)


def _packed(store: Store, conn: sqlite3.Connection, seqs: Sequence[int]) -> Iterator[_Row]:
    """Those of these that are packed; `seqs` ascend."""
    first = end = base = flow = epoch = 0
    created, lanes = 0.0, b""
    for seq in seqs:
        if not first <= seq < end:
            found = conn.execute(
                "select first, first + entries, base, flow, epoch, created, lanes from run"
                " where first <= ? order by first desc limit 1",
                (seq,),
            ).fetchone()
            if found is None or seq >= found[1]:
                continue
            first, end, base, flow, epoch, created, lanes = found
        lane = lanes[16 * (seq - first) : 16 * (seq - first) + 16]
        yield _Row(
            seq, store.make_id(epoch, flow, lane, seq), flow, 0, State.WAITING, created, 0, None,
            created, None, None, None, 0, runs.envelope_of(base, seq),
        )  # fmt: skip


def _waits(conn: sqlite3.Connection, seqs: Sequence[int]) -> Iterator[tuple[int, int]]:
    for at in range(0, len(seqs), _AT_ONCE):
        some = seqs[at : at + _AT_ONCE]
        marks = ",".join("?" * len(some))
        yield from conn.execute(
            f"select seq, count(*) from wait where seq in ({marks}) group by seq", some
        )


def _body(store: Store, row: _Row) -> Mapping[str, Json]:
    if row.state >= State.DELIVERED and row.state != State.SET_ASIDE:
        return {}
    try:
        found: dict[str, Json] = orjson.loads(
            content_of(store.db, store.envelopes, row.seq, row.envelope)
        )
    except (Damaged, ValueError):
        return {}
    return found


def _item(store: Store, row: _Row, body: Mapping[str, Json], waits: int) -> Item:
    about: dict[str, Json] = {}
    if row.reason is not None:
        try:
            about = orjson.loads(store.cipher.open(b"reason", row.reason))
        except Damaged:
            about = {"reason": "The reason does not open: it was damaged."}
    fields, parents, place = body.get("f"), body.get("p"), about.get("place")
    return Item(
        seq=row.seq,
        id=row.id.hex(),
        flow=row.flow,
        op="delete" if row.op else "upsert",
        state=State(row.state),
        external_id=str(body.get("x", "")),
        created=row.created,
        attempts=row.attempts,
        due=row.due,
        since=row.since or row.created,
        code=row.code or "",
        reason=str(about.get("reason", "")),
        field=str(about.get("field", "")),
        place=place if isinstance(place, list) else None,
        waits_for=waits,
        problem=bool(row.kind),
        fields=dict(fields) if isinstance(fields, dict) else {},
        parents=parents if isinstance(parents, list) else [],
    )
