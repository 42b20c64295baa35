"""What people may do with entries, and why not."""

import pytest

from agent.decisions import Done, Park
from agent.queue.states import State
from tests.unit.queue.pages import Queue


def parked(queue: Queue, code: str = "C") -> int:
    seq = queue.put("X1")
    queue.send()
    queue.decide(seq, Park(code, "why", "field"))
    return seq


def test_a_parked_entry_is_sent_again_under_its_own_id(queue: Queue) -> None:
    seq = parked(queue)
    before = queue.desk.entry(seq)
    assert before is not None
    assert (before.code, before.reason, before.field, before.fields) == (
        "C",
        "why",
        "field",
        {"a": "v"},
    )
    assert queue.desk.replay([seq]) == ([seq], [])
    (claim,) = queue.claim()
    assert claim.id.hex() == before.id


@pytest.mark.parametrize("why", ["unknown", "waiting", "problem", "damaged", "newer", "delivered"])
def test_a_replay_that_would_do_harm_is_refused_with_a_reason(queue: Queue, why: str) -> None:
    if why == "unknown":
        seq = 99
    elif why == "waiting":
        seq = queue.put("X1")
    elif why == "problem":
        seq = queue.put("X1", problem=True)
    elif why == "damaged":
        seq = parked(queue, "DAMAGED")
    elif why == "delivered":
        seq = queue.put("X1")
        queue.decide(seq, Done())
    else:
        seq = parked(queue)
        queue.decide(queue.put("X1", row="another row"), Done())
    done, refused = queue.desk.replay([seq])
    assert done == []
    assert refused[0][0] == seq
    assert refused[0][1].endswith((".", "reading."))


def test_only_what_is_parked_can_be_set_aside(queue: Queue) -> None:
    waiting = queue.put("X2")
    assert not queue.desk.set_aside(waiting)
    assert not queue.desk.set_aside(99)
    seq = parked(queue)
    assert queue.desk.set_aside(seq)
    assert queue.state(seq) is State.SET_ASIDE
    assert not queue.desk.set_aside(seq)


def test_lists_are_pages_by_state_flow_and_code(queue: Queue) -> None:
    seqs = [queue.put(f"X{n}", flow="st"[n % 2], problem=n > 3) for n in range(6)]
    assert [i.seq for i in queue.desk.entries([State.WAITING], limit=3)] == seqs[:3]
    assert [i.seq for i in queue.desk.entries([State.WAITING], after=seqs[2])] == seqs[3:4]
    assert [i.seq for i in queue.desk.entries([State.PARKED], flows=[queue.flow["t"]])] == [seqs[5]]
    assert queue.desk.entries([State.PARKED], code="OTHER") == []
    assert queue.desk.entry(99) is None


def test_why_something_was_set_aside_stays_with_it_sealed(queue: Queue) -> None:
    seq = parked(queue)
    queue.desk.set_aside(seq, "a test order")
    item = queue.desk.entry(seq)
    assert item is not None
    assert item.reason == "a test order"
    (stored,) = queue.store.db.rows("select reason from entry where seq = ?", (seq,))
    assert b"test order" not in stored[0]


def test_what_is_parked_is_grouped_by_flow_code_and_field(queue: Queue) -> None:
    for number in range(5):
        queue.put(f"X{number}")
    for claim in queue.send():
        code, field = ("BAD", "name") if claim.seq % 2 else ("BAD", "phone")
        queue.decide(claim.seq, Park(code, "why", field))
    groups = queue.desk.groups()
    assert [(g.code, g.field, g.entries) for g in groups] == [
        ("BAD", "name", 3),
        ("BAD", "phone", 2),
    ]
    assert groups[0].example < groups[1].example
    assert queue.desk.groups([queue.flow["t"]]) == []


def test_groups_are_counted_over_more_entries_than_are_looked_at_together(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.queue.desk._AT_ONCE", 2)
    for number in range(5):
        queue.put(f"X{number}", problem=True)
    assert [group.entries for group in queue.desk.groups()] == [5]
