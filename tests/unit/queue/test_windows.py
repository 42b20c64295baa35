"""A window shows what the whole list shows there, packed or not, and costs what it shows."""

from __future__ import annotations

from random import Random

import pytest

from agent.decisions import Done, Park
from agent.memory import NOTHING, EntryKind, FlowMemory, NewEntry, RowChange, RowText
from agent.model import Op, Place, Unreadable
from agent.queue import many, windows
from agent.queue.cause_windows import CauseWindows, Stretch
from agent.queue.reads import Reading
from agent.queue.states import State
from agent.queue.windows import QueueWindows
from tests.unit.queue.pages import Queue, lane

WAITING = (State.WAITING, State.LATER, State.BEHIND, State.PARENT)


def load(queue: Queue, entries: int, flow: str = "s", name: str = "P") -> None:
    """A first load: plain entries that are kept packed."""
    changes = []
    for number in range(entries):
        key = f"{name}{number}"
        body = b'{"x":"%s","f":{"a":"v"}}' % key.encode()
        memory = FlowMemory(lane(key), lane(key), 1, 0)
        entry = NewEntry(0, EntryKind.MESSAGE, Op.UPSERT, lane(key), body, ("a",), 0, is_plain=True)
        changes.append(
            RowChange(
                lane(key), lane(key), NOTHING, 0, RowText((key,), (key,), ((),)), (0, 0),
                [memory], [entry], [],
            )
        )  # fmt: skip
    reading = Reading(queue.stream[flow], "file")
    queue.reads.page(reading, queue.ledgers[flow], [queue.flow[flow]], changes, shared=frozenset())


def packed(queue: Queue) -> int:
    return sum(n for (n,) in queue.store.db.rows("select entries from run"))


def everything(queue: Queue, states: tuple[State, ...] = WAITING) -> list[int]:
    """The numbers of a list, gathered without the code that is tested."""
    seqs = [
        first + at
        for first, n in queue.store.db.rows("select first, entries from run")
        for at in range(n if State.WAITING in states else 0)
    ]
    marks = ",".join(str(int(state)) for state in states)
    seqs += [
        seq for (seq,) in queue.store.db.rows(f"select seq from entry where state in ({marks})")
    ]
    return sorted(seqs)


