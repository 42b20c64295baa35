"""Rows of which no message could be made, as they are kept: for a corrected mapping and for people.

Such an entry is parked from birth. What was read of the row is sealed with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from agent.errors import Damaged
from agent.model import Json, Place, Scalar
from agent.queue.claims import content_of
from agent.queue.store import Store

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A parked row with what was read of it."""

    seq: int
    flow: int
    key: bytes
    """Keyed hash of the row's key."""
    code: str
    field: str
    values: dict[str, Json]
    """By column, as `agent.changes.rows` writes them; empty where nothing was kept."""
    place: Place
    said: Mapping[str, Scalar]
    """What a person said that fields of its message are."""


class Problems:
    """The parked rows of which no message could be made."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, flows: Sequence[int]) -> list[tuple[int, int, bytes]]:
        """(entry, flow, row) of all of these flows, row by row. Opens nothing."""
        return self._listed(flows, "")

    def edited(self, flows: Sequence[int]) -> set[int]:
        """Those of them of which a person said what fields are, and which wait to be mapped so."""
        return {seq for seq, _, _ in self._listed(flows, " and due is not null")}

    def say(self, seq: int, said: Mapping[str, Scalar], about: Mapping[str, Json]) -> bool:
        """A person says what fields of its message are; False if it is such a row no more.

        `about`: who, and what was there before, for its history. Mapping it is left to its source.
        """
        store = self._store
        with store.change() as (conn, _):
            found = conn.execute(
                "select reason from entry where seq = ? and state = 5 and kind = 1", (seq,)
            ).fetchone()
            if found is None:
                return False
            reason = orjson.loads(store.cipher.open(b"reason", found[0])) | {"said": dict(said)}
            conn.execute(
                "update entry set reason = ?, due = ? where seq = ?",
                (store.cipher.seal(b"reason", orjson.dumps(reason)), store.now(), seq),
            )
            conn.execute(
                "insert into act (seq, at, what, about) values (?, ?, 'edited', ?)",
                (seq, store.now(), store.cipher.seal(b"act", orjson.dumps(about))),
            )
        return True

    def _listed(self, flows: Sequence[int], which: str) -> list[tuple[int, int, bytes]]:
        marks = ",".join("?" * len(flows))
        rows = self._store.db.rows(
            "select seq, flow, row from entry where state between 1 and 5 and state = 5"
            f" and kind = 1 and flow in ({marks}){which} order by row, seq",
            list(flows),
        )
        return [(int(seq), int(flow), bytes(row)) for seq, flow, row in rows]

    def opened(self, seqs: Sequence[int]) -> Iterator[KeptRow]:
        """Those of these entries that are still such rows, and that open."""
        for at in range(0, len(seqs), _AT_ONCE):
            some = seqs[at : at + _AT_ONCE]
            marks = ",".join("?" * len(some))
            for row in self._store.db.rows(
                "select seq, flow, row, code, field, envelope, reason from entry"
                f" where seq in ({marks}) and state = 5 and kind = 1 order by row, seq",
                list(some),
            ):
                kept = self._kept(row)
                if kept is not None:
                    yield kept

    def _kept(self, row: Sequence[object]) -> KeptRow | None:
        seq, flow, key, code, field, envelope, reason = row
        store, number = self._store, int(str(seq))
        try:
            body = orjson.loads(content_of(store.db, store.envelopes, number, int(str(envelope))))
            about = orjson.loads(store.cipher.open(b"reason", reason)) if reason else {}  # type: ignore[arg-type]  # a blob
        except (Damaged, ValueError):
            return None
        place = about.get("place")
        return KeptRow(
            number, int(str(flow)), bytes(key),  # type: ignore[call-overload]  # a blob
            str(code or ""), str(field or ""), dict(body.get("r", {})),
            Place(*place) if place else Place("", 0, 0, 0), dict(about.get("said", {})),
        )  # fmt: skip


def row_of(store: Store, seq: int) -> dict[str, Json]:
    """What was read of the row of one entry; empty where it is not kept."""
    db = store.db
    found = db.one("select envelope from entry where seq = ?", (seq,))
    try:
        content = content_of(db, store.envelopes, seq, int(found[0])) if found else b"{}"
        return dict(orjson.loads(content).get("r", {}))
    except (Damaged, ValueError):
        return {}
