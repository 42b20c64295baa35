"""What people ask of the queue. Contents are opened only for who asked to see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from agent.errors import Damaged
from agent.model import Json
from agent.queue import runs
from agent.queue.claims import COLUMNS, open_entries
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


_ITEM = "seq, id, flow, op, state, created, attempts, due, since, code, reason, kind, envelope"


@dataclass(frozen=True, slots=True)
class Group:
    """Parked entries, or unreadable records, of one cause."""

    of: int
    """The flow; of unreadable records the stream."""
    code: str
    field: str
    count: int
    since: float
    """When the first of them that is still here was parked."""
    newest: float
    example: int
    """The number of one of them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A parked or set aside entry, unopened."""

    seq: int
    flow: int
    code: str
    field: str
    since: float
    row: bytes
    lane: bytes


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person did with an entry."""

    at: float
    what: str
    who: str
    about: dict[str, Json]


class Items:
    """Lists, shows, groups."""

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
        narrowed, values = _only(flows, code)
        rows = self._store.db.rows(
            f"{sql}{narrowed} order by seq limit ?",
            [*(int(state) for state in states), after, *values, limit],
        )
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

    def standing(self, state: State = State.PARKED) -> list[Standing]:
        """Everything that is parked, or set aside. Opens nothing."""
        narrow = "state between 1 and 5 and " if state is State.PARKED else ""
        return [
            Standing(seq, flow, code or "", field or "", since or 0.0, row, lane)
            for seq, flow, code, field, since, row, lane in self._store.db.rows(
                "select seq, flow, code, field, since, row, lane from entry"
                f" where {narrow}state = {int(state)}"
            )
        ]

    def lost(self) -> list[tuple[int, int, float, str]]:
        """Records that could not be read: (number, stream, since, code). Opens nothing."""
        rows = self._store.db.rows("select id, stream, since, code from unreadable")
        return [(number, stream, since, code) for number, stream, since, code in rows]

    def lost_one(self, number: int) -> tuple[int, int, float, str, dict[str, Json]] | None:
        """One of them, opened: (number, stream, since, code, about)."""
        found = self._store.db.one(
            "select id, stream, since, code, about from unreadable where id = ?", (number,)
        )
        if found is None:
            return None
        return (*found[:4], self._opened(b"unreadable", found[4]))

    def groups(self) -> list[Group]:
        """Parked entries by cause. Reads an index and opens nothing."""
        merged: dict[tuple[int, str, str], Group] = {}
        for flow, code, name, count, since, newest, example in self._store.db.rows(
            "select flow, code, field, count(*), min(since), max(since), min(seq)"
            " from entry indexed by entry_cause where state = 5 group by flow, code, field"
        ):
            key = (flow, code or "", name or "")
            found = Group(*key, count, since or 0.0, newest or 0.0, example)
            old = merged.get(key)
            merged[key] = found if old is None else Group(
                *key, old.count + count, min(old.since, found.since),
                max(old.newest, found.newest), min(old.example, example),
            )  # fmt: skip
        return list(merged.values())

    def unreadable_groups(self) -> list[Group]:
        """Records that could not be read, by stream and code."""
        return [
            Group(stream, code, "", count, since, newest, example)
            for stream, code, count, since, newest, example in self._store.db.rows(
                "select stream, code, count(*), min(since), max(since), min(id)"
                " from unreadable group by stream, code"
            )
        ]

    def numbers(
        self,
        *,
        flows: Sequence[int] | None = None,
        code: str = "",
        field: str = "",
        after: int = 0,
        limit: int = 500,
    ) -> list[int]:
        """Numbers of parked entries, oldest first, after one of them."""
        sql = "select seq from entry where state between 1 and 5 and state = 5 and seq > ?"
        narrowed, values = _only(flows, code, field)
        rows = self._store.db.rows(f"{sql}{narrowed} order by seq limit ?", [after, *values, limit])
        return [int(row[0]) for row in rows]

    def shapes(self, flows: Sequence[int] | None = None, code: str = "") -> set[str]:
        """The names of all fields that parked messages carry."""
        sql = "select distinct shape from entry where state between 1 and 5 and state = 5"
        narrowed, values = _only(flows, code)
        names: set[str] = set()
        for (shape,) in self._store.db.rows(sql + narrowed, values):
            names |= self._store.shapes.names(shape)
        return names

    def history(self, seq: int) -> list[Act]:
        """What people did with an entry and with those whose place it took, oldest first."""
        rows = self._store.db.rows(
            "select at, what, about from act where seq in (select ? union"
            " select edits from entry where seq = ? and edits > 0 union"
            " select o.seq from entry o join entry n on n.edits = o.edits"
            " where n.seq = ? and o.edits > 0 and o.seq <= n.seq) order by id",
            (seq, seq, seq),
        )
        found = []
        for at, what, sealed in rows:
            about = self._opened(b"act", sealed)
            found.append(Act(at, what, str(about.pop("who", "")), about))
        return found

    def unreadable_count(self) -> int:
        """How many records could not be read."""
        found = self._store.db.one("select count(*) from unreadable")
        return int(found[0]) if found else 0

    def _item(self, row: Sequence[object]) -> Item:
        seq, id_, flow, op, state, created, attempts, due, since, code, reason, kind, _ = row
        store = self._store
        about = self._opened(b"reason", reason) if isinstance(reason, bytes) else {}
        body: dict[str, Json] = {}
        found = store.db.one(
            f"select {COLUMNS} from entry where seq = ?",
            (seq,),
        )
        if found is not None and (int(str(state)) < State.DELIVERED or state == State.SET_ASIDE):
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

    def _opened(self, context: bytes, sealed: object) -> dict[str, Json]:
        try:
            found: dict[str, Json] = orjson.loads(
                self._store.cipher.open(context, sealed)  # type: ignore[arg-type]  # a blob
            )
        except Damaged:
            return {"reason": "The reason does not open: it was damaged."}
        return found


def _only(flows: Sequence[int] | None, code: str, field: str = "") -> tuple[str, list[object]]:
    """What narrows a question to these flows (None: all), to a code and a field, if said."""
    sql, values = "", list[object]()
    if flows is not None:
        sql += f" and flow in ({_marks(flows)})"
        values += flows
    if code:
        sql += " and code = ?"
        values.append(code)
    if field:
        sql += " and field = ?"
        values.append(field)
    return sql, values


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
