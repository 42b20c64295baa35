"""The exports that are loaded: N customers of 20 columns, and the same a day later.

UTF-8, CRLF, quotes where needed, among them line breaks inside quotes; about 220 bytes a record.
Of the later export 1 % is changed, 0.1 % new, 0.1 % gone, and the order is another one. Made in
chunks from seeds of their own, so that any number of rows needs the memory of one chunk, and the
same parameters give the same bytes.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tests.bench.environment import cache

COLUMNS = (
    *("CUSTNO", "NAME1", "NAME2", "STREET", "ZIP", "CITY", "COUNTRY", "PHONE", "EMAIL", "VATID"),
    *("CLASS", "TERMS", "CREDITLIMIT", "SALES_PY", "SALES_CY", "DISCOUNT", "BLOCKED", "CREATED"),
    *("CHANGED", "NOTE"),
)
_RECIPE = 1  # grows with every change of what is written
_CHUNK = 50_000
_NUMBERS = 16
_SURNAMES = (
    "Müller",
    "Čapek",
    "O'Neill",
    "Schröder",
    "Ångström",
    "Lefèvre",
    "Novák",
    "Weiß",
    "Ivić",
)
_FORMS = ("GmbH", "GmbH & Co. KG", "S.A.", "Ltd.", '"Zum Anker" OHG', "B.V.", "AG", "e.K.")
_STREETS = (
    "Hafenstraße",
    "Am Markt",
    "Rue de l'Église",
    "Industriepark",
    "Königsallee",
    "Lindenweg",
)
_CITIES = ("Zürich", "Würzburg", "Lyon", "Gdańsk", "Wien", "Frankfurt am Main", "Kiel", "Brno")
_COUNTRIES = ("DE", "AT", "CH", "FR", "PL", "CZ")
_TERMS = ("30 days net", "14 days 2%, 30 days net", "at once", "prepaid")


class Exports(NamedTuple):
    """Two exports of the same table, and what lies between them."""

    first: Path
    second: Path
    rows: int
    changed: int
    inserted: int
    deleted: int


def exports(rows: int) -> Exports:
    """The two exports of this size, made if they are not there yet."""
    folder = cache() / f"exports-{_RECIPE}-{rows}"
    if not folder.is_dir():
        unfinished = folder.with_name(folder.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        _write(unfinished / "first.csv", _first(rows))
        _write(unfinished / "second.csv", _second(rows))
        unfinished.rename(folder)
    touched = [_touched(chunk, size) for chunk, size in _chunks(rows)]
    return Exports(
        folder / "first.csv",
        folder / "second.csv",
        rows,
        sum(int((changed & ~gone).sum()) for changed, gone, _ in touched),
        sum(new for *_, new in touched),
        sum(int(gone.sum()) for _, gone, _ in touched),
    )


def _write(path: Path, chunks: Iterator[list[list[str]]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for chunk in chunks:
            writer.writerows(chunk)


def _chunks(rows: int) -> list[tuple[int, int]]:
    return [(at // _CHUNK, min(_CHUNK, rows - at)) for at in range(0, rows, _CHUNK)]


def _first(rows: int) -> Iterator[list[list[str]]]:
    for chunk, size in _chunks(rows):
        yield _rows(chunk, size)


def _second(rows: int) -> Iterator[list[list[str]]]:
    chunks = _chunks(rows)
    for at in np.random.default_rng((_RECIPE, rows)).permutation(len(chunks)).tolist():
        chunk, size = chunks[at]
        changed, gone, new = _touched(chunk, size)
        found = _rows(chunk, size)
        for row in np.flatnonzero(changed).tolist():
            found[row][14] = f"{row % 99991},{row % 100:02d}"
            found[row][18] = f"2026-11-21 05:{row % 60:02d}:00"
            if row % 2:
                found[row][7] = f"+49 999 {row}"
        kept = [found[row] for row in np.flatnonzero(~gone).tolist()]
        kept += _rows(chunk, new, fresh=rows)
        order = np.random.default_rng((_RECIPE, chunk, 2)).permutation(len(kept))
        yield [kept[row] for row in order.tolist()]


def _touched(chunk: int, size: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Which rows of a chunk change, which go, and how many come."""
    random = np.random.default_rng((_RECIPE, chunk, 1))
    return random.random(size) < 0.01, random.random(size) < 0.001, size // 1000


def _rows(chunk: int, size: int, fresh: int = 0) -> list[list[str]]:
    random = np.random.default_rng((_RECIPE, chunk, 3 if fresh else 0))
    drawn = random.integers(0, 1 << 30, size=(size, _NUMBERS)).tolist()
    start = fresh + chunk * (_CHUNK // 1000 if fresh else _CHUNK)
    return [_row(number, some) for number, some in enumerate(drawn, start)]


def _row(number: int, n: list[int]) -> list[str]:
    note = ""
    if n[0] % 6 == 0:
        note = f'Deliver "free house", gate {n[1] % 9}\nramp south, ring twice'
    elif n[0] % 6 == 1:
        note = f"Only against prepayment; see case {n[1]}"
    return [
        f"C{number:08d}",
        f"{_SURNAMES[n[2] % 9]} {_FORMS[n[3] % 8]}",
        f"Dept. {n[4] % 40}" if n[4] % 2 else "",
        f"{_STREETS[n[5] % 6]} {n[5] % 199 + 1}",
        f"{n[6] % 99999:05d}",
        _CITIES[n[7] % 8],
        _COUNTRIES[n[7] % 6],
        f"+49 {n[8] % 9000 + 100} {n[9] % 9000000 + 100000}",
        f"office{n[8] % 1000}@customer{number}.example",
        f"DE{n[10] % 999999999:09d}" if n[10] % 5 else "",
        "ABC"[n[11] % 3],
        _TERMS[n[11] % 4],
        f"{n[12] % 1000 * 100},00",
        f"{n[12] % 1000000},{n[13] % 100:02d}",
        f"{n[13] % 1000000},{n[12] % 100:02d}",
        f"{n[14] % 30},{n[14] % 10}",
        "N" if n[14] % 50 else "Y",
        f"{n[15] % 28 + 1:02d}.{n[15] % 12 + 1:02d}.{1995 + n[15] % 30}",
        f"2026-{n[1] % 12 + 1:02d}-{n[1] % 28 + 1:02d} {n[2] % 24:02d}:{n[3] % 60:02d}:{n[4] % 60:02d}",
        note,
    ]
