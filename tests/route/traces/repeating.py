"""Tables that are read again and again, and seldom say anything else."""

from __future__ import annotations

from tests.route.harness import Route
from tests.route.traces.story import accounts, alike, story


def _table(route: Route, *keys: str) -> None:
    route.sources["accounts"].is_table = True
    accounts(route, *keys)


def _kept(route: Route) -> int:
    ((count,),) = route.store.db.rows("select max(id) from reading")
    return int(count)


@story()
def a_table_that_says_the_same_is_written_down_once_and_its_next_change_is_sent(
    route: Route,
) -> None:
    _table(route, "A1", "A2", "A3")
    route.read("accounts")
    before = _kept(route)
    for _ in range(5):
        captured = route.capture()
        assert captured is not None
        assert captured.repeats
    assert _kept(route) == before
    route.erp["accounts"]["A1"] = ["2"]
    del route.erp["accounts"]["A2"]
    route.read("accounts")
    assert _kept(route) == before + 1
    alike(route)


@story()
def what_a_table_says_again_and_again_is_written_down_now_and_then(route: Route) -> None:
    _table(route, "A1")
    route.read("accounts")
    before = _kept(route)
    for _ in range(42):
        route.capture()
    assert _kept(route) == before + 2


@story()
def a_person_who_asks_for_a_read_finds_it_written_down(route: Route) -> None:
    _table(route, "A1")
    route.read("accounts")
    before = _kept(route)
    route.captures["accounts"].repeats.write_down()
    route.capture()
    assert _kept(route) == before + 1


@story("REPEATS")
def rows_that_came_back_void_the_hold_on_their_deletes(route: Route) -> None:
    many = [f"A{number:03}" for number in range(60)]
    _table(route, *many)
    route.read("accounts")
    whole = dict(route.erp["accounts"])
    route.erp["accounts"] = {key: whole[key] for key in many[:10]}
    route.scan()
    assert route.reads.holds()
    route.erp["accounts"] = whole
    route.scan()
    assert not route.reads.holds()
    alike(route)


@story("HELD_REPEATS")
def rows_that_are_again_as_they_were_void_the_hold_on_their_changes(route: Route) -> None:
    many = [f"A{number:03}" for number in range(60)]
    _table(route, *many)
    route.read("accounts")
    before = {key: list(row) for key, row in route.erp["accounts"].items()}
    for row in route.erp["accounts"].values():
        row[0] = "2"
    route.scan()
    assert route.reads.holds()
    route.erp["accounts"] = before
    route.scan()
    assert not route.reads.holds()
    alike(route)
