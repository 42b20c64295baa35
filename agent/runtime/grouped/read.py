"""One pass over a source whose rows are grouped.

All rows are looked at before the first record is given: they are put into a sealed spool, with one
hash for the row and one for its group. Then the spool is gone through once for every so many rows,
so that memory stays bounded however long the export is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from agent import arrays
from agent.errors import SourceChanged, SourceUnavailable
from agent.mapping.values import Refused, key_text
from agent.model import Content, End, Op, Page, Place, Raw, Record, Unreadable, Value
from agent.ports import Cipher, Read
from agent.runtime.grouped import codec
from agent.runtime.grouped.config import GroupConfig
from agent.runtime.grouped.reduce import Reduce, natural, reducer
from agent.runtime.spool import Spool

AT_ONCE = 500
MOST_ROWS = 100_000
"""Rows whose values are in memory at a time, and the most of one record."""

_Rows = list[tuple[tuple[str, ...], tuple[Value, ...]]]
"""The rows of one record: key and values."""


class GroupedRead:
    """Satisfies `agent.ports.Read`."""

    def __init__(
        self, inner: Read, settings: GroupConfig, cipher: Cipher, folder: Path,
        *, most_rows: int = MOST_ROWS,
    ) -> None:  # fmt: skip
        self.name = inner.name
        self.content = Content.FULL
        self.columns: Sequence[str] = (*settings.key, *settings.columns)
        self._inner = inner
        self._settings = settings
        self._most = most_rows
        self._at = _positions(settings.used, inner.columns)
        self._reducers = {name: reducer(column) for name, column in settings.columns.items()}
        self._spool = Spool(cipher, folder)
        self._meaning = codec.written(settings.model_dump(mode="json"))
        self._rows = bytearray()
        self._lost: list[Unreadable] = []
        self._strays: list[Unreadable] = []
        self._duplicates = 0

    def pages(self) -> Iterator[Page]:
        """The records, a page at a time. Raises SourceUnavailable, SourceChanged."""
        self._take()
        self._refuse_what_is_short()
        losers = {at for at, _ in arrays.earlier_twins(bytes(self._rows))}
        self._duplicates = len(losers)
        parts = 1 + len(self._rows) // arrays.SIZE // self._most
        number = 1
        records: list[bytes] = [
            codec.written({"lost": [lost.code, lost.reason]}) for lost in self._strays
        ]
        for part in range(parts):
            for rows in self._groups(part, parts, losers).values():
                records.append(self._record(rows))
                if len(records) >= AT_ONCE:
                    yield Page(records, Place(self.name, number, 0, 0), self._meaning)
                    number += len(records)
                    records = []
        if records:
            yield Page(records, Place(self.name, number, 0, 0), self._meaning)

    def end(self) -> End:
        """How it ended: as the other source did, with every row in one of the records."""
        rows = len(self._rows) // arrays.SIZE
        return replace(self._inner.end(), part_of=rows - self._duplicates, twice=self._duplicates)

    def parse(self, raws: Sequence[Raw]) -> Sequence[Record | Unreadable]:
        """Records of what `pages` made."""
        return [self._parsed(raw) for raw in raws]

    def close(self) -> None:
        """Release the other source's read, and forget the rows."""
        self._spool.close()
        self._inner.close()

    # --- all rows ---------------------------------------------------------------------------------

    def _take(self) -> None:
        """Put every row into the spool."""
        number = 0
        for page in self._inner.pages():
            for start in range(0, len(page.records), AT_ONCE):
                some = range(start, min(start + AT_ONCE, len(page.records)))
                raws = [Raw(page.records[i], page.first) for i in some]
                number = self._keep(self._inner.parse(raws), number)

    def _keep(self, found: Sequence[Record | Unreadable], number: int) -> int:
        numbers, groups, rows = [], [], []
        for made in found:
            if isinstance(made, Unreadable):
                self._lost.append(made)
                continue
            key = [key_text(made.values[self._at[name]]) for name in self._settings.key]
            if not all(key):
                reason = "A row names no record: a column of the group's key is blank."
                self._strays.append(Unreadable(made.place, "KEY_MISSING", reason))
                continue
            values = [made.values[self._at[name]] for name in self._settings.used]
            self._rows += _hash(made.key)
            groups.append(_hash(key))
            numbers.append(number)
            rows.append(codec.written([made.key, key, codec.marked(values)]))
            number += 1
        if numbers:
            self._spool.put(numbers, b"".join(groups), rows)
        return number

    def _refuse_what_is_short(self) -> None:
        """Raises SourceUnavailable where a row is missing that could belong to any record."""
        end = self._inner.end()
        if not end.complete:
            raise SourceUnavailable(
                f"{self.name} was not whole: {end.unproven or 'its end is not proven.'}",
                code="GROUP_INCOMPLETE",
                params={"source": self.name},
                hint="Export it again. Nothing is made of a part of the rows.",
            )
        if not self._lost:
            return
        if all(column.way == "same" for column in self._settings.columns.values()):
            self._strays += self._lost
            return
        raise SourceUnavailable(
            f"{len(self._lost)} rows of {self.name} cannot be read, and nobody can tell to which"
            " records they belong.",
            code="GROUP_INCOMPLETE",
            params={"source": self.name},
            hint="Correct the export. Nothing is made of the others meanwhile: sums could lack them.",
        )

    # --- records ----------------------------------------------------------------------------------

    def _groups(self, part: int, parts: int, losers: set[int]) -> Mapping[bytes, _Rows]:
        found: dict[bytes, _Rows] = {}
        for chunk in self._spool:
            for at, number in enumerate(chunk.numbers):
                group = chunk.raws[16 * at : 16 * at + 16]
                if int.from_bytes(group[:4], "little") % parts != part or number in losers:
                    continue
                rows = found.setdefault(group, [])
                if len(rows) <= self._most:
                    key, its, values = codec.said(chunk.records[at])
                    rows.append((tuple(key), (*its, *codec.unmarked(values))))
        return found

    def _record(self, rows: _Rows) -> bytes:
        rows.sort(key=lambda row: natural(row[0]))
        wide = len(self._settings.key)
        key = [str(part) for part in rows[0][1][:wide]]
        places = {name: wide + at for at, name in enumerate(self._settings.used)}
        try:
            if len(rows) > self._most:
                raise Refused("GROUP_TOO_LARGE", f"has more than {self._most:,} rows")
            values = [self._value(name, reduce, rows, places)
                      for name, reduce in self._reducers.items()]  # fmt: skip
        except Refused as refused:
            return codec.written({"key": key, "lost": [refused.code, f"{refused.predicate}."]})
        return codec.written({"key": key, "values": codec.marked(values)})

    def _value(self, name: str, reduce: Reduce, rows: _Rows, places: Mapping[str, int]) -> Value:
        column = self._settings.columns[name].column
        try:
            at = places.get(column, 0)
            return reduce([values[at] for _, values in rows])
        except Refused as refused:
            raise Refused(refused.code, f"{name} ({column}) {refused.predicate}") from None

    def _parsed(self, raw: Raw) -> Record | Unreadable:
        found = codec.said(raw.data)
        key = tuple(found["key"]) if "key" in found else None
        if "lost" in found:
            code, reason = found["lost"]
            return Unreadable(raw.place, code, reason, key)
        values = (*found["key"], *codec.unmarked(found["values"]))
        return Record(key or (), values, Op.UPSERT, raw.place)


def _hash(key: Sequence[str | None]) -> bytes:
    """In memory only, for as long as the read takes."""
    return blake2b(codec.written(list(key)), digest_size=16).digest()


def _positions(wanted: Sequence[str], columns: Sequence[str]) -> dict[str, int]:
    """Where these columns stand: by their exact name, else in any case where that is one only."""
    loose = [name.strip().casefold() for name in columns]
    found: dict[str, int] = {}
    for name in wanted:
        if list(columns).count(name) == 1:
            found[name] = list(columns).index(name)
        elif loose.count(name.strip().casefold()) == 1:
            found[name] = loose.index(name.strip().casefold())
        else:
            raise SourceChanged(
                f"The source's columns changed: '{name}' is not there, or more than once.",
                code="SCHEMA_CHANGED",
                hint="Nothing was taken from this read. Export the column again, or change the"
                " group.",
            )
    return found
