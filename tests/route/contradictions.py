"""What the tables of a store say about each other, asked of each other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from agent.queue.ledger import Ledger
from agent.queue.store import Store


def contradictions(store: Store, ledgers: Mapping[str, Ledger]) -> Iterator[str]:
    """Each one as a line of text; a store that is right has none, ever."""
    db = store.db
    if wrong := store.tally.check():
        yield f"tally: {wrong}"
    questions = {
        "two of one lane in flight": "select lane from entry where state = 4"
        " group by lane having count(*) > 1",
        "open entries of a read": "select id from reading where open != (select count(*)"
        " from entry where read = reading.id and state < 5)"
        " + (select coalesce(sum(entries), 0) from run where read = reading.id)",
        "parked of a read": "select id from reading where parked != (select count(*) from entry"
        " where read = reading.id and state = 5)"
        " + (select count(*) from unreadable where read = reading.id)",
        "contents of an open entry": "select seq from entry where (state <= 5 or state = 12)"
        " and not exists (select 1 from envelope where id = entry.envelope)",
        "entries of an envelope": "select id from envelope where open != (select count(*)"
        " from entry where envelope = envelope.id and (state <= 5 or state = 12))"
        " + (select coalesce(sum(entries), 0) from run where base = envelope.id)",
        "nothing to wait for": "select seq from entry where state = 3"
        " and not exists (select 1 from wait where seq = entry.seq)",
        "behind nothing": "select seq from entry e where state = 2 and not exists ("
        "select 1 from entry o where o.lane = e.lane and o.seq < e.seq and o.state < 5)"
        " and not exists (select 1 from entry p where p.seq = e.prev and p.state <= 5)",
    }
    for name, sql in questions.items():
        if found := db.rows(sql):
            yield f"{name}: {found}"
    yield from _reads_that_do_not_add_up(store)
    for name, ledger in ledgers.items():
        for memory in ledger.each():
            if ledger.text(memory).key == ():
                yield f"{name}: a row without a name"


def _reads_that_do_not_add_up(store: Store) -> Iterator[str]:
    found = store.db.rows("select id, counts from reading where ended is not null")
    for number, counts in found:
        said = json.loads(counts)
        if said["records"] != said["duplicate"] + said["unreadable"] + said["rows"]:
            yield f"read {number} does not add up: {said}"
        for flow, fates in said["flows"].items():
            if sum(fates.values()) != said["rows"] or min(fates.values(), default=0) < 0:
                yield f"read {number}, flow {flow} does not add up: {said}"
