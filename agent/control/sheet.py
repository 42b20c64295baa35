"""Parked rows as a CSV file for a spreadsheet, and back: what every face writes and reads alike.

A spreadsheet takes a cell that begins with one of `= + - @` or a control character for a formula
(OWASP, CSV Injection), and writes what looks like a number or a date in its own way: `01067` comes
back as `1067`, `1.12` as the first of December. Such cells are written with an apostrophe before them,
and read without.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from agent.errors import WrongUse

HEAD: Final = ("ref", "flow", "entity", "external_id", "code", "reason")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_REWRITTEN = re.compile(
    r"(?!(0|[1-9][0-9]{0,14})$)"  # a plain number that comes back as it is
    r"(?=[^0-9]{0,60}[0-9])[0-9.,:/ +-]{0,60}"
    r"((jan|feb|m[aäe]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä.]{0,10})?[0-9.,:/ +-]{0,60}"
    r"|[0-9]{16,}|[0-9][0-9.,]*e[+-]?[0-9]+|true|false",
    re.IGNORECASE,
)
"""What a spreadsheet takes for a number, a date or a truth, and may write otherwise."""
_CHUNK = 200 * 1024
"""Characters of rows in one request."""


def escaped(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula or writes otherwise."""
    marked = cell.startswith((*_FORMULA, "'")) or _REWRITTEN.fullmatch(cell)
    return f"'{cell}" if marked else cell


def unescaped(cell: str) -> str:
    """Reverse `escaped`; a cell that a person wrote stays as it is."""
    return cell[1:] if cell[:1] == "'" and escaped(cell[1:]) == cell else cell


def lines(page: Mapping[str, Any], columns: Sequence[str]) -> Iterator[list[str]]:
    """The rows of one answer of `exceptions.export`, as they are written."""
    for item in page["items"]:
        cells = item["cells"]
        values = [str(item[name]) for name in HEAD]
        values += [str(cells.get(name, "")) for name in columns]
        yield [escaped(value) for value in values]


def first_line(columns: Sequence[str]) -> list[str]:
    """The names of the columns, as they are written."""
    return [escaped(name) for name in (*HEAD, *columns)]


def private(path: Path) -> IO[str]:
    """A new file that only its owner may read."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        handle = os.open(path, flags, 0o600)
        if sys.platform != "win32":
            os.fchmod(handle, 0o600)
    except FileExistsError:
        raise WrongUse(f"{path} exists already.", hint="Name a new file.") from None
    except OSError as error:
        raise WrongUse(f"{path} cannot be written: {error.strerror}.") from error
    return os.fdopen(handle, "w", encoding="utf-8-sig", newline="")


def flawed(row: Mapping[str, Any], seen: dict[str, int], problems: list[dict[str, Any]]) -> bool:
    """Whether a line makes no sense as it stands; then it is among the problems."""
    first = seen.setdefault(row["ref"], row["line"])
    code, why = "RAGGED_ROW", row["flaw"]
    if first != row["line"]:
        code, why = "TWICE", f"It stands in line {first} already."
    if why:
        about = {"line": row["line"], "ref": row["ref"]}
        problems.append({**about, "field": "", "code": code, "why": why})
    return bool(why)


def texts(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Rows as `exceptions.import` takes them."""
    return [json.dumps({name: row[name] for name in ("line", "ref", "cells")}) for row in rows]


def chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        size += len(json.dumps(row))
        if some and size > _CHUNK:
            yield some
            some, size = [], len(json.dumps(row))
        some.append(row)
    if some:
        yield some


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Every row with its line and its cells. Raises WrongUse for what is no such file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            # A spreadsheet writes the separator of its country.
            separator = max(",;\t", key=head.count)
            reader = csv.reader(file, delimiter=separator, strict=True)
            names = [unescaped(cell).strip() for cell in next(reader, [])]
            named = [name for name in names if name]
            if "ref" not in names or len(set(named)) != len(named):
                raise WrongUse(
                    f"{path} is no export of exceptions: its first line must name ref and fields.",
                    hint="Make one with: waybill exceptions export FILE.csv",
                )
            for cells in reader:
                if any(cells):
                    yield _row(reader.line_num, names, cells)
    except UnicodeDecodeError as error:
        hint = "Save it as CSV UTF-8."
        raise WrongUse(f"{path} is no text in UTF-8.", hint=hint) from error
    except csv.Error as error:
        raise WrongUse(f"{path} is no valid CSV: {error}.") from error
    except OSError as error:
        raise WrongUse(f"{path} cannot be read: {error.strerror}.") from error


def _row(line: int, names: list[str], cells: list[str]) -> dict[str, Any]:
    flaw = ""
    if len(cells) != len(names):  # what is cut off is not taken for blank
        flaw = f"It has {len(cells)} cells, and the first line names {len(names)}."
    row = dict(zip(names, map(unescaped, cells), strict=False))
    fields = {name: value for name, value in row.items() if name and name not in HEAD}
    return {"line": line, "ref": row.get("ref", "").strip(), "cells": fields, "flaw": flaw}
