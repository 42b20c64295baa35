"""What a database says without its keys: counts, codes and times, never what an entry holds.

For a diagnosis, also of an agent that does not start or does not answer: then the file is opened
read-only beside whoever holds it, and what that cannot be trusted for is said.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import orjson

from agent.model import Json
from agent.queue.states import State

SQLITE: Final = sqlite3.sqlite_version
_READS: Final = 50
_WAIT_SECONDS: Final = 2.0

Rows = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]


def summary(rows: Rows) -> dict[str, Json]:
    """Counts by flow and state, causes of what is parked, and the latest reads."""
    flows: dict[int, str] = dict(rows("select id, name from flow", ()))
    streams: dict[int, str] = dict(rows("select id, name from stream", ()))
    return {
        "schema": rows("pragma user_version", ())[0][0],
        "entries": [
            {"flow": flows.get(flow, str(flow)), "state": State(state).name.lower(),
             "entries": entries, "bytes": size}
            for flow, state, entries, size in rows(
                "select flow, state, entries, bytes from tally order by flow, state", ()
            )
        ],
        "packed_runs": rows("select count(*) from run", ())[0][0],
        "causes": [
            {"flow": flows.get(flow, str(flow)), "code": code, "entries": entries}
            for flow, code, entries in rows(
                "select flow, code, count(*) from entry indexed by entry_cause where state = 5"
                " group by flow, code",
                (),
            )
        ],
        "paused": [{"kind": kind, "name": name} for kind, name in rows("select * from paused", ())],
        "reads": [
            {"source": streams.get(stream, str(stream)), "started": started, "ended": ended,
             "complete": bool(complete), "counts": _numbers(counts)}
            for stream, started, ended, complete, counts in rows(
                "select stream, started, ended, complete, counts from reading"
                " order by id desc limit ?",
                (_READS,),
            )
        ],
    }  # fmt: skip


def summary_of(path: Path) -> dict[str, Json]:
    """The same of a file, whoever holds it; `problem` says what could not be learned."""
    if not path.exists():
        return {"problem": "There is no queue database yet."}
    address = f"file:{quote(str(path))}"
    for mode, doubt in (
        ("mode=ro", ""),
        ("immutable=1", "It is in use: the latest may be missing."),
    ):
        try:
            conn = sqlite3.connect(f"{address}?{mode}", uri=True, timeout=_WAIT_SECONDS)
            try:
                found = summary(_rows_of(conn))
            finally:
                conn.close()
        except (sqlite3.Error, ValueError):
            continue
        return found | ({"problem": doubt} if doubt else {}) | {"bytes": path.stat().st_size}
    return {"problem": "The queue database cannot be read.", "bytes": path.stat().st_size}


def _rows_of(conn: sqlite3.Connection) -> Rows:
    return lambda sql, values: conn.execute(sql, values).fetchall()


def _numbers(counts: str) -> Json:
    """The numbers of a read's counts, which are texts elsewhere."""
    found = orjson.loads(counts)
    flows = found.get("flows")
    kept: dict[str, Json] = {name: n for name, n in found.items() if type(n) is int}
    if isinstance(flows, dict):
        kept["flows"] = flows
    return kept
