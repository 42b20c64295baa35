"""One pass over one file: header first, then pages of raw records, then how it ended.

Invariants: a record is only handed out when it is known to be whole (its terminator was seen, or
the stream's rule for the end of a file accepts it); the last record of a file whose end is
unproven is not handed out (RULES 10); a file that changes under the reader ends in
FILE_CHANGED_WHILE_READING, never in a checkpoint. Records keep their terminators, so that places
can be computed from them. A UTF-16 file is read as UTF-8; its places still count its own bytes.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from adapters.sources.files.config import FilesConfig
from adapters.sources.files.formats.delimited import Delimited
from adapters.sources.files.split import Splitter, line_end
from adapters.sources.files.stream import FileStream, decoded
from adapters.sources.files.trouble import unavailable
from agent.errors import SourceUnavailable
from agent.model import Checkpoint, End, Page, Place, Raw, Record, Unreadable

PAGE_RECORDS = 20_000
PAGE_BLOCKS = 32  # of 256 KiB
_DOS_END = b"\x1a"


@dataclass(frozen=True, slots=True)
class WidePage(Page):
    """A page of a UTF-16 file, whose records are UTF-8 by now."""

    def place(self, index: int) -> Place:
        """Where record `index` stands in the file itself: two bytes for most characters."""
        name, number, line, _ = Page.place(self, index)
        text = b"".join(self.records[:index]).decode("utf-8", "replace")
        return Place(name, number, line, self.first.offset + len(text.encode("utf-16-le")))


class Head(NamedTuple):
    """What the start of a file says about all of it."""

    header: bytes
    columns: tuple[str, ...]
    end: bytes
    """What ends its records."""
    first: Place
    """Where its first record stands."""


class Ending(NamedTuple):
    """How a pass ended, for whoever makes the checkpoint of it."""

    digest: str
    next: Place
    """Where the first byte stands that was not taken."""
    unproven: str


class FileRead:
    """Satisfies `agent.ports.Read`."""

    def __init__(
        self,
        path: Path,
        stream: FileStream,
        dialect: Delimited,
        finish: Callable[[Ending], Checkpoint],
        *,
        head: Head | None = None,
        at: Place | None = None,
        final: bool = False,
    ) -> None:
        """Read `path` through `stream`; with `head` from `at` on, after an earlier read.

        `final`: a growing file that will not grow any more; its unterminated rest counts.
        """
        self.name = path.name
        self.content = dialect.settings.content
        self._path = path
        self._stream = stream
        self._dialect = dialect
        self._settings: FilesConfig = dialect.settings
        self._finish = finish
        self._final = final
        self._unproven = ""
        self._fed = 0
        self._batch: list[bytes] = []
        self._tail: tuple[list[bytes], bytes, bool] = ([], b"", True)
        self._end: End | None = None
        start = at or Place(self.name, 1, 1, 0)
        self._blocks = self._plain_blocks(strip_mark=head is None)
        block = next(self._blocks, b"")
        if head is None and block:
            start = start._replace(offset=self._mark)
        self._base = self._at = start
        end = head.end if head else self._record_end(block)
        self._splitter = Splitter(
            quote=dialect.quote, end=end, limit=self._settings.max_record_bytes
        )
        self._batches = self._split(block)
        self.head = head or self._read_head(end)
        self.columns: Sequence[str] = self.head.columns
        self._meaning = dialect.meaning(self.head.header, self.columns)
        self._parse = dialect.parser(self.columns)

    def pages(self) -> Iterator[Page]:
        """Pages of about 20,000 records or 8 MiB. Raises SourceUnavailable."""
        gathered, self._batch = self._batch, []
        blocks = 0
        try:
            for batch in self._batches:
                gathered += batch
                blocks += 1
                if len(gathered) >= PAGE_RECORDS or (gathered and blocks >= PAGE_BLOCKS):
                    yield from self._paged(gathered)
                    gathered, blocks = [], 0
            gathered += self._last(len(gathered))
            yield from self._paged(gathered, last=True)
            self._conclude()
        except OSError as error:
            raise unavailable(error, self._path) from error

    def end(self) -> End:
        """How it ended; `pages` must be exhausted."""
        if self._end is None:
            raise RuntimeError("end() before the last page")
        return self._end

    def parse(self, raws: Sequence[Raw]) -> Sequence[Record | Unreadable]:
        """Parse records of this file, also after `close`."""
        return self._parse(raws)

    def close(self) -> None:
        """Release the file."""
        self._stream.close()

    # --- from bytes to batches ---

    def _plain_blocks(self, *, strip_mark: bool) -> Iterator[bytes]:
        """Blocks in which ASCII means ASCII, without the byte order mark of the file."""
        form = self._settings.format
        blocks = self._stream.blocks()
        if form.wide:
            blocks = decoded(blocks, form.encoding)
        self._mark = 0
        first = next(blocks, b"")
        if strip_mark and self._dialect.encoding == "utf-8" and first.startswith(codecs.BOM_UTF8):
            self._mark = 2 if form.wide else 3
            first = first[3:]
        if first:
            yield first
        yield from blocks

    def _record_end(self, block: bytes) -> bytes:
        own = self._settings.format.record_end.encode()
        return own or line_end(block, self._dialect.quote)

    def _split(self, block: bytes) -> Iterator[list[bytes]]:
        while block and not self._splitter.overflow:
            self._fed += len(block)
            yield self._splitter.feed(block)
            block = next(self._blocks, b"")
        self._tail = self._splitter.finish()

    # --- the head ---

    def _read_head(self, end: bytes) -> Head:
        form = self._settings.format
        first, skip = self._pop_first(), form.skip
        while first and (skip or not first.strip(b"\r\n")):  # blank lines are not counted
            skip -= bool(first.strip(b"\r\n"))
            self._at = self._after([first], counted=False)
            first = self._pop_first()
        if not form.header:
            if skip:
                self._unproven = "the lines before its first record are missing"
            if first:
                self._batch.insert(0, first)
            self._dialect.require(form.columns, self.name)
            return Head(b"", form.columns, end, self._at)
        if not first:
            if not (self._stream.stamp.size == 0 and self.content == "changes"):
                self._unproven = "its header is missing"
            return Head(b"", (), end, self._at)
        columns = self._dialect.columns(first, self.name)
        self._at = self._after([first], counted=False)
        return Head(first, columns, end, self._at)

    def _pop_first(self) -> bytes:
        """The first record that is left, also when it is all there is."""
        while not self._batch:
            batch = next(self._batches, None)
            if batch is None:
                held, rest, closed = self._tail
                if held:
                    return held.pop()
                whole = closed and not self._splitter.overflow and self.content != "append"
                if rest and whole and self._settings.format.header:
                    self._tail = ([], b"", True)
                    if self._settings.end == "newline":
                        self._unproven = "it does not end with a line end"
                    return rest
                return b""
            self._batch = batch
        return self._batch.pop(0)

    # --- from batches to pages ---

    def _paged(self, records: list[bytes], *, last: bool = False) -> Iterator[Page]:
        size = len(records)
        step = size if size < 2 * PAGE_RECORDS else PAGE_RECORDS
        for start in range(0, size, step or 1):
            page = self._page(records if step == size else records[start : start + step])
            whole_feeds = start + step >= size and not last
            self._at = self._next_place(page, whole_feeds=whole_feeds)
            yield page

    def _page(self, records: Sequence[bytes]) -> Page:
        kind = WidePage if self._settings.format.wide else Page
        return kind(records, self._at, self._meaning)

    def _next_place(self, page: Page, *, whole_feeds: bool) -> Place:
        if not whole_feeds or self._settings.format.wide or self.head.end != b"\n":
            return page.place(len(page.records))
        return Place(  # the same, without looking at each record
            self.name,
            page.first.number + len(page.records),
            self._base.line + self._splitter.lines,
            self._base.offset + self._fed - self._splitter.pending,
        )

    def _after(self, records: Sequence[bytes], *, counted: bool = True) -> Place:
        kind = WidePage if self._settings.format.wide else Page
        after = kind(records, self._at, b"").place(len(records))
        return after if counted else after._replace(number=self._at.number)

    # --- the end ---

    def _last(self, waiting: int) -> list[bytes]:
        """What may be taken of the last records; says why not of the others."""
        held, rest, closed = self._tail
        if rest == _DOS_END:
            rest = b""
        if self._splitter.overflow or not closed:
            limit = self._settings.max_record_bytes
            why = f"is longer than {limit} bytes" if self._splitter.overflow else "never ends"
            self._unproven = (
                f"record {self._at.number + waiting + len(held)} {why}: probably a quote in it "
                "is not closed; nothing from there on was read"
            )
            return held
        if self.content == "append":
            return [*held, rest] if rest and self._final else held
        if self._settings.trailer:
            return self._without_trailer(held, rest, self._at.number - 1 + waiting)
        if rest and self._settings.end == "newline":
            self._unproven = "it does not end with a line end; its last record was not taken"
            return held
        return [*held, rest] if rest else held

    def _without_trailer(self, held: list[bytes], rest: bytes, before: int) -> list[bytes]:
        trailer = self._settings.trailer
        last = rest or (held.pop() if held else b"")
        fields = self._dialect.fields(last) if last else []
        if trailer is None or fields[:1] != [trailer.marker]:
            self._unproven = "its last record is not the trailer; it was not taken"
            return held
        if trailer.count_field is not None:
            said = "".join(fields[trailer.count_field : trailer.count_field + 1]).strip()
            count = before + len(held)
            if not (said.isascii() and said.isdigit()):
                self._unproven = "its trailer holds no number of records"
            elif int(said) != count:
                self._unproven = f"its trailer says {said} records, {count} were found"
        return held

    def _conclude(self) -> None:
        if not self._stream.unchanged(may_grow=self.content == "append"):
            raise SourceUnavailable(
                f"{self.name} changed while it was read.",
                code="FILE_CHANGED_WHILE_READING",
                hint="It is read again from its start once it is quiet. If this comes back, make "
                "ready.quiet longer, or have the ERP write elsewhere and rename.",
                params={"file": self.name},
            )
        ending = Ending(self._stream.digest(), self._at, self._unproven)
        checkpoint = self._finish(ending)
        self._end = End(checkpoint, complete=not self._unproven, unproven=self._unproven)
