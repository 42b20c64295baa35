"""Delimited text: the bytes of a record become a Record, exactly, or an Unreadable with a reason.

Nothing is trimmed or guessed: a value is the text in the file, with the kind of newline it has
there; only the record's own end is taken off. Decoding is strict. A record with the wrong number
of columns is refused whole, never shifted. Quoted values are read by Python's csv module.

Many records are parsed at once; where one of them is bad, the batch is halved until it stands
alone, and only it is refused.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise, repeat
from operator import itemgetter
from typing import cast

from adapters.sources.files.config import FilesConfig
from agent.errors import SourceChanged
from agent.model import Op, Place, Raw, Record, Unreadable

PARSER_VERSION = 1
"""Grows whenever the same bytes may be read as other values (part of every fingerprint)."""

_ALONE = 16  # so few records are not halved any more

csv.field_size_limit(2**31 - 1)  # records are bounded here, with a reason and a place

Parsed = Record | Unreadable


class _Refused(Exception):
    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(reason)


class Delimited:
    """The dialect of one stream."""

    def __init__(self, settings: FilesConfig) -> None:
        form = settings.format
        self.settings = settings
        self.encoding = "utf-8" if form.wide else form.encoding
        self.quote = form.quote.encode()
        self._quote = form.quote
        self._delimiter = form.delimiter
        self._end = form.record_end
        every = bytes(range(256)).decode(self.encoding, "replace")
        self._single_byte = len(every) == 256 and self.encoding != "utf-8"

    def columns(self, header: bytes, name: str) -> tuple[str, ...]:
        """The column names in a header record. Raises SourceChanged."""
        try:
            found = self._numbered(self.row(self.strip(header.decode(self.encoding))))
        except UnicodeDecodeError as error:
            raise _changed(name, f"its header is not {self.settings.format.encoding}") from error
        except _Refused as error:
            raise _changed(name, f"its header cannot be read ({error.reason})") from error
        if empty := [str(i) for i, column in enumerate(found, 1) if not column.strip()]:
            raise _changed(name, f"column {', '.join(empty)} of its header has no name")
        if twice := sorted({column for column in found if found.count(column) > 1}):
            raise _changed(name, f"its header names {', '.join(twice)} more than once")
        self.require(found, name)
        return found

    def _numbered(self, names: Sequence[str]) -> tuple[str, ...]:
        """The fillers among these names made different: `Filler #1`, `Filler #2`."""
        numbers: Counter[str] = Counter()
        found = []
        for name in names:
            if name in self.settings.format.fillers:
                numbers[name] += 1
                found.append(f"{name} #{numbers[name]}")
            else:
                found.append(name)
        return tuple(found)

    def require(self, columns: Sequence[str], name: str) -> None:
        """The key and operation columns must be there. Raises SourceChanged."""
        operation = self.settings.operation
        needed = (*self.settings.key, *((operation.column,) if operation else ()))
        if missing := [column for column in needed if column not in columns]:
            raise _changed(
                name, f"it has no column {', '.join(missing)}; it has {', '.join(columns)}"
            )

    def meaning(self, header: bytes, columns: Sequence[str]) -> bytes:
        """Everything beside a record's bytes that decides what it says."""
        settings = self.settings
        operation = settings.operation.model_dump(mode="json") if settings.operation else None
        said = [PARSER_VERSION, settings.format.model_dump(mode="json"), list(columns)]
        said += [list(settings.key), operation]
        return json.dumps(said, sort_keys=True).encode() + b"\n" + header.rstrip(b"\r\n")

    def fields(self, record: bytes) -> list[str]:
        """The values of one record, as well as they can be told (a trailer, for instance)."""
        try:
            return self.row(self.strip(record.decode(self.encoding, "replace")))
        except _Refused:
            return []

    def parser(self, columns: Sequence[str]) -> Callable[[Sequence[Raw]], list[Parsed]]:
        """A parser for records with these columns."""
        return _Parser(self, columns).parse

    # --- one batch, one record ---

    def texts(self, datas: Sequence[bytes], joined: bytes) -> list[str]:
        """The records as text; UnicodeDecodeError if any is none."""
        if not self._single_byte:
            return [data.decode(self.encoding) for data in datas]
        # One call for all: character maps are slow to start. One byte is one character here.
        text = joined.decode(self.encoding)
        cuts = pairwise(accumulate(map(len, datas), initial=0))
        return [text[start:stop] for start, stop in cuts]

    def strip(self, text: str) -> str:
        """A record without its end."""
        return text.removesuffix(self._end) if self._end else text.rstrip("\r\n")

    def rows(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """The rows of good records; csv.Error or a wrong count otherwise.

        Each list becomes a tuple at once: many live lists would keep the garbage collector busy.
        """
        delimiter, quote = self._delimiter, self._quote
        if self._end:
            texts = [text.removesuffix(self._end) for text in texts]
        else:
            texts = [text.rstrip("\r\n") for text in texts]
        quoted = [text for text in texts if quote in text] if quote else []
        if not quoted:
            return [tuple(text.split(delimiter)) for text in texts]
        if len(delimiter) > 1:
            return [tuple(self.row(text)) for text in texts]
        reader = csv.reader(quoted, delimiter=delimiter, quotechar=quote, strict=True)
        rows = list(map(tuple, reader))
        if len(rows) != len(quoted):  # a quote that does not close took the next record too
            raise csv.Error
        if len(rows) == len(texts):
            return rows
        parsed = iter(rows)
        return [next(parsed) if quote in text else tuple(text.split(delimiter)) for text in texts]

    def row(self, text: str) -> list[str]:
        """The values of one stripped record; raises _Refused.

        csv ends a row at any newline and takes one character as delimiter: what this record
        has of them beyond that is exchanged for characters that it does not hold, and back.
        """
        if not self._quote or self._quote not in text:
            return text.split(self._delimiter)
        spare = _spare(text)
        swaps = [(old, next(spare)) for old in ("\r", "\n", self._delimiter)]
        for old, new in swaps:
            text = text.replace(old, new)
        reader = csv.reader([text], delimiter=swaps[-1][1], quotechar=self._quote, strict=True)
        try:
            (row,) = reader
        except (csv.Error, ValueError):
            raise _Refused("BAD_QUOTES", "a quote stands where none may stand") from None
        for old, new in swaps:
            row = [value.replace(new, old) for value in row]
        return row


class _Parser:
    """Records of one header."""

    def __init__(self, dialect: Delimited, columns: Sequence[str]) -> None:
        settings = dialect.settings
        self._dialect = dialect
        self._count = len(columns)
        self._max_record = settings.max_record_bytes
        self._max_field = settings.max_field_bytes
        # A file without its header has no columns, and no record that could be good.
        self._key = [columns.index(column) for column in settings.key] if columns else []
        operation = settings.operation if columns else None
        self._op = columns.index(operation.column) if operation else None
        self._ops = dict.fromkeys(operation.upsert if operation else (), Op.UPSERT)
        self._ops |= dict.fromkeys(operation.delete if operation else (), Op.DELETE)
        self._others = Op.UPSERT if operation and not operation.upsert else None

    def parse(self, raws: Sequence[Raw]) -> list[Parsed]:
        """One answer each, in order."""
        if not raws:
            return []
        try:
            found = self._many(raws)
        except (UnicodeDecodeError, csv.Error, _Refused):
            found = None
        if found is not None:
            return found
        if len(raws) <= _ALONE:
            return [self._one(raw) for raw in raws]
        middle = len(raws) // 2
        return self.parse(raws[:middle]) + self.parse(raws[middle:])

    def _many(self, raws: Sequence[Raw]) -> list[Parsed] | None:
        """All of them, by whole columns; None if any is not plainly good."""
        datas = [raw[0] for raw in raws]
        places = [raw[1] for raw in raws]
        joined = b"".join(datas)
        if b"\0" in joined or max(map(len, datas)) > self._max_field:
            return None
        rows = self._dialect.rows(self._dialect.texts(datas, joined))
        if set(map(len, rows)) != {self._count}:
            return None
        keys = self._keys(rows, places)
        if keys is None:
            return None
        ops: Iterator[Op] | list[Op] = repeat(Op.UPSERT)
        if self._op is not None:
            judged = [
                self._ops.get(value, self._others) for value in map(itemgetter(self._op), rows)
            ]
            if None in judged:
                return None
            ops = cast("list[Op]", judged)
        # Straight to the tuple: a named tuple's own constructor costs more than the rest.
        made = map(tuple.__new__, repeat(Record), zip(keys, rows, ops, places))  # noqa: B905 - `ops` may be endless
        return cast("list[Parsed]", list(made))

    def _keys(
        self, rows: Sequence[Sequence[str]], places: Sequence[Place]
    ) -> list[tuple[str, ...]] | None:
        if not self._key:
            return [(place.name, str(place.offset)) for place in places]
        if len(self._key) == 1:
            values = [row[self._key[0]] for row in rows]
            return list(zip(values)) if all(map(str.strip, values)) else None
        keys: list[tuple[str, ...]] = list(map(itemgetter(*self._key), rows))
        return keys if all(map(str.strip, map("".join, keys))) else None

    def _one(self, raw: Raw) -> Parsed:
        data, place = raw
        if len(data) > self._max_record:
            size = self._max_record
            return Unreadable(place, "ROW_TOO_LARGE", f"The record is longer than {size} bytes.")
        trouble = self._bytes_trouble(raw)
        # Bytes that are no text travel as surrogates, so that the key can still be told.
        text = data.decode(self._dialect.encoding, "surrogateescape")
        try:
            row = self._dialect.row(self._dialect.strip(text))
            if len(row) != self._count:
                found, wanted = len(row), self._count
                reason = f"The record has {found} columns, the header has {wanted}."
                raise _Refused("RAGGED_ROW", reason)
            key = self._key_of(row, place)
        except _Refused as error:
            code, reason = trouble or (error.code, error.reason)
            return Unreadable(place, code, reason)
        op = self._ops.get(row[self._op], self._others) if self._op is not None else Op.UPSERT
        if trouble is None and any(
            len(value.encode(self._dialect.encoding)) > self._max_field for value in row
        ):
            trouble = "FIELD_TOO_LARGE", f"A value is longer than {self._max_field} bytes."
        if trouble is None and op is None:
            trouble = "OPERATION_UNKNOWN", "The operation is none of those configured."
        if trouble is None and op is not None:
            return Record(key, tuple(row), op, place)
        code, reason = trouble or ("", "")
        return Unreadable(place, code, reason, key)

    def _bytes_trouble(self, raw: Raw) -> tuple[str, str] | None:
        if b"\0" in raw.data:
            return "FILE_NUL_BYTES", "The record holds NUL bytes: the file is damaged here."
        try:
            raw.data.decode(self._dialect.encoding)
        except UnicodeDecodeError as error:
            before = raw.data[: error.start]
            if self._dialect.settings.format.wide:
                before = before.decode("utf-8", "replace").encode("utf-16-le")
            at = raw.place.offset + len(before)
            encoding = self._dialect.settings.format.encoding
            return "ENCODING_ERROR", f"The bytes at offset {at} of the file are not {encoding}."
        return None

    def _key_of(self, row: Sequence[str], place: Place) -> tuple[str, ...]:
        if not self._key:
            return (place.name, str(place.offset))
        key = tuple(row[index] for index in self._key)
        whole = "".join(key)
        if not whole.strip():
            raise _Refused("KEY_MISSING", "Every key column is blank.")
        if "\0" in whole or any("\ud800" <= letter <= "\udfff" for letter in whole):
            raise _Refused("KEY_UNREADABLE", "The key cannot be read.")
        return key


def _spare(text: str) -> Iterator[str]:
    return (letter for letter in map(chr, range(0xE000, 0x110000)) if letter not in text)


def _changed(name: str, what: str) -> SourceChanged:
    return SourceChanged(
        f"{name} is not read: {what}.",
        code="SCHEMA_CHANGED",
        hint="If the export was changed on purpose, change the configuration and the mapping; "
        "otherwise have it written again. Also check delimiter, encoding and header.",
    )
