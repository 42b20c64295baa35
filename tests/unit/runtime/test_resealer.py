"""The thread of the re-sealing: it stands back, rests a day, and destroys only what nothing needs."""

import threading
from datetime import datetime, timedelta

import pytest

from agent.audit import Audit
from agent.crypto import FileWrapper, KeyVault
from agent.queue.reseal import Reseal
from agent.queue.store import Store
from agent.runtime.keeping.resealer import IDLE, REST, STANDS_BACK, Resealer
from tests.fakes import FakeClock


class Home:
    """A home with a vault and a store, and something sealed in it."""

    def __init__(self, path) -> None:
        self.path, self.clock = path, FakeClock()
        self.vault = KeyVault.create(
            path / "keys", FileWrapper(path / "keys" / "wrapping.key"), self.clock, exists=False
        ).vault
        self.open()
        self.act(b"first")

    def open(self) -> None:
        self.store = Store(self.path, self.vault.ring, self.clock, self.vault.installation)
        self.audit = Audit(
            self.path / "audit.log", self.vault.ring.keyed_hash("audit", 32), self.clock
        )
        self.resealer = Resealer(
            self.path, self.store, Reseal(self.store, self.vault.ring), self.vault, dict,
            self.audit, self.clock, threading.Event(), self.fatal,
        )  # fmt: skip

    def fatal(self, error) -> None:
        raise error

    def act(self, what: bytes, sealed: bytes | None = None) -> None:
        sealed = sealed or self.vault.ring.seal(b"act", what)
        with self.store.change() as (conn, _):
            conn.execute("insert into act (seq, at, what, about) values (1, 0, 'x', ?)", (sealed,))

    def acts(self) -> list[bytes]:
        return [
            self.vault.ring.open(b"act", sealed)
            for (sealed,) in self.store.db.rows("select about from act order by id")
        ]

    def until(self, phase: str) -> None:
        for _ in range(300):
            if self.resealer.state()["phase"] == phase:
                return
            self.resealer.step()
        raise AssertionError(self.resealer.state())

    def keys(self) -> list[int]:
        return [key.id for key in self.vault.data_keys()]

    def restart(self) -> None:
        self.store.close()
        self.open()


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path)
    yield made
    made.store.close()


def test_an_old_key_is_destroyed_a_day_after_nothing_was_left_under_it(home):
    home.vault.rotate()
    home.until("resting")
    assert home.keys() == [1, 2]
    home.clock.pass_(REST.total_seconds() - 1)
    assert home.resealer.step() == IDLE
    assert home.keys() == [1, 2]
    home.clock.pass_(2)
    home.until("done")
    home.resealer.step()
    assert home.keys() == [2]
    assert home.acts() == [b"first"]
    assert [r.action for r in home.audit.records()] == ["keys.destroy"]


def test_what_was_sealed_before_the_rotation_and_committed_after_it_is_not_lost(home):
    under_way = home.vault.ring.seal(b"act", b"under way")
    home.vault.rotate()
    home.until("resting")
    home.act(b"", under_way)
    home.clock.pass_(REST.total_seconds() + 1)
    home.until("sealing")
    home.until("resting")
    assert home.keys() == [1, 2]
    home.clock.pass_(REST.total_seconds() + 1)
    home.until("done")
    home.resealer.step()
    assert home.keys() == [2]
    assert home.acts() == [b"first", b"under way"]


def test_after_a_restart_it_goes_on_and_need_not_rest(home):
    home.vault.rotate()
    home.resealer.step()
    before = home.resealer.reseal.progress
    home.restart()
    assert home.resealer.reseal.progress == before
    home.until("resting")
    home.restart()
    home.until("done")
    home.resealer.step()
    assert home.keys() == [2]


@pytest.mark.parametrize("name", ["queue.db.damaged-20261121T000000Z", "upgrade/1/queue.db"])
def test_a_database_that_was_set_aside_or_is_kept_for_a_way_back_keeps_its_keys(home, name):
    aside = home.path / name
    aside.parent.mkdir(parents=True, exist_ok=True)
    aside.touch()
    home.vault.rotate()
    home.until("resting")
    home.restart()
    home.until("done")
    home.resealer.step()
    assert home.keys() == [1, 2]
    assert home.resealer.state()["kept_for"] == [name]
    aside.unlink()
    home.resealer.step()
    assert home.keys() == [2]


def test_it_stands_back_while_records_move_and_still_comes_to_its_end(home):
    home.vault.rotate()
    home.act(b"moves")
    assert home.resealer.step() == STANDS_BACK
    assert home.resealer.step() < STANDS_BACK
    for _ in range(60):
        home.act(b"moves")
        home.resealer.step()
    assert home.resealer.state()["phase"] in ("resting", "sealing")
    home.until("resting")


def test_a_key_whose_time_is_over_is_followed_by_another_without_being_asked(home):
    home.clock.pass_(timedelta(days=91).total_seconds())
    home.resealer.step()
    assert home.keys() == [1, 2]
    assert [r.action for r in home.audit.records()] == ["keys.rotate"]


def test_while_nothing_was_rotated_nothing_is_written(home):
    for _ in range(40):
        home.resealer.step()
    changes = home.store.db.conn.total_changes
    for _ in range(10):
        assert home.resealer.step() == IDLE
    assert home.store.db.conn.total_changes == changes


def test_how_far_it_is_is_told_from_the_rotation_on(home):
    for number in range(3):
        home.act(f"more {number}".encode())
    home.vault.rotate()
    told = home.resealer.state()
    assert (told["phase"], told["percent"], told["rows"], told["total"]) == ("sealing", 0, 0, 0)
    home.resealer.step()
    told = home.resealer.state()
    assert told["total"] >= 4
    assert 0 < told["rows"] <= told["total"]
    assert told["rests_until"] is None
    home.until("resting")
    rests = datetime.fromisoformat(home.resealer.state()["rests_until"])
    assert rests - home.clock.now() == REST


def test_faces_learn_of_each_part_of_the_way_and_of_nothing_else(home):
    before = home.resealer.seen()
    home.resealer.step()
    assert home.resealer.seen() == before
    home.vault.rotate()
    begun = home.resealer.seen()
    home.until("resting")
    assert len({before, begun, home.resealer.seen()}) == 3
