"""Published mappings: since when each is in force, which entries are its own, how it ended.

A publish is noticed where its mapping comes into force: at a start that finds another text and
another meaning than before, in the transaction that makes the flow re-read its rows (RULES 15). Its
entries are those with numbers from `first` on. A publish that comes before its predecessor is
through takes over what that one still has in the queue; numbers below `made` are of a former mapping
and wait until every row was read again.

    watch      the first records go, the rest waits for a yes (`agent.queue.canary`)
    approved   everything goes; what the target held before is still kept (`agent.queue.images`)
    done       every row was mapped again, and what came of it has gone
    replaced   another one came before the yes
    undoing    the former mapping comes back, and what the target held before
    undone
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import orjson

from agent.errors import Damaged
from agent.model import Json
from agent.queue.store import Store

MADE_BY_FORMER = "MADE_BY_FORMER_MAPPING"
CREATED_BY_UNDONE = "CREATED_BY_UNDONE"

ORIGIN = "(case when edits > 0 then edits else seq end)"
"""The entry that a mapping made: a person may have edited it since."""
NOT_ON_ITS_WAY_BACK = (
    "not exists (select 1 from image where image.entry = entry.seq and image.entry > 0)"
)


class Step(StrEnum):
    """Where a publish stands."""

    WATCH = "watch"
    APPROVED = "approved"
    DONE = "done"
    REPLACED = "replaced"
    UNDOING = "undoing"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the configuration wants of a publish."""

    canary: int
    """Records that go before a yes; 0: no yes is needed."""
    first_too: bool
    """Whether a flow's first mapping is watched too."""
    keep: float
    """Seconds for which it is kept what the target held before."""


@dataclass(frozen=True, slots=True)
class Publish:
    """One mapping that came into force."""

    id: int
    flow: int
    at: float
    mapping: str
    """Digest of its text."""
    former: str
    first: int
    made: int
    last: int | None
    canary: int
    step: Step
    undoes: int
    """The publish that it takes back; 0: it is an ordinary one."""
    until: float
    images: int
    bytes: int
    unkept: int
    about: Mapping[str, Json]
    """`by`, `comment`, `version`, `former_version`, and names: `fields` whose rules differ (None: all),

    `added` that the former mapping did not carry.
    """

    @property
    def ref(self) -> str:
        """How people name it."""
        return f"P{self.id}"


_COLUMNS = (
    "id, flow, at, mapping, former, first, made, last, canary, state, undoes, until, images, bytes,"
    " unkept, about"
)


