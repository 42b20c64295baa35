"""What may be sent next: the oldest of each lane, parents first, deletes children first."""

import pytest

from agent.decisions import Done, Doubt, Later, Park, Retry
from agent.model import Op
from agent.queue import commit
from agent.queue.states import State
from tests.unit.queue.pages import Queue


def test_only_the_oldest_entry_of_a_lane_is_claimed(queue: Queue) -> None:
    one = queue.put("X1", ("a",))
    two = queue.put("X1", ("b",), after=one)
    other = queue.put("X2")
    assert [claim.seq for claim in queue.send()] == [one, other]
    assert queue.state(two) is State.BEHIND
    assert queue.claim() == []
    queue.decide(one, Done())
    assert [claim.seq for claim in queue.claim()] == [two]


def test_a_doubt_freezes_its_lane(queue: Queue) -> None:
    one = queue.put("X1", ("a",))
    queue.send()
    queue.decide(one, Doubt("no answer"))
    two = queue.put("X1", ("a", "b"), after=one)
    assert queue.claim() == []
    assert queue.state(two) is State.BEHIND
    queue.decide(one, Done())
    assert [claim.seq for claim in queue.claim()] == [two]


def test_a_deferred_entry_holds_its_lane_until_its_time(queue: Queue) -> None:
    one = queue.put("X1", ("a",))
    queue.send()
    queue.decide(one, Later(10, "LIMIT", "later"))
    two = queue.put("X1", ("b",), after=one)
    assert queue.claim() == []
    assert queue.sending.wake() == 10
    queue.clock.pass_(10)
    assert queue.sending.wake() == 0
    assert [claim.seq for claim in queue.send()] == [one]
    queue.decide(one, Done())
    assert [claim.seq for claim in queue.claim()] == [two]


def test_a_parked_entry_holds_back_only_its_own_rows_entries(queue: Queue) -> None:
    one = queue.put("X1", ("a",))
    queue.send()
    queue.decide(one, Park("C", "why"))
    behind = queue.put("X1", ("b",), after=one)
    free = queue.put("X1", ("c",), row="another row")
    assert [claim.seq for claim in queue.claim()] == [free]
    assert queue.state(behind) is State.BEHIND
    assert queue.desk.set_aside([one], "why")[0]
    assert queue.state(behind) is State.WAITING


def test_a_record_is_not_sent_before_an_older_delete_of_it_that_may_not_go_yet(
    queue: Queue,
) -> None:
    delete = queue.put("X1", op=Op.DELETE)
    taken_over = queue.put("X1", row="another row")
    free = queue.put("X2")
    assert [claim.seq for claim in queue.claim(upserts_only=True)] == [free]
    assert queue.state(taken_over) is State.BEHIND
    assert [claim.seq for claim in queue.send()] == [delete]
    queue.decide(delete, Done())
    assert [claim.seq for claim in queue.claim()] == [taken_over, free]


@pytest.mark.parametrize("packed", [True, False])
def test_what_a_flow_had_queued_by_itself_keeps_its_place_when_another_joins_it(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, *, packed: bool
) -> None:
    monkeypatch.setattr(commit, "LEAST", 1 if packed else 100)
    older = queue.put("X1", flow="t")
    newer = queue.put("X1", flow="s")
    for _ in range(2):
        queue.sending.share([queue.flow["s"], queue.flow["t"]])
        assert queue.claim(flow="s", shared=True) == []
    assert [claim.seq for claim in queue.send(flow="t")] == [older]
    assert queue.claim(flow="s", shared=True) == []
    queue.decide(older, Done())
    assert [claim.seq for claim in queue.claim(flow="s", shared=True)] == [newer]


def test_an_older_entry_of_another_flow_goes_first(queue: Queue) -> None:
    older = queue.put("X1", flow="t")
    queue.store.db.conn.execute("update entry set shared = 1")
    queue.put("X1", flow="s")
    assert queue.claim(shared=True) == []
    queue.decide(older, Done())
    assert len(queue.claim(shared=True)) == 1


def test_a_claim_is_of_one_operation(queue: Queue) -> None:
    queue.put("X1")
    queue.put("X2", op=Op.DELETE)
    queue.put("X3")
    assert [claim.external_id for claim in queue.send()] == ["X1", "X3"]
    assert [claim.external_id for claim in queue.send()] == ["X2"]


def test_deletes_wait_while_children_have_deletes_on_their_way(queue: Queue) -> None:
    queue.put("X1", op=Op.DELETE)
    child = queue.put("C1", op=Op.DELETE, flow="t")
    assert queue.sending.deletes_open([queue.flow["t"]])
    assert queue.claim(upserts_only=True) == []
    queue.decide(child, Done())
    assert not queue.sending.deletes_open([queue.flow["t"]])
    assert len(queue.claim()) == 1


def test_lanes_in_flight_are_not_claimed_by_another_sender(queue: Queue) -> None:
    queue.put("X1")
    (claim,) = queue.claim()
    assert queue.sending.claim(queue.flow["s"], 10, {claim.lane}).claims == []


def test_a_claim_is_never_larger_than_asked(queue: Queue) -> None:
    for number in range(10):
        queue.put(f"X{number}")
    assert [claim.external_id for claim in queue.send(3)] == ["X0", "X1", "X2"]
    assert len(queue.send(100)) == 7


def test_an_entry_that_does_not_open_is_named_and_its_flow_reads_again(queue: Queue) -> None:
    seq = queue.put("X1")
    queue.store.db.conn.execute("update envelope set blob = x'00'")
    opened = queue.sending.claim(queue.flow["s"], 10, set())
    assert (opened.claims, opened.damaged) == ([], [seq])
    queue.sending.damaged(opened.damaged)
    (item,) = queue.desk.entries([State.PARKED])
    assert item.code == "DAMAGED"
    assert queue.reads.state(queue.stream["s"]).behind == (queue.flow["s"],)


def test_a_content_moved_to_another_entry_does_not_open(queue: Queue) -> None:
    one, two = queue.put("X1"), queue.put("X2")
    blobs = dict(queue.store.db.rows("select id, blob from envelope"))
    for mine, other in ((one, two), (two, one)):
        queue.store.db.conn.execute(
            "update envelope set blob = ? where id = ?", (blobs[other], mine)
        )
    assert queue.sending.claim(queue.flow["s"], 10, set()).damaged == [one, two]


def test_what_was_not_sent_is_claimed_again(queue: Queue) -> None:
    seq = queue.put("X1")
    queue.send()
    queue.decide(seq, Retry())
    assert [claim.attempts for claim in queue.claim()] == [1]
