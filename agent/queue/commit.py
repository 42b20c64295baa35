"""One page of a read in one transaction: entries, the memory of the rows, and progress.

Superseding (RULES 17): a new entry supersedes older ones of its own flow and row that have not
been sent, if it covers their fields. The chain of a row's entries is followed backwards by
`prev`, so a first load, where there is none, pays nothing for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import orjson

from agent.memory import EntryKind, FlowMemory, NewEntry, RowChange, RowText
from agent.model import Op
from agent.queue import runs
from agent.queue.database import Row
from agent.queue.delta import delta_sum
from agent.queue.envelopes import SIZE, Envelopes
from agent.queue.ledger import Ledger
from agent.queue.states import MOVABLE, State
from agent.queue.tally import Moves

_ALL = f"{runs.PLAIN}, state, kind, op, prev, verify, code, field, reason, shared, unsure, remapped"
_STANDING = (
    "select state, kind, shape, prev, lane, attempts or unsure, remapped from entry where seq = ?"
)
LEAST = 16
"""Plain entries that are worth a run; fewer become rows of their own at once."""
OPS = {Op.UPSERT: 0, Op.DELETE: 1}


@dataclass(slots=True)
class Sealed:
    """A page made ready outside the lock: numbers given, contents sealed, rows packed."""

    first: int
    entries: list[tuple[RowChange, NewEntry]]
    envelopes: list[tuple[int, int, bytes]]
    rows: list[bytes]
    block: int
    texts: bytes


@dataclass(slots=True)
class Written:
    """What a committed page did."""

    moves: Moves
    shapes: Shapes
    make_id: runs.MakeId
    superseded: int = 0


def seal_page(
    changes: Sequence[RowChange],
    *,
    first: int,
    block: int,
    envelopes: Envelopes,
    ledger: Ledger,
) -> Sealed:
    """Number, seal and pack a page. `first` is the first of enough reserved numbers."""
    entries = _in_order(changes)
    for seq, (change, entry) in enumerate(entries, first):
        message, lane, version, _ = change.flows[entry.flow]
        change.flows[entry.flow] = FlowMemory(message, lane, version, seq)
    bodies = [entry.payload for _, entry in entries]
    sealed = [
        (
            first + at,
            len(bodies[at : at + SIZE]),
            envelopes.seal(first + at, bodies[at : at + SIZE]),
        )
        for at in range(0, len(bodies), SIZE)
    ]
    pack = ledger.layout.pack_parts
    rows: list[bytes] = []
    texts: list[RowText] = []
    for c in changes:
        at, slot = (block, len(texts)) if c.text is not None else c.kept
        if c.text is not None:
            texts.append(c.text)
        flows = c.flows[0] if len(c.flows) == 1 else chain.from_iterable(c.flows)
        rows.append(pack(c.key, c.raw, c.values, c.flags, at, slot, *flows))
    return Sealed(first, entries, sealed, rows, block, ledger.seal_texts(block, texts))


def _in_order(changes: Sequence[RowChange]) -> list[tuple[RowChange, NewEntry]]:
    """The entries of a page, the plain ones of each flow together so that they make runs."""
    plain: dict[int, list[tuple[RowChange, NewEntry]]] = {}
    rest = []
    for change in changes:
        for entry in change.entries:
            if entry.is_plain:
                plain.setdefault(entry.flow, []).append((change, entry))
            else:
                rest.append((change, entry))
    return [*chain.from_iterable(plain.values()), *rest]


def write_entries(
    conn: sqlite3.Connection,
    page: Sealed,
    *,
    flow_ids: Sequence[int],
    read: int,
    now: float,
    shapes: Shapes,
    epoch: int,
    make_id: runs.MakeId,
    reasons: Mapping[int, bytes],
    moves: Moves,
    shared: Container[int] = (),
) -> Written:
    """Insert the page's entries and supersede what they cover."""
    written = Written(moves, shapes, make_id)
    plain: list[object] = []
    others: list[object] = []
    at = 0
    while at < len(page.entries):
        change, entry = page.entries[at]
        flow, seq = flow_ids[entry.flow], page.first + at
        shape = shapes.number(conn, entry.fields)
        if entry.is_plain and flow not in shared:
            alike = _alike(page, at)
            size = sum(row[2] for row in alike)
            count(moves, flow, State.WAITING, len(alike), size)
            if len(alike) >= LEAST:
                about = (seq, page.first, flow, read, shape, epoch, now)
                runs.pack(conn, about, alike)
            else:
                for number, (lane, key, bytes_) in enumerate(alike, seq):
                    plain += (
                        number, flow, lane, key, make_id(epoch, flow, lane, number), shape,
                        runs.envelope_of(page.first, number), read, bytes_, now, now,
                    )  # fmt: skip
            at += len(alike)
            continue
        previous, since = 0, now
        if entry.previous:
            since = _same_trouble(conn, entry) or now
            previous = supersede(conn, entry, shape, written)
        state = State.PARKED if entry.kind is EntryKind.PROBLEM else State.WAITING
        size = len(entry.payload)
        count(moves, flow, state, 1, size)
        others += (
            seq, flow, entry.lane, change.key, make_id(epoch, flow, entry.lane, seq), shape,
            runs.envelope_of(page.first, seq), read, size, now, since,
            int(state), int(entry.kind), OPS[entry.op], previous, int(entry.verify),
            entry.code or None, entry.field or None, reasons.get(at), int(flow in shared),
            int(entry.unsure), int(entry.remapped),
        )  # fmt: skip
        at += 1
    runs.insert(conn, runs.PLAIN, plain)
    runs.insert(conn, _ALL, others)
    conn.executemany("insert into envelope values (?, ?, ?)", page.envelopes)
    return written


