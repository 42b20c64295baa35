"""Cuts a stream of bytes into whole records, quote-aware, without looking at columns.

Invariants: the records, joined, are the bytes that went in (each keeps its terminator; blank
lines belong to the record before them); the same records come out however the bytes were cut
into blocks; memory is bounded by the block and by `limit`.

A record with an odd number of quotes goes on in the next line. A quote that never closes makes
`overflow` true once `limit` bytes are pending, so that it cannot swallow a file unseen.
"""

from __future__ import annotations

import re
from io import BytesIO

_END = re.compile(rb"\r\n|\r|\n")
_BLANK = (b"\n", b"\r\n", b"\r")


def line_end(head: bytes, quote: bytes) -> bytes:
    """The line end of a file that starts with `head`: CR alone, or LF (which includes CRLF)."""
    for found in _END.finditer(head):
        if not quote or not head.count(quote, 0, found.start()) & 1:
            return b"\r" if found[0] == b"\r" and found.end() < len(head) else b"\n"
    return b"\n"


class Splitter:
    """Feed blocks, take records; the last whole one is held back until it is known to be last."""

    def __init__(self, *, quote: bytes, end: bytes, limit: int) -> None:
        self._quote = quote
        self._end = end
        self._limit = limit
        self._rest = b""  # bytes after the last terminator
        self._open: list[bytes] = []  # whole lines of a record whose quote is not closed
        self._open_size = 0
        self._held: list[bytes] = []
        self._lines_in = 0
        self.overflow = False

    def feed(self, block: bytes) -> list[bytes]:
        """The records that are certain now: whole, and not the last."""
        lines = self._lines(block)
        self._lines_in += len(lines)
        records = self._join(lines) if self._quote and lines else lines
        if self._open_size + len(self._rest) > self._limit:
            self.overflow = True
        if not records:
            return []
        if self._end in _BLANK and any(blank in records for blank in _BLANK):
            records = self._merge_blank(records)
        elif self._held:
            records.insert(0, self._held[0])
        self._held = [records.pop()]
        return records

    def finish(self) -> tuple[list[bytes], bytes, bool]:
        """The held record, if any; what follows the last terminator; whether its quotes close."""
        rest = b"".join([*self._open, self._rest])
        return self._held, rest, not (self._quote and rest.count(self._quote) & 1)

    @property
    def lines(self) -> int:
        """Physical lines in all that `feed` has returned; right for LF and CRLF only."""
        inside = sum(part.count(b"\n") for part in (*self._open, *self._held))
        return self._lines_in - inside

    @property
    def pending(self) -> int:
        """Bytes that were fed and not returned."""
        return self._open_size + len(self._rest) + sum(map(len, self._held))

    def _lines(self, block: bytes) -> list[bytes]:
        end = self._end
        if end == b"\n":  # by far the fastest way that CPython has, and it copies no block
            lines = BytesIO(block).readlines()
            if lines and self._rest:
                lines[0] = self._rest + lines[0]
            self._rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
            return lines
        parts = (self._rest + block).split(end)
        self._rest = parts.pop()
        return [part + end for part in parts]

    def _join(self, lines: list[bytes]) -> list[bytes]:
        quote = self._quote
        odd = [index for index, line in enumerate(lines) if line.count(quote) & 1]
        if self._open:
            if not odd:
                self._keep_open(lines)
                return []
            lines[0] = b"".join([*self._open, *lines[: odd[0] + 1]])
            del lines[1 : odd[0] + 1]
            odd = [index - odd[0] for index in odd[1:]]
            self._open, self._open_size = [], 0
        if len(odd) & 1:
            last = odd.pop()
            self._keep_open(lines[last:])
            del lines[last:]
        if not odd:
            return lines
        records: list[bytes] = []
        at = 0
        for start, stop in zip(odd[::2], odd[1::2], strict=True):
            records += lines[at:start]
            records.append(b"".join(lines[start : stop + 1]))
            at = stop + 1
        records += lines[at:]
        return records

    def _keep_open(self, lines: list[bytes]) -> None:
        part = b"".join(lines)
        self._open.append(part)
        self._open_size += len(part)

    def _merge_blank(self, records: list[bytes]) -> list[bytes]:
        merged = self._held
        for record in records:
            if record in _BLANK and merged:
                merged[-1] += record
            else:
                merged.append(record)
        return merged
