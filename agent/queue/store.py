"""The store of one home folder: opened once, held for life.

`Store` knows the installation, its streams and flows, numbers, and the high-water mark. What is
done with entries stands in modules of their own: `reads` (the reading side), `sending` (the
delivering side), `desk` (what people ask and decide).
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from agent.durable import private_folder
from agent.errors import KeyMismatch, StoreDamaged, StoreFull
from agent.ports import Cipher, Clock
from agent.queue import runs
from agent.queue.commit import Shapes
from agent.queue.database import Connection
from agent.queue.envelopes import Envelopes
from agent.queue.house import forget_what_is_over
from agent.queue.ledger import INDEXED, Ledger
from agent.queue.mark import High, Mark
from agent.queue.names import id_input, label
from agent.queue.pauses import Pauses
from agent.queue.states import OPEN
from agent.queue.tally import Moves, Tally, new_moves

LONGEST_BACKOFF = 600.0
CLOCK_STEP = 2.0
"""Seconds by which wall clock and monotonic clock may drift apart between two looks."""
KEPT_SECONDS = 7 * 86400.0
"""Finished entries are kept that long, without their contents, so that people can look back."""


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A registered flow."""

    id: int
    name: str
    stream: int
    target: str


class Store:
    """The durable state. `home` None keeps it in memory, for tests of the rooms above."""

    def __init__(
        self,
        home: Path | None,
        cipher: Cipher,
        clock: Clock,
        installation: str = "memory",
        *,
        pure: bool = False,
        scratch: Path | None = None,
        indexed: int = INDEXED,
    ) -> None:
        self.clock = clock
        self.cipher = cipher
        self.audit_head: Callable[[], tuple[int, bytes]] = lambda: (0, bytes(32))
        """Number and hash of the audit's last record: the mark remembers them too."""
        self.home = home
        self._pure = pure
        self._indexed = indexed
        folder = home if home is not None else scratch
        if folder is None:
            raise ValueError("a store in memory needs a scratch folder for its ledger")
        self.ledger_folder = folder / "ledger"
        private_folder(self.ledger_folder)
        self.db = Connection(None if home is None else home / "queue.db")
        try:
            self._start(installation, folder)
        except BaseException:
            self.db.close()
            raise

    def _start(self, installation: str, folder: Path) -> None:
        db = self.db
        self.installation = installation.encode()
        known = db.meta("installation")
        self.mark = Mark(folder / "mark")
        if known is None and self.mark.high is not None:
            raise StoreDamaged(
                "The queue database is empty, and its mark remembers that it was not."
            )
        if known is None:
            with db.transaction():
                db.set_meta("installation", installation)
                db.set_meta("epoch", 1)
                db.set_meta("tick", 0)
        elif known != installation:
            raise KeyMismatch(
                "The keys in this home folder belong to another installation.",
                hint="Restore the keys folder that was saved together with this queue.",
            )
        self.epoch = int(db.meta("epoch"))
        self._tick = int(db.meta("tick"))
        self._number_lock = Lock()
        self._edited_to = 0
        self._streams: list[int] = []
        found = db.one(
            "select max(coalesce((select max(seq) from entry), 0),"
            " coalesce((select first + entries from run order by first desc limit 1), 0))"
        )
        self._next = max(int(found[0] or 0) if found else 0, int(db.meta("top") or 0)) + 1
        blocks = db.one("select max(seq) from sqlite_sequence where name = 'delta'")
        self._next_block = max(int(blocks[0] or 0) if blocks else 0, int(db.meta("block") or 0)) + 1
        self.envelopes = Envelopes(self.cipher, self.installation)
        self.shapes = Shapes()
        self._load_shapes()
        self.tally, self._pauses = Tally(db), Pauses(db)
        self._id = self.cipher.keyed_hash("id", 16)
        self.content_hash = self.cipher.keyed_hash("content", 8)
        self.rolled_back = self._check_mark()
        self._offset = self._clock_offset()
        self._clamp()
        self._count_crashes()

    def _clock_offset(self) -> float:
        return self.now() - self.clock.monotonic()

    def mind_clock(self) -> bool:
        """Notice a step of the wall clock, and clamp what was stored by it. True: it stepped."""
        offset = self._clock_offset()
        if abs(offset - self._offset) < CLOCK_STEP:
            return False
        self._offset = offset
        self._clamp()
        return True

    def _clamp(self) -> None:
        """No stored time lies far in the future, and doubts begin anew (RULES 26).

        How long the process was away, or where the clock jumped to, says nothing of late effects.
        """
        now = self.now()
        with self.db.transaction() as conn:
            latest = now + LONGEST_BACKOFF
            conn.execute("update entry set due = ? where state = 1 and due > ?", (latest, latest))
            conn.execute(
                "update entry set since = ? where state between 1 and 5"
                " and (state = 4 or (state = 3 and since > ?))",
                (now, now),
            )

    def _count_crashes(self) -> None:
        """Attempts that ended with the process, counted once each: see `Claim.crashes`."""
        with self.db.transaction() as conn:
            conn.execute(
                "update entry set crashes = crashes + 1, crashed_at = attempts"
                " where state between 1 and 5 and state = 4 and attempts > crashed_at"
            )

    # --- identity and numbers ---------------------------------------------------------------------

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return self.clock.now().timestamp()

    @property
    def tick(self) -> int:
        """Grows with whatever changes an entry."""
        return self._tick

    def reserve(self, entries: int) -> int:
        """The first of so many fresh sequence numbers."""
        with self._number_lock:
            first = self._next
            self._next += entries
            return first

    def reserve_block(self) -> int:
        """A fresh block number."""
        with self._number_lock:
            self._next_block += 1
            return self._next_block - 1

    def edited(self, last: int) -> None:
        """A person's edits have numbers up to this; told inside their transaction."""
        self._edited_to = max(self._edited_to, last)

    def is_overtaken(self, first: int) -> bool:
        """Whether somebody edited after this number was given; asked inside a transaction."""
        return self._edited_to > first

    def make_id(self, epoch: int, flow: int, lane: bytes, seq: int) -> bytes:
        """The idempotency key of an entry made in this epoch (RULES 7)."""
        return self._id(id_input(epoch, flow, seq, lane))

    # --- transactions -----------------------------------------------------------------------------

    @contextmanager
    def change(self) -> Iterator[tuple[sqlite3.Connection, Moves]]:
        """A transaction that an effect may follow: it advances the tick and the counters.

        One that wrote nothing leaves no trace, and so costs no wait for the disk.
        """
        moves = new_moves()
        try:
            with self.db.transaction() as conn:
                before = conn.total_changes
                yield conn, moves
                if conn.total_changes == before:
                    return
                self.tally.move(conn, moves)
                conn.execute("update meta set value = value + 1 where name = 'tick'")
        except BaseException:
            self._load_shapes()
            raise
        with self._number_lock:
            self._tick += 1
        self.tally.moved(moves)

    def vouch(self) -> None:
        """Raise the high-water mark to everything committed, before an effect leaves."""
        audit = self.audit_head()
        with self._number_lock:
            high = High(self._mark_id(), self.epoch, self._tick, self._next - 1, *audit)
            try:
                self.mark.raise_to(high)
            except OSError as error:
                if error.errno == errno.ENOSPC:
                    raise StoreFull("The disk with the queue is full.") from error
                raise StoreDamaged(
                    "The disk refused to write the high-water mark.",
                    code="STORE_IO",
                    hint="Check the disk and the permissions of the home folder.",
                ) from error

    def _check_mark(self) -> bool:
        """Whether the database is older than its mark; then a new epoch begins (RULES 25)."""
        high = self.mark.high
        if high is None:
            return False
        if high.installation != self._mark_id():
            raise StoreDamaged(
                "The high-water mark belongs to another installation.",
                code="MARK_FOREIGN",
                hint="Put back the file `mark` that belongs to this queue.",
            )
        if (self.epoch, self._tick) >= (high.epoch, high.tick):
            self._next = max(self._next, high.top + 1)
            return False
        self.db.check()  # a log that is missing may leave a mixture of old and new pages
        self.new_epoch(high.epoch + 1, high.top, high.tick)
        return True

    def new_epoch(self, epoch: int, top: int, tick: int) -> None:
        """After a rollback or a salvage: nothing that is remembered of values is proven."""
        self.epoch = epoch
        self._next = max(self._next, top + 1)
        self._tick = max(self._tick, tick)
        marks = ",".join(str(int(state)) for state in OPEN)
        with self.db.transaction() as conn:
            conn.execute("update meta set value = ? where name = 'epoch'", (epoch,))
            conn.execute("update meta set value = ? where name = 'tick'", (self._tick,))
            self.db.set_meta("top", self._next - 1)
            conn.execute("update stream set proven = 0, done = 0")
            conn.execute("delete from lane")  # RULES 22: the whole map is only a cache
            conn.execute("update hold set state = 'void' where state = 'held'")
            runs.unpack_all(conn, self.make_id)
            conn.execute(f"update entry set verify = 1 where state in ({marks})")
            conn.execute("insert or replace into meta values ('recovering', 1)")

    @property
    def recovering(self) -> bool:
        """After a rollback, until every stream was read again (RULES 25)."""
        return self.db.meta("recovering") is not None

    def recovered(self, conn: sqlite3.Connection) -> None:
        """Recovery is over as soon as no stream of this configuration is unproven.

        One that was never read may stay so: it is compared whenever its first read comes, and
        nobody waits for that.
        """
        marks = ",".join(map(str, self._streams))
        left = [
            was_read
            for (was_read,) in conn.execute(
                f"select checkpoint is not null or base > 0 from stream where id in ({marks})"
                " and proven = 0"
            )
        ]
        if not any(left):
            conn.execute("delete from meta where name = 'recovering'")
        if not left:
            conn.execute("delete from meta where name = 'salvaged'")

    def _mark_id(self) -> bytes:
        return self.cipher.keyed_hash("installation", 16)(self.installation)

    # --- streams and flows ------------------------------------------------------------------------

    def register(
        self, streams: Sequence[str], flows: Mapping[str, tuple[str, str, int]]
    ) -> dict[str, FlowRow]:
        """Make streams and flows known: name -> (stream, target, mapping version).

        A flow with another version than before is caught up by re-reading (RULES 15).
        """
        rows: dict[str, FlowRow] = {}
        with self.db.transaction() as conn:
            for name in streams:
                conn.execute(
                    "insert or ignore into stream (name, proven)"
                    " select ?, not exists (select 1 from meta where name = 'recovering')",
                    (name,),
                )
            ids = dict(conn.execute("select name, id from stream"))
            self._streams = [ids[name] for name in streams]
            self.recovered(conn)
            for name, (stream, target, version) in flows.items():
                found = conn.execute(
                    "select id, version, stream from flow where name = ?", (name,)
                ).fetchone()
                if found is None:
                    conn.execute(
                        "insert into flow (name, stream, target, version, behind)"
                        " values (?, ?, ?, ?, 1)",
                        (name, ids[stream], target, version),
                    )
                elif found[1] != version or found[2] != ids[stream]:
                    conn.execute(
                        "update flow set version = ?, stream = ?, target = ?, behind = 1"
                        " where id = ?",
                        (version, ids[stream], target, found[0]),
                    )
                row = conn.execute("select id, stream from flow where name = ?", (name,)).fetchone()
                rows[name] = FlowRow(row[0], name, row[1], target)
        return rows

    def stream_id(self, name: str) -> int:
        """The number of a registered stream."""
        found = self.db.one("select id from stream where name = ?", (name,))
        if found is None:
            raise KeyError(name)
        return int(found[0])

    def ledger(self, stream: int, flows: Sequence[int], lanes: Sequence[int] = ()) -> Ledger:
        """The memory of a stream; `lanes`: flows whose external id is not simply the row's key."""
        return Ledger(
            self.db,
            self.ledger_folder,
            stream,
            flows,
            self.cipher,
            lanes=lanes,
            labels=self._labels(stream, flows),
            pure=self._pure,
            indexed=self._indexed,
        )

    def _labels(self, stream: int, flows: Sequence[int]) -> dict[str, object]:
        """Whose base it is, in keyed hashes: so a salvage finds it again (`salvage`)."""
        found = self.db.one("select name from stream where id = ?", (stream,))
        names: dict[int, str] = dict(self.db.rows("select id, name from flow"))
        return {
            "stream": label(self.cipher, str(found[0])) if found else "",
            "names": [label(self.cipher, names.get(flow, "")) for flow in flows],
            "ids": list(flows),
        }

    # --- pauses -----------------------------------------------------------------------------------

    def paused(self, kind: str, name: str) -> bool:
        """Whether a person paused this source, target, flow, or everything."""
        return self._pauses.stands(kind, name, self.now)

    def set_paused(
        self, kind: str, name: str, *, paused: bool, seconds: float | None = None
    ) -> None:
        """Pause, for so many seconds if they are given, or resume."""
        end = None if seconds is None else self.now() + seconds
        self._pauses.change(kind, name, paused=paused, end=end)

    def paused_until(self) -> float | None:
        """When the pause of everything ends; None: a person ends it, or there is none."""
        return self._pauses.until()

    def keep_house(self) -> None:
        """What is done now and then: what is over and old goes, the log file shrinks."""
        old = self.now() - KEPT_SECONDS
        with self.db.transaction() as conn:
            self.db.set_meta("top", self._next - 1)
            forget_what_is_over(conn, old)
        self.db.checkpoint()

    def close(self) -> None:
        """Close the database and release the home folder."""
        self.db.close()

    def _load_shapes(self) -> None:
        self.shapes.forget()
        self.shapes.load([(row[0], row[1]) for row in self.db.rows("select id, names from shape")])
