"""A sample of everything that is sealed, opened for a proof that a key truly opens this home."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote

from agent.errors import Damaged, StoreDamaged
from agent.ports import Cipher
from agent.queue.renewal import blocks_of
from agent.queue.sealed import SEALED, ledger_context

EACH: Final = 20
"""Rows of each kind: the oldest and the newest ones."""


class _Rows(Protocol):
    """How a database is asked."""

    def __call__(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        ...


def tried(rows: _Rows, ledger: Path, installation: str, cipher: Cipher) -> tuple[int, int]:
    """(opened, not opened) of the oldest and newest of each sealed column, and of the bases."""
    opened = failed = 0
    for context, sealed in chain(_columns(rows, installation.encode()), _blocks(rows, ledger)):
        try:
            cipher.open(context, sealed)
            opened += 1
        except Damaged:
            failed += 1
    return opened, failed


def _columns(rows: _Rows, installation: bytes) -> Iterator[tuple[bytes, bytes]]:
    for place in SEALED:
        keys = ", ".join(place.key)
        for order in ("", " desc"):
            by = ", ".join(f"{key}{order}" for key in place.key)
            sql = f"select {keys}, {place.column} from {place.table} order by {by} limit {EACH}"
            for *key, sealed in rows(sql):
                if isinstance(sealed, bytes):
                    yield place.context(installation, tuple(key)), sealed


def _blocks(rows: _Rows, ledger: Path) -> Iterator[tuple[bytes, bytes]]:
    for stream, number in rows("select id, base from stream where base > 0"):
        for block, sealed in islice(blocks_of(ledger / f"{stream}.{number}"), EACH):
            yield ledger_context(stream, block), sealed


def tried_in(path: Path, installation: str, cipher: Cipher) -> tuple[int, int]:
    """The same of the database of an agent that is not running; it is not changed.

    Raises StoreDamaged where it cannot be read at all.
    """
    if not path.exists():
        return 0, 0
    try:
        return _tried_in(path, installation, cipher)
    except sqlite3.Error as error:
        raise StoreDamaged(
            "The queue database cannot be read, or another program uses it.",
            hint="If the service runs, it answers itself; if not, start it once: it repairs this.",
        ) from error


def _tried_in(path: Path, installation: str, cipher: Cipher) -> tuple[int, int]:
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as conn:
        return tried(
            lambda sql, values=(): conn.execute(sql, values).fetchall(),
            path.with_name("ledger"), installation, cipher,
        )  # fmt: skip
