"""A sample of everything that is sealed, opened for a proof that a key truly opens this home."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote

from agent.errors import Damaged
from agent.ports import Cipher
from agent.queue.sealed import SEALED

EACH: Final = 20
"""Rows of each kind: the oldest and the newest ones."""


class _Rows(Protocol):
    def __call__(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]: ...


def tried(rows: _Rows, installation: str, cipher: Cipher) -> tuple[int, int]:
    """(opened, not opened) of the oldest and newest of each sealed column."""
    opened = failed = 0
    for place in SEALED:
        keys = ", ".join(place.key)
        for order in ("", " desc"):
            by = ", ".join(f"{key}{order}" for key in place.key)
            sql = f"select {keys}, {place.column} from {place.table} order by {by} limit {EACH}"
            for *key, sealed in rows(sql):
                if not isinstance(sealed, bytes):
                    continue
                try:
                    cipher.open(place.context(installation.encode(), tuple(key)), sealed)
                    opened += 1
                except Damaged:
                    failed += 1
    return opened, failed


def tried_in(path: Path, installation: str, cipher: Cipher) -> tuple[int, int]:
    """The same of the database of an agent that is not running; it is not changed.

    Raises sqlite3.Error where it cannot be read at all.
    """
    if not path.exists():
        return 0, 0
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as conn:
        return tried(
            lambda sql, values=(): conn.execute(sql, values).fetchall(), installation, cipher
        )
