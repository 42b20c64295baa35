"""Exported files with the columns of a pack: what stands before, a header, then the rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any


def write(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    before: Sequence[str] = (),
    header: bool = True,
    quoting: Any = csv.QUOTE_MINIMAL,
) -> None:
    """One file. A row names columns of this file only; what it does not name is empty.

    A name that stands several times in `columns` is empty in every row.
    """
    with path.open("w", encoding=encoding, newline="") as file:
        file.writelines(f"{line}\r\n" for line in before)
        writer = csv.writer(file, delimiter=delimiter, quoting=quoting)
        if header:
            writer.writerow(columns)
        for row in rows:
            assert row.keys() <= set(columns), row.keys() - set(columns)
            writer.writerow([row.get(name, "") for name in columns])
