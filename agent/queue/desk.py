"""What people ask of the queue, and decide about its entries.

Contents are opened only for who asked to see them. A replay is refused once its entry is no
longer the newest of its lane and flow: it would undo something newer (RULES 7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import orjson

from agent.errors import Damaged
from agent.model import Json
from agent.queue import runs
from agent.queue.claims import COLUMNS, open_entries
from agent.queue.commit import count, end
from agent.queue.states import State
from agent.queue.store import Store


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as people see it."""

    seq: int
    id: str
    flow: int
    op: str
    state: State
    external_id: str
    created: float
    attempts: int
    due: float | None
    since: float
    code: str
    reason: str
    field: str
    place: list[Json] | None
    waits_for: int
    problem: bool
    fields: dict[str, Json]
    parents: list[Json]


@dataclass(frozen=True, slots=True)
class Group:
    """Parked entries of one flow that have one cause: the same code in the same field."""

    flow: int
    code: str
    field: str
    entries: int
    since: float
    newest: float
    example: int
    """The oldest of them."""


_AT_ONCE = 1000  # parked entries whose reasons are opened together
_ITEM = "seq, id, flow, op, state, created, attempts, due, since, code, reason, kind, envelope"


class Desk:
    """Lists, shows, replays, sets aside."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def entries(
        self,
        states: Sequence[State],
        *,
        flows: Sequence[int] | None = None,
        code: str = "",
        after: int = 0,
        limit: int = 100,
    ) -> list[Item]:
        """Entries in these states, oldest first, after a sequence number."""
        if State.WAITING in states:
            self._unpack(after, limit, flows)
        sql = f"select {_ITEM} from entry where state in ({_marks(states)}) and seq > ?"
        if all(State.WAITING < state <= State.PARKED for state in states):
            sql += " and state between 1 and 5"  # see the index of these words
        values: list[object] = [int(state) for state in states]
        values.append(after)
        if flows is not None:
            sql += f" and flow in ({_marks(flows)})"
            values += flows
        if code:
            sql += " and code = ?"
            values.append(code)
        rows = self._store.db.rows(sql + " order by seq limit ?", [*values, limit])
        return [self._item(row) for row in rows]

    def entry(self, seq: int) -> Item | None:
        """One entry."""
        with self._store.change() as (conn, _):
            runs.unpack_entry(conn, seq, self._store.make_id)
        row = self._store.db.one(f"select {_ITEM} from entry where seq = ?", (seq,))
        return self._item(row) if row else None

    def _unpack(self, after: int, limit: int, flows: Sequence[int] | None) -> None:
        """Make rows of the packed entries that a page of this list may show."""
        left = limit
        with self._store.change() as (conn, _):
            packed = conn.execute(
                "select first, entries, flow from run where first + entries > ? order by first",
                (after,),
            )
            chosen = []
            for first, entries, flow in packed:
                if left <= 0:
                    break
                if flows is None or flow in flows:
                    chosen.append(first)
                    left -= entries
            for first in chosen:
                runs.unpack(conn, first, self._store.make_id)

    def unreadable(
        self, streams: Sequence[int] | None = None, after: int = 0, limit: int = 100
    ) -> list[tuple[int, int, float, str, dict[str, Json]]]:
        """Records that could not be read: (number, stream, since, code, about)."""
        rows = self._store.db.rows(
            "select id, stream, since, code, about from unreadable where id > ? order by id limit ?",
            (after, limit),
        )
        return [
            (number, stream, since, code, self._opened(b"unreadable", about))
            for number, stream, since, code, about in rows
            if streams is None or stream in streams
        ]

    def unreadable_groups(self) -> list[tuple[int, Group]]:
        """Records that could not be read, by stream and code."""
        rows = self._store.db.rows(
            "select stream, code, count(*), min(since), max(since), min(id) from unreadable"
            " group by stream, code order by stream, code"
        )
        return [(row[0], Group(0, row[1], "", *row[2:])) for row in rows]

    def unreadable_count(self) -> int:
        """How many records could not be read."""
        found = self._store.db.one("select count(*) from unreadable")
        return int(found[0]) if found else 0

    def replay(self, seqs: Sequence[int]) -> tuple[list[int], list[tuple[int, str]]]:
        """Send parked entries again. Returns those replayed, and (entry, why not)."""
        replayed: list[int] = []
        refused: list[tuple[int, str]] = []
        with self._store.change() as (conn, moves):
            for seq in seqs:
                found = conn.execute(
                    "select flow, state, kind, lane, size, read, code from entry where seq = ?",
                    (seq,),
                ).fetchone()
                why = self._why_not(found)
                if not why:
                    newer = conn.execute(
                        "select 1 from lane where lane = ? and flow = ? and seq > ?",
                        (found[3], found[0], seq),
                    ).fetchone()
                    why = "A newer message of the same record was delivered since." if newer else ""
                if why:
                    refused.append((seq, why))
                    continue
                flow, _, _, _, size, read, _ = found
                conn.execute(
                    "update entry set state = 0, code = null, reason = null, due = null,"
                    " attempts = 0, crashes = 0, crashed_at = 0 where seq = ?",
                    (seq,),
                )
                conn.execute("delete from wait where seq = ?", (seq,))
                conn.execute(
                    "update reading set open = open + 1, parked = parked - 1 where id = ?", (read,)
                )
                count(moves, flow, State.PARKED, -1, -size)
                count(moves, flow, State.WAITING, 1, size)
                replayed.append(seq)
        return replayed, refused

    def set_aside(self, seq: int, why: str = "") -> bool:
        """A person decides that this entry will not be sent; `why` is kept with it, sealed."""
        about = self._store.cipher.seal(b"reason", orjson.dumps({"reason": why}))
        with self._store.change() as (conn, moves):
            found = conn.execute("select state from entry where seq = ?", (seq,)).fetchone()
            if found is None or found[0] != State.PARKED:
                return False
            end(conn, seq, State.SET_ASIDE, moves)
            conn.execute("update entry set reason = ? where seq = ?", (about, seq))
        return True

    def groups(self, flows: Sequence[int] | None = None) -> list[Group]:
        """What is parked, by its cause, the largest group first; memory grows with the causes."""
        found: dict[tuple[int, str, str], Group] = {}
        after = 0
        while True:
            rows = self._store.db.rows(
                "select seq, flow, code, since, created, reason from entry"
                " where state between 1 and 5 and state = ? and seq > ? order by seq limit ?",
                (int(State.PARKED), after, _AT_ONCE),
            )
            for seq, flow, code, since, created, reason in rows:
                after = seq
                if flows is None or flow in flows:
                    field = str(self._about(reason).get("field", ""))
                    _counted(found, (flow, code or "", field), seq, float(since or created))
            if len(rows) < _AT_ONCE:
                return sorted(found.values(), key=lambda group: (-group.entries, group.example))

    @staticmethod
    def _why_not(found: Sequence[object] | None) -> str:
        if found is None:
            return "There is no such entry."
        if found[1] != State.PARKED:
            return f"It is not parked but {State(int(str(found[1]))).label}."
        if found[2]:
            return "No message could be made of it: fix the row in the ERP or the mapping."
        if found[6] == "DAMAGED":
            return "Its content is damaged: its row is sent again after the next reading."
        return ""

    def _item(self, row: Sequence[object]) -> Item:
        seq, id_, flow, op, state, created, attempts, due, since, code, reason, kind, _ = row
        store = self._store
        about = self._about(reason)
        body: dict[str, Json] = {}
        found = store.db.one(
            f"select {COLUMNS} from entry where seq = ?",
            (seq,),
        )
        if found is not None and int(str(state)) < State.DELIVERED:
            body = self._content(found)
        waits = store.db.one("select count(*) from wait where seq = ?", (seq,))
        return Item(
            seq=int(str(seq)),
            id=bytes(id_).hex() if isinstance(id_, bytes) else "",
            flow=int(str(flow)),
            op="delete" if op else "upsert",
            state=State(int(str(state))),
            external_id=str(body.get("x", "")),
            created=float(str(created)),
            attempts=int(str(attempts)),
            due=None if due is None else float(str(due)),
            since=float(str(since or created)),
            code=str(code or ""),
            reason=str(about.get("reason", "")),
            field=str(about.get("field", "")),
            place=about.get("place"),  # type: ignore[arg-type]  # a list or nothing, as sealed
            waits_for=int(waits[0]) if waits else 0,
            problem=bool(kind),
            fields=body.get("f", {}),  # type: ignore[arg-type]  # as `judge.payload` makes it
            parents=body.get("p", []),  # type: ignore[arg-type]  # as sealed
        )

    def _content(self, row: tuple[object, ...]) -> dict[str, Json]:
        store = self._store
        opened = open_entries(store.db, store.envelopes, [row], store.content_hash)
        if not opened.claims:
            return {}
        claim = opened.claims[0]
        return {
            "x": claim.external_id,
            "f": dict(claim.fields),
            "p": [list(parent) for parent in claim.parents],
        }

    def _about(self, reason: object) -> dict[str, Json]:
        return self._opened(b"reason", reason) if isinstance(reason, bytes) else {}

    def _opened(self, context: bytes, sealed: object) -> dict[str, Json]:
        try:
            found: dict[str, Json] = orjson.loads(
                self._store.cipher.open(context, sealed)  # type: ignore[arg-type]  # a blob
            )
        except Damaged:
            return {"reason": "The reason does not open: it was damaged."}
        return found


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _counted(
    found: dict[tuple[int, str, str], Group], key: tuple[int, str, str], seq: int, since: float
) -> None:
    before = found.get(key)
    if before is None:
        found[key] = Group(*key, entries=1, since=since, newest=since, example=seq)
        return
    found[key] = replace(
        before,
        entries=before.entries + 1,
        since=min(before.since, since),
        newest=max(before.newest, since),
    )
