"""What becomes of entries: parents release, cures win over parking, doubts are kept."""

import pytest

from agent.decisions import CutLinks, Done, Doubt, Later, Park, Retry, WaitForParents
from agent.model import Op
from agent.queue.states import State
from tests.unit.queue.pages import Queue, lane


def waiting_child(queue: Queue) -> int:
    child = queue.put("C1", parents=["P1"], flow="t")
    queue.send(flow="t")
    queue.decide(child, WaitForParents(queue.parent("P1")))
    assert queue.state(child) is State.PARENT
    return child


def test_a_confirmed_parent_releases_who_waits_for_it(queue: Queue) -> None:
    child = waiting_child(queue)
    parent = queue.put("P1")
    queue.decide(parent, Done("r1"))
    assert queue.state(child) is State.WAITING


def test_a_parent_that_was_found_in_the_target_releases_too(queue: Queue) -> None:
    child = waiting_child(queue)
    queue.sending.exists(queue.flow["s"], [lane("P1")])
    assert queue.state(child) is State.WAITING
    assert queue.sending.present([lane("P1"), lane("P2")]) == {lane("P1")}


@pytest.mark.parametrize("decision", [Retry(), Park("C", "no"), Doubt("?"), Later(5, "L", "later")])
def test_a_parent_that_is_not_confirmed_releases_nobody(queue: Queue, decision: object) -> None:
    child = waiting_child(queue)
    queue.decide(queue.put("P1"), decision)
    assert queue.state(child) is State.PARENT


def test_a_deleted_parent_releases_nobody(queue: Queue) -> None:
    child = waiting_child(queue)
    queue.decide(queue.put("P1", op=Op.DELETE), Done())
    assert queue.state(child) is State.PARENT
    assert queue.sending.present([lane("P1")]) == set()


def test_who_waits_for_two_goes_when_both_exist(queue: Queue) -> None:
    child = queue.put("C1", parents=["P1", "P2"])
    queue.send()
    queue.decide(child, WaitForParents((("a", lane("P1")), ("b", lane("P2")))))
    queue.sending.exists(queue.flow["s"], [lane("P1")])
    assert queue.state(child) is State.PARENT
    queue.sending.exists(queue.flow["s"], [lane("P2")])
    assert queue.state(child) is State.WAITING


@pytest.mark.parametrize("code", ["PARENT_MISSING", "REFERENCE_MISSING"])
def test_a_parent_that_never_comes_parks_by_name_and_clears_when_it_comes(
    queue: Queue, code: str
) -> None:
    child = waiting_child(queue)
    flows = list(queue.flow.values())
    assert queue.sending.late(flows, 900) == []
    queue.clock.pass_(901)
    assert queue.sending.late(flows, 900) == [child]
    queue.sending.give_up_waiting({child: Park(code, "It waits.")})
    (item,) = queue.desk.entries([State.PARKED])
    assert (item.seq, item.code, item.waits_for) == (child, code, 1)
    queue.decide(queue.put("P1"), Done())
    assert queue.state(child) is State.WAITING
    assert queue.desk.entry(child).code == ""


def test_another_targets_patience_is_its_own(queue: Queue) -> None:
    waiting_child(queue)
    queue.clock.pass_(901)
    assert queue.sending.late([queue.flow["s"]], 900) == []


def test_a_parent_confirmed_meanwhile_is_not_waited_for(queue: Queue) -> None:
    queue.sending.exists(queue.flow["s"], [lane("P1")])
    child = queue.put("C1", parents=["P1"])
    queue.send()
    queue.decide(child, WaitForParents(queue.parent("P1")))
    assert queue.state(child) is State.WAITING


def test_an_entry_that_parks_while_its_cure_waits_is_superseded(queue: Queue) -> None:
    one = queue.put("X1", ("a",))
    queue.send()
    cure = queue.put("X1", ("a", "b"), after=one)
    queue.decide(one, Park("C", "why"))
    assert queue.state(one) is State.SUPERSEDED
    assert [claim.seq for claim in queue.claim()] == [cure]


def test_an_entry_that_parks_while_something_else_waits_stays_parked(queue: Queue) -> None:
    one = queue.put("X1", ("a",))
    queue.send()
    queue.put("X1", ("b",), after=one)
    queue.decide(one, Park("C", "why"))
    assert queue.state(one) is State.PARKED


@pytest.mark.parametrize("decision", [Retry(), Later(5, "L", "later")])
def test_what_comes_back_unsent_makes_room_for_its_cure(queue: Queue, decision: object) -> None:
    one = queue.put("X1", ("a",))
    queue.send()
    queue.put("X1", ("a",), after=one)
    queue.decide(one, decision)
    assert queue.state(one) is State.SUPERSEDED


def test_a_circle_is_sent_as_record_first_and_links_after(queue: Queue) -> None:
    one = queue.put("X1", parents=["P1"])
    (claim,) = queue.claim()
    queue.sending.apply([(claim, CutLinks(queue.parent("P1")))], State.WAITING)
    (claim,) = queue.send()
    assert claim.step == 1
    queue.sending.apply([(claim, Done("r1"))])
    assert queue.state(one) is State.PARENT
    assert queue.sending.present([lane("X1")]) == {lane("X1")}, "others may refer to it already"
    queue.decide(queue.put("P1"), Done())
    (claim,) = queue.send()
    assert (claim.seq, claim.step) == (one, 2)
    queue.sending.apply([(claim, Done("r1"))])
    assert queue.state(one) is State.DELIVERED


def test_a_doubt_stays_sending_and_its_time_begins_when_the_answer_was_lost(queue: Queue) -> None:
    seq = queue.put("X1")
    queue.send()
    queue.clock.pass_(50)
    queue.decide(seq, Doubt("no answer"))
    assert queue.state(seq) is State.SENDING
    (claim,) = queue.sending.in_doubt(list(queue.flow.values()), []).claims
    assert claim.since == queue.clock.seconds
    assert queue.sending.in_doubt(list(queue.flow.values()), [seq]).claims == []


def test_a_confirmed_delete_is_reported(queue: Queue) -> None:
    queue.put("X1", op=Op.DELETE)
    (claim,) = queue.send()
    assert queue.sending.apply([(claim, Done())]) == [(queue.flow["s"], lane("X1"))]


def test_before_an_effect_leaves_the_mark_vouches_for_it(queue: Queue) -> None:
    queue.put("X1")
    queue.send()
    high = queue.store.mark.high
    assert high is not None
    assert high.top == 1
    assert high.tick == queue.store._tick
