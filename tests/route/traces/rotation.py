"""A data key that was followed by another is destroyed only when nothing needs it (RULES 8)."""

from __future__ import annotations

from agent.errors import Damaged
from agent.queue.states import State
from tests.route.harness import Route
from tests.route.keeper import Keeper
from tests.route.traces.story import accounts, alike, story


@story("RESEAL")
def what_waits_is_delivered_after_the_key_that_sealed_it_is_destroyed(route: Route) -> None:
    accounts(route, "A1", "A2", "A3")
    route.ledgers["accounts"].merge()
    route.erp["accounts"] |= {"A1": ["2"], "A2": ["BAD"]}
    route.scan()
    keeper = Keeper(route)
    keeper.rotate()
    keeper.finish(destroys=True)
    route.crash()
    route.settle()
    assert route.held_by_crm()["A1"] == "2"
    assert [item.external_id for item in route.desk.entries([State.PARKED])] == ["A2"]
    route.erp["accounts"]["A2"] = ["3"]
    del route.erp["accounts"]["A3"]
    route.read("accounts")
    alike(route)


@story("CHECKED")
def what_was_sealed_before_a_rotation_and_committed_after_it_is_not_lost(route: Route) -> None:
    accounts(route, "A1")
    under_way = route.cipher.seal(b"act", b"{}")
    keeper = Keeper(route)
    keeper.rotate()
    while keeper.work(1, destroys=True) not in ("checking", "done"):
        pass
    with route.store.db.transaction() as conn:
        conn.execute("delete from act")
        conn.execute("insert into act (seq, at, what, about) values (1, 0, 'x', ?)", (under_way,))
    keeper.finish(destroys=True)
    assert _opens(route, route.store.db.one("select about from act")[0])


def _opens(route: Route, sealed: bytes) -> bool:
    try:
        route.cipher.open(b"act", sealed)
    except Damaged:
        return False
    return True


@story("FORMER_BASE")
def the_former_base_is_a_reserve_after_a_rotation_too(route: Route) -> None:
    accounts(route, "A1", "A2")
    route.ledgers["accounts"].merge()
    route.scan()
    keeper = Keeper(route)
    keeper.rotate()
    keeper.finish(destroys=True)
    stream = route.store.stream_id("accounts")
    number = route.store.db.one("select base from stream where id = ?", (stream,))[0]
    (route.store.ledger_folder / f"{stream}.{number}" / "rows").unlink()
    route.crash()
    ledger = route.ledgers["accounts"]
    try:
        names = sorted(ledger.text(memory).key[0] for memory in ledger.each())
    except Damaged:
        names = []
    assert names == ["A1", "A2"]
