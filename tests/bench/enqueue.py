"""Committed pages of sealed messages against bare inserts of the same bytes, both with FULL sync.

Both start from the same ready bytes: messages of 20 mapped fields, serialised and judged to be
news. Ours numbers, compresses and seals them and commits entries, the memory of the rows and
progress together, a thousand messages a page. Theirs inserts the bytes into one table, a thousand
a transaction. What comes before (reading, mapping, comparing) is in the benches of whole loads.
"""

from __future__ import annotations

import csv
import shutil
import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp

from agent.changes.judge import judge, payload
from agent.memory import NO_FLOW_MEMORY, NOTHING, RowChange, RowText
from agent.model import Draft, Place
from agent.queue.reads import Reading
from agent.runtime.emit import view_of
from tests.bench.contest import Goal, Report, Result
from tests.bench.contest import judge as judged
from tests.bench.data import COLUMNS, exports
from tests.bench.environment import cache
from tests.bench.home import MAPPING, Home, fresh
from tests.bench.measure import Meter
from tests.bench.worker import ask

GOAL = Goal("enqueue_vs_raw", floor=0.55, aim=1.0, figure="rows_a_second")
_BATCH = 1000
_MOST = 100_000


def run(rows: int, rounds: int) -> Result:
    """The result of this benchmark."""
    count, export = min(rows, _MOST), exports(rows).first
    folder = Path(mkdtemp(prefix="enqueue-", dir=cache()))
    reports: dict[str, list[Report]] = {"ours": [], "raw": []}
    try:
        for number in range(rounds):
            for who in ("ours", "raw")[:: -1 if number % 2 else 1]:
                home = fresh(folder / who)
                home.mkdir()
                reports[who].append(ask("enqueue", who, home=home, export=export, count=count))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return judged(GOAL, reports["ours"], reports["raw"])


def ours(home: str, export: str, count: int) -> dict[str, object]:
    """Enqueue through the rooms: one call a page."""
    drafts = _drafts(export, count)
    rooms = Home(Path(home))
    view = view_of(rooms.flow, rooms.cipher, trusted=True)
    row_hash = rooms.cipher.keyed_hash("row/bench")
    nowhere = Place("", 0, 0, 0)
    reading = Reading(rooms.stream, "bench")
    meter = Meter()
    while some := list(islice(drafts, _BATCH)):
        page = []
        for draft in some:
            made = judge(view, NO_FLOW_MEMORY, _nothing, draft, nowhere)
            key = row_hash(draft.external_id.encode())
            text = RowText((draft.external_id,), (draft.external_id,), ((),))
            page.append(
                RowChange(key, key, NOTHING, 0, text, (0, 0), [made.memory], made.entries, [])
            )
        with meter:
            rooms.reads.page(reading, rooms.ledger, [rooms.flow.id], page)
    rooms.close()
    return meter.report(rows_a_second=count / meter.seconds)


def raw(home: str, export: str, count: int) -> dict[str, object]:
    """Insert ready bytes."""
    bodies = (payload(draft.external_id, draft.fields, ()) for draft in _drafts(export, count))
    db = sqlite3.connect(Path(home) / "raw.db", isolation_level=None)
    for pragma in ("page_size = 8192", "journal_mode = wal", "synchronous = full"):
        db.execute(f"pragma {pragma}")
    db.execute("create table queue (id integer primary key, body blob not null)")
    meter = Meter()
    while some := list(islice(bodies, _BATCH)):
        with meter:
            db.execute("begin immediate")
            db.executemany("insert into queue (body) values (?)", [(body,) for body in some])
            db.execute("commit")
    db.close()
    return meter.report(rows_a_second=count / meter.seconds)


def _drafts(export: str, count: int) -> Iterator[Draft]:
    mapper = MAPPING.bind(COLUMNS)
    with Path(export).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for row in islice(rows, count):
            made = mapper(row)
            if not isinstance(made, Draft):
                raise TypeError("every record of the exports can be mapped")
            yield made


def _nothing() -> tuple[str, tuple[()]]:
    return "", ()
