"""What a target held before a publish: kept sealed with its place, for a stated time and in bounds.

An image is written in the transaction that makes its message `sending`, so whatever may have taken
effect has one. Of several messages of a record the first image of each field counts. What goes
beyond the bounds takes a place without a content, and is counted as unkept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

import orjson

from agent.errors import Damaged
from agent.model import Scalar
from agent.queue.claims import Claim
from agent.queue.publishes import ORIGIN, Publish
from agent.queue.sealed import image_context
from agent.queue.store import Store


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is kept at the most, over all publishes."""

    records: int = 200_000
    bytes: int = 256 * 1024**2


@dataclass(frozen=True, slots=True)
class Picture:
    """What was there before a message, and what the message made of it."""

    external_id: str
    delete: bool = False
    created: bool = False
    """The record did not exist."""
    before: Mapping[str, Scalar] = field(default_factory=dict)
    """Only fields that the target can read back."""
    after: Mapping[str, Scalar] = field(default_factory=dict)
    edited: Sequence[str] = ()
    """After an undo: fields that somebody had changed since, and that were left."""

    def later(self, newer: Picture) -> Picture:
        """With another message of the same record: the first image of each field counts."""
        return Picture(
            self.external_id,
            newer.delete,
            self.created,
            {**newer.before, **self.before},
            {**self.after, **newer.after},
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """An image as the queue keeps it."""

    lane: bytes
    seq: int
    """The publish's last message of this record."""
    origin: int
    row: bytes
    read: int
    shared: int
    remapped: int
    """Whether its row had not changed, only the mapping."""
    was: bytes | None
    state: int
    outcome: str
    entry: int
    picture: Picture | None
    """None: it was not kept, or does not open."""


_AT_ONCE = 5000
_KEPT = "lane, seq, origin, row, read, shared, remapped, was, state, outcome, entry, content"


class Images:
    """The images of all publishes."""

    def __init__(self, store: Store, bounds: Bounds | None = None) -> None:
        self._store = store
        self._bounds = bounds or Bounds()

    # --- questions --------------------------------------------------------------------------------

    def of(self, publish: Publish, lanes: Sequence[bytes]) -> dict[bytes, Kept]:
        """The images of these records."""
        found: dict[bytes, Kept] = {}
        for at in range(0, len(lanes), 500):
            some = lanes[at : at + 500]
            marks = ",".join("?" * len(some))
            rows = self._store.db.rows(
                f"select {_KEPT} from image where publish = ? and lane in ({marks})",
                (publish.id, *some),
            )
            found |= {kept.lane: kept for kept in map(self._kept(publish.id), rows)}
        return found

    def each(self, publish: Publish) -> Iterator[Kept]:
        """All images of a publish, the oldest message first; some thousands at a time."""
        after = (0, b"")
        while True:
            rows = self._store.db.rows(
                f"select {_KEPT} from image where publish = ? and (seq, lane) > (?, ?)"
                " order by seq, lane limit 1000",
                (publish.id, *after),
            )
            if not rows:
                return
            yield from map(self._kept(publish.id), rows)
            after = (rows[-1][1], rows[-1][0])

    def outcomes(self, publish: Publish) -> dict[str, int]:
        """How many images have which outcome; those still open under an empty one."""
        rows = self._store.db.rows(
            "select case when state < 2 then '' else outcome end as how, count(*) from image"
            " where publish = ? group by how",
            (publish.id,),
        )
        return dict(rows)

    # --- keeping ----------------------------------------------------------------------------------

    def keeper(
        self, publish: Publish, pictures: Mapping[int, Picture]
    ) -> Callable[[sqlite3.Connection, Sequence[Claim]], None]:
        """Keeps those of these pictures whose entries go (see `Sending.start`)."""

        def keep(conn: sqlite3.Connection, going: Sequence[Claim]) -> None:
            self.keep(conn, publish, {c.seq: pictures[c.seq] for c in going if c.seq in pictures})

        return keep

    def keep(
        self, conn: sqlite3.Connection, publish: Publish, pictures: Mapping[int, Picture]
    ) -> None:
        """In the transaction that begins the attempts: a place and an image for each entry."""
        room = self._room(conn, publish)
        for seq, picture in pictures.items():
            lane = conn.execute("select lane from entry where seq = ?", (seq,)).fetchone()[0]
            plain = orjson.dumps(asdict(picture))
            content: bytes | None = self._store.cipher.seal(image_context(publish.id, lane), plain)
            size = len(content or b"")
            old = conn.execute(
                "select length(content) from image where publish = ? and lane = ?",
                (publish.id, lane),
            ).fetchone()
            if old is None and room(size):
                more = (1, size, 0)
            elif old is None:
                content, more = None, (0, 0, 1)
            elif old[0] is None:  # what it held before its first message is not known any more
                content, more = None, (0, 0, 0)
            else:
                more = (0, size - old[0], 0)
            conn.execute(
                "insert into image (publish, lane, flow, seq, origin, row, read, shared, remapped,"
                f" was, content) select ?, lane, flow, seq, {ORIGIN}, row, read, shared, remapped,"
                " (select content from lane where lane.lane = entry.lane and"
                " lane.flow = entry.flow and present = 1), ? from entry where seq = ?"
                " on conflict (publish, lane) do update set seq = excluded.seq,"
                " origin = excluded.origin, content = excluded.content,"
                " remapped = min(remapped, excluded.remapped)",
                (publish.id, content, seq),
            )
            conn.execute(
                "update publish set images = images + ?, bytes = bytes + ?, unkept = unkept + ?"
                " where id = ?",
                (*more, publish.id),
            )

    def _room(self, conn: sqlite3.Connection, publish: Publish) -> _Room:
        """What is left; images of publishes that are over make room, the oldest first."""
        total = _total(conn)
        over = conn.execute(
            "select id, images, bytes from publish where images > 0 and id != ?"
            " and state in ('done', 'replaced', 'undone') order by id",
            (publish.id,),
        ).fetchall()
        for number, records, size in over:
            if total[0] < self._bounds.records and total[1] < self._bounds.bytes:
                break
            forget(conn, number)
            total = (total[0] - records, total[1] - size)
        return _Room(self._bounds.records - total[0], self._bounds.bytes - total[1])

    def expire(self) -> None:
        """What was kept for the stated time goes, some thousands at a time."""
        due = self._store.db.rows(
            "select id from publish where images > 0 and until < ?"
            " and state in ('approved', 'done', 'replaced', 'undone')",
            (self._store.now(),),
        )
        for (number,) in due:
            gone = _AT_ONCE
            while gone == _AT_ONCE:
                with self._store.db.transaction() as conn:
                    gone = conn.execute(
                        "delete from image where (publish, lane) in"
                        " (select publish, lane from image where publish = ? limit ?)",
                        (number, _AT_ONCE),
                    ).rowcount
            with self._store.db.transaction() as conn:
                forget(conn, number)

    # --- inside -----------------------------------------------------------------------------------

    def _kept(self, publish: int) -> _Opener:
        return _Opener(self._store, publish)


@dataclass(slots=True)
class _Room:
    """Counts down."""

    records: int
    bytes: int

    def __call__(self, size: int) -> bool:
        """Take the room of one image; False if there is none."""
        if self.records < 1 or self.bytes < size:
            return False
        self.records -= 1
        self.bytes -= size
        return True


@dataclass(frozen=True, slots=True)
class _Opener:
    """Opens the rows of one publish."""

    store: Store
    publish: int

    def __call__(self, row: tuple[object, ...]) -> Kept:
        *plain, content = row
        picture = None
        if isinstance(content, bytes):
            try:
                about = image_context(self.publish, plain[0])  # type: ignore[arg-type]  # the lane
                picture = Picture(**orjson.loads(self.store.cipher.open(about, content)))
            except Damaged:
                picture = None
        return Kept(*plain, picture)  # type: ignore[call-arg, arg-type]  # as `_KEPT` has them


def seal(store: Store, publish: int, lane: bytes, picture: Picture) -> bytes:
    """An image as it stands in the database."""
    return store.cipher.seal(image_context(publish, lane), orjson.dumps(asdict(picture)))


def _total(conn: sqlite3.Connection) -> tuple[int, int]:
    found = conn.execute(
        "select coalesce(sum(images), 0), coalesce(sum(bytes), 0) from publish"
    ).fetchone()
    return int(found[0]), int(found[1])


def forget(conn: sqlite3.Connection, publish: int) -> None:
    """What the target held before this publish is not kept any longer."""
    conn.execute("delete from image where publish = ?", (publish,))
    conn.execute("update publish set images = 0, bytes = 0, until = 0 where id = ?", (publish,))
