"""The peer for changes: DuckDB finds what differs between two exports by an md5 of each row.

The state kept between the runs is (key, md5); the changed rows are then read in full. It keeps
plain text, does not order, queue or sync messages, and cannot tell a row's earlier message. Runs in
the peers' environment.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.bench.measure import Meter


def remember(export: str, state: str) -> dict[str, object]:
    """Keep what a later run compares with."""
    Path(state).unlink(missing_ok=True)
    with Meter() as meter, duckdb.connect(state) as db:
        db.execute(f"create table before as {_hashes(Path(export))}")
        db.execute("checkpoint")
    return meter.report()


def compare(export: str, state: str) -> dict[str, object]:
    """Find changed, new and gone rows; keep the new state."""
    path = Path(export)
    with Meter() as meter, duckdb.connect(state) as db:
        key = _columns(path)[0]
        db.execute(f"create or replace table now as {_hashes(path)}")
        db.execute(
            "create or replace temp table news as select now.k, before.k is null as fresh"
            " from now left join before on before.k = now.k where before.h is distinct from now.h"
        )
        rows = db.execute(
            f'select news.fresh, rows.* from {_read(path)} rows join news on news.k = rows."{key}"'
        ).fetchall()
        gone = db.execute("select k from before anti join now on now.k = before.k").fetchall()
        db.execute("checkpoint")
    fresh = sum(row[0] for row in rows)
    return meter.report(changed=len(rows) - fresh, inserted=fresh, deleted=len(gone))


def _columns(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as file:
        return file.readline().strip().split(",")


def _read(path: Path) -> str:
    types = dict.fromkeys(_columns(path), "VARCHAR")
    return (
        f"read_csv('{path}', header = true, auto_detect = false, delim = ',', quote = '\"',"
        f" escape = '\"', allow_quoted_nulls = false, columns = {types})"
    )


def _hashes(path: Path) -> str:
    columns = _columns(path)
    # Not concat_ws alone: a column that is NULL must not look like one that is not there.
    values = ", ".join(f'coalesce("{name}", chr(30))' for name in columns)
    return f'select "{columns[0]}" k, md5_number(concat_ws(chr(31), {values})) h from {_read(path)}'
