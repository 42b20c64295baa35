"""Links are kept sealed, survive migration and salvage, and nobody overwrites what just changed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from agent.decisions import Park
from agent.queue import schema
from agent.queue.database import SUSPECT, Connection
from agent.queue.links import Links, NewItem
from tests.route.harness import Route
from tests.unit.queue.damage import filled, start, stop, wreck
from tests.unit.queue.pages import Queue, lane

LANE = b"l" * 16


def item(key: str = "K1", lane: bytes = LANE, kind: str = "ambiguous") -> NewItem:
    return NewItem(lane, kind, "open", {"key": key, "fields": {"name": "Acme"}})


def test_a_database_from_before_gets_the_tables_and_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "VERSION", 2)
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:2])
        old = Connection(tmp_path / "queue.db")
        old.set_meta("kept", "yes")
        old.close()
    db = Connection(tmp_path / "queue.db")
    assert db.meta("kept") == "yes"
    assert db.rows("select * from link") == db.rows("select * from link_item") == []
    db.close()
    with sqlite3.connect(tmp_path / "queue.db.schema-2") as backup:
        assert backup.execute("select value from meta where name = 'kept'").fetchone() == ("yes",)
    backup.close()


def test_a_flow_is_closed_until_it_is_linked_and_that_is_remembered(route: Route) -> None:
    links = Links(route.store)
    assert (links.state(1), links.is_open(1)) == ("needed", False)
    assert links.turn(1, "approved", {}, was=("needed",))
    assert not links.turn(1, "linked", {}, was=("proposed",)), "it is not what it was"
    assert links.state(1) == "approved"
    assert links.turn(1, "linked", {"who": "ann"})
    assert Links(route.store).is_open(1)
    found = Links(route.store).link(1)
    assert found is not None
    assert found.about == {"who": "ann"}


def test_a_proposal_takes_the_place_of_the_one_before_whole(route: Route) -> None:
    links = Links(route.store)
    links.keep(1, [item("K1"), item("K2", b"m" * 16)], {})
    links.keep(2, [item("K9")], {})
    links.keep(1, [item("K3")], {"counts": {}})
    assert [each.key for each in links.items(1)] == ["K3"]
    assert [each.key for each in links.items(None)] == ["K9", "K3"]
    links.add(1, [item("K4"), item("K5", b"n" * 16)])
    assert [each.key for each in links.items(1)] == ["K3", "K5"], "what is known stays as it is"
    assert links.counts(1) == {("ambiguous", "open"): 2}


def test_what_changed_since_it_was_read_is_not_overwritten(route: Route) -> None:
    links = Links(route.store)
    links.keep(1, [item()], {})
    (read,) = links.items(1)
    route.clock.pass_(1)
    (first,) = links.write([replace(read, state="create")])
    assert links.write([replace(read, state="left out")]) == []
    assert links.item(read.id) == first
    assert links.verdicts(1, [LANE]) == {LANE: ("ambiguous", "create", read.id)}


def test_nothing_of_it_stands_in_the_clear_and_what_was_altered_is_not_believed(
    route: Route,
) -> None:
    links = Links(route.store)
    links.keep(1, [item("Secret key")], {"who": "Secret person"})
    for table in ("link", "link_item"):
        assert "Secret" not in str(route.store.db.rows(f"select * from {table}"))
    route.store.db.conn.execute("update link_item set about = x'00'")
    (found,) = links.items(1)
    assert "damaged" in str(found.about["reason"])
    assert found.key == ""


def test_a_salvage_carries_links_over_but_none_that_was_altered(route: Route) -> None:
    filled(route, 2)
    flow = route.store.register([], {})
    assert flow == {}
    (number,) = route.store.db.one("select min(id) from flow") or (0,)
    links = Links(route.store)
    links.keep(number, [item("K1"), item("K2", b"m" * 16)], {})
    links.turn(number, "linked", {})
    route.store.db.conn.execute("update link_item set about = x'00' where lane = ?", (LANE,))
    stop(route)
    wreck(route.home / "queue.db", "tally")
    (route.home / SUSPECT).touch()
    assert start(route)
    links = Links(route.store)
    assert links.is_open(number)
    assert [each.key for each in links.items(number)] == ["K2"]


def test_whether_another_flow_has_a_record_queued_is_asked_without_a_look_at_all_of_them(
    queue: Queue,
) -> None:
    links, flow = Links(queue.store), queue.flow["t"]
    seqs = [queue.put(f"X{n}", flow="t") for n in range(1000)]
    queue.sending.share([flow])
    assert links.is_queued(flow, lane("X999"))
    assert not links.is_queued(flow, lane("Z"))
    assert queue.steps(lambda: links.is_queued(flow, lane("Z"))) <= 2
    queue.decide(seqs[7], Park("C", "why"))
    assert links.is_queued(flow, lane("X7")), "what is parked is not delivered either"
