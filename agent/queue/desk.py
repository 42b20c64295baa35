"""What people decide about parked entries: send again, set aside, take back, edit.

Each decision is one transaction, and what it was about is noted with it, sealed. Nothing here
undoes something newer: a replay is refused once a newer message of its lane and flow was delivered,
and whatever would come out of turn as soon as there is a newer one at all (RULES 7).

An edited value is a new revision: another entry, with a number and an id of its own, that takes
the place of the old one. The memory of the row still names the old one, and `edits` leads on from
there (`agent.queue.commit.latest`). What the row's flow remembers of its content stays as it is, so
an unchanged row makes nothing, and whatever else the ERP says supersedes the edit like any message.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from agent.memory import EntryKind, NewEntry
from agent.model import Json, Op
from agent.queue.commit import Written, count, end, supersede
from agent.queue.envelopes import SIZE
from agent.queue.items import Items
from agent.queue.publishes import CREATED_BY_UNDONE, MADE_BY_FORMER
from agent.queue.runs import envelope_of
from agent.queue.states import FOR_PARENTS, State
from agent.queue.tally import Moves

PASSING = FOR_PARENTS | {
    "HAS_CHILDREN", "IN_DOUBT", "CRASH_LOOP", "GAVE_UP", MADE_BY_FORMER, CREATED_BY_UNDONE,
}  # fmt: skip
"""Codes of causes that go by themselves or that a person decides about.

