"""How an unknown file is probably written: encoding, delimiter, header, key. A guess, and pure.

Everything here is a proposal to a person, made from the first bytes of one file. What is certain
(a byte order mark, bytes that are no UTF-8) goes before what is likely.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

_DELIMITERS: Final = (";", "\t", "|", ",", "^", "~")
_RECORDS: Final = 200
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_NUMBER: Final = re.compile(r"[-+]?[\d.,' ]*\d[\d.,' ]*-?")
_DATE: Final = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([ T]\d{1,2}:\d{2}.*)?")
_KEY: Final = re.compile(
    r"(^|[_ .-])?(id|no|nr|num|number|nummer|code|key|schl\w*|kdnr|kunnr|matnr|artnr)$",
    re.IGNORECASE,
)
_WIDEST_PAIR: Final = 8
"""Keys of two columns are looked for among so many."""


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What one file probably is."""

    format: dict[str, Any]
    """As it may stand in the configuration; what is usual is left out."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Columns whose values are never blank and never twice the same, here."""
        return key_of(self.columns, self.rows)


def sniff(head: bytes, *, whole: bool) -> Sniffed:
    """Look at the beginning of a file. `whole`: it is all of it."""
    encoding = encoding_of(head)
    text = head.decode(encoding, "replace").removeprefix("\ufeff")
    if not whole:  # the last line may be cut
        text = text.rpartition("\n")[0] or text
    delimiter, quote, skip, records = _cut(text)
    form: dict[str, Any] = {"kind": "delimited", "delimiter": delimiter, "encoding": encoding}
    if not quote:
        form["quote"] = ""
    if skip:
        form["skip"] = skip
    if not records:
        return Sniffed(form, (), ())
    if _is_header(records):
        return Sniffed(form, tuple(records[0]), tuple(map(tuple, records[1:])))
    columns = tuple(f"C{number}" for number in range(1, len(records[0]) + 1))
    form |= {"header": False, "columns": list(columns)}
    return Sniffed(form, columns, tuple(map(tuple, records)))


def encoding_of(head: bytes) -> str:
    """The encoding that these bytes are most likely in."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last character may be cut
    except UnicodeDecodeError:
        # Letters of western languages lie at 0x80 to 0xA5 in DOS code pages, from 0xC0 on in ANSI.
        dos = sum(0x80 <= byte <= 0xA5 for byte in head)
        ansi = sum(byte >= 0xC0 for byte in head)
        return "cp850" if dos > ansi else "cp1252"
    return "utf-8"


def key_of(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The columns that identify a row among these; none where nothing does."""
    good = [row for row in rows if len(row) == len(columns)]
    if not good:
        return ()
    filled = [i for i in range(len(columns)) if all(row[i].strip() for row in good)]
    single = [i for i in filled if len({row[i] for row in good}) == len(good)]
    if single:
        named = [i for i in single if _KEY.search(columns[i].strip())]
        return (columns[(named or single)[0]],)
    for pair in combinations(filled[:_WIDEST_PAIR], 2):
        if len({tuple(row[i] for i in pair) for row in good}) == len(good):
            return tuple(columns[i] for i in pair)
    return ()


def is_number(text: str) -> bool:
    """Whether this looks like a number, in whatever notation."""
    return bool(_NUMBER.fullmatch(text.strip()))


def is_date(text: str) -> bool:
    """Whether this looks like a day."""
    return bool(_DATE.fullmatch(text.strip()))


def _cut(text: str) -> tuple[str, str, int, list[list[str]]]:
    """Delimiter, quote, lines before the table, and its records."""
    best: tuple[tuple[float, int], str, str, list[list[str]]] | None = None
    for quote in ('"', ""):
        for delimiter in _DELIMITERS:
            records = _records(text, delimiter, quote)
            counts = Counter(len(record) for record in records if record)
            if not counts:
                continue
            width, often = max(counts.items(), key=lambda each: (each[0] > 1, each[1], each[0]))
            if width < 2:
                continue
            score = (round(often / len(records), 3), width)
            if best is None or score > best[0]:
                best = score, delimiter, quote, records
    if best is None:
        return ",", '"', 0, [record for record in _records(text, ",", '"') if record]
    (_, width), delimiter, quote, records = best
    skip = next((n for n, record in enumerate(records) if len(record) == width), 0)
    return delimiter, quote, skip, [r for r in records[skip:] if len(r) == width]


def _records(text: str, delimiter: str, quote: str) -> list[list[str]]:
    lines = text.splitlines(keepends=True)
    if quote:
        reader = csv.reader(lines, delimiter=delimiter, quotechar=quote)
    else:
        reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    found: list[list[str]] = []
    try:
        for record in reader:
            found.append(record)
            if len(found) >= _RECORDS:
                break
    except csv.Error:  # a line without end, or NUL bytes: what came before is something
        return found
    return found


def _is_header(records: Sequence[Sequence[str]]) -> bool:
    """Names stand there: each once, none like a value."""
    first = [cell.strip() for cell in records[0]]
    if not all(first) or len(set(first)) < len(first):
        return False
    if any(is_number(cell) or is_date(cell) for cell in first):
        return False
    below = records[1:]
    return not below or any(
        is_number(row[i]) or is_date(row[i]) or len(row[i]) != len(first[i])
        for row in below
        for i in range(len(first))
    )
