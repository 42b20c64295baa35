"""What was last seen of each row of a stream: base + delta (RULES 1 to 6).

The base is a file of sorted hashes; the delta is what has been committed since, in a table that
the entries share their transaction with. In memory the delta is a dictionary; when it grows
large (a first load) it is no longer indexed but merged into a new base before the next read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from agent import arrays
from agent.errors import Damaged, StoreDamaged
from agent.memory import DELETED, Layout, RowMemory, RowText
from agent.ports import Cipher
from agent.queue import base as bases
from agent.queue import runs
from agent.queue.blocks import Block
from agent.queue.database import Connection
from agent.queue.delta import Delta, DeltaTable
from agent.queue.relayout import Relayout
from agent.queue.renewal import clean
from agent.queue.sealed import ledger_context

_OPENED = 16
"""Blocks of texts that are kept open."""
INDEXED = 100_000
"""Delta rows kept in memory; more are merged into a new base first."""


class Ledger:
    """The memory of one stream (satisfies `agent.changes.survey.Ledger`)."""

    def __init__(
        self,
        connection: Connection,
        folder: Path,
        stream: int,
        flows: Sequence[int],
        cipher: Cipher,
        *,
        lanes: Sequence[int] = (),
        labels: Mapping[str, object] | None = None,
        pure: bool = False,
        indexed: int = INDEXED,
    ) -> None:
        self._db = connection
        self._folder = folder
        self._stream = stream
        self._table = DeltaTable(connection, stream)
        self._flows = list(flows)
        self._cipher = cipher
        self._lanes = list(lanes)
        self._labels = dict(labels or {})
        self._pure = pure
        self._indexed = indexed
        self.layout = Layout(len(flows))
        self._base: bases.Base | None = None
        self._base_number = 0
        self._known = Delta()
        self._pending: list[bytes] = []
        self._texts: dict[int, list[Any]] = {}
        self.missing_base = False
        """What the database names was not there or damaged: everything is unproven."""
        self._open()

    # --- questions --------------------------------------------------------------------------------

    @property
    def rows(self) -> int:
        """How many row numbers there are (some may be gone)."""
        return self._base_rows + len(self._delta.new_keys)

    @property
    def living(self) -> int:
        """How many rows are remembered as existing."""
        gone = sum(1 for _, packed in self._delta.by_key.values() if packed[48] & DELETED)
        return self.rows - gone

    def find_raw(self, hashes: bytes) -> Sequence[int]:
        """Row whose current raw fingerprint this is, -1 if none."""
        delta = self._delta
        if self._base is None:
            found = [-1] * (len(hashes) // arrays.SIZE)
        elif not delta.by_key:
            return self._base.raw.find(hashes)
        else:
            found = arrays.numbers(self._base.raw.find(hashes))
        recent, stale = delta.by_raw, delta.overridden
        if recent or stale:
            for at, row in enumerate(found):
                if row < 0 or row in stale:
                    found[at] = recent.get(hashes[at * 16 : at * 16 + 16], -1)
        return found

    def find_key(self, hashes: bytes) -> Sequence[int]:
        """Row with this key, -1 if none."""
        if self._base is None:
            found = [-1] * (len(hashes) // arrays.SIZE)
        else:
            found = arrays.numbers(self._base.key.find(hashes))
        recent = self._delta.by_key
        if recent:
            for at, row in enumerate(found):
                if row < 0:
                    known = recent.get(hashes[at * 16 : at * 16 + 16])
                    if known is not None:
                        found[at] = known[0]
        return found

    def memory(self, row: int) -> RowMemory:
        """What is remembered of a row."""
        if row >= self._base_rows:
            return self.layout.unpack(self._delta.by_key[self._new_key(row)][1])
        if self._base is None:
            raise StoreDamaged("A row of the ledger is missing.")
        packed = self._base.packed(row)
        recent = self._delta.by_key.get(packed[:16])
        return self.layout.unpack(packed if recent is None else recent[1])

    def is_gone(self, row: int) -> bool:
        """Whether the row is only a memory of a delete."""
        if row < self._base_rows and row not in self._delta.overridden:
            base = self._base
            return base is not None and bool(base.packed(row)[48] & DELETED)
        return bool(self.memory(row).flags & DELETED)

    def text(self, memory: RowMemory) -> RowText:
        """The sealed text of a remembered row. Raises Damaged."""
        texts = self._texts.get(memory.block)
        if texts is None:
            if len(self._texts) >= _OPENED:
                self._texts.clear()
            texts = self._texts[memory.block] = self._open_block(memory.block)
        return RowText.of(texts[memory.slot])

    def lane_owner(self, flow: int, lane: bytes) -> RowMemory | None:
        """The living row that feeds this lane in this flow, None if none."""
        key = self._delta.by_lane.get((flow, lane))
        if key is not None:
            found = self.layout.unpack(self._delta.by_key[key][1])
            if found.flows[flow].lane == lane and not found.flags & DELETED:
                return found
        if self._base is not None and flow in self._base.lane:
            row = self._base.lane[flow].find(lane)[0]
            if row >= 0:
                owner = self.memory(int(row))
                if owner.flows[flow].lane == lane and not owner.flags & DELETED:
                    return owner
        return None

    def each(self) -> Iterator[RowMemory]:
        """Every living row."""
        for row in range(self.rows):
            memory = self.memory(row)
            if not memory.flags & DELETED:
                yield memory

    # --- growth -----------------------------------------------------------------------------------

    def seal_texts(self, block: int, texts: Sequence[RowText]) -> bytes:
        """A block of sealed texts."""
        plain = orjson.dumps(
            [
                [
                    key,
                    external_ids,
                    [[[*p] for p in some] for some in parents] if any(parents) else parents,
                    *((states,) if states else ()),
                ]
                for key, external_ids, parents, states in texts
            ]
        )
        return self._cipher.seal(ledger_context(self._stream, block), plain)

    def learn(self, packed: Sequence[bytes]) -> None:
        """Rows that were just committed to the delta table; indexed when somebody asks."""
        self._known.count += len(packed)
        if self._known.count > self._indexed:
            self._pending.clear()  # too many to index: merged before the next read
        else:
            self._pending += packed

    @property
    def _delta(self) -> Delta:
        if self._pending:
            pending, self._pending = self._pending, []
            keys = b"".join([row[:16] for row in pending])
            numbers = [-1] * len(pending)
            if self._base is not None:
                numbers = arrays.numbers(self._base.key.find(keys))
            for row, number in zip(pending, numbers, strict=True):
                self._known.learn(row, number, self._base_rows, self._lanes)
        return self._known

    def ready(self) -> None:
        """Make the delta small enough to be asked; called before a read."""
        if self._delta.count > self._indexed:
            self.merge()

    def merge(self) -> None:
        """Fold the delta into a new base and swap (RULES 4).

        The swap removes only the delta rows folded in; the former base stays until the next one.
        """
        top = self._db.one("select max(id) from delta where stream = ?", (self._stream,))
        last = int(top[0] or 0) if top else 0
        number = self._base_number + 1
        bases.write(
            self._path(number),
            flows=len(self._flows),
            lanes=self._lanes,
            old=self._base,
            delta=lambda: (rows for _, rows, _ in self._pages(last)),
            rows=self._base_rows + self._delta.count,
            alive=self._alive,
            blocks=self._delta_blocks(last),
            repack=self._repacked,
            labels=self._labels,
            pure=self._pure,
        )
        with self._db.transaction() as conn:
            conn.execute("update stream set base = ? where id = ?", (number, self._stream))
            conn.execute("delete from delta where stream = ? and id <= ?", (self._stream, last))
        self.close()
        self._open()

    def renewed(self, renew: Callable[[int], bool]) -> bool:
        """Let the base be written anew, with the same rows, between two reads. Raises OSError."""
        self.close()
        try:
            return renew(self._stream)
        finally:
            self._open()

    def close(self) -> None:
        """Release the base's files."""
        if self._base is not None:
            self._base.close()
            self._base = None
        self._known = Delta()
        self._pending.clear()
        self._texts.clear()

    # --- inside -----------------------------------------------------------------------------------

    @property
    def _base_rows(self) -> int:
        return self._base.rows if self._base is not None else 0

    def _new_key(self, row: int) -> bytes:
        return self._delta.new_keys[row - self._base_rows]

    def _path(self, number: int) -> Path:
        return self._folder / f"{self._stream}.{number}"

    def _open(self) -> None:
        found = self._db.one("select base, layout from stream where id = ?", (self._stream,))
        number, layout = (int(found[0]), str(found[1])) if found else (0, "")
        self._base_number = number
        if number:
            self._base = self._opened(number)
            if self._base is None:  # the former one still knows which rows there were
                self.missing_base = True
                former = self._opened(number - 1)
                if former is not None and former.ids == [int(i) for i in layout.split(",") if i]:
                    self._base = former
        if not self._db.keeps_files:
            clean(self._folder, self._stream, number)
        wanted = ",".join(map(str, self._flows))
        if layout != wanted or (self._base is not None and self._base.lanes != self._lanes):
            self._relayout([int(part) for part in layout.split(",") if part], wanted)
            return
        self._load()

    def _opened(self, number: int) -> bases.Base | None:
        try:
            return bases.Base(self._path(number), pure=self._pure)
        except (FileNotFoundError, ValueError, KeyError, TypeError, StoreDamaged):
            return None
        except OSError as error:  # the disk's fault: what stands there may well be whole
            raise StoreDamaged(
                "The disk refused to read the ledger.",
                code="STORE_IO",
                hint="Check the disk and the permissions of the home folder, then restart Waybill.",
            ) from error

    def _load(self) -> None:
        many = self._table.bytes() // self.layout.size
        if many > self._indexed:
            self._delta.count = many
            return
        for _, rows, _ in self._pages():
            size = self.layout.size
            self.learn([rows[at : at + size] for at in range(0, len(rows), size)])

    def _pages(self, last: int | None = None) -> Iterator[tuple[int, bytes, bytes]]:
        for page in self._table.pages(last):
            if page is None:
                self.missing_base = True
            else:
                yield page

    def _delta_blocks(self, last: int | None) -> Iterator[Block]:
        for id_, rows, block in self._pages(last):
            yield Block(id_, block, len(rows) // self.layout.size)

    def _alive(self, seqs: Sequence[int]) -> set[int]:
        marks = ",".join("?" * len(seqs))
        if not seqs:
            return set()
        if len(seqs) > 5000:
            return {
                seq for at in range(0, len(seqs), 5000) for seq in self._alive(seqs[at : at + 5000])
            }
        found = self._db.rows(
            f"select seq from entry where seq in ({marks}) and (state < 10 or state = 12)"
            f" union select edits from entry where edits in ({marks}) and edits > 0"
            " and (state < 10 or state = 12)",
            [*seqs, *seqs],
        )
        alive = {row[0] for row in found}
        with self._db.transaction() as conn:
            alive.update(seq for seq in seqs if runs.holding(conn, seq) is not None)
        return alive

    def _open_block(self, number: int) -> list[Any]:
        sealed = self._base.block(number) if self._base is not None else None
        if sealed is None:
            found = self._db.one("select block from delta where id = ?", (number,))
            if found is None:
                raise Damaged("A block of the ledger is missing.")
            sealed = found[0]
        return self._texts_in(number, sealed)

    def _texts_in(self, number: int, sealed: bytes) -> list[Any]:
        plain = self._cipher.open(ledger_context(self._stream, number), sealed)
        texts: list[Any] = orjson.loads(plain)
        return texts

    def _relayout(self, before: list[int], wanted: str) -> None:
        """The stream has other flows than when its rows were packed: pack them again."""
        had_rows = self._base is not None or self._db.one(
            "select 1 from delta where stream = ? limit 1", (self._stream,)
        )
        if not had_rows:
            self._db_layout(wanted, self._base_number)
            self._load()
            return
        convert = Relayout(before, self._flows)
        number = self._base_number + 1
        bases.write(
            self._path(number),
            flows=len(self._flows),
            lanes=self._lanes,
            old=None,
            delta=lambda: convert.rows(self._packed_pages(convert.size)),
            rows=self._base_rows + self._table.bytes() // convert.size,
            alive=self._alive,
            blocks=self._converted_blocks(convert),
            repack=self._repacked,
            labels=self._labels,
            pure=self._pure,
        )
        with self._db.transaction() as conn:
            conn.execute("delete from delta where stream = ?", (self._stream,))
            self._db_layout(wanted, number)
        self.close()
        self._open()

    def _packed_pages(self, size: int) -> Iterator[bytes]:
        if self._base is not None:
            for start in range(0, self._base.rows, 4096):
                yield self._base.span(start, min(start + 4096, self._base.rows))
        for _, rows, _ in self._pages():
            if len(rows) % size == 0:
                yield rows

    def _converted_blocks(self, convert: Relayout) -> Iterator[Block]:
        blocks = [Block(n, b"", c) for n, c in self._base.texts().items()] if self._base else []
        blocks += [Block(n, b"", len(rows) // convert.size) for n, rows, _ in self._pages()]
        for number, _, texts in blocks:
            made = [convert.text(RowText.of(text)) for text in self._open_block(number)]
            yield Block(number, self.seal_texts(number, made), texts)

    def _repacked(self, number: int, sealed: bytes, slots: Sequence[int]) -> bytes:
        texts = self._texts_in(number, sealed)
        return self.seal_texts(number, [RowText.of(texts[slot]) for slot in slots])

    def _db_layout(self, layout: str, number: int) -> None:
        with self._db.transaction() as conn:
            conn.execute(
                "update stream set layout = ?, base = ? where id = ?",
                (layout, number, self._stream),
            )