Any other was found in the content, for good.
"""
PERMANENT = "It was refused for what it says, and nothing of that has changed."

Refused = tuple[int, str]
"""An entry, and why not."""
_FOUND = (
    "seq, flow, state, kind, lane, size, read, code, op, shape, row, prev, verify, shared, edits"
)


@dataclass(frozen=True, slots=True)
class Edit:
    """Another content for an entry, with the same names of fields."""

    seq: int
    payload: bytes
    about: Mapping[str, Json]
    """What changed, for the history: `{"fields": {name: [before, after]}}`."""


@dataclass(frozen=True, slots=True)
class _Parked:
    """An entry as a decision needs it."""

    seq: int
    flow: int
    state: int
    kind: int
    lane: bytes
    size: int
    read: int
    code: str | None
    op: int
    shape: int
    row: bytes
    prev: int
    verify: int
    shared: int
    edits: int


class Desk(Items):
    """Decides about parked entries."""

    def replay(
        self, seqs: Sequence[int], *, crm_changed: bool = False, who: str = ""
    ) -> tuple[list[int], list[Refused]]:
        """Send parked entries again as they are. Returns those replayed, and (entry, why not).

        `crm_changed`: the person says that the target would take now what it refused before.
        """

        def act(conn: sqlite3.Connection, moves: Moves, found: _Parked) -> None:
            self._send(conn, moves, found, State.PARKED)
            self._note(conn, found.seq, "replayed", who, {"crm_changed": crm_changed})

        return self._each(seqs, lambda c, f: self._not_again(c, f, crm_changed=crm_changed), act)

    def judged(self, seqs: Sequence[int], *, crm_changed: bool = False) -> dict[int, str]:
        """What a replay would answer for each of these: why not, empty where it would go."""
        with self._store.db.transaction() as conn:
            return {
                seq: self._not_again(conn, _parked(conn, seq), crm_changed=crm_changed)
                for seq in seqs
            }

    def set_aside(
        self, seqs: Sequence[int], reason: str, *, who: str = ""
    ) -> tuple[list[int], list[Refused]]:
        """A person decides that these will not be sent, and says why."""

        def act(conn: sqlite3.Connection, moves: Moves, found: _Parked) -> None:
            end(conn, found.seq, State.SET_ASIDE, moves)
            now = self._store.now()
            conn.execute("update entry set since = ? where seq = ?", (now, found.seq))
            self._note(conn, found.seq, "set aside", who, {"reason": reason})

        return self._each(seqs, lambda _, f: _not_parked(f), act)

    def take_back(self, seqs: Sequence[int], *, who: str = "") -> tuple[list[int], list[Refused]]:
        """What was set aside is parked again; who waited for a parent asks for it again."""

        def act(conn: sqlite3.Connection, moves: Moves, found: _Parked) -> None:
            self._note(conn, found.seq, "taken back", who, {})
            if found.code in FOR_PARENTS:
                self._send(conn, moves, found, State.SET_ASIDE)
                return
            conn.execute(
                "update entry set state = 5, since = ? where seq = ?",
                (self._store.now(), found.seq),
            )
            conn.execute("update reading set parked = parked + 1 where id = ?", (found.read,))
            count(moves, found.flow, State.SET_ASIDE, -1, 0)
            count(moves, found.flow, State.PARKED, 1, found.size)

        return self._each(seqs, _not_back, act)

    def edit(
        self, edits: Sequence[Edit], *, who: str = "", check: bool = False
    ) -> tuple[dict[int, int], list[Refused]]:
        """Put other contents in the place of parked ones: all of them, or none if one is refused.

        Returns old number -> new number, and (entry, why not). `check`: change nothing.
        """
        if not edits:
            return {}, []
        store = self._store
        first = store.reserve(0 if check else len(edits))
        envelopes = [] if check else self._sealed_contents(first, edits)
        made: dict[int, int] = {}
        refused: list[Refused] = []
        with store.change() as (conn, moves):
            founds = [(edit, _parked(conn, edit.seq)) for edit in edits]
            for edit, found in founds:
                if why := _not_edited(conn, found):
                    refused.append((edit.seq, why))
            if check or refused:
                return {}, refused
            written = Written(moves, store.shapes, store.make_id)
            for seq, (edit, found) in enumerate(founds, first):
                if found is None:
                    raise AssertionError("an entry that is not there was refused")
                self._replace(conn, written, found, seq, envelope_of(first, seq), edit)
                self._note(conn, seq, "edited", who, {**edit.about, "instead_of": found.seq})
                made[found.seq] = seq
            conn.executemany("insert into envelope values (?, ?, ?)", envelopes)
            store.edited(first + len(edits) - 1)
        return made, []

    # --- inside -----------------------------------------------------------------------------------

    def _each(
        self,
        seqs: Sequence[int],
        why_not: Callable[[sqlite3.Connection, _Parked | None], str],
        act: Callable[[sqlite3.Connection, Moves, _Parked], None],
    ) -> tuple[list[int], list[Refused]]:
        done: list[int] = []
        refused: list[Refused] = []
        with self._store.change() as (conn, moves):
            for seq in seqs:
                found = _parked(conn, seq)
                if why := why_not(conn, found):
                    refused.append((seq, why))
                elif found is not None:
                    act(conn, moves, found)
                    done.append(seq)
        return done, refused

    def _send(self, conn: sqlite3.Connection, moves: Moves, found: _Parked, before: State) -> None:
        """It waits to be sent, as if it had never been tried."""
        conn.execute(
            "update entry set state = 0, code = null, field = null, reason = null, due = null,"
            " attempts = 0, crashes = 0, crashed_at = 0 where seq = ?",
            (found.seq,),
        )
        conn.execute("delete from wait where seq = ?", (found.seq,))
        conn.execute(
            "update reading set open = open + 1, parked = parked - ? where id = ?",
            (int(before is State.PARKED), found.read),
        )
        count(moves, found.flow, before, -1, -found.size if before is State.PARKED else 0)
        count(moves, found.flow, State.WAITING, 1, found.size)

    def _replace(
        self,
        conn: sqlite3.Connection,
        written: Written,
        old: _Parked,
        seq: int,
        envelope: int,
        edit: Edit,
    ) -> None:
        """The new revision; the entry whose place it takes is superseded."""
        store, size = self._store, len(edit.payload)
        entry = NewEntry(
            0, EntryKind.MESSAGE, Op.UPSERT, old.lane, edit.payload, (), previous=old.seq
        )
        stays = supersede(conn, entry, old.shape, written)
        now, id_ = store.now(), store.make_id(store.epoch, old.flow, old.lane, seq)
        conn.execute(
            "insert into entry (seq, flow, lane, row, id, shape, envelope, read, size, created,"
            " since, prev, verify, shared, edits, unsure)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (seq, old.flow, old.lane, old.row, id_, old.shape, envelope, old.read, size, now, now,
             stays, old.verify, old.shared, old.edits or old.seq, int(entry.unsure)),
        )  # fmt: skip
        conn.execute("update reading set open = open + 1 where id = ?", (old.read,))
        count(written.moves, old.flow, State.WAITING, 1, size)

    def _sealed_contents(self, first: int, edits: Sequence[Edit]) -> list[tuple[int, int, bytes]]:
        contents = [edit.payload for edit in edits]
        return [
            (
                first + at,
                len(contents[at : at + SIZE]),
                self._store.envelopes.seal(first + at, contents[at : at + SIZE]),
            )
            for at in range(0, len(contents), SIZE)
        ]

    def _note(
        self, conn: sqlite3.Connection, seq: int, what: str, who: str, about: Mapping[str, Json]
    ) -> None:
        sealed = self._store.cipher.seal(b"act", orjson.dumps({**about, "who": who}))
        conn.execute(
            "insert into act (seq, at, what, about) values (?, ?, ?, ?)",
            (seq, self._store.now(), what, sealed),
        )

    @staticmethod
    def _why_not(found: _Parked | None) -> str:
        """What speaks against sending an entry again, whatever else there is."""
        if why := _not_parked(found):
            return why
        if found is not None and found.kind:
            return "No message could be made of it: fix the row in the ERP or the mapping."
        if found is not None and found.code == "DAMAGED":
            return "Its content is damaged: its row is sent again after the next reading."
        return ""

    def _not_again(
        self, conn: sqlite3.Connection, found: _Parked | None, *, crm_changed: bool
    ) -> str:
        why = self._why_not(found)
        if why or found is None:
            return why
        if _delivered_since(conn, found):
            return "A newer message of the same record was delivered since."
        if found.code not in PASSING and not crm_changed:
            return PERMANENT
        return ""


def _parked(conn: sqlite3.Connection, seq: int) -> _Parked | None:
    found = conn.execute(f"select {_FOUND} from entry where seq = ?", (seq,)).fetchone()
    return _Parked(*found) if found else None


def _not_parked(found: _Parked | None) -> str:
    if found is None:
        return "There is no such entry."
    if found.state != State.PARKED:
        return f"It is not parked but {State(found.state).label}."
    return ""


def _not_back(conn: sqlite3.Connection, found: _Parked | None) -> str:
    if found is None:
        return "There is no such entry, or it was set aside too long ago to be kept."
    if found.state != State.SET_ASIDE:
        return f"It is not set aside but {State(found.state).label}."
    return _newer(conn, found)


def _not_edited(conn: sqlite3.Connection, found: _Parked | None) -> str:
    why = Desk._why_not(found)  # noqa: SLF001 - one rule, also for what is edited
    if why or found is None:
        return why
    if found.op:
        return "It deletes its record: there is nothing to edit."
    return _newer(conn, found)


def _delivered_since(conn: sqlite3.Connection, found: _Parked) -> bool:
    newer = conn.execute(
        "select 1 from lane where lane = ? and flow = ? and seq > ?",
        (found.lane, found.flow, found.seq),
    ).fetchone()
    return newer is not None


def _newer(conn: sqlite3.Connection, found: _Parked) -> str:
    """What comes after an entry in its lane and flow, wherever it stands."""
    if _delivered_since(conn, found):
        return "A newer message of the same record was delivered since."
    about = (found.flow, found.seq, found.lane)
    for sql in (
        "select 1 from entry where flow = ? and seq > ? and lane = ? and state between 1 and 5",
        "select 1 from entry where flow = ? and seq > ? and lane = ? and state = 12",
        "select 1 from entry where flow = ? and seq > ? and lane = ? and state = 0",
        "select 1 from run where flow = ? and first > ? and instr(lanes, ?)",
    ):
        if conn.execute(f"{sql} limit 1", about).fetchone():
            return "There is a newer message of the same record: decide about that one."
    return ""
