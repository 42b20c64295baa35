"""The damaged file is kept as it was, once each time, and never one that is not damaged."""

import shutil

import pytest

from agent.errors import KeyMismatch, StoreDamaged
from agent.queue import salvage as salvaging
from agent.queue.database import SUSPECT
from agent.queue.salvage import Home, open_store
from agent.queue.states import State
from tests.route.harness import Route
from tests.unit.queue.damage import (
    asides,
    filled,
    home_of,
    in_agreement,
    names_of,
    recover,
    start,
    stop,
    wreck,
)


class PowerCut(BaseException):
    """The machine stops here."""


@pytest.mark.parametrize("at", ["_set_aside", "_rebuild", "_fill"])
@pytest.mark.parametrize("after", [False, True])
def test_a_salvage_that_was_cut_off_is_done_again(
    route: Route, monkeypatch: pytest.MonkeyPatch, at: str, *, after: bool
) -> None:
    route.target.down = True
    filled_lines = {f"A{n}": [f"{n}", None] for n in range(9)}
    route.erp["accounts"] = dict(filled_lines)
    route.scan()
    stop(route)
    wreck(route.home / "queue.db", "tally")
    real = getattr(salvaging, at)

    def cut_off(*args: object) -> None:
        if after:
            real(*args)
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(salvaging, at, cut_off)
        with pytest.raises(PowerCut):
            start(route)
    assert start(route)
    assert len(asides(route)) == 1
    assert len(route.desk.entries([State.WAITING], limit=20)) == 9
    route.target.down = False
    recover(route)
    in_agreement(route)


def test_two_salvages_keep_two_files(route: Route) -> None:
    for _ in range(2):
        stop(route)
        (route.home / SUSPECT).touch()
        assert start(route)
    assert len(asides(route)) == 2


def test_what_was_set_aside_is_not_altered_by_reading_it(route: Route) -> None:
    filled(route)
    route.erp["accounts"]["A001"] = ["changed", None]
    route.scan()
    copy = {}
    for suffix in ("", "-wal"):
        copy[suffix] = (route.home / f"queue.db{suffix}").read_bytes()
    stop(route)
    for suffix, data in copy.items():  # as after a kill: the log is still there
        (route.home / f"queue.db{suffix}").write_bytes(data)
    (route.home / SUSPECT).touch()
    assert start(route)
    (aside,) = asides(route)
    assert aside.read_bytes() == copy[""]
    assert aside.with_name(aside.name + "-wal").read_bytes() == copy["-wal"]
    assert len(route.desk.entries([State.WAITING])) == 1, "the log was read too"


def test_the_salvage_leaves_nothing_in_clear(route: Route) -> None:
    route.erp["accounts"] = {"KEY-CLEAR": ["VALUE-CLEAR", None]}
    route.scan()
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    stop(route)
    for path in route.home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"KEY-CLEAR" not in data, path
            assert b"VALUE-CLEAR" not in data, path
    route.open()


def test_keys_of_another_installation_set_nothing_aside(route: Route) -> None:
    stop(route)
    with pytest.raises(KeyMismatch):
        open_store(Home(route.home, route.cipher, route.clock, "other"), names_of(route))
    assert asides(route) == []
    route.open()


def test_a_foreign_mark_sets_nothing_aside(route: Route) -> None:
    filled(route, 1)
    route.store.vouch()
    stop(route)
    other = Route()
    filled(other, 1)
    other.store.vouch()
    shutil.copy(other.home / "mark", route.home / "mark")
    other.close()
    with pytest.raises(StoreDamaged) as caught:
        open_store(home_of(route), names_of(route))
    assert caught.value.code == "MARK_FOREIGN"
    assert asides(route) == []
    (route.home / "mark").unlink()
    route.open()
