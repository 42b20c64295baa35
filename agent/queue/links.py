"""Which record of the ERP is which one of the CRM: proposals, stamps, and what people decided.

A flow whose first link is not done is *closed*: it is captured and queued, and nothing of it is
sent. Everything that names a record is sealed; what stands in the clear are states and keyed lanes.

    link.state   proposing -> proposed -> approved -> linked -> undoing -> undone -> proposing ...
    item.kind    certain | ambiguous | only here | duplicate (found after the link)
    item.state   open -> chosen -> stamping -> stamped -> unstamping -> unstamped | kept
                 open -> create | left out;   elsewhere: another record holds the key already

Every step is written before its effect leaves and may be done again after a crash.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

import orjson

from agent.errors import Damaged
from agent.model import Json
from agent.queue import claims as claiming
from agent.queue import runs
from agent.queue.claims import Claim
from agent.queue.database import Row
from agent.queue.states import State
from agent.queue.store import Store

CHECK = "LINK_CHECK"
"""Code of an entry that waits until it is known whether its record exists already."""
OPEN_IN = frozenset({"linked"})
_ITEM = "select id, flow, lane, kind, state, since, about from link_item"
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Link:
    """How far the first link of a flow is."""

    flow: int
    state: str
    since: float
    about: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class LinkItem:
    """One record of the ERP and what it is in the CRM."""

    id: int
    flow: int
    lane: bytes
    kind: str
    state: str
    since: float
    about: Mapping[str, Json]

    @property
    def key(self) -> str:
        """Its external id."""
        return str(self.about.get("key", ""))

    @property
    def remote(self) -> str:
        """The CRM's id of the record that it is, empty where that is open."""
        return str(self.about.get("remote") or "")


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item about to be kept."""

    lane: bytes
    kind: str
    state: str
    about: Mapping[str, Json]


class Links:
    """The store's part of linking. What is asked for every batch stands in memory."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._states: dict[int, str] = dict(store.db.rows("select flow, state from link"))

    # --- flows ------------------------------------------------------------------------------------

    def is_open(self, flow: int) -> bool:
        """Whether the first link of a flow is done, so that it may be delivered."""
        return self.state(flow) in OPEN_IN

    def state(self, flow: int) -> str:
        """How far it is; `needed` where nothing was done."""
        with self._lock:
            return self._states.get(flow, "needed")

    def link(self, flow: int) -> Link | None:
        """The same with what belongs to it."""
        found = self._store.db.one(
            "select flow, state, since, about from link where flow = ?", (flow,)
        )
        if found is None:
            return None
        number, state, since, about = found
        return Link(number, state, since, self._opened("link", about))

    def turn(
        self, flow: int, state: str, about: Mapping[str, Json], *, was: Collection[str] = ()
    ) -> bool:
        """The next state of a flow's link. False, and nothing done, where it is not what it was."""
        with self._store.change() as (conn, _):
            found = conn.execute("select state from link where flow = ?", (flow,)).fetchone()
            if was and (found[0] if found else "needed") not in was:
                return False
            self._turn(flow, state, about)
        with self._lock:
            self._states[flow] = state
        return True

    def keep(self, flow: int, items: Sequence[NewItem], about: Mapping[str, Json]) -> None:
        """A proposal in the place of the one before, whole or not at all."""
        sealed = [(item, self._sealed("link_item", item.about)) for item in items]
        with self._store.change() as (conn, _):
            conn.execute("delete from link_item where flow = ?", (flow,))
            self._insert(flow, sealed)
            self._turn(flow, "proposed", about)
        with self._lock:
            self._states[flow] = "proposed"

    def add(self, flow: int, items: Sequence[NewItem]) -> None:
        """Items found later; one that is known already stays as it is."""
        sealed = [(item, self._sealed("link_item", item.about)) for item in items]
        with self._store.change():
            self._insert(flow, sealed)

    # --- items ------------------------------------------------------------------------------------

    def items(
        self,
        flow: int | None,
        *,
        states: Sequence[str] = (),
        kinds: Sequence[str] = (),
        after: int = 0,
        limit: int = 100,
    ) -> list[LinkItem]:
        """Items after a number, in order."""
        sql, values = f"{_ITEM} where id > ?", [after]
        given: list[object] = list(values)
        if flow is not None:
            sql += " and flow = ?"
            given.append(flow)
        for column, some in (("state", states), ("kind", kinds)):
            if some:
                sql += f" and {column} in ({','.join('?' * len(some))})"
                given += some
        rows = self._store.db.rows(f"{sql} order by id limit ?", [*given, limit])
        return [self._item(row) for row in rows]

    def item(self, number: int) -> LinkItem | None:
        """One item."""
        found = self._store.db.one(f"{_ITEM} where id = ?", (number,))
        return self._item(found) if found else None

    def counts(self, flow: int) -> dict[tuple[str, str], int]:
        """(kind, state) -> how many."""
        return {
            (kind, state): count
            for kind, state, count in self._store.db.rows(
                "select kind, state, count(*) from link_item where flow = ? group by kind, state",
                (flow,),
            )
        }

    def verdicts(self, flow: int, lanes: Collection[bytes]) -> dict[bytes, tuple[str, str, int]]:
        """(kind, state, number) of those of these records that there is an item of."""
        some = list(lanes)
        found: dict[bytes, tuple[str, str, int]] = {}
        for at in range(0, len(some), _PAGE):
            part = some[at : at + _PAGE]
            for lane, kind, state, number in self._store.db.rows(
                "select lane, kind, state, id from link_item where flow = ?"
                f" and lane in ({','.join('?' * len(part))})",
                [flow, *part],
            ):
                found[lane] = (kind, state, number)
        return found

    def write(self, items: Sequence[LinkItem]) -> list[LinkItem]:
        """New states and contents of these items, in one transaction, vouched for.

        Returns those that were written: what somebody else changed since it was read is left.
        """
        now = self._store.now()
        written = []
        sealed = [(item, self._sealed("link_item", item.about)) for item in items]
        with self._store.change() as (conn, _):
            for item, about in sealed:
                cursor = conn.execute(
                    "update link_item set kind = ?, state = ?, since = ?, about = ?"
                    " where id = ? and since = ?",
                    (item.kind, item.state, now, about, item.id, item.since),
                )
                if cursor.rowcount == 1:
                    written.append(replace(item, since=now))
        self._store.vouch()
        return written

    # --- what is queued ---------------------------------------------------------------------------

    def queued(self, flow: int, *, code: str = "") -> Iterator[list[Claim]]:
        """What a flow is about to say of records, oldest first. `code`: what waits for that."""
        store = self._store
        with store.change() as (conn, _):
            packed = conn.execute("select first from run where flow = ? order by first", (flow,))
            for (first,) in packed.fetchall():
                runs.unpack(conn, first, store.make_id)
        after, only = 0, " and code = ?" if code else ""
        states = f"({int(State.LATER)})" if code else "(0, 1, 2, 3, 5)"
        while True:
            rows = store.db.rows(
                f"select {claiming.COLUMNS} from entry where flow = ? and seq > ? and kind = 0"
                f" and op = 0 and state in {states}{only} order by seq limit {_PAGE}",
                (flow, after, *([code] if code else [])),
            )
            if not rows:
                return
            after = rows[-1][0]
            opened = claiming.open_entries(store.db, store.envelopes, rows, store.content_hash)
            yield opened.claims

    def parked(self, lane: bytes, codes: Sequence[str]) -> list[int]:
        """Entries of a record, of whichever flow, that are parked under one of these codes."""
        marks = ",".join("?" * len(codes))
        return [
            row[0]
            for row in self._store.db.rows(
                "select seq from entry where lane = ? and state between 1 and 5 and state = 5"
                f" and code in ({marks}) order by seq",
                (lane, *codes),
            )
        ]

    def parked_lanes(self, codes: Sequence[str]) -> list[bytes]:
        """Records of which something is parked under one of these codes."""
        marks = ",".join("?" * len(codes))
        rows = self._store.db.rows(
            "select distinct lane from entry where state between 1 and 5 and state = 5"
            f" and code in ({marks})",
            list(codes),
        )
        return [row[0] for row in rows]

    def aside(self, lane: bytes) -> list[int]:
        """Entries of a record, of whichever flow, that were set aside."""
        rows = self._store.db.rows(
            "select seq from entry where lane = ? and state = 12 order by seq", (lane,)
        )
        return [row[0] for row in rows]

    def is_queued(self, flow: int, lane: bytes) -> bool:
        """Whether one of several flows of a record has something to say that is not delivered."""
        found = self._store.db.one(
            "select 1 from entry where lane = ? and flow = ? and state between 1 and 5 union all"
            " select 1 from entry indexed by entry_shared"
            " where lane = ? and flow = ? and shared = 1 and state < 5 limit 1",
            (lane, flow, lane, flow),
        )
        return found is not None

    def is_checking(self, flow: int) -> bool:
        """Whether new records of a flow wait until it is known whether they exist already."""
        found = self._store.db.one(
            "select 1 from entry where state = 1 and flow = ? and code = ? limit 1", (flow, CHECK)
        )
        return found is not None

    def in_flight(self, flows: Collection[int]) -> bool:
        """Whether anything of these flows is on its way, or nobody knows whether it arrived."""
        found = self._store.db.one(
            "select 1 from entry where state between 1 and 5 and state = 4"
            f" and flow in ({','.join('?' * len(flows))}) limit 1",
            list(flows),
        )
        return found is not None

    def wake(self) -> None:
        """What waited for a check is looked at again now."""
        with self._store.change() as (conn, _):
            conn.execute(
                "update entry set due = ? where state = 1 and code = ?", (self._store.now(), CHECK)
            )

    def say_again(self, flow: int, lanes: Sequence[bytes]) -> None:
        """What was last sent of these records is forgotten: their rows make it again when read."""
        if not lanes:
            return
        with self._store.change() as (conn, _):
            for lane in lanes:
                found = conn.execute(
                    "select seq from lane where lane = ? and flow = ?", (lane, flow)
                ).fetchone()
                if found is None:
                    continue
                conn.execute(
                    "insert or replace into vanished (stream, lane, flow, seq, depth)"
                    " select stream, ?, id, ?, ? from flow where id = ?",
                    (lane, found[0], _ALONE, flow),
                )
                conn.execute("delete from lane where lane = ?", (lane,))
            conn.execute("update flow set behind = 1 where id = ?", (flow,))

    def was_read(self, flow: int) -> bool:
        """Whether the stream of a flow was read to its end with this flow."""
        found = self._store.db.one("select behind from flow where id = ?", (flow,))
        return found is not None and not found[0]

    # --- inside -----------------------------------------------------------------------------------

    def _turn(self, flow: int, state: str, about: Mapping[str, Json]) -> None:
        self._store.db.conn.execute(
            "insert or replace into link values (?, ?, ?, ?)",
            (flow, state, self._store.now(), self._sealed("link", about)),
        )

    def _insert(self, flow: int, items: Sequence[tuple[NewItem, bytes]]) -> None:
        now = self._store.now()
        self._store.db.conn.executemany(
            "insert or ignore into link_item (flow, lane, kind, state, since, about)"
            " values (?, ?, ?, ?, ?, ?)",
            [(flow, i.lane, i.kind, i.state, now, sealed) for i, sealed in items],
        )

    def _item(self, row: Row) -> LinkItem:
        number, flow, lane, kind, state, since, about = row
        return LinkItem(number, flow, lane, kind, state, since, self._opened("link_item", about))

    def _sealed(self, what: str, about: Mapping[str, Json]) -> bytes:
        return self._store.cipher.seal(what.encode(), orjson.dumps(about))

    def _opened(self, what: str, sealed: bytes) -> dict[str, Json]:
        try:
            found: dict[str, Json] = orjson.loads(self._store.cipher.open(what.encode(), sealed))
        except Damaged:
            return {"reason": "What was kept of it does not open: it was damaged."}
        return found


_ALONE = 1 << 16
"""As in `agent.queue.sending`: nobody goes along with a record whose content alone is unproven."""
