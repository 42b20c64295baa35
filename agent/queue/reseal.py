"""Sealing again, under the current data key, what lies under older ones: a little at a time.

    sealing    every sealed column from its beginning to its end, then the ledger's bases
    resting    what was sealed before the rotation and is committed after it has time to arrive
    checking   everything is gone through once more; what is found begins a new round of sealing
    done       nothing needs an older key

Where it stands is kept in the transaction that does the work, so that a crash repeats nothing and
forgets nothing. A base is immutable: it is written anew beside the old one and swapped, twice, so
that the former one, which stays as a reserve (RULES 4), needs no older key either.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import orjson

from agent.errors import Damaged
from agent.model import Json
from agent.ports import RotatingCipher
from agent.queue import renewal
from agent.queue.delta import delta_sum
from agent.queue.sealed import SEALED, Sealed, ledger_context
from agent.queue.store import Store

PLACE: Final = "reseal"
"""In `meta`: where it stands."""
ROWS: Final = 500
BYTES: Final = 512 * 1024
"""The most that one step looks at and seals: some milliseconds under the lock."""
HEAD: Final = 8


@dataclass(frozen=True, slots=True)
class Progress:
    """Where it stands."""

    head: str = ""
    """The beginning of what is sealed under the key that everything is sealed under."""
    phase: str = "done"
    at: int = 0
    """The column in `SEALED`."""
    after: tuple[Json, ...] = ()
    """The last row that was gone through; bytes in hexadecimals."""
    rows: int = 0
    """Gone through in this phase,"""
    total: int = 0
    """of about so many."""
    sealed: int = 0
    """Sealed anew since the rotation."""
    found: int = 0
    """Found in this phase under an older key."""

    @property
    def share(self) -> float:
        """How much of the phase is done, 0 to 1."""
        return 1.0 if self.phase == "done" else min(0.99, self.rows / max(1, self.total))


class Reseal:
    """Seals anew what needs it. One thread at a time; bases only while nobody reads their stream."""

    def __init__(self, store: Store, cipher: RotatingCipher) -> None:
        self._store, self._cipher = store, cipher
        self.progress = self._read()

    def standing(self) -> Progress:
        """Where it stands: at the beginning, once the key was rotated and before the next step."""
        head, now = self._cipher.head().hex(), self.progress
        return now if now.head == head else Progress(head, "sealing")

    # --- one step ---------------------------------------------------------------------------------

    def step(self, *, rows: int = ROWS, size: int = BYTES) -> Progress:
        """Go on with the columns; begins anew where the key was rotated since.

        At their end the phase stays, with `at` behind the last column, for `bases_done`.
        """
        head = self._cipher.head().hex()
        now = self.progress
        if now.head != head:
            now = Progress(head, "sealing", total=self._count())
        if now.phase in ("done", "resting") or now.at >= len(SEALED):
            return now
        with self._store.db.transaction() as conn:
            now = self._gone_on(conn, now, SEALED[now.at], rows, size)
            self._keep(conn, now)
        self.progress = now
        return now

    def columns_done(self) -> bool:
        """Whether this phase has only the bases left."""
        return self.progress.at >= len(SEALED) and self.progress.phase in ("sealing", "checking")

    def next_phase(self) -> Progress:
        """The columns and all bases were gone through: what comes then."""
        now = self.progress
        if now.phase == "sealing":
            now = replace(now, phase="resting", at=0, after=(), rows=0, found=0)
        elif now.phase == "checking":
            phase = "sealing" if now.found else "done"
            now = replace(now, phase=phase, at=0, after=(), rows=0, found=0)
        return self._turn(now)

    def check(self) -> Progress:
        """What was under way at the rotation has arrived: go through everything once more."""
        return self._turn(replace(self.progress, phase="checking", at=0, rows=0, found=0,
                                  total=self._count()))  # fmt: skip

    # --- the ledger's bases -----------------------------------------------------------------------

    def old_bases(self) -> list[int]:
        """Streams of which a base, or the former one, needs an older key."""
        head = self._cipher.head()
        found = []
        for stream, number in self._store.db.rows("select id, base from stream where base > 0"):
            paths = (self._path(stream, number), self._path(stream, number - 1))
            if any(self._needs(path, stream, head) for path in paths):
                found.append(int(stream))
        return found

    def base(self, stream: int) -> bool:
        """Write the bases of a stream anew. Whoever has its ledger open has closed it for that.

        Raises OSError; what is in force is then as it was. False: nothing had to be done.
        """
        folder, done = self._store.ledger_folder, False
        for _ in range(2):  # the second makes the first one the former
            found = self._store.db.one("select base from stream where id = ?", (stream,))
            number = int(found[0]) if found else 0
            head = self._cipher.head()
            needy = [
                n for n in (number, number - 1) if self._needs(self._path(stream, n), stream, head)
            ]
            if not number or not needy:
                return done
            fresh = self._path(stream, number + 1)
            renewal.renew(self._path(stream, number), fresh, self._renewed(stream))
            with self._store.db.transaction() as conn:
                conn.execute("update stream set base = ? where id = ?", (number + 1, stream))
                self._keep(conn, replace(self.progress, sealed=self.progress.sealed + 1))
            if not self._store.db.keeps_files:
                renewal.clean(folder, stream, number + 1)
            done = True
        return done

    # --- inside -----------------------------------------------------------------------------------

    def _gone_on(
        self, conn: sqlite3.Connection, now: Progress, place: Sealed, rows: int, size: int
    ) -> Progress:
        keys = ", ".join(place.key)
        marks = ", ".join("?" * len(place.key))
        after = tuple(_bytes(part) for part in now.after)
        where = f"where ({keys}) > ({marks})" if after else ""
        cursor = conn.execute(
            f"select {keys}, {place.column} from {place.table} {where} order by {keys} limit ?",
            (*after, rows),
        )
        head = bytes.fromhex(now.head)
        seen = taken = anew = 0
        last: tuple[Any, ...] = ()
        work: list[tuple[tuple[Any, ...], bytes]] = []
        for *key, sealed in cursor:
            seen, last = seen + 1, tuple(key)
            if isinstance(sealed, bytes) and self._is_old(sealed, head):
                work.append((last, sealed))
            taken += len(sealed) if isinstance(sealed, bytes) else 0
            if taken >= size:
                break
        cursor.close()
        for row, sealed in work:
            anew += self._one(conn, place, row, sealed)
        ended = seen < rows and taken < size
        return replace(
            now,
            at=now.at + 1 if ended else now.at,
            after=() if ended else tuple(_said(part) for part in last),
            rows=now.rows + seen,
            sealed=now.sealed + anew,
            found=now.found + anew,
        )

    def _one(
        self, conn: sqlite3.Connection, place: Sealed, key: tuple[Any, ...], sealed: bytes
    ) -> int:
        """Seal one value anew; what no longer opens needs no key and stays as it is."""
        context = place.context(self._store.installation, key)
        try:
            fresh = self._cipher.seal(context, self._cipher.open(context, sealed))
        except Damaged:
            return 0
        where = " and ".join(f"{column} = ?" for column in place.key)
        conn.execute(f"update {place.table} set {place.column} = ? where {where}", (fresh, *key))
        if place.table == "delta":
            rows = conn.execute(
                "select rows, sum, block from delta where id = ?", key[:1]
            ).fetchone()
            if delta_sum(rows[0], sealed) == rows[1]:  # a page that was damaged stays one
                conn.execute(
                    "update delta set sum = ? where id = ?", (delta_sum(rows[0], fresh), key[0])
                )
        return 1

    @staticmethod
    def _is_old(sealed: bytes, head: bytes) -> bool:
        return sealed[:4] == head[:4] and sealed[:HEAD] != head

    def _renewed(self, stream: int) -> Callable[[int, bytes], bytes]:
        head = self._cipher.head()

        def renewed(number: int, sealed: bytes) -> bytes:
            if not self._is_old(sealed, head):
                return sealed
            context = ledger_context(stream, number)
            try:
                return self._cipher.seal(context, self._cipher.open(context, sealed))
            except Damaged:
                return sealed

        return renewed

    def _needs(self, path: Path, stream: int, head: bytes) -> bool:
        """Whether something in a base opens under an older key only."""
        old = renewal.chosen(path, lambda first: self._is_old(first, head), HEAD)
        for number, sealed in old:
            try:
                self._cipher.open(ledger_context(stream, number), sealed)
            except Damaged:
                continue
            return True
        return False

    def _path(self, stream: int, number: int) -> Path:
        return self._store.ledger_folder / f"{stream}.{number}"

    def _count(self) -> int:
        tables = [place.table for place in SEALED]
        return sum(
            int(self._store.db.rows(f"select count(*) from {name}")[0][0]) for name in tables
        )

    def _turn(self, now: Progress) -> Progress:
        with self._store.db.transaction() as conn:
            self._keep(conn, now)
        self.progress = now
        return now

    def _keep(self, conn: sqlite3.Connection, now: Progress) -> None:
        text = orjson.dumps(asdict(now)).decode()
        conn.execute("insert or replace into meta values (?, ?)", (PLACE, text))

    def _read(self) -> Progress:
        text = self._store.db.meta(PLACE)
        if not isinstance(text, str):
            return Progress()
        said: Mapping[str, Any] = orjson.loads(text)
        return Progress(**{**said, "after": tuple(said["after"])})


def _said(part: object) -> Json:
    return {"x": part.hex()} if isinstance(part, bytes) else part  # type: ignore[return-value]  # a key: number or text


def _bytes(part: Json) -> Any:
    return bytes.fromhex(str(part["x"])) if isinstance(part, dict) else part
