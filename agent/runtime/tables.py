"""Lookup tables that other sources hold: read before the records that need them.

Each stream has its own readers for the tables of its mappings. A table is read whole and kept in
memory alone, up to a bound; what is remembered is a keyed hash of it. When that changes, the flows
that use it are behind: their rows are mapped again, and those whose message differs are sent
(RULES 15). While a table cannot be read, or only in part, the stream waits and says so: no record
is made with a hole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agent.errors import SourceChanged, SourceError, SourceUnavailable
from agent.mapping import SourceTable
from agent.mapping.values import Refused, key_text, text_of
from agent.model import Checkpoint, Content, Raw, Record, Value
from agent.ports import Clock, Read, Source
from agent.queue.reads import Reads

MOST_ENTRIES = 200_000
MOST_CHARACTERS = 32 * 1024 * 1024
"""A larger table belongs into a view or a query that joins it."""
_AT_ONCE = 500

Words = Callable[[Sequence[Value]], tuple[str, str]]
"""Key and meaning of a row."""


@dataclass
class _Reader:
    """One source and the tables that it fills."""

    name: str
    source: Source
    every: float
    tables: list[tuple[SourceTable, int]] = field(default_factory=list)
    """With the flow that uses it."""
    checkpoint: Checkpoint | None = None
    due: float | None = None
    """When to look again; None: never looked."""


class Tables:
    """The tables that the flows of one stream look things up in."""

    def __init__(
        self,
        wanted: Mapping[int, Sequence[SourceTable]],
        open_source: Callable[[str], Source],
        every: Mapping[str, float],
        reads: Reads,
        clock: Clock,
    ) -> None:
        self._reads = reads
        self._clock = clock
        self._readers: dict[str, _Reader] = {}
        for flow, tables in wanted.items():
            for table in tables:
                reader = self._readers.get(table.source)
                if reader is None:
                    source = open_source(table.source)
                    reader = _Reader(table.source, source, every[table.source])
                    self._readers[table.source] = reader
                reader.tables.append((table, flow))

    def refresh(self) -> None:
        """See to it that every table is what its source says. Raises SourceError."""
        for reader in self._readers.values():
            now = self._clock.monotonic()
            if reader.due is not None and now < reader.due:
                continue
            self._look(reader)
            reader.due = now + reader.every

    def close(self) -> None:
        """Release the sources."""
        for reader in self._readers.values():
            reader.source.close()

    def _look(self, reader: _Reader) -> None:
        try:
            read = reader.source.read(reader.checkpoint)
            if read is None and reader.checkpoint is None:
                raise _nothing_yet(reader.name)
            if read is not None:
                self._fill(reader, read)
        except SourceError as error:
            reader.due = None
            if error.code.startswith("LOOKUP_"):
                raise
            raise SourceUnavailable(
                f"The lookup table in source {reader.name} cannot be read: {error.title}",
                code="LOOKUP_UNREADABLE",
                hint=error.hint,
            ) from error

    def _fill(self, reader: _Reader, read: Read) -> None:
        try:
            found = fill(read, [table for table, _ in reader.tables], reader.name)
            checkpoint = read.end().checkpoint
        finally:
            read.close()
        by_flow: dict[int, list[bytes]] = {}
        for (_, flow), content in zip(reader.tables, found, strict=True):
            by_flow.setdefault(flow, []).append(content)
        for flow, contents in by_flow.items():
            self._reads.looked_up(flow, reader.name, b"\0".join(contents))
        reader.checkpoint = checkpoint


def fill(read: Read, tables: Sequence[SourceTable], name: str) -> list[bytes]:
    """Fill these tables of one read, or none of them. Raises SourceError.

    Returns the content of each, to tell whether it changed.
    """
    if read.content is not Content.FULL:
        raise _unusable(name, "it holds a part of its rows only")
    wanted = [_words(read, table) for table in tables]
    rows: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    size = 0
    for record in _records(read, name):
        rows[record.key] = found = [words(record.values) for words in wanted]
        size += sum(len(key) + len(value) for key, value in found)
        if len(rows) > MOST_ENTRIES or size > MOST_CHARACTERS:
            raise _too_large(name)
    end = read.end()
    if not end.complete:
        raise _unusable(name, end.unproven or "its end is not proven")
    return [
        table.fill(found[at] for found in rows.values() if found[at][0])
        for at, table in enumerate(tables)
    ]


def _records(read: Read, name: str) -> Iterator[Record]:
    for page in read.pages():
        for start in range(0, len(page.records), _AT_ONCE):
            some = page.records[start : start + _AT_ONCE]
            for found in read.parse([Raw(data, page.first) for data in some]):
                if not isinstance(found, Record):
                    raise _unusable(name, "one of its rows cannot be read")
                yield found


def _words(read: Read, table: SourceTable) -> Words:
    at = [_place(read, column) for column in (table.key, table.value)]

    def words(values: Sequence[Value]) -> tuple[str, str]:
        try:
            return key_text(values[at[0]]) or "", text_of(values[at[1]]) or ""
        except Refused:  # a value without exact text: whoever needs it is told that it is missing
            return "", ""

    return words


def _place(read: Read, column: str) -> int:
    """Where a column stands, by its exact name, else in any case where that is one only."""
    columns = list(read.columns)
    if columns.count(column) == 1:
        return columns.index(column)
    loose = [name.strip().casefold() for name in columns]
    if loose.count(column.strip().casefold()) != 1:
        raise SourceChanged(
            f"The column '{column}' of a lookup table is not there, or more than once.",
            code="SCHEMA_CHANGED",
            hint="Export the column again, or change the mapping.",
        )
    return loose.index(column.strip().casefold())


def _nothing_yet(name: str) -> SourceUnavailable:
    return _unusable(name, "there is nothing in it yet")


def _unusable(name: str, why: str) -> SourceUnavailable:
    return SourceUnavailable(
        f"The lookup table in source {name} cannot be used: {why.rstrip('.')}.",
        code="LOOKUP_UNREADABLE",
        hint="Nothing is read that needs it; it goes on by itself when the table is whole.",
    )


def _too_large(name: str) -> SourceUnavailable:
    return SourceUnavailable(
        f"The lookup table in source {name} has more than {MOST_ENTRIES:,} rows, or is too long.",
        code="LOOKUP_TOO_LARGE",
        params={"source": name, "most": str(MOST_ENTRIES)},
        hint="Join it in a view or a query of the ERP instead.",
    )