class Publishes:
    """The publishes of all flows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # --- questions --------------------------------------------------------------------------------

    def listed(self, flow: int | None = None) -> list[Publish]:
        """Of a flow, or of all; the newest first."""
        sql, values = (" where flow = ?", (flow,)) if flow is not None else ("", ())
        return self._found(f"{sql} order by id desc", values)

    def one(self, number: int) -> Publish | None:
        """One by its number."""
        found = self._found(" where id = ?", (number,))
        return found[0] if found else None

    def current(self, flow: int) -> Publish | None:
        """The one that is under way, None if every row went its way under the mapping."""
        found = self._found(
            " where flow = ? and state in ('watch', 'approved') order by id desc limit 1", (flow,)
        )
        return found[0] if found else None

    def undoing(self, flow: int) -> list[Publish]:
        """Those that are being taken back."""
        return self._found(" where flow = ? and state = 'undoing' order by id", (flow,))

    def minded(self, flow: int) -> bool:
        """Whether the entries of a flow are looked at one by one."""
        found = self._store.db.one(
            "select 1 from publish where flow = ? and state in ('watch', 'approved', 'undoing')"
            " limit 1",
            (flow,),
        )
        return found is not None

    def under_way(self) -> frozenset[int]:
        """The flows of which that is so."""
        found = self._store.db.rows_so_far(
            "select distinct flow from publish where state in ('watch', 'approved', 'undoing')"
        )
        return frozenset(flow for (flow,) in found)

    def in_force(self, flow: int) -> str:
        """Digest of the mapping with which the agent runs, empty if none is known."""
        found = self._store.db.one("select mapping from flow where id = ?", (flow,))
        return str(found[0] or "") if found else ""

    def held(self, flow: int | None = None) -> int:
        """Entries that wait for a yes, or for their row to be read again."""
        sql = "select count(*) from entry where state = 1 and due is null"
        found = self._store.db.one(
            sql + (" and flow = ?" if flow is not None else ""), () if flow is None else (flow,)
        )
        return int(found[0]) if found else 0

    def standing(self, without: Sequence[int] = ()) -> int:
        """Entries that nothing moves until somebody says yes or a source is read again.

        `without`: flows, by number, that are not counted.
        """
        others = f"flow not in ({','.join('?' * len(without))})"
        held = self._store.db.one(
            f"select count(*) from entry where state = 1 and due is null and {others}", without
        )
        if not held or not held[0]:
            return 0
        behind = self._store.db.one(
            f"select count(*) from entry b where {others}"
            " and state between 1 and 5 and state = 2 and ("
            "exists (select 1 from entry h where h.lane = b.lane and h.seq < b.seq"
            " and h.state between 1 and 5 and h.state = 1 and h.due is null)"
            " or exists (select 1 from entry h where h.seq = b.prev and h.state = 1"
            " and h.due is null))",
            without,
        )
        return int(held[0]) + (int(behind[0]) if behind else 0)

    # --- coming into force ------------------------------------------------------------------------

    def before(self) -> dict[str, tuple[int, str | None]]:
        """Version and digest of every known flow's mapping, as the agent last ran."""
        rows = self._store.db.rows("select name, version, mapping from flow")
        return {name: (version, mapping) for name, version, mapping in rows}

    def notice(
        self,
        flow: int,
        was: tuple[int, str | None] | None,
        now: tuple[int, str],
        terms: Terms,
        about: Mapping[str, Json],
    ) -> Publish | None:
        """A flow runs with this (version, digest) from here on. Returns the publish that it is.

        In the transaction that registers the flow. The same text, or another one that means the
        same, is no publish; nor is a flow's first mapping, unless that is to be watched too.
        """
        version, digest = now
        with self._store.db.transaction() as conn:
            conn.execute("update flow set mapping = ? where id = ?", (digest, flow))
            if was is None:
                if not (terms.first_too and terms.canary):
                    return None
                return self._begin(conn, flow, digest, "", terms, about)
            old_version, old = was
            if old is None or old == digest:
                return None
            if old_version == version:
                conn.execute(
                    "update publish set mapping = ? where flow = ? and mapping = ?",
                    (digest, flow, old),
                )
                return None
            return self._begin(conn, flow, digest, old, terms, about)

    def _begin(
        self,
        conn: sqlite3.Connection,
        flow: int,
        digest: str,
        former: str,
        terms: Terms,
        about: Mapping[str, Json],
    ) -> Publish:
        now, top = self._store.now(), self._store.reserve(0)
        current, back = self.current(flow), self.undoing(flow)
        undoes = next((p for p in reversed(back) if p.mapping == former), None)
        if undoes is not None and undoes.former != digest:
            undoes = None
        # Whatever is not through yet still has its entries in the queue: nothing of them leaves
        # before their rows were mapped again.
        first = min([top, *(p.first for p in (current, *back) if p is not None)])
        conn.execute(
            "update publish set state = case state when 'watch' then 'replaced' else 'done' end,"
            " last = coalesce(last, ?) where flow = ? and state in ('watch', 'approved')",
            (top - 1, flow),
        )
        canary = terms.canary if undoes is None else self._unanswered(flow, digest)
        cursor = conn.execute(
            "insert into publish (flow, at, mapping, former, first, made, canary, state, undoes,"
            " until, about) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                flow, now, digest, former, first, top, canary,
                Step.WATCH if canary else Step.APPROVED, undoes.id if undoes else 0,
                now + terms.keep, self._store.cipher.seal(b"publish", orjson.dumps(about)),
            ),
        )  # fmt: skip
        made = self.one(int(cursor.lastrowid or 0))
        if made is None:
            raise AssertionError("a publish that was just written is there")
        return made

    def _unanswered(self, flow: int, mapping: str) -> int:
        """How many records of a mapping go before a yes when it comes back; 0: it had its yes."""
        last = next((each for each in self.listed(flow) if each.mapping == mapping), None)
        return last.canary if last is not None and last.step is Step.REPLACED else 0

    # --- deciding ---------------------------------------------------------------------------------

    def approve(self, number: int) -> bool:
        """Somebody looked and said yes; False if it does not wait for one."""
        with self._store.db.transaction() as conn:
            done = conn.execute(
                "update publish set state = 'approved' where id = ? and state = 'watch'", (number,)
            ).rowcount
        return bool(done)

    def undo(self, number: int) -> None:
        """It is taken back from here on: nothing more of it leaves."""
        top = self._store.reserve(0) - 1
        with self._store.db.transaction() as conn:
            conn.execute(
                "update publish set state = 'undoing', last = coalesce(last, ?) where id = ?",
                (top, number),
            )

    def as_before(self, publish: Publish) -> None:
        """What `undo` did is void: the former mapping could not be brought back."""
        with self._store.db.transaction() as conn:
            conn.execute(
                "update publish set state = ?, last = ? where id = ?",
                (publish.step, publish.last, publish.id),
            )

    # --- inside -----------------------------------------------------------------------------------

    def _found(self, where: str, values: tuple[object, ...]) -> list[Publish]:
        rows = self._store.db.rows(f"select {_COLUMNS} from publish{where}", values)
        found = []
        for *plain, state, undoes, until, images, size, unkept, about in rows:
            rest = (Step(state), undoes, until, images, size, unkept, self._opened(about))
            found.append(Publish(*plain, *rest))  # type: ignore[call-arg]  # as `_COLUMNS` has them
        return found

    def _opened(self, sealed: bytes) -> Mapping[str, Json]:
        try:
            found: dict[str, Json] = orjson.loads(self._store.cipher.open(b"publish", sealed))
        except Damaged:
            return {}
        return found
