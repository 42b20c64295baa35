"""After a rotation everything is sealed under the new key, a little at a time, and stays readable."""

import re

import pytest

from agent.crypto import EphemeralCipher
from agent.queue.reseal import HEAD, Reseal
from agent.queue.schema import MIGRATIONS
from agent.queue.sealed import SEALED
from tests.route.harness import Route
from tests.wine import IS_WINDOWS, KEPT_OPEN

NOT_SEALED = {
    "delta.rows",  # keyed hashes
    "entry.lane", "entry.row", "entry.id", "run.lanes", "run.rows", "run.sizes", "wait.lane",
    "lane.lane", "lane.content", "vanished.lane", "image.lane", "image.row", "image.was",
    "link_item.lane", "escalation.item", "raised.item",
}  # fmt: skip


@pytest.fixture
def route():
    made = Route()
    for n in range(1, 8):
        made.erp["accounts"][f"A{n}"] = [f"{n}", None]
        made.erp["contacts"][f"C{n}"] = ["BAD" if n == 3 else f"{n}", f"A{n}"]
    made.scan("accounts")
    made.scan("contacts")
    made.deliver(3)
    made.ledgers["accounts"].merge()
    yield made
    made.close()


def heads(route):
    """How everything begins that lies sealed on the disk."""
    found = set()
    for place in SEALED:
        for (sealed,) in route.store.db.rows(f"select {place.column} from {place.table}"):
            if isinstance(sealed, bytes):
                found.add(sealed[:HEAD])
    for path in route.store.ledger_folder.glob("*.*/blocks"):
        from agent.queue.renewal import blocks_of

        found |= {sealed[:HEAD] for _, sealed in blocks_of(path.parent)}
    return found


def through(reseal, route=None, **bounds):
    """Everything that is left of a phase."""
    steps = 0
    while not reseal.columns_done():
        reseal.step(**bounds)
        steps += 1
    for stream in reseal.old_bases():
        ledger = next(
            (one for name, one in (route.ledgers if route else {}).items()
             if route.store.stream_id(name) == stream), None,
        )  # fmt: skip
        if ledger is None:
            reseal.base(stream)
        else:
            ledger.renewed(reseal.base)
    reseal.next_phase()
    return steps


def test_every_sealed_column_of_the_schema_is_in_the_list():
    """A blob is either listed as sealed, or named here as something that no key opens."""
    said = "".join(MIGRATIONS)
    blobs = set()
    for table, body in re.findall(
        r"create table (\w+) \((.*?)\n?\)(?: without rowid)?;", said, re.DOTALL
    ):
        blobs |= {f"{table}.{name}" for name in re.findall(r"(\w+) blob", body)}
    blobs |= {f"{t}.{c}" for t, c in re.findall(r"alter table (\w+) add column (\w+) blob", said)}
    listed = {f"{place.table}.{place.column}" for place in SEALED} - {"meta.value"}
    assert blobs - NOT_SEALED == listed


def test_after_a_rotation_everything_is_sealed_again_and_the_old_key_may_go(route):
    before = route.cipher.head()
    assert heads(route) == {before}
    route.cipher.rotate()
    reseal = Reseal(route.store, route.cipher)
    through(reseal, route)
    assert reseal.progress.phase == "resting"
    reseal.check()
    through(reseal, route)
    assert reseal.progress.phase == "done"
    assert heads(route) == {route.cipher.head()}
    route.cipher.forget()
    route.crash()
    assert not list(route.disagreements())
    route.settle()
    route.replay()
    for key in route.erp["accounts"]:
        route.erp["accounts"][key][0] += "x"
    route.read()
    assert route.held_by_crm("accounts") == route.in_erp("accounts")
    assert route.target.doubled == 0


@pytest.mark.skipif(IS_WINDOWS, reason=KEPT_OPEN)
def test_the_former_base_can_take_the_place_of_the_one_in_force_afterwards_too(route):
    route.cipher.rotate()
    reseal = Reseal(route.store, route.cipher)
    through(reseal, route)
    route.cipher.forget()
    stream = route.store.stream_id("accounts")
    number = route.store.db.one("select base from stream where id = ?", (stream,))[0]
    folder = route.store.ledger_folder
    assert {path.name for path in folder.glob(f"{stream}.*")} == {
        f"{stream}.{number}", f"{stream}.{number - 1}",
    }  # fmt: skip
    (folder / f"{stream}.{number}" / "rows").unlink()
    route.crash()
    ledger = route.ledgers["accounts"]
    assert ledger.missing_base
    assert sorted(ledger.text(memory).key[0] for memory in ledger.each()) == sorted(
        route.erp["accounts"]
    )


def test_a_step_is_bounded_and_where_it_stands_survives_a_restart(route):
    route.cipher.rotate()
    reseal = Reseal(route.store, route.cipher)
    first = reseal.step(rows=2)
    assert first.phase == "sealing"
    assert first.rows <= 2
    again = Reseal(route.store, route.cipher)
    assert again.progress == first
    steps = through(again, route, rows=2)
    assert steps > 10
    assert heads(route) == {route.cipher.head()}


def test_what_arrives_late_under_the_old_key_is_found_by_the_check(route):
    late = route.cipher.seal(b"act", b'{"who": "ann"}')
    route.cipher.rotate()
    reseal = Reseal(route.store, route.cipher)
    through(reseal, route)
    with route.store.db.transaction() as conn:
        conn.execute("insert into act (seq, at, what, about) values (1, 0, 'x', ?)", (late,))
    reseal.check()
    through(reseal, route)
    assert reseal.progress.phase == "sealing"  # once more
    through(reseal, route)
    reseal.check()
    through(reseal, route)
    assert reseal.progress.phase == "done"
    sealed = route.store.db.one("select about from act where what = 'x'")[0]
    assert route.cipher.open(b"act", sealed) == b'{"who": "ann"}'


def test_a_rotation_in_the_middle_begins_anew(route):
    route.cipher.rotate()
    reseal = Reseal(route.store, route.cipher)
    for _ in range(3):
        reseal.step()
    route.cipher.rotate()
    assert reseal.step().at <= 1
    through(reseal, route)
    assert heads(route) == {route.cipher.head()}


def test_what_does_not_open_any_more_stays_as_it_is_and_holds_nothing_up(route):
    other = EphemeralCipher()
    foreign = other.seal(b"act", b"x")
    with route.store.db.transaction() as conn:
        conn.execute("insert into act (seq, at, what, about) values (1, 0, 'x', ?)", (foreign,))
    route.cipher.rotate()
    reseal = Reseal(route.store, route.cipher)
    through(reseal, route)
    reseal.check()
    through(reseal, route)
    assert reseal.progress.phase == "done"
    assert route.store.db.one("select about from act where what = 'x'")[0] == foreign


def test_a_page_of_the_ledger_that_was_damaged_is_not_made_credible(route):
    db = route.store.db
    with db.transaction() as conn:
        conn.execute("update delta set sum = sum + 1 where id = (select min(id) from delta)")
    wrong = db.one("select id, sum from delta order by id limit 1")
    route.cipher.rotate()
    through(Reseal(route.store, route.cipher), route)
    assert db.one("select id, sum from delta order by id limit 1") == wrong