def _same_trouble(conn: sqlite3.Connection, entry: NewEntry) -> float | None:
    """Since when a row has had the problem that it still has, though it says something else now."""
    if entry.kind is not EntryKind.PROBLEM:
        return None
    found = conn.execute(
        "select since from entry where seq = ? and state = 5 and kind = 1"
        " and code is ? and coalesce(field, '') = ?",
        (latest(conn, entry.previous), entry.code, entry.field),
    ).fetchone()
    return float(found[0]) if found and found[0] else None


def _alike(page: Sealed, at: int) -> list[tuple[bytes, bytes, int]]:
    """(lane, row, size) of the plain entries from here on that differ in nothing else."""
    _, like = page.entries[at]
    found = []
    for change, entry in page.entries[at:]:
        if not entry.is_plain or entry.flow != like.flow or entry.fields != like.fields:
            break
        found.append((entry.lane, change.key, len(entry.payload)))
    return found


def write_rows(conn: sqlite3.Connection, stream: int, page: Sealed) -> None:
    """Add the page's memory of rows to the stream's delta."""
    if page.rows:
        rows = b"".join(page.rows)
        conn.execute(
            "insert into delta values (?, ?, ?, ?, ?, ?)",
            (page.block, stream, page.first + len(page.entries) - 1, rows, page.texts,
             delta_sum(rows, page.texts)),
        )  # fmt: skip


def supersede(
    conn: sqlite3.Connection,
    entry: NewEntry,
    shape: int,
    written: Written,
) -> int:
    """Supersede the open entries before this one that it covers.

    Returns the newest that stays open, 0 if none does.
    """
    stays = 0
    at = latest(conn, entry.previous)
    while at:
        found = _standing(conn, at, written)
        if found is None or found[0] == State.DELIVERED:
            break
        state, kind, old_shape, before, lane, unsure, remapped = found
        new, old = (entry.kind, entry.op, shape), (kind, old_shape)
        if state == State.SENDING:
            stays = stays or at
        elif state not in MOVABLE:
            pass  # superseded or set aside: what stands before it may still be open
        elif covers(new, old, written.shapes, same_lane=lane == entry.lane):
            end(conn, at, State.SUPERSEDED, written.moves)
            written.superseded += 1
            entry.unsure = entry.unsure or bool(unsure)
            entry.remapped = entry.remapped and bool(remapped)
        elif not stays:
            stays = at
        at = before
    return stays


def latest(conn: sqlite3.Connection, seq: int) -> int:
    """The entry that stands for one which the memory of a row names: a person may have edited it."""
    found = conn.execute(
        "select max(seq) from entry where edits = ? and edits > 0", (seq,)
    ).fetchone()
    return int(found[0] or seq)


def _standing(conn: sqlite3.Connection, seq: int, written: Written) -> Row | None:
    """Where an earlier entry stands; one that is packed becomes a row of its own for that."""
    found: Row | None = conn.execute(_STANDING, (seq,)).fetchone()
    if found is None and runs.unpack_entry(conn, seq, written.make_id):
        found = conn.execute(_STANDING, (seq,)).fetchone()
    return found


