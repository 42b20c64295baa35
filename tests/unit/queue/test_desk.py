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
    assert queue.desk.replay([seq], crm_changed=True) == ([seq], [])
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
    done, refused = queue.desk.replay([seq], crm_changed=True)
    assert done == []
    assert refused[0][0] == seq
    assert refused[0][1].endswith((".", "reading."))


def test_only_what_is_parked_can_be_set_aside(queue: Queue) -> None:
    waiting = queue.put("X2")
    assert not queue.desk.set_aside([waiting], "why")[0]
    assert not queue.desk.set_aside([99], "why")[0]
    seq = parked(queue)
    assert queue.desk.set_aside([seq], "why")[0]
    assert queue.state(seq) is State.SET_ASIDE
    assert not queue.desk.set_aside([seq], "why")[0]


def test_lists_are_pages_by_state_flow_and_code(queue: Queue) -> None:
    seqs = [queue.put(f"X{n}", flow="st"[n % 2], problem=n > 3) for n in range(6)]
    assert [i.seq for i in queue.desk.entries([State.WAITING], limit=3)] == seqs[:3]
    assert [i.seq for i in queue.desk.entries([State.WAITING], after=seqs[2])] == seqs[3:4]
    assert [i.seq for i in queue.desk.entries([State.PARKED], flows=[queue.flow["t"]])] == [seqs[5]]
    assert queue.desk.entries([State.PARKED], code="OTHER") == []
    assert queue.desk.entry(99) is None