@pytest.fixture
def mixed(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> Queue:
    """Packed ones of two flows, single ones between them, some behind, sent, parked, delivered."""
    monkeypatch.setattr(windows, "STEP", 7)
    for at in range(3):
        load(queue, 40, name=f"A{at}-")
        for one in range(9):
            queue.put(f"N{at}-{one}", problem=one == 3)
        load(queue, 25, flow="t", name=f"B{at}-")
    first = queue.put("X1")
    queue.put("X1", after=first)
    queue.send(30)
    for seq in everything(queue, (State.SENDING,))[:12]:
        queue.decide(seq, Done() if seq % 2 else Park("C", "why", "field"))
    assert packed(queue) > 50
    return queue


@pytest.mark.parametrize("newest", [False, True])
@pytest.mark.parametrize("states", [WAITING, (State.SENDING,), (*WAITING, State.SENDING)])
def test_every_window_is_that_part_of_the_whole_list(
    mixed: Queue, states: tuple[State, ...], *, newest: bool
) -> None:
    listed = everything(mixed, states)[:: -1 if newest else 1]
    found = QueueWindows(mixed.store)
    random = Random(7)
    for _ in range(60):
        offset, limit = random.randrange(len(listed) + 3), random.randrange(1, 90)
        window = found.window(states, offset, limit, newest=newest)
        assert window.seqs == listed[offset : offset + limit]
        assert window.total == len(listed)


def test_a_window_of_one_flow_or_of_a_code_holds_nothing_else(mixed: Queue) -> None:
    found = QueueWindows(mixed.store)
    of_t = found.window(WAITING, 0, 500, flows=[mixed.flow["t"]])
    assert of_t.total == 75
    assert {item.flow for item in many.items(mixed.store, of_t.seqs)} == {mixed.flow["t"]}
    parked = found.window([State.PARKED], 0, 500, code="C")
    assert parked.total == 6
    assert found.window([State.PARKED], 0, 500, code="OTHER") == (0, 0, [])


def test_a_window_of_no_flow_at_all_is_empty(mixed: Queue) -> None:
    found = QueueWindows(mixed.store)
    assert found.window(WAITING, 3, 10, flows=[]) == (0, 0, [])
    assert found.window([State.PARKED], 0, 10, flows=[], code="C") == (0, 0, [])


def test_looking_at_packed_entries_unpacks_none_and_shows_what_unpacking_shows(
    mixed: Queue,
) -> None:
    before, tick = packed(mixed), mixed.store.tick
    window = QueueWindows(mixed.store).window(WAITING, 0, 500)
    shown = many.items(mixed.store, window.seqs)
    assert (packed(mixed), mixed.store.tick) == (before, tick)
    assert [item.seq for item in shown] == window.seqs
    assert shown == [mixed.desk.entry(seq) for seq in window.seqs]


def test_an_entry_that_went_meanwhile_is_left_out(queue: Queue) -> None:
    seq = queue.put("X1")
    assert many.items(queue.store, [seq, 99]) == [queue.desk.entry(seq)]


def test_old_marks_show_true_entries_and_are_made_anew_after_a_moment(mixed: Queue) -> None:
    found = QueueWindows(mixed.store)
    found.window(WAITING, 0, 10)
    for claim in mixed.send(20):
        mixed.decide(claim.seq, Done())
    stale = found.window(WAITING, 30, 10)
    assert set(stale.seqs) <= set(everything(mixed))
    mixed.clock.pass_(2)
    listed = everything(mixed)
    assert found.window(WAITING, 30, 10) == (len(listed), 30, listed[30:40])


def test_what_is_deferred_waits_in_its_place(queue: Queue) -> None:
    seqs = [queue.put(f"X{number}") for number in range(5)]
    (claim,) = queue.sending.opened([seqs[1]]).claims
    queue.sending.start([claim])
    assert QueueWindows(queue.store).window(WAITING, 0, 9).seqs == [
        seq for seq in seqs if seq != seqs[1]
    ]


# --- what waits for a person ----------------------------------------------------------------------


def in_order(found: list[Stretch] | tuple[Stretch, ...]) -> list[Stretch]:
    return sorted(found, key=lambda one: (one.lost, one.code or "", one.since))


def test_a_window_of_causes_goes_through_them_one_by_one_the_oldest_first(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.queue.cause_windows.STEP", 4)
    wanted: dict[str, list[int]] = {"A": [], "B": [], "C": []}
    for number in range(40):
        seq = queue.put(f"X{number}")
        queue.send()
        code = "ABC"[number % 3]
        queue.decide(seq, Park(code, "why", "field"))
        wanted[code].append(seq)
        if number % 7 == 0:  # several of a cause are parked at one moment
            queue.clock.pass_(1)
    queue.ended(bad=[Unreadable(Place("f", n, 0, 0), "U", "why") for n in range(9)])
    listed = [(seq, False) for code in "ABC" for seq in wanted[code]]
    lost = [number for number, *_ in queue.desk.unreadable()]
    listed += [(number, True) for number in lost]
    found = CauseWindows(queue.store)
    random = Random(3)
    for _ in range(60):
        offset, limit = random.randrange(55), random.randrange(1, 30)
        window = found.window("all", lambda some: in_order(list(some)), offset, limit)
        assert window.found == listed[offset : offset + limit]
        assert window.total == 49


def test_a_choice_of_causes_shows_these_alone(queue: Queue) -> None:
    seqs = [queue.put(f"X{number}", problem=True) for number in range(3)]
    found = CauseWindows(queue.store)
    assert [one.number for one in found.window("mine", lambda some: some, 0, 9).found] == seqs
    assert found.window("none", lambda _: (), 0, 9) == (0, 0, [])