def covers(
    new: tuple[int, Op, int], old: tuple[int, int], shapes: Shapes, *, same_lane: bool
) -> bool:
    """Whether an entry (kind, operation, shape) makes an older one (kind, shape) unnecessary.

    Both are of one flow and row.
    """
    kind, op, shape = new
    old_kind, old_shape = old
    if old_kind == EntryKind.PROBLEM:
        return True
    if kind == EntryKind.PROBLEM or not same_lane:
        return False
    return op is Op.DELETE or shapes.covers(shape, old_shape)


def clear(conn: sqlite3.Connection, seq: int, written: Written) -> None:
    """A row left a flow without an entry: its parked problems are over."""
    seq = latest(conn, seq)
    while seq:
        found = conn.execute("select state, kind, prev from entry where seq = ?", (seq,)).fetchone()
        if found is None:
            return
        if found[0] == State.PARKED and found[1] == EntryKind.PROBLEM:
            end(conn, seq, State.SUPERSEDED, written.moves)
            written.superseded += 1
        seq = found[2]


def end(conn: sqlite3.Connection, seq: int, state: State, moves: Moves) -> None:
    """Give one entry its final state: its content goes when its envelope is done."""
    found = conn.execute(
        "select flow, state, size, envelope, read, lane from entry where seq = ?", (seq,)
    ).fetchone()
    flow, before, size, envelope, read, lane = found
    conn.execute("delete from wait where seq = ?", (seq,))
    if state is State.SET_ASIDE:  # it may be taken back: what it says is kept for a while
        conn.execute("update entry set state = ? where seq = ?", (int(state), seq))
    else:
        conn.execute("update entry set state = ?, reason = null where seq = ?", (int(state), seq))
        emptied(conn, [envelope])
    column = "parked" if before == State.PARKED else "open"
    conn.execute(
        f"update reading set {column} = {column} - 1 where id = ?",
        (read,),
    )
    count(moves, flow, State(before), -1, -size)
    count(moves, flow, state, 1, 0)
    free(conn, lane, seq, moves)


def emptied(conn: sqlite3.Connection, envelopes: Sequence[int]) -> None:
    """One content of each of these envelopes is needed no longer."""
    each = [(envelope,) for envelope in envelopes]
    conn.executemany("update envelope set open = open - 1 where id = ?", each)
    conn.executemany("delete from envelope where id = ? and open <= 0", each)


def free(conn: sqlite3.Connection, lane: bytes, seq: int, moves: Moves) -> None:
    """Entries that waited behind this one, in its lane or of its row, are ready again."""
    behind = conn.execute(
        "select seq, flow, size from entry indexed by entry_lane"
        " where lane = ? and state between 1 and 5 and state = 2"
        " union select seq, flow, size from entry where prev = ? and prev > 0 and state = 2",
        (lane, seq),
    ).fetchall()
    for freed, flow, size in behind:
        conn.execute("update entry set state = 0 where seq = ?", (freed,))
        count(moves, flow, State.BEHIND, -1, -size)
        count(moves, flow, State.WAITING, 1, size)


def count(moves: Moves, flow: int, state: State, entries: int, size: int) -> None:
    """Note a difference."""
    found = moves[flow, state]
    found[0] += entries
    found[1] += size


class Shapes:
    """Sets of field names by number: what an entry carries, and so what it covers."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, ...], int] = {}
        self._names: dict[int, frozenset[str]] = {}

    def load(self, rows: Sequence[tuple[int, str]]) -> None:
        """The shapes that the database knows."""
        for number, text in rows:
            names = tuple(orjson.loads(text))
            self._numbers[names] = number
            self._names[number] = frozenset(names)

    def number(self, conn: sqlite3.Connection, names: tuple[str, ...]) -> int:
        """The number of a set of names, made on first sight in the caller's transaction."""
        found = self._numbers.get(names)
        if found is None:
            text = orjson.dumps(names).decode()
            conn.execute("insert or ignore into shape (names) values (?)", (text,))
            row = conn.execute("select id from shape where names = ?", (text,)).fetchone()
            found = self._numbers[names] = int(row[0])
            self._names[found] = frozenset(names)
        return found

    def names(self, number: int) -> frozenset[str]:
        """The names of a shape."""
        return self._names.get(number, frozenset())

    def covers(self, new: int, old: int) -> bool:
        """Whether the new shape holds every name of the old one."""
        return new == old or self._names[old] <= self._names[new]

    def forget(self) -> None:
        """After a rolled back transaction a number may not exist: `load` again."""
        self._numbers.clear()
        self._names.clear()
