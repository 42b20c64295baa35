"""A full share stops only what would add to it, and nothing that others wait for (RULES 24)."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent import durable
from agent.decisions import Park, WaitForParents
from agent.memory import NO_FLOW_MEMORY, FlowMemory
from agent.model import Draft
from agent.runtime.plan import FlowPlan
from agent.runtime.quota import Disk, Quota, Reserve, Room
from tests.unit.queue.pages import Queue, lane

TOTAL = 100_000


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    made = Queue(tmp_path)
    yield made
    made.close()


class Gate:
    """Flow `s` holds accounts, flow `t` contacts; both go to `crm` unless told otherwise."""

    def __init__(self, queue: Queue, targets: tuple[str, str] = ("crm", "crm")) -> None:
        self.queue = queue
        self.free = 1 << 40
        self.flows = {
            name: FlowPlan(
                name, queue.flow[name], 0, "account", "account/1", "Account", target, 1,
                lambda _columns: lambda _values: Draft("x", {}), None,
            )
            for name, target in zip(("s", "t"), targets, strict=True)
        }  # fmt: skip
        self.quota = Quota(
            queue.store, queue.sending, list(self.flows.values()), Room(TOTAL, 1000),
            lambda: self.free,
        )  # fmt: skip

    def admits(self, name: str, external_id: str = "new", seq: int = 0) -> bool:
        """Looked at afresh, as after many entries."""
        self.quota._credit.clear()
        flow = self.flows[name]
        memory = FlowMemory(lane(external_id), lane(external_id), 1, seq) if seq else NO_FLOW_MEMORY
        return self.quota.admit(flow, memory, lane(external_id))


def fill(queue: Queue, flow: str, share: float, count: int = 10) -> list[int]:
    size = int(TOTAL * share / count)
    return [queue.put(f"{flow}{n}", flow=flow, size=size, parents=["P1"]) for n in range(count)]


def test_an_empty_queue_admits_everybody(queue: Queue) -> None:
    gate = Gate(queue)
    assert gate.admits("s")
    assert gate.admits("t")
    assert gate.quota.full(gate.flows["s"]) == ""


def test_a_full_target_stops_only_its_own_flows(queue: Queue) -> None:
    gate = Gate(queue, ("crm", "shop"))
    fill(queue, "s", 0.3)
    assert not gate.admits("s")
    assert gate.quota.full(gate.flows["s"]) == "target crm"
    assert gate.admits("t")


def test_parked_entries_stop_only_flows_that_park(queue: Queue) -> None:
    gate = Gate(queue)
    for seq in fill(queue, "s", 0.25):
        queue.decide(seq, Park("C", "why"))
    assert not gate.admits("s")
    assert gate.quota.full(gate.flows["s"]) == "parked"
    assert gate.admits("t")


def test_contacts_that_wait_never_stop_the_accounts_they_wait_for(queue: Queue) -> None:
    gate = Gate(queue)
    for seq in fill(queue, "t", 0.25):
        queue.decide(seq, WaitForParents(queue.parent("P1")))
    assert not gate.admits("t")
    assert gate.quota.full(gate.flows["t"]) == "waiting for parents"
    assert gate.admits("s", "another account")
    assert gate.admits("s", "P1")


def test_a_record_that_others_wait_for_enters_however_full_it_is(queue: Queue) -> None:
    gate = Gate(queue)
    child = queue.put("C1", flow="t", parents=["P1"])
    queue.decide(child, WaitForParents(queue.parent("P1")))
    fill(queue, "s", 0.9)
    assert not gate.admits("s", "P2")
    assert gate.admits("s", "P1")


def test_what_takes_the_place_of_an_open_entry_enters_however_full_it_is(queue: Queue) -> None:
    gate = Gate(queue)
    seqs = fill(queue, "s", 0.9)
    assert gate.admits("s", "s3", seqs[3])
    queue.decide(seqs[3], Park("C", "why"))
    assert gate.admits("s", "s3", seqs[3]), "the cure of a parked one too"
    assert queue.desk.set_aside([seqs[3]], "why")[0]
    assert not gate.admits("s", "s3", seqs[3]), "but not of one that is over"


def test_a_short_disk_stops_everybody_but_what_releases(queue: Queue) -> None:
    gate = Gate(queue)
    seq = queue.put("s1")
    gate.free = 999
    assert not gate.admits("s", "s2")
    assert gate.quota.full(gate.flows["t"]) == "disk"
    assert gate.admits("s", "s1", seq)
    gate.free = 1000
    assert gate.admits("s", "s2")


def test_every_share_together_leaves_a_reserve(queue: Queue) -> None:
    from agent.runtime import quota

    assert quota.PARKED_SHARE + quota.PARENTS_SHARE + quota.TARGETS_SHARE < 1


def test_contacts_and_accounts_drain_from_any_filling(queue: Queue) -> None:
    """Fill up with waiting contacts, then let accounts come one by one: all of them get through."""
    gate = Gate(queue)
    waiting = []
    for number in range(200):
        if not gate.admits("t", f"C{number}"):
            break
        seq = queue.put(f"C{number}", flow="t", parents=[f"P{number}"], size=3000)
        queue.decide(seq, WaitForParents(queue.parent(f"P{number}")))
        waiting.append(number)
    assert 0 < len(waiting) < 200
    from agent.decisions import Done

    for number in waiting:
        assert gate.admits("s", f"P{number}")
        queue.decide(queue.put(f"P{number}", size=3000), Done())
    assert all(claim.external_id.startswith("C") for claim in queue.claim(flow="t"))
    for claim in queue.claim(1000, flow="t"):
        queue.decide(claim.seq, Done())
    assert gate.admits("t", "C-new")


def test_the_reserve_is_real_room_and_nobody_elses(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "reserve", 2 << 20)
    assert not reserve.held
    assert reserve.hold()
    assert (tmp_path / "reserve").stat().st_size == 2 << 20
    if sys.platform != "win32":
        assert (tmp_path / "reserve").stat().st_mode & 0o077 == 0
    assert reserve.free()
    assert not reserve.free()
    assert Reserve(tmp_path / "none", 0).hold()


def test_a_full_disk_gets_back_what_the_queues_log_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log keeps its size when it is empty: without this, it alone could stay the last straw."""
    free = 0

    def shrink() -> None:
        nonlocal free
        free = 100 << 20

    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=free))
    disk = Disk(Reserve(tmp_path / "reserve", 1 << 20), shrink)
    assert not disk.is_full()
    assert free == 0, "nobody works for a disk that is not full"
    disk.fills()
    assert not disk.is_full()
    assert disk.reserve.held


def test_a_disk_too_full_for_that_stays_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shrink() -> None:
        raise durable.full()

    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=0))
    disk = Disk(Reserve(tmp_path / "reserve", 1 << 20), shrink)
    disk.fills()
    assert disk.is_full()
