"""Lookup tables of a mapping: what a word of the ERP means, written in the file or in a CSV beside.

    [lookups.units]
    table = { ST = "H87", KG = "KGM" }

    [lookups.regions]
    csv = "regions.csv"          # in the folder `lookups` beside the configuration
    key = "CODE"
    value = "NAME"

    [lookups.terms]
    source = "payment_terms"     # another source: read before records are mapped
    key = "CODE"
    value = "TEXT"

Keys are compared without blanks around them, and with `fold = true` in any case. A key that stands
twice with different values is a problem: nobody could say which one counts.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from types import MappingProxyType

from agent.mapping.options import Options, Problems
from agent.mapping.values import Altered, Convert, Refused, key_text
from agent.model import Json, Scalar, Value

Beside = Callable[[str], bytes]
"""The content of a file of the folder `lookups`, by its name. Raises OSError."""

OTHERWISE = ("refuse", "blank", "keep")
MOST_BYTES = 8 * 1024 * 1024
"""A larger table belongs into a database that a query can join."""
_ENCODINGS = ("utf-8", "cp1252", "cp850", "iso-8859-1", "iso-8859-15", "utf-16")


@dataclass(frozen=True, slots=True)
class Lookup:
    """One table."""

    table: Mapping[str, str]
    fold: bool = False

    def get(self, word: str) -> str | None:
        """What this word means; None where the table does not say."""
        return self.table.get(word.casefold() if self.fold else word)

    def words(self) -> Mapping[str, str]:
        """The table for whoever asks it for words as they are written."""
        return _Folding(self.table) if self.fold else self.table


class SourceTable(Mapping[str, str]):
    """A table that another source holds: filled before records are mapped, never while they are.

    Until it was filled, whoever asks is refused: no record is made with a hole. So is a word that
    the source lists with different meanings.
    """

    def __init__(self, source: str, key: str, value: str, *, fold: bool = False) -> None:
        self.source = source
        self.key = key
        self.value = value
        self._fold = fold
        self._table: dict[str, str | None] | None = None

    def fill(self, pairs: Iterable[tuple[str, str]]) -> bytes:
        """Put these in the place of what it held. Returns what tells its content from another."""
        table: dict[str, str | None] = {}
        for word, meaning in pairs:
            key = word.casefold() if self._fold else word
            table[key] = meaning if table.setdefault(key, meaning) == meaning else None
        self._table = table
        return json.dumps(sorted(table.items(), key=lambda pair: pair[0])).encode()

    def __getitem__(self, word: str) -> str:
        if self._table is None:
            raise Refused("LOOKUP_UNREADABLE", "is looked up in a table that was not read yet")
        found = self._table[word]
        if found is None:
            raise Refused("LOOKUP_AMBIGUOUS", "is a word that its lookup table lists twice")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._table or {})

    def __len__(self) -> int:
        return len(self._table or {})


class _Folding(Mapping[str, str]):
    """A table that is asked in any case."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = table

    def __getitem__(self, word: str) -> str:
        return self._table[word.casefold()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


Lookups = Mapping[str, Lookup]


def filled(tables: Lookups) -> dict[str, SourceTable]:
    """Those that somebody else has to fill, by their names."""
    return {
        name: lookup.table
        for name, lookup in tables.items()
        if isinstance(lookup.table, SourceTable)
    }


def nothing_beside(name: str) -> bytes:
    """For mappings that stand alone."""
    raise FileNotFoundError(name)


def lookups(said: Json, problems: Problems, beside: Beside) -> Lookups:
    """The tables of a mapping document."""
    if said is None:
        return {}
    if not isinstance(said, dict):
        problems.add("lookups", "It must be a table of tables: [lookups.NAME].")
        return {}
    found: dict[str, Lookup] = {}
    for name, value in said.items():
        place = f"lookups.{name}"
        if not isinstance(value, dict):
            problems.add(place, "It must be a table with `table`, or with csv, key and value.")
            continue
        options = Options(value, place, problems)
        found[name] = _lookup(options, beside)
        options.done()
    return found


def looked_up(lookup: Lookup, otherwise: str, convert: Convert) -> Convert:
    """A converter of what a table says about a word; blank stays blank unless the table says."""

    def converted(value: Value) -> Scalar:
        word = key_text(value) or ""
        meaning = lookup.get(word)
        if meaning is not None:
            return convert(meaning)
        if not word:
            return None
        if otherwise not in ("blank", "keep"):
            raise Refused("LOOKUP_MISSING", "is a word that its lookup table does not list")
        kept = convert(word) if otherwise == "keep" else None
        said = "is a word that only `otherwise` of its mapping covers"
        raise Altered("DEFAULTED", said, kept)

    return converted


def said_of(tables: Lookups) -> dict[str, Json]:
    """What these tables say, for the digest of a mapping."""
    return {
        name: [lookup.fold, dict(lookup.table)]
        for name, lookup in tables.items()
        if not isinstance(lookup.table, SourceTable)  # what it holds is news of its own
    }


def _lookup(options: Options, beside: Beside) -> Lookup:
    fold, file = options.flag("fold"), options.text("csv")
    if [options.has("table"), bool(file), options.has("source")].count(True) != 1:
        options.wrong("", "It needs one of `table`, csv and source; these two with key and value.")
        return Lookup({})
    if options.has("source"):
        return Lookup(_of_source(options, fold=fold), fold)
    pairs = _of_file(file, options, beside) if file else options.pairs("table").items()
    table: dict[str, str] = {}
    for key, value in pairs:
        word = key.strip().casefold() if fold else key.strip()
        if table.setdefault(word, value) != value:
            options.wrong("", f"It says '{word[:40]}' twice, with different meanings.")
            break
    return Lookup(MappingProxyType(table), fold)


def _of_source(options: Options, *, fold: bool) -> SourceTable:
    source, key, value = (options.text(name) for name in ("source", "key", "value"))
    for option, given in (("source", source), ("key", key), ("value", value)):
        if not given:
            options.wrong(option, "It names a source and two of its columns.")
    return SourceTable(source, key, value, fold=fold)


def _of_file(name: str, options: Options, beside: Beside) -> Sequence[tuple[str, str]]:
    columns = options.text("key"), options.text("value")
    mark = options.text("delimiter", ";")
    for option, given in zip(("key", "value"), columns, strict=True):
        if not given:
            options.wrong(option, "It names a column of the file.")
    text = _text_of(name, options, beside)
    if not text:
        return ()
    try:
        return _pairs(csv.reader(StringIO(text, newline=""), delimiter=mark[:1], strict=True),
                      columns, options)  # fmt: skip
    except csv.Error as error:
        options.wrong("csv", f"The file is no table: {error}.")
        return ()


def _pairs(
    lines: Iterator[list[str]], columns: tuple[str, str], options: Options
) -> Sequence[tuple[str, str]]:
    """The two columns of a table; empty where it is none, which goes to the options."""
    heads = next(lines, [])
    if missing := [column for column in columns if column not in heads]:
        options.wrong("csv", f"The file has no column {missing[0]!r}.", _has(heads))
        return ()
    key, value = (heads.index(column) for column in columns)
    found = []
    for number, cells in enumerate(lines, 2):
        if not any(cells):
            continue
        if len(cells) < len(heads) or any(cells[len(heads) :]):
            said = f"Line {number} has {len(cells)} cells, the first line {len(heads)}."
            options.wrong("csv", said, "A word is blank only where the file says so.")
            return ()
        found.append((cells[key], cells[value]))
    return found


def _has(heads: Sequence[str]) -> str:
    """What stands in the first line, and the mark that probably parts it."""
    other = next(
        (mark for mark in (",", ";", "\t", "|") if len(heads) == 1 and mark in heads[0]), ""
    )
    if other:
        written = "\\t" if other == "\t" else other
        return f'Its columns seem to be parted by another mark: delimiter = "{written}".'
    return f"It has: {', '.join(heads)[:200]}."


def _text_of(name: str, options: Options, beside: Beside) -> str:
    """The text of a file; empty where it cannot be had, which goes to the options."""
    encoding = options.choice("encoding", _ENCODINGS) or "utf-8"
    if "/" in name or "\\" in name or name.startswith("."):
        options.wrong("csv", "It is the name of a file in the folder `lookups`.")
        return ""
    try:
        data = beside(name)
        if len(data) > MOST_BYTES:
            options.wrong("csv", f"The file is larger than {MOST_BYTES:,} bytes.")
            return ""
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        if not text.strip():
            options.wrong("csv", "The file is empty.", "Its first line names the columns.")
            return ""
    except OSError as error:
        options.wrong("csv", f"The file cannot be read: {error.strerror or 'it is not there'}.",
                      "Put it into the folder `lookups` beside the configuration.")  # fmt: skip
    except UnicodeError:
        options.wrong("csv", f"The file is no {encoding} text.", "Name its encoding.")
    else:
        return text
    return ""
