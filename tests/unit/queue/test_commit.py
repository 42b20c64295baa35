"""What supersedes what (RULES 17), and that a page commits whole or not at all."""

import sqlite3

import pytest

from agent.decisions import Done, Doubt, Park, WaitForParents
from agent.model import Op
from agent.queue.states import State
from tests.unit.queue.pages import Queue

A, AB, B = ("a",), ("a", "b"), ("b",)
UP, DEL = Op.UPSERT, Op.DELETE


@pytest.mark.parametrize(
    ("old", "new", "superseded"),
    [
        ({"fields": A}, {"fields": A}, True),
        ({"fields": A}, {"fields": AB}, True),
        ({"fields": AB}, {"fields": A}, False),
        ({"fields": A}, {"fields": B}, False),
        ({"fields": A}, {"op": DEL}, True),
        ({"op": DEL}, {"fields": A}, True),
        ({"op": DEL}, {"op": DEL}, True),
        ({"fields": A}, {"fields": A, "external_id": "X2"}, False),
        ({"fields": A}, {"problem": True}, False),
        ({"problem": True}, {"fields": A}, True),
        ({"problem": True}, {"fields": A, "external_id": "X2"}, True),
        ({"problem": True}, {"problem": True}, True),
        ({"problem": True}, {"op": DEL}, True),
    ],
)
def test_an_entry_supersedes_what_it_covers(
    queue: Queue, old: dict[str, object], new: dict[str, object], superseded: bool
) -> None:
    first = queue.put("X1", **old)
    new = {"external_id": "X1", **new}
    second = queue.put(after=first, row="X1", **new)
    assert (queue.state(first) is State.SUPERSEDED) is superseded
    (prev,) = queue.store.db.one("select prev from entry where seq = ?", (second,)) or (0,)
    assert prev == (0 if superseded else first)


def test_another_flow_keeps_its_place_in_the_lane(queue: Queue) -> None:
    first = queue.put("X1", flow="t")
    queue.put("X1", flow="s")
    assert queue.state(first) is State.WAITING


@pytest.mark.parametrize("state", ["in flight", "in doubt", "delivered", "set aside"])
def test_what_may_have_had_an_effect_is_not_superseded(queue: Queue, state: str) -> None:
    first = queue.put("X1")
    queue.send()
    if state == "in doubt":
        queue.decide(first, Doubt("no answer"))
    elif state == "delivered":
        queue.decide(first, Done())
    elif state == "set aside":
        queue.decide(first, Park("C", "why"))
        assert queue.desk.set_aside([first], "why")[0]
    before = queue.state(first)
    second = queue.put("X1", after=first)
    assert queue.state(first) is before
    assert queue.state(second) is State.WAITING


@pytest.mark.parametrize("obstacle", ["parked", "parent"])
def test_what_waits_for_something_is_superseded(queue: Queue, obstacle: str) -> None:
    first = queue.put("X1", parents=["P"])
    queue.send()
    queue.decide(
        first, Park("C", "why") if obstacle == "parked" else WaitForParents(queue.parent("P"))
    )
    queue.put("X1", after=first)
    assert queue.state(first) is State.SUPERSEDED
    assert queue.store.db.rows("select * from wait") == []


def test_a_chain_is_followed_past_what_stays(queue: Queue) -> None:
    one = queue.put("X1", A)
    two = queue.put("X1", B, after=one)
    three = queue.put("X1", A, after=two)
    assert [queue.state(seq) for seq in (one, two, three)] == [
        State.SUPERSEDED, State.WAITING, State.WAITING]  # fmt: skip
    four = queue.put("X1", AB, after=three)
    assert queue.states().count("SUPERSEDED") == 3
    assert queue.state(four) is State.WAITING


def test_a_row_that_is_good_again_without_news_clears_its_problem(queue: Queue) -> None:
    parked = queue.put("X1", problem=True)
    assert queue.state(parked) is State.PARKED
    queue.clear("X1", parked)
    assert queue.state(parked) is State.SUPERSEDED


def test_clearing_ends_problems_only(queue: Queue) -> None:
    waiting = queue.put("X1")
    queue.clear("X1", waiting)
    assert queue.state(waiting) is State.WAITING


def test_contents_go_when_nothing_of_their_envelope_is_open(queue: Queue) -> None:
    one = queue.put("X1")
    assert queue.store.db.one("select count(*) from envelope") == (1,)
    queue.decide(one, Done())
    assert queue.store.db.one("select count(*) from envelope") == (0,)


def test_ids_differ_for_every_entry_of_a_lane(queue: Queue) -> None:
    seqs = [queue.put("X1")]
    for _ in range(3):
        seqs.append(queue.put("X1", after=seqs[-1]))
    ids = {id_ for (id_,) in queue.store.db.rows("select id from entry")}
    assert len(ids) == 4


def test_a_page_that_fails_leaves_no_trace(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    first = queue.put("X1")
    before = [queue.store.db.rows(f"select * from {table}") for table in (
        "entry", "envelope", "delta", "reading", "shape", "tally")]  # fmt: skip

    def fails(*_: object) -> None:
        raise sqlite3.IntegrityError("as it were")

    with monkeypatch.context() as patch, pytest.raises(sqlite3.IntegrityError):  # noqa: PT012 - the block is what is tested
        patch.setattr("agent.queue.reads.write_rows", fails)
        queue.put("X1", ("brand", "new"), after=first)
    after = [queue.store.db.rows(f"select * from {table}") for table in (
        "entry", "envelope", "delta", "reading", "shape", "tally")]  # fmt: skip
    assert before == after
    assert queue.state(queue.put("X1", ("brand", "new", "a"), after=first)) is State.WAITING
