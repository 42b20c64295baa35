"""What a salvage carries over, table by table, and what vouches for each row.

- streams and flows: the configuration names them; a base's header links one that was forgotten
- pages of the ledger's delta: their checksum, and the seal of their texts
- open entries: their id, which binds flow, number and lane, and the seal of their content
- reads, holds, unreadable records, links, published mappings, what was there before them: their
  seals

Lanes, counters and waits are not carried over: they are made again from the rest.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from agent.errors import Damaged, StoreDamaged
from agent.memory import EntryKind, Layout
from agent.ports import Cipher
from agent.queue import runs
from agent.queue.base import Base, Header, headers
from agent.queue.delta import delta_sum
from agent.queue.envelopes import Envelopes
from agent.queue.names import id_input, label
from agent.queue.scrape import Fields, Scraper
from agent.queue.sealed import image_context, ledger_context
from agent.queue.states import FOR_PARENTS, OPEN, State

_FAR_BACK = 1000
"""Epochs in which a carried entry may have been made."""


class Rescue:
    """Carries rows from a damaged database into a fresh one, inside one transaction."""

    def __init__(
        self, old: Scraper, new: sqlite3.Connection, cipher: Cipher, installation: bytes, epoch: int
    ) -> None:
        self._old = old
        self._new = new
        self._cipher = cipher
        self._envelopes = Envelopes(cipher, installation)
        self._id = cipher.keyed_hash("id", 16)
        self.epoch = epoch
        self.top = 0
        """The highest entry number seen anywhere."""
        self.block = 0
        """The highest block number seen anywhere."""
        self.kept: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._flows: set[int] = set()
        self._layouts: dict[int, list[int]] = {}
        self._relinked: set[int] = set()
        self._shapes: dict[tuple[str, ...], int] = {}
        self._lost_entries: set[int] = set()

    @property
    def lost(self) -> dict[str, int]:
        """Per table: places that could not be read, and rows that nothing vouched for."""
        return dict(self._dropped + self._old.holes)

    # --- streams and flows ------------------------------------------------------------------------

    def streams(
        self, names: Sequence[str], flows: Mapping[str, tuple[str, str]], ledger: Path
    ) -> None:
        """Streams and flows with their numbers, so that what is theirs is found again."""
        bases = headers(ledger)
        self.block = max((header.block for header in bases), default=0)
        rows = {str(row["name"]): row for row in self._old.rows("stream")}
        for row in rows.values():
            position = self._position(row)
            self._add("stream", row | {"checkpoint": position, "done": 0, "proven": 0,
                                       "watch": self._sealed("watch", row["watch"])})  # fmt: skip
            self._layouts[row["id"]] = _ids(row["layout"])
        self._relink(bases, [name for name in names if name not in rows])
        self._flow_rows(flows, bases)

    def _relink(self, bases: Sequence[Header], names: Iterable[str]) -> None:
        """A stream that the database forgot has the number under which its base stands."""
        for name in names:
            mine = [
                header
                for header in bases
                if header.label == label(self._cipher, name) and header.stream not in self._layouts
            ]
            if mine:
                newest = max(mine, key=lambda header: header.number)
                self._layouts[newest.stream] = newest.ids
                self._relinked.add(newest.stream)
                self._add("stream", {
                    "id": newest.stream, "name": name, "base": newest.number, "proven": 0,
                    "layout": ",".join(map(str, newest.ids)),
                })  # fmt: skip

    def _flow_rows(self, flows: Mapping[str, tuple[str, str]], bases: Sequence[Header]) -> None:
        known: set[str] = set()
        for row in self._old.rows("flow"):
            self._add("flow", row)
            known.add(row["name"])
            self._flows.add(row["id"])
        streams = dict(self._new.execute("select name, id from stream"))
        by_label = {
            name: flow
            for header in bases
            for name, flow in zip(header.names, header.ids, strict=False)
        }
        used = self._flows | {flow for ids in self._layouts.values() for flow in ids}
        used |= set(by_label.values())
        for name, (stream, target) in flows.items():
            if name in known or stream not in streams:
                continue
            flow = by_label.get(label(self._cipher, name), 0)
            if not flow or flow in self._flows:
                flow = max(used, default=0) + 1  # never a number that stands for another flow
            used.add(flow)
            self._flows.add(flow)
            self._add("flow", {"id": flow, "name": name, "stream": streams[stream],
                               "target": target, "behind": 1})  # fmt: skip

    def _position(self, stream: Fields) -> bytes | None:
        """The checkpoint; for change files the settled one: what came after is read again."""
        if not stream["in_order"]:
            return self._sealed("checkpoint", stream["checkpoint"])
        settled: bytes | None = None
        for row in self._old.rows("reading"):
            if row["stream"] != stream["id"]:
                continue
            about = self._opened(b"reading", row["about"])
            if about is None or not row["settled"] or self._old.holes["reading"]:
                return settled
            settled = self._cipher.seal(b"checkpoint", orjson.dumps(about["checkpoint"]))
        return self._sealed("checkpoint", stream["checkpoint"])

    # --- the ledger -------------------------------------------------------------------------------

    def ledgers(self, ledger: Path) -> None:
        """Pages of the deltas whose checksum and seal are right."""
        whole: set[int] = set()
        for row in self._old.rows("delta"):
            self.top = max(self.top, row["seq"])
            self.block = max(self.block, row["id"])
            if row["stream"] in self._layouts and self._is_page(row):
                whole.add(row["id"])
            else:
                self._dropped["delta"] += 1
        bases = {stream: self._base(ledger, stream) for stream in self._layouts}
        earlier: set[tuple[int, bytes]] = set()
        for row in self._old.rows("delta"):
            if row["id"] in whole:
                rows = self._believed(row, bases[row["stream"]], whole, earlier)
                total = delta_sum(rows, row["block"])
                self._add("delta", row | {"rows": rows, "sum": total})
        for base in bases.values():
            if base is not None:
                base.close()

    def _base(self, ledger: Path, stream: int) -> Base | None:
        found = self._new.execute("select base from stream where id = ?", (stream,)).fetchone()
        try:
            return Base(ledger / f"{stream}.{found[0]}")
        except (OSError, ValueError, KeyError, TypeError, StoreDamaged):
            return None

    def _believed(
        self, page: Fields, base: Base | None, whole: set[int], earlier: set[tuple[int, bytes]]
    ) -> bytes:
        """The page's rows without those that remember an entry which is lost.

        What a page remembers and what it sends belong together: where the entry is gone, the
        memory before it is the true one, and the next read finds the same news again.
        """
        stream, layout = page["stream"], Layout(len(self._layouts[page["stream"]]))
        kept = []
        for at in range(0, len(page["rows"]), layout.size):
            packed = page["rows"][at : at + layout.size]
            row = layout.unpack(packed)
            known = (stream, row.key) in earlier or (
                base is not None and base.key.find(row.key)[0] >= 0
            )
            if row.block not in whole and (base is None or base.block(row.block) is None):
                continue  # nobody could say what it is called
            if known and any(self._is_lost(flow.seq) for flow in row.flows):
                continue
            earlier.add((stream, row.key))
            kept.append(packed)
        return b"".join(kept)

    def _is_lost(self, seq: int) -> bool:
        return seq in self._lost_entries or any(
            self._old.in_gap(table, seq) for table in ("entry", "run")
        )

    def _is_page(self, row: Fields) -> bool:
        stream, flows = row["stream"], len(self._layouts[row["stream"]])
        if delta_sum(row["rows"], row["block"]) != row["sum"]:
            return False
        if len(row["rows"]) % Layout(flows).size:
            return False
        context = ledger_context(stream, row["id"])
        texts = self._opened(context, row["block"])
        if texts is None:
            return False
        if not texts:  # nothing says how many flows it was packed for
            return stream not in self._relinked
        return all(len(text[1]) == flows for text in texts)

    # --- entries ----------------------------------------------------------------------------------

    def entries(self, now: float) -> None:
        """Open entries, to be compared with the target before they are sent."""
        envelopes: Counter[int] = Counter()
        for row in chain(self._old.rows("entry"), self._packed()):
            if row["state"] >= State.DELIVERED:
                self.top = max(self.top, row["seq"])
                continue
            body = self._body(row)
            if body is None:
                self._dropped["entry"] += 1
                self._lost_entries.add(row["seq"])
                continue
            self.top = max(self.top, row["seq"])
            if not envelopes[row["envelope"]]:
                self._add("envelope", self._old.row("envelope", row["envelope"]) or {})
            envelopes[row["envelope"]] += 1
            self._add("entry", self._entry(row, body, now))
        self._new.executemany(
            "update envelope set open = ? where id = ?", [(n, id_) for id_, n in envelopes.items()]
        )
        del self.kept["envelope"]

    def _packed(self) -> Iterator[Fields]:
        """Entries that were still packed in runs."""
        for run in self._old.rows("run"):
            yield from runs.expand(
                run, lambda epoch, flow, lane, seq: self._id(id_input(epoch, flow, seq, lane))
            )

    def _body(self, row: Fields) -> tuple[dict[str, Any], int] | None:
        """The content of an entry and its size, None if nothing vouches for it."""
        if row["state"] not in OPEN or row["flow"] not in self._flows or not self._is_id(row):
            return None
        envelope = row["envelope"]
        sealed = None if self._envelopes.knows(envelope) else self._old.row("envelope", envelope)
        try:
            blob = sealed["blob"] if sealed else None
            content = self._envelopes.content(envelope, row["seq"], blob)
            body = orjson.loads(content)
        except (Damaged, ValueError, OverflowError):
            return None
        is_message = row["kind"] == EntryKind.MESSAGE
        if is_message and (row["op"] == 1) != (not body.get("f")):
            return None  # what it does and what it says do not agree
        return body, len(content)

    def _is_id(self, row: Fields) -> bool:
        flow, seq, lane = row["flow"], row["seq"], row["lane"]
        back = range(self.epoch, max(0, self.epoch - _FAR_BACK), -1)
        return any(self._id(id_input(epoch, flow, seq, lane)) == row["id"] for epoch in back)

    def _entry(self, row: Fields, content: tuple[dict[str, Any], int], now: float) -> Fields:
        """Whoever waited asks again; what was in doubt stays so, and its time begins anew."""
        body, size = content
        names = tuple(body.get("f", {})) if row["kind"] == EntryKind.MESSAGE else ()
        row = row | {"verify": 1, "since": now, "size": size, "shape": self._shape(names)}
        if row["state"] == State.PARKED and row["code"] not in FOR_PARENTS:
            return row | {"reason": self._sealed("reason", row["reason"])}
        if row["state"] == State.SENDING:
            return row | {"reason": None}
        return row | {"state": int(State.WAITING), "due": None, "code": None, "reason": None}

    def _shape(self, names: tuple[str, ...]) -> int:
        if names not in self._shapes:
            self._shapes[names] = len(self._shapes) + 1
            self._new.execute(
                "insert into shape values (?, ?)",
                (self._shapes[names], orjson.dumps(names).decode()),
            )
        return self._shapes[names]

    # --- reads and what belongs to them -----------------------------------------------------------

    def readings(self) -> None:
        """Past reads, for people. Nothing of them is settled: they are read again for that."""
        highest = 0
        for row in self._old.rows("reading"):
            highest = max(highest, row["id"])
            if (
                row["stream"] in self._layouts
                and self._opened(b"reading", row["about"]) is not None
            ):
                self._add("reading", row | {"settled": 1, "open": 0, "parked": 0})
            else:
                self._dropped["reading"] += 1
        found = self._new.execute("select coalesce(max(read), 0) from entry").fetchone()
        self._new.execute("delete from sqlite_sequence where name = 'reading'")
        self._new.execute(
            "insert into sqlite_sequence values ('reading', ?)", (max(highest, found[0]),)
        )

    def the_rest(self) -> None:
        """Unreadable records, holds (void now), pauses, and the deletes of the last day."""
        for table in ("unreadable", "hold"):
            for row in self._old.rows(table):
                if row["stream"] not in self._layouts or not self._opens(table, row["about"]):
                    self._dropped[table] += 1
                elif table == "hold" and row["state"] in ("held", "approving"):
                    self._add(table, row | {"state": "void"})
                else:
                    self._add(table, row)
        self._whole("act", "link", "link_item")
        self._publishes()
        for table in ("paused", "deletion", "raised"):
            for row in self._old.rows(table) if self._old.has(table) else ():
                self._add(table, row)

    def _whole(self, *tables: str) -> None:
        """Rows whose seal is whole, of flows that are known or of none.

        A flow of which it is lost who was linked to whom asks again before it sends.
        """
        for table in filter(self._old.has, tables):
            for row in self._old.rows(table):
                known = "flow" not in row or row["flow"] in self._flows
                if known and self._opens(table, row["about"]):
                    self._add(table, row)
                else:
                    self._dropped[table] += 1

    def _publishes(self) -> None:
        """Published mappings and what was there before them: what waits for a yes still does."""
        whole = set()
        for row in self._old.rows("publish") if self._old.has("publish") else ():
            if row["flow"] in self._flows and self._opens("publish", row["about"]):
                whole.add(row["id"])
                self._add("publish", row)
            else:
                self._dropped["publish"] += 1
        for row in self._old.rows("image") if self._old.has("image") else ():
            context = image_context(row["publish"], row["lane"])
            sealed = row["content"]
            if row["publish"] in whole and (sealed is None or self._opened(context, sealed)):
                self._add("image", row | {"was": None})
            else:
                self._dropped["image"] += 1

    def count(self) -> None:
        """Counters, made again from what was carried over."""
        marks = ",".join(str(int(state)) for state in OPEN)
        self._new.execute(
            "insert into tally select flow, state, count(*), sum(size) from entry"
            f" where state in ({marks}) group by flow, state"
        )
        self._new.execute(
            "update reading set open = (select count(*) from entry where read = reading.id and state < 5),"
            " parked = (select count(*) from entry where read = reading.id and state = 5)"
            " + (select count(*) from unreadable where read = reading.id)"
        )

    # --- inside -----------------------------------------------------------------------------------

    def _add(self, table: str, row: Fields) -> None:
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        try:
            self._new.execute(
                f"insert into {table} ({names}) values ({marks})",
                list(row.values()),
            )
            self.kept[table] += 1
        except sqlite3.IntegrityError:  # two rows with one number: the second is not believed
            self._dropped[table] += 1

    def _sealed(self, what: str, blob: bytes | None) -> bytes | None:
        """The blob if it opens."""
        return blob if blob is not None and self._opens(what, blob) else None

    def _opens(self, what: str, blob: bytes) -> bool:
        try:
            self._cipher.open(what.encode(), blob)
        except Damaged:
            return False
        return True

    def _opened(self, context: bytes, blob: bytes) -> Any:
        """The JSON in a sealed blob, None if it does not open."""
        try:
            return orjson.loads(self._cipher.open(context, blob))
        except (Damaged, ValueError):
            return None


def _ids(layout: str) -> list[int]:
    return [int(part) for part in layout.split(",") if part.isdecimal()]
